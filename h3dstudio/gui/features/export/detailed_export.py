"""Exports that compare: in the ground truth's frame, as a heat map, cut to a region, with all about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from h3dstudio.data.scan import Scan
from h3dstudio.gui.features.export.dialog import ExportDialog
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.saving import ask_where, last_folder, remember_folder
from h3dstudio.gui.shell.side_jobs import SideJobs, Task
from h3dstudio.jobs.events import Progress
from h3dstudio.session.evaluation.alignment import Alignment
from h3dstudio.session.export.job import ExportJob, ExportOptions, ExportResult
from h3dstudio.session.export.notes import note_level


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


class DetailedExport(QObject):
    """Signals: `saved(Path)` for each file, `noted(message, level)` for what was done to the mesh and is
    wrong with it, `said(text)` while it writes ("" when over).
    """

    saved = Signal(object)
    noted = Signal(str, str)
    said = Signal(str)

    def __init__(
        self,
        window: QWidget,
        parent: QObject,
        work: SideJobs,
        alignment: Alignment,
        facts: Callable[[], Exported],
    ) -> None:
        super().__init__(parent)
        self._window, self._work, self._alignment, self._facts = window, work, alignment, facts

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
        job = ExportJob(mesh, path, scan, wanted, marks, force=True)
        self.said.emit(self.tr("Writing {0}…").format(path.name))
        self._work.start(Task(job, self._take, self._refuse, self._take_stop, self._tell))

    def _ask_where(self, options: ExportOptions, suffix: str) -> None:
        facts = self._facts()
        name = facts.scan.name if facts.scan is not None else "head"
        formats = {f"{suffix[1:].upper()} (*{suffix})": suffix}
        title, place = self.tr("Export in detail"), last_folder()
        ask_where(self._window, title, formats, name, place, lambda path: self.save(path, options))

    def _tell(self, progress: Progress) -> None:
        self.said.emit(f"{progress.phase}…" if progress.done < progress.total else "")

    def _take_stop(self) -> None:
        self.said.emit(self.tr("The export was stopped"))

    def _take(self, result: ExportResult) -> None:
        remember_folder(result.files[0])
        self.said.emit("")
        for path in result.files:
            self.saved.emit(path)
        for note in result.notes:
            self.noted.emit(f"{note}.", note_level(note))

    def _refuse(self, error: Exception) -> None:
        self.said.emit("")
        dialogs.show_error(self._window, self.tr("The mesh was not exported"), error)
