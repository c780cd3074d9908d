"""Exports that compare: in the ground truth's frame, as a heat map, cut to a region, with all about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from h3dstudio.data.scan import Scan
from h3dstudio.gui.features.export.dialog import ExportDialog
from h3dstudio.gui.features.export.exporting import Exporting
from h3dstudio.gui.shell.saving import ask_where, last_folder
from h3dstudio.gui.shell.side_jobs import SideJobs
from h3dstudio.session.evaluation.alignment import Alignment
from h3dstudio.session.export.job import ExportJob, ExportOptions


@dataclass(frozen=True)
class Exported:
    """What there is to write.

    Attributes:
        scan: the open one; `folder` where it was opened from.
        landmarks: name -> vertex of the mesh.
        clamp: mm, where the error map on screen ends.
    """

    scan: Scan | None
    folder: Path | None
    landmarks: dict[str, int]
    clamp: float


class DetailedExport(Exporting):
    """Asks what to write and where, and writes it."""

    def __init__(
        self,
        window: QWidget,
        parent: QObject,
        work: SideJobs,
        alignment: Alignment,
        facts: Callable[[], Exported],
    ) -> None:
        super().__init__(window, parent, work)
        self._alignment, self._facts = alignment, facts

    def ask(self) -> None:
        """Let the user choose what to write, then where."""
        if self._alignment.given is None:
            return
        facts = self._facts()
        dialog = ExportDialog(
            self._window,
            truth=facts.scan is not None and facts.scan.ground_truth is not None,
            landmarks=len(facts.landmarks),
            regions=tuple(facts.scan.regions) if facts.scan is not None else (),
            clamp=facts.clamp,
        )
        dialog.chosen.connect(self._ask_where)
        dialog.open()

    def save(self, path: Path, options: ExportOptions) -> None:
        """Write to `path`, in the worker; a file that is there is replaced: the file dialog has asked."""
        mesh, facts = self._alignment.given, self._facts()
        if mesh is None:
            return
        moved = tuple(map(float, self._alignment.motion.ravel())) if self._alignment.moved else None
        scan = facts.folder if options.needs_truth else None
        # The vertices are numbered alike wherever the mesh is moved to.
        marks = facts.landmarks if options.landmarks else None
        wanted = replace(options, moved_by=moved, align="free" if options.aligned else None)
        self.start(ExportJob(mesh, path, scan, wanted, marks, force=True))

    def _ask_where(self, options: ExportOptions, suffix: str) -> None:
        facts = self._facts()
        name = facts.scan.name if facts.scan is not None else "head"
        formats = {f"{suffix[1:].upper()} (*{suffix})": suffix}
        title, place = self.tr("Export in detail"), last_folder()
        ask_where(self._window, title, formats, name, place, lambda path: self.save(path, options))
