"""Table of the cells of a batch with their records, kept on disk at every change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from h3dstudio.data.remains import remove_remains
from h3dstudio.data.scan import Scan
from h3dstudio.errors import H3DError, OutputError
from h3dstudio.methods.grid_settings import QUALITIES
from h3dstudio.session.batch.cell_job import CellJob
from h3dstudio.session.batch.cell_progress import CellProgress, progress_of
from h3dstudio.session.batch.cells import Cell
from h3dstudio.session.batch.manifest import LOCK, Manifest
from h3dstudio.session.batch.manifest import NAME as MANIFEST
from h3dstudio.session.batch.record import (
    FOLDER,
    CellRecord,
    CellState,
    read_record,
    record_path,
    write_record,
)

REPORT = "report"
"""Where `h3dstudio report RESULTS` writes unless told otherwise."""


@dataclass
class CellTable:
    """The records of the cells that are to be done now.

    Attributes:
        manifest: all cells of the results folder; `cells` of them are this batch's.
    """

    results: Path
    manifest: Manifest
    cells: tuple[Cell, ...]
    records: dict[Cell, CellRecord] = field(default_factory=dict)
    _scans: dict[str, Scan | H3DError] = field(default_factory=dict)

    def survey(self) -> Iterator[str]:
        """Find out what is done already, cell by cell; gives what a user should know, "" for nothing."""
        for cell in self.cells:
            warning = ""
            remove_remains(record_path(self.results, self.manifest.recipe, cell))
            try:
                record = read_record(self.results, self.manifest.recipe, cell)
            except OutputError as error:
                warning = f"{error} It is written anew."
                record = CellRecord(cell, self.manifest.recipe.quality)
            self.put(self._as_found(record))
            yield warning

    def _as_found(self, record: CellRecord) -> CellRecord:
        """The record, as the scan and the run folder bear it out."""
        try:
            scan = self._scan(record.cell)
            settings = self.manifest.recipe.settings_for(record.cell, record.quality)
            progress = progress_of(self.folder(record), settings, scan, record.cell.views)
        except H3DError as error:
            return replace(record, state=CellState.FAILED, problem=str(error))
        state = CellState.DONE if progress is CellProgress.DONE else CellState.WAITING
        return replace(record, state=state, problem="")

    def put(self, record: CellRecord) -> None:
        """Keep a record. Raises OutputError."""
        self.records[record.cell] = record
        write_record(self.results, self.manifest.recipe, record)

    def folder(self, record: CellRecord) -> Path:
        """The cell's run folder."""
        return self.results / self.manifest.recipe.name(record.cell, record.quality)

    def job(self, record: CellRecord) -> CellJob:
        """What a worker is to do for the cell."""
        return CellJob(
            scan=self.manifest.scan_folder(record.cell),
            out=self.folder(record),
            lock=self.results / FOLDER / f"{self.manifest.recipe.name(record.cell)}.lock",
            views=record.cell.views,
            settings=self.manifest.recipe.settings_for(record.cell, record.quality),
            trust_cameras=self.manifest.trust_cameras,
        )

    def of_state(self, state: CellState) -> list[CellRecord]:
        """The records of one state, in the order of the cells."""
        return [self.records[cell] for cell in self.cells if self.records[cell].state is state]

    def foreign_entries(self) -> list[str]:
        """What lies in the results folder and is not of this batch."""
        recipe = self.manifest.recipe
        ours = {recipe.name(cell, quality) for cell in self.manifest.cells for quality in (*QUALITIES, "")}
        ours |= {MANIFEST, LOCK, FOLDER, REPORT}
        return sorted(entry.name for entry in self.results.iterdir() if entry.name not in ours)

    def _scan(self, cell: Cell) -> Scan:
        from h3dstudio.data.readers import read_scan

        if cell.scan not in self._scans:
            try:
                self._scans[cell.scan] = read_scan(self.manifest.scan_folder(cell))
            except H3DError as error:
                self._scans[cell.scan] = error
        found = self._scans[cell.scan]
        if isinstance(found, H3DError):
            raise found
        return found
