"""Reader of a results folder as it is now, whether or not a batch works in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from h3dstudio.data import file_lock
from h3dstudio.errors import H3DError, OutputError
from h3dstudio.evaluation.results_table import COMPATIBLE, FACE, HEAD, STRICT, ScoredCell
from h3dstudio.session.batch.cells import Cell
from h3dstudio.session.batch.manifest import LOCK, Manifest, read_manifest
from h3dstudio.session.batch.record import CellRecord, CellState, read_record
from h3dstudio.session.batch.scoring import Scores, read_scores
from h3dstudio.session.runs.inputs import differences_between
from h3dstudio.session.runs.run_record import read_run


@dataclass(frozen=True)
class FoundCell:
    """A cell and what there is of it.

    Attributes:
        folder: its run folder, which need not exist.
        scores: None until it is done, and where there is no ground truth.
        file_problem: what is wrong with its files, "" where nothing is.
    """

    record: CellRecord
    folder: Path
    scores: Scores | None = None
    file_problem: str = ""


@dataclass(frozen=True)
class BatchResults:
    """Everything in a results folder; `working`: whether a batch is at work in it."""

    manifest: Manifest
    cells: tuple[FoundCell, ...]
    working: bool


def read_results(results: Path, *, careful: bool = False) -> BatchResults:
    """Read a results folder; `careful` also makes sure that the scores are of the meshes there.

    A cell whose files are damaged or another's is reported as such. Raises OutputError when the folder as a
    whole is no batch's.
    """
    manifest = read_manifest(results)
    working = file_lock.is_held(results / LOCK)
    cells = tuple(_found(results, manifest, cell, working, careful) for cell in manifest.cells)
    return BatchResults(manifest, cells, working)


def _found(results: Path, manifest: Manifest, cell: Cell, working: bool, careful: bool) -> FoundCell:
    recipe = manifest.recipe
    try:
        record = read_record(results, recipe, cell)
    except OutputError as error:
        return FoundCell(
            CellRecord(cell, recipe.quality), results / recipe.name(cell), file_problem=str(error)
        )
    if record.state is CellState.RUNNING and not working:
        record = replace(record, state=CellState.STOPPED)  # its batch was killed
    folder = results / recipe.name(cell, record.quality)
    if record.state is not CellState.DONE:
        return FoundCell(record, folder)
    try:
        _check(manifest, record, folder)
        return FoundCell(record, folder, read_scores(folder, careful=careful))
    except H3DError as error:
        return FoundCell(record, folder, file_problem=str(error))


def _check(manifest: Manifest, record: CellRecord, folder: Path) -> None:
    """Raises OutputError unless the folder holds the finished run of this cell."""
    settings = manifest.recipe.settings_for(record.cell, record.quality)
    wanted = {"settings": settings.as_dict(), "inputs": {"scan": record.cell.scan.rpartition("/")[2]}}
    report = read_run(folder / "run.json")
    differences = differences_between(report, wanted)
    if differences or report.get("status") != "finished":
        reason = "; ".join(differences) or f"it is {report.get('status')}"
        raise OutputError(f"the run here is not the cell's finished one: {reason}", where=folder)


def scored_cells(found: BatchResults) -> Iterator[ScoredCell]:
    """What the table is made of."""
    for one in found.cells:
        cell, scores = one.record.cell, one.scores
        yield ScoredCell(
            cell.scan,
            cell.views,
            cell.method,
            {} if scores is None else _figures(scores),
            one.record.quality if one.record.reduced else "",
            "" if scores is not None else _why_missing(one),
            () if scores is None else scores.warnings,
        )


def _figures(scores: Scores) -> dict[tuple[str, str], float]:
    figures = {
        (COMPATIBLE, FACE): scores.face,
        (COMPATIBLE, HEAD): scores.head,
        (STRICT, FACE): scores.strict_face,
        (STRICT, HEAD): scores.strict_head,
    }
    return {key: value for key, value in figures.items() if value is not None}


def _why_missing(found: FoundCell) -> str:
    if found.file_problem:
        return found.file_problem
    if found.record.state is CellState.DONE:
        return "the scan has no ground truth"
    problem = found.record.problem
    return f"{found.record.state.value}: {problem}" if problem else found.record.state.value
