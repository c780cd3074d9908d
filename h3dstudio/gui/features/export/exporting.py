"""An export at work: what every controller of exports says of it, and does when it is over."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.saving import remember_folder
from h3dstudio.gui.shell.side_jobs import SideJobs, Task
from h3dstudio.jobs.events import Progress
from h3dstudio.session.export.job import ExportJob, ExportResult
from h3dstudio.session.export.notes import note_level


class Exporting(QObject):
    """Signals: `saved(Path)` for each file, `noted(message, level)` for what was done to the mesh and is
    wrong with it, `said(text)` while it writes ("" when over).
    """

    saved = Signal(object)
    noted = Signal(str, str)
    said = Signal(str)

    def __init__(self, window: QWidget, parent: QObject, work: SideJobs) -> None:
        super().__init__(parent)
        self._window, self._work = window, work

    def start(self, job: ExportJob) -> None:
        """Write in the worker."""
        self.said.emit(self.tr("Writing {0}…").format(job.out.name))
        self._work.start(Task(job, self._take, self._refuse, self._take_stop, self._tell))

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
