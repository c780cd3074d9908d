"""What a project names and cannot find: its run's folder, its own mesh. Located, dropped, or put off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from h3dstudio.data.run_folder import RunFolder
from h3dstudio.errors import OutputError
from h3dstudio.gui.features.project import dialogs as project_dialogs
from h3dstudio.gui.features.project.controller import nearest_folder
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING
from h3dstudio.gui.features.reconstruction.mesh_opening import MeshOpening
from h3dstudio.gui.features.reconstruction.past_runs import PastRuns
from h3dstudio.session.project.project import Project


class Missing(QObject):
    """Asks, and acts on the answer. Until then the project still names it: saving it loses nothing."""

    def __init__(
        self, window: QWidget, project: Project, runs: RunController, past: PastRuns, mesh: MeshOpening
    ) -> None:
        super().__init__(window)
        self._window, self._project, self._runs, self._mesh = window, project, runs, mesh
        past.lost.connect(self._ask_for_run)
        mesh.missing.connect(self._ask_for_mesh)

    def _ask_for_run(self, folder: Path) -> None:
        def answered(key: str) -> None:
            if key == "locate":
                title = self.tr("Where is the run {0}?").format(folder.name)
                project_dialogs.ask_for_folder(self._window, title, nearest_folder(folder), self._take_run)
            elif key == "drop":
                self._runs.forget()
                self._project.mark_changed()

        project_dialogs.ask_where_run_is(self._window, folder, answered)

    def _take_run(self, folder: Path) -> None:
        files, job = RunFolder(folder), self._runs.job
        if self._runs.state.active or job is None:
            return
        if not files.run_json.is_file() and not files.mesh.is_file():
            error = OutputError(
                "there is no run in this folder: neither a run.json nor a mesh.ply",
                where=folder,
                remedy="Choose the folder that holds these files",
            )
            again = partial(self._ask_again, lambda: self._ask_for_run(job.out))
            project_dialogs.say_not_found(self._window, error, again)
            return
        self._runs.recall(replace(job, out=folder), RECONSTRUCTING, folder, self._runs.job_state)
        self._project.mark_changed()

    def _ask_for_mesh(self, path: Path) -> None:
        def answered(key: str) -> None:
            if key == "locate":
                project_dialogs.ask_for_mesh(self._window, path, nearest_folder(path), self._mesh.open)
            elif key == "drop":
                self._mesh.forget()

        project_dialogs.ask_where_mesh_is(self._window, path, answered)

    @staticmethod
    def _ask_again(ask: Callable[[], None], key: str) -> None:
        if key == "again":
            ask()
