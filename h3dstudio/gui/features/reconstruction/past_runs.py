"""A run of an earlier session in the window again: its mesh, its timeline, its curves, its log."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from h3dstudio.errors import H3DError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.timeline.controller import TimelineController
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.widgets.figures import clock
from h3dstudio.session.runs.past_run import PastMesh, PastRun, read_past_run

_KEY, _MESHES = "past run", "past meshes"


class PastRuns(QObject):
    """Follows `RunController.recalled`.

    Signals: `logged(message, level)`, `lost(folder)` when a run's folder is gone, `shown(folder)` once what
    it left is in the window, the meshes on the way excepted.
    """

    logged = Signal(str, str)
    lost = Signal(object)
    shown = Signal(object)

    def __init__(self, tasks: Tasks, runs: RunController, timeline: TimelineController) -> None:
        super().__init__(runs)
        self._tasks, self._runs, self._timeline = tasks, runs, timeline
        runs.recalled.connect(self._read)
        runs.state_changed.connect(self._take_state)

    def _read(self, folder: Path) -> None:
        self._tasks.run(
            lambda: read_past_run(folder), self._take, lambda error: self._refuse(folder, error), key=_KEY
        )

    def _refuse(self, folder: Path, error: Exception) -> None:
        self.logged.emit(str(error), "warning")
        if isinstance(error, H3DError):
            self.lost.emit(folder)

    def _take_state(self, state: RunState) -> None:
        if state is RunState.IDLE:  # Another scan, or none.
            for key in (_KEY, _MESHES):
                self._tasks.drop(key)

    def _take(self, past: PastRun) -> None:
        self._tell(past)
        if self._runs.state.active:  # It was resumed at once, and shows meshes of its own.
            self._refill(past.meshes)
            return
        self._refill(past.meshes if past.result is not None else past.meshes[:-1])
        self._runs.take_past(past)
        if past.result is not None:
            self._runs.show_result(past.result, past.summary)
        elif past.meshes:
            self._runs.show_step(past.meshes[-1].path, past.meshes[-1].step)
        else:
            self.logged.emit(self.tr("The run has left no mesh"), "warning")
        self.shown.emit(past.folder)

    def _tell(self, past: PastRun) -> None:
        status, took = past.summary.get("status", self.tr("nothing is known of its end")), clock(past.seconds)
        self.logged.emit(
            self.tr("The run in {0}: {1}, {2}. Its log was:").format(past.folder, status, took)
            if past.log
            else self.tr("The run in {0}: {1}, {2}").format(past.folder, status, took),
            "info",
        )
        for line in past.log:
            self.logged.emit(f"{clock(line.seconds)}: {line.event.message}", line.event.level)

    def _refill(self, meshes: tuple[PastMesh, ...]) -> None:
        """One after the other, the newest first: the window lives on, and memory is spilled between two."""
        if not meshes:
            return
        from h3dstudio.data.mesh_files import read_mesh

        *others, newest = meshes

        def take(mesh: TriangleMesh) -> None:
            self._timeline.take_past(mesh, newest.step, newest.seconds)
            self._refill(tuple(others))

        def skip(error: Exception) -> None:
            self.logged.emit(str(error), "warning")
            self._refill(tuple(others))

        self._tasks.run(partial(read_mesh, newest.path), take, skip, key=_MESHES)
