"""Opening the folder of a run: its scan with its views, and the run as the last one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from h3dstudio.gui.features.project import dialogs as project_dialogs
from h3dstudio.gui.features.project.controller import nearest_folder
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING
from h3dstudio.gui.features.reconstruction.left_run import state_of
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import OpenScan, ScanController
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.session.runs.job import ReconstructionJob
from h3dstudio.session.runs.job_states import job_of_run


class RunOpening(QObject):
    """`said(text)` for the status line."""

    said = Signal(str)

    def __init__(self, window: QWidget, tasks: Tasks, scans: ScanController, runs: RunController) -> None:
        super().__init__(window)
        self._window, self._tasks, self._scans, self._runs = window, tasks, scans, runs
        self._wanted: tuple[ReconstructionJob, RunState] | None = None
        scans.refused.connect(self._forget)
        # Later: the window first forgets the run before.
        scans.opened.connect(lambda opened: QTimer.singleShot(0, self, lambda: self._show(opened)))

    @staticmethod
    def is_run(path: Path) -> bool:
        """Whether `path` is the folder of a run."""
        return (path / "run.json").is_file()

    def open(self, folder: Path) -> None:
        """Open the run in `folder`; where its scan is gone, ask for it."""
        folder = folder.expanduser().absolute()

        def refuse(error: Exception) -> None:
            self.said.emit("")
            title = self.tr("{0} cannot be opened").format(folder.name)
            dialogs.show_error(self._window, title, error)

        self.said.emit(self.tr("Opening {0}…").format(folder.name))
        self._tasks.run(lambda: job_of_run(folder), self._take, refuse, key="run folder")

    def _take(self, found: tuple[ReconstructionJob, str]) -> None:
        job, status = found
        self.said.emit("")
        if not job.scan.exists():
            self._ask_where(job, status)
            return
        self._wanted = job, state_of(status)
        self._scans.open(job.scan, job.views)

    def _ask_where(self, job: ReconstructionJob, status: str) -> None:
        def located(folder: Path) -> None:
            self._take((replace(job, scan=folder), status))

        def answered(key: str) -> None:
            if key == "locate":
                title = self.tr("Where is {0}?").format(job.scan.name)
                project_dialogs.ask_for_folder(self._window, title, nearest_folder(job.scan), located)

        project_dialogs.ask_where_scan_is(self._window, job.scan, answered)

    def _show(self, opened: OpenScan) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is None or opened.folder != wanted[0].scan:
            return
        job, state = wanted
        made = self._runs.make_job(scan=job.scan, out=job.out, settings=job.settings, views=job.views)
        self._runs.recall(made, RECONSTRUCTING, job.out, state)

    def _forget(self) -> None:
        self._wanted = None
