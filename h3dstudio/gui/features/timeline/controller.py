"""The timeline of a run: what was streamed is kept, looked at again, played, and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction

from h3dstudio.errors import H3DError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.shell.supervisor import RESULT, ReadyMesh
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.pane_titles import PaneTitles
from h3dstudio.gui.viewport.sink import COMPARED, GROUND_TRUTH, RECONSTRUCTION
from h3dstudio.gui.viewport.timeline_bar import TimelineBar
from h3dstudio.session.runs.timeline import Frame, Timeline

_PLAY = 125
"""Milliseconds between two meshes while playing."""


class TimelineController(QObject):
    """Keeps and shows what `runs` streams; an earlier mesh that one looks at stays on screen meanwhile.

    Signals: `changed()` when frames come or go or another is shown, `shown(TriangleMesh)` one of the past,
    `difference_shown()`, `logged(message, level)`, `playing(bool)`.
    """

    changed = Signal()
    shown = Signal(object)
    difference_shown = Signal()
    logged = Signal(str, str)
    playing = Signal(bool)

    def __init__(
        self,
        bar: TimelineBar,
        titles: PaneTitles,
        tasks: Tasks,
        view: MeshView,
        runs: RunController,
        actions: Mapping[str, QAction],
    ) -> None:
        super().__init__(bar)
        self._bar, self._titles, self._tasks, self._view = bar, titles, tasks, view
        self._runs = runs
        self.timeline = Timeline()
        self._frame: Frame | None = None
        self.pinned: Frame | None = None
        self._following, self._spilling, self._loading, self._differing = True, False, False, False
        self._resumed = False
        self._player = QTimer(self, interval=_PLAY)
        self._player.timeout.connect(self._step)
        bar.moved.connect(self.go)
        runs.streamed.connect(self._take_streamed)
        runs.state_changed.connect(self._take_state)
        self.playing.connect(actions["timeline_play"].setChecked)
        self.changed.connect(lambda: actions["pin"].setChecked(self.pinned is not None))
        self.difference_shown.connect(actions["error_map"].trigger)

    @property
    def count(self) -> int:
        """How many meshes are kept."""
        return len(self.timeline.frames)

    # What the run does

    def take(self, ready: ReadyMesh) -> None:
        """Keep a mesh of the run; its result (`RESULT`) is looked at in any case."""
        result = ready.step == RESULT
        if self._resumed:  # It does again what lies behind its checkpoint.
            self._resumed = False
            self.timeline.drop_from(ready.step)
        frame = self.timeline.add(ready.mesh, None if result else ready.step, self._runs.model.elapsed)
        if result:
            self._stop()
            self._following = True
        if self._following:
            self._frame = frame
        if self.timeline.must_spill and not self._spilling:
            self._spill()
        self._refresh()

    def take_past(self, mesh: TriangleMesh, step: int, seconds: float | None) -> None:
        """Keep a mesh that an earlier part of the run has left."""
        self.timeline.add_past(mesh, step, seconds)
        if self.timeline.must_spill and not self._spilling:
            self._spill()
        self._refresh()

    def _take_streamed(self, ready: ReadyMesh) -> None:
        """Keep it, and show it unless one looks at an earlier one."""
        self.take(ready)
        if self._following:
            self._view.show_mesh(RECONSTRUCTION, ready.mesh, ready.normals)

    def _take_state(self, state: RunState) -> None:
        """Keep what is streamed until another run begins or another scan is opened."""
        if self._runs.job_kind is not RECONSTRUCTING:
            return
        if state is RunState.STARTING and self._runs.resuming:
            self._resumed = True
        elif state in (RunState.STARTING, RunState.IDLE):
            self.forget()

    def forget(self) -> None:
        """Start over, empty."""
        self._stop()
        self.unpin()
        self.timeline.clear()
        self._frame, self._following, self._resumed = None, True, False
        self._refresh()

    def close(self) -> None:
        """Leave nothing on disk."""
        self._player.stop()
        self.timeline.close()

    # What the user does

    def go(self, place: int) -> None:
        """Show the mesh at `place`, 0 being the oldest; the last one follows the run again."""
        frames = self.timeline.frames
        if not frames:
            return
        place = max(0, min(place, len(frames) - 1))
        frame = frames[place]
        self._following = place == len(frames) - 1
        if frame is not self._frame:
            self._frame = frame
            self._load(frame, self._show)
        self._refresh()

    def back(self) -> None:
        """The mesh before."""
        self._stop()
        self.go(self._place() - 1)

    def forward(self) -> None:
        """The mesh after."""
        self._stop()
        self.go(self._place() + 1)

    def latest(self) -> None:
        """The newest mesh, and those that follow."""
        self._stop()
        self.go(self.count - 1)

    def play(self, wanted: bool) -> None:
        """One mesh after the other, from here, or from the start when the end is on screen."""
        if not wanted:
            self._player.stop()
        elif not self._player.isActive() and self.count > 1:
            if self._place() == self.count - 1:
                self.go(0)
            self._player.start()
        self.playing.emit(self._player.isActive())

    def pin(self, pinned: bool) -> None:
        """Keep the mesh on screen as the one that others are compared with."""
        if not pinned:
            self.unpin()
        elif self._frame is not None:
            self.pinned = self._frame
            self._refresh()

    def unpin(self) -> None:
        """Compare no more."""
        self.stop_comparing()
        if self.pinned is not None:
            self.pinned = None
            self._refresh()

    def beside(self) -> None:
        """The pinned mesh in a picture of its own beside the one on screen."""
        if self.pinned is None:
            return
        self.stop_comparing()

        def show(ready: ReadyMesh) -> None:
            self._view.set_visible(GROUND_TRUTH, False)
            self._view.show_mesh(COMPARED, ready.mesh, ready.normals)
            self._view.set_side_by_side(True)
            self._titles.show(True)
            self._refresh()

        self._load(self.pinned, show, key="compared")

    def differing(self) -> None:
        """How far the mesh on screen is from the pinned one, as an error map."""
        self._differing = self.pinned is not None
        self._measure()

    def stop_comparing(self) -> None:
        """One picture again, as it was."""
        self._differing = False
        self._tasks.drop("difference")
        if self._view.mesh(COMPARED) is not None:
            self._view.remove_mesh(COMPARED)
            self._view.set_side_by_side(False)
            self._titles.say()
            self._titles.show(False)

    # Inside

    def _step(self) -> None:
        if self._loading:
            return
        if self._place() >= self.count - 1:
            self._stop()
        else:
            self.go(self._place() + 1)

    def _stop(self) -> None:
        if self._player.isActive():
            self._player.stop()
            self.playing.emit(False)

    def _place(self) -> int:
        frames = self.timeline.frames
        return frames.index(self._frame) if self._frame in frames else len(frames) - 1

    def _load(self, frame: Frame, show: Callable[[ReadyMesh], None], key: str = "timeline") -> None:
        def read() -> ReadyMesh:
            mesh = self.timeline.mesh(frame)
            return ReadyMesh(RESULT if frame.step is None else frame.step, mesh, mesh.vertex_normals())

        def take(ready: ReadyMesh) -> None:
            self._loading = False
            show(ready)

        def refuse(error: Exception) -> None:
            self._loading = False
            self.logged.emit(str(error), "warning")

        self._loading = key == "timeline" or self._loading
        self._tasks.run(read, take, refuse, key=key)

    def _show(self, ready: ReadyMesh) -> None:
        self._view.show_mesh(RECONSTRUCTION, ready.mesh, ready.normals)
        self.shown.emit(ready.mesh)
        self._measure()

    def _measure(self) -> None:
        mesh, pinned = self._view.mesh(RECONSTRUCTION), self.pinned
        if not self._differing or pinned is None or mesh is None:
            return

        def measure() -> NDArray[np.float64]:
            from h3dstudio.session.evaluation.difference import difference

            return difference(mesh, self.timeline.mesh(pinned))

        def show(distances: NDArray[np.float64]) -> None:
            if self._view.mesh(RECONSTRUCTION) is mesh:
                self._view.set_errors(RECONSTRUCTION, distances)
                self.difference_shown.emit()

        self._tasks.run(measure, show, self._complain, key="difference")

    def _spill(self) -> None:
        self._spilling = True

        def done(_: object) -> None:
            self._spilling = False
            self._refresh()

        def refuse(error: Exception) -> None:
            self._spilling = False
            self._complain(error)

        self._tasks.run(self.timeline.spill, done, refuse)

    def _complain(self, error: Exception) -> None:
        text = str(error) if isinstance(error, H3DError) else f"{type(error).__name__}: {error}"
        self.logged.emit(f"{self.tr('The timeline')}: {text}", "warning")

    def _refresh(self) -> None:
        self._bar.show_frames(self.timeline.frames, self._place(), self.pinned, self._following)
        self._bar.say_kept(self.timeline.in_memory, self.timeline.on_disk)
        if self._view.mesh(COMPARED) is not None and self._frame is not None and self.pinned is not None:
            self._titles.say(self._bar.title(self._frame), self._bar.title(self.pinned))
        self.changed.emit()
