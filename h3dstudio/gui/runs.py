"""Reconstructions from the window's side: start, follow, stop, resume. The work itself is in the worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal
from PySide6.QtWidgets import QWidget

from h3dstudio.data.scan import Scan
from h3dstudio.errors import H3DError, InconsistentScan, WorkerDied
from h3dstudio.gui import dialogs
from h3dstudio.gui.bridge import RESULT, ReadyMesh, Supervisor
from h3dstudio.gui.run_model import RunModel, RunState
from h3dstudio.gui.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.sink import MeshSink
from h3dstudio.gui.work import RECONSTRUCTING, Work
from h3dstudio.jobs.events import Checkpointed, Event, Failed, Finished, Log, Terminal
from h3dstudio.jobs.job import Job
from h3dstudio.session.past_run import PastRun
from h3dstudio.session.reconstruction import ReconstructionJob
from h3dstudio.training.settings import ReconstructionSettings

_REDRAW, _REDRAW_TURNING = 250, 1000
"""Milliseconds between two looks at the figures."""
_TICK = 500
_PATIENCE = 8_000
_LONGEST_REST = 700
_STOPPED = (RunState.CANCELLED, RunState.FAILED, RunState.DONE_EARLY, RunState.INTERRUPTED)


class Runs(QObject):
    """Owns the model of the run. `make_job` may be replaced by a test.

    Signals: `state_changed(RunState)`, `changed()` at most four times a second when there is
    something new to show, `logged(message, level)`, `streamed(ReadyMesh)` and then
    `mesh_shown(TriangleMesh)` for each mesh, `over()` after each end, and
    `summed_up(dict)` and `result_shown(folder, TriangleMesh)` once the mesh of a finished run is shown;
    `other_mesh(ReadyMesh)` for the meshes of other work, which is not shown here; `finished(result)`;
    `placed(folder)` when the folder of a run that has begun is known,
    `recalled(folder)` when a reconstruction of an earlier session is the last one now, and
    `unfinished_shown(TriangleMesh)` when that has left only meshes on the way.
    """

    state_changed = Signal(object)
    changed = Signal()
    logged = Signal(str, str)
    streamed = Signal(object)
    mesh_shown = Signal(object)
    summed_up = Signal(object)
    result_shown = Signal(object, object)
    other_mesh = Signal(object)
    finished = Signal(object)
    recalled = Signal(object)
    placed = Signal(object)
    unfinished_shown = Signal(object)
    over = Signal()

    def __init__(self, window: QWidget, supervisor: Supervisor, tasks: Tasks, sink: MeshSink) -> None:
        super().__init__(window)
        self._window, self._supervisor, self._tasks, self._sink = window, supervisor, tasks, sink
        self.model = RunModel()
        self.make_job: Callable[..., Job] = ReconstructionJob
        self.wishes: Callable[[], tuple[Path, str, ReconstructionSettings, Path] | None] = lambda: None
        self._screen: MeshView | None = None
        self._job: Any = None
        self.work: Work = RECONSTRUCTING
        self._kept: _Kept | None = None
        self._shown = RunState.IDLE
        self._redraw = QTimer(self, interval=_REDRAW, singleShot=True)
        self._redraw.timeout.connect(self.changed)
        self._patience = QTimer(self, interval=_PATIENCE, singleShot=True)
        self._patience.timeout.connect(supervisor.kill)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._take_mesh)
        self._ticks = QTimer(self, interval=_TICK)
        self._ticks.timeout.connect(self._tick)
        self._ticked_at = 0.0
        supervisor.progressed.connect(lambda progress: self._update(self.model.take_progress, progress))
        supervisor.measured.connect(lambda metrics: self._update(self.model.take_metrics, metrics))
        supervisor.memory.connect(self._take_memory)
        supervisor.mesh_waiting.connect(self._take_mesh)
        supervisor.told.connect(self._take_event)
        supervisor.ended.connect(self._take_end)

    def mind(self, screen: MeshView) -> None:
        """Leave the one who turns the head on `screen` undisturbed, and `screen` time to draw."""
        self._screen = screen
        screen.motion.rested.connect(self._take_mesh)

    @property
    def state(self) -> RunState:
        return self.model.state

    @property
    def folder(self) -> Path | None:
        """The run folder, as far as it is known; in the middle of an errand, that of the run it is for."""
        last = self._last
        return last.work.folder(last.job, last.model.checkpoint)

    @property
    def resumable(self) -> bool:
        """Whether the last run can be gone on with."""
        return self.state in _STOPPED and self._job is not None and self._left_behind()

    @property
    def job(self) -> Any:
        """The running or the last job, errands left out; None where there was none yet."""
        return self._last.job

    @property
    def resuming(self) -> bool:
        """Whether the running or last job goes on with what an earlier one has left."""
        return bool(getattr(self._job, "resume", False))

    @property
    def job_state(self) -> RunState:
        """How `job` stands."""
        return self._last.model.state

    @property
    def _last(self) -> _Kept:
        return self._kept or _Kept(self._job, self.work, self.model)

    def recall(self, job: Job, work: Work, folder: Path, state: RunState) -> None:
        """Take a run of an earlier session for the last one; its files are in `folder`."""
        if not self.state.active:
            self.model = RunModel(state=state, checkpoint=folder / "checkpoint.npz")
            self._job, self.work = job, work
            self._enter(state)
            if work is RECONSTRUCTING:
                self.recalled.emit(folder)

    def take_past(self, past: PastRun) -> None:
        """What the recalled run has measured, and how long it took."""
        self.model.take_metrics(list(past.metrics))
        self.model.elapsed = past.seconds
        self.changed.emit()

    def _left_behind(self) -> bool:
        """Whether the last run's folder holds enough to go on in it."""
        return self.work.left_behind(self._job, self.model.checkpoint)

    def start(self) -> None:
        """Start with what the panels say; nothing happens while a run is active or nothing is ticked."""
        wishes = self.wishes()
        if wishes is None or self.state.active:
            return
        scan, views, settings, out = wishes
        self.model.checkpoint = None
        self._submit(self.make_job(scan=scan, out=out, settings=settings, views=views), RECONSTRUCTING)

    def begin(self, job: Job, work: Work) -> None:
        """Start a job of another kind; nothing happens while one is active."""
        if not self.state.active:
            self.model.checkpoint = None
            self._submit(job, work)

    def begin_errand(self, job: Job, work: Work) -> None:
        """Start a job that serves the last run; when it has ended, that run is the last again."""
        if not self.state.active:
            self._kept = _Kept(self._job, self.work, self.model)
            self.model = RunModel()
            self._submit(job, work)

    def resume_last(self) -> None:
        """Go on from the last run's checkpoint."""
        if self.resumable:
            self._submit(self.work.again(self._job, self.model.checkpoint), self.work)

    def pause(self) -> None:
        """Pause, or go on after a pause."""
        self._tick()
        if self.state is RunState.RUNNING:
            self._supervisor.pause()
            self._enter(RunState.PAUSED)
        elif self.state is RunState.PAUSED:
            self._supervisor.resume()
            self._enter(RunState.RUNNING)

    def finish(self) -> None:
        """End soon, keeping the mesh."""
        if self.state.active:
            self._supervisor.finish()
            self._enter(RunState.FINISHING)

    def cancel(self) -> None:
        """Stop; a worker that does not stop by itself is stopped."""
        if self.state.active:
            self._supervisor.cancel()
            self._enter(RunState.CANCELLING)
            self._patience.start()

    def forget(self) -> None:
        """Another scan was opened: nothing of the last run is shown any more."""
        if not self.state.active:
            self.model, self._job, self.work = RunModel(), None, RECONSTRUCTING
            self._enter(RunState.IDLE)

    def _submit(self, job: Job, work: Work) -> None:
        self._job, self.work = job, work
        self.model.start(resumed=self.resuming)
        self._ticked_at = time.monotonic()
        self._ticks.start()
        self._supervisor.submit(job)
        self._enter(RunState.STARTING)

    def _enter(self, state: RunState) -> None:
        self.model.state = self._shown = state
        self.state_changed.emit(state)
        self.changed.emit()

    def _tick(self) -> None:
        now = time.monotonic()
        self.model.tick(now - self._ticked_at)
        self._ticked_at = now
        if not self._redraw.isActive():
            self.changed.emit()

    def _update(self, take: Callable[[Any], None], what: Any) -> None:
        take(what)
        if self.model.state is not self._shown:
            self._enter(self.model.state)
        elif not self._redraw.isActive():
            self._redraw.start(_REDRAW_TURNING if self._turning else _REDRAW)

    def _take_memory(self, used: float) -> None:
        self.model.memory = used

    def _take_mesh(self) -> None:
        """Show the newest mesh, then rest: slow rendering must not freeze the window.

        While the user turns the head a mesh waits, and gives way to newer ones.
        """
        if not self._rest.isActive() and not self._turning:
            self._show_newest()

    @property
    def _turning(self) -> bool:
        return self._screen is not None and self._screen.motion.turning

    def _show_newest(self) -> None:
        ready = self._supervisor.take_mesh()
        if ready is None:
            return
        begin = time.perf_counter()
        self._show(ready)
        # The picture of this mesh is still to come; it costs about what the one before did.
        picture = 0.0 if self._screen is None else self._screen.paint_seconds
        seconds = time.perf_counter() - begin + picture
        self._rest.start(min(_LONGEST_REST, round(3000 * seconds)))

    def _show(self, ready: ReadyMesh) -> None:
        if self.work is not RECONSTRUCTING:
            self.other_mesh.emit(ready)
            return
        self.streamed.emit(ready)
        self._sink.show_mesh(self.work.layer, ready.mesh, ready.normals)
        self.mesh_shown.emit(ready.mesh)

    def _take_event(self, event: Event) -> None:
        if isinstance(event, Log):
            self.logged.emit(event.message, event.level)
        elif isinstance(event, Checkpointed):
            known = self.folder
            self.model.take_checkpoint(event)
            if self.folder != known:
                self.placed.emit(self.folder)

    def _take_end(self, event: Terminal) -> None:
        self._tick()
        self._ticks.stop()
        self._patience.stop()
        self._rest.stop()
        self._show_newest()
        self.model.end(event)
        if isinstance(event, Finished):
            self._take_result(event)
        elif isinstance(event, Failed):
            self._explain(event)
        else:
            self.logged.emit(self.tr("Cancelled"), "warning")
        self._enter(self.model.state)
        self._end_errand()
        self.over.emit()

    def _end_errand(self) -> None:
        if self._kept is not None and not self.state.active:
            self._job, self.work, self.model = self._kept.job, self._kept.work, self._kept.model
            self._kept = None
            self._enter(self.model.state)

    def _take_result(self, event: Finished) -> None:
        mesh = getattr(event.result, "mesh", None)
        self.logged.emit(self.tr("Finished early") if event.early else self.tr("Finished"), "info")
        self.finished.emit(event.result)
        if isinstance(mesh, Path):
            self.logged.emit(self.tr("The mesh is in {0}").format(mesh), "info")
            self.show_result(mesh, getattr(event.result, "summary", None) or {})

    def show_result(self, mesh: Path, summary: Mapping[str, Any]) -> None:
        """Read the mesh file of a run that has ended, and show it with what the run came to."""

        def show(ready: ReadyMesh) -> None:
            self._show(replace(ready, step=RESULT))
            self.summed_up.emit(summary)
            self.result_shown.emit(mesh.parent, ready.mesh)

        self._tasks.run(lambda: read_ready(mesh), show, key="result")

    def show_step(self, mesh: Path, step: int) -> None:
        """Read a mesh on the way of a run that has no other, and show it."""

        def show(ready: ReadyMesh) -> None:
            if not self.state.active:
                self._show(replace(ready, step=step))
                self.unfinished_shown.emit(ready.mesh)

        self._tasks.run(lambda: read_ready(mesh), show, key="result")

    def _explain(self, event: Failed) -> None:
        self.logged.emit(event.message, "error")
        if event.details:
            self.logged.emit(event.details, "debug")
        error = event.error if isinstance(event.error, H3DError) else ReportedFailure(event.message)
        title = self.tr("{0} failed").format(self.work.noun)
        choices = [dialogs.Choice("close", self.tr("Close"), dialogs.Role.RejectRole)]
        if isinstance(error, InconsistentScan):
            choices.insert(0, dialogs.Choice("trust", self.tr("Go on all the same")))
        if event.resumable or isinstance(error, WorkerDied):
            title = self.tr("{0} was interrupted").format(self.work.noun)
            again = (
                dialogs.Choice("resume", self.tr("Resume"), default=True)
                if self._left_behind()
                else dialogs.Choice("start", self.tr("Start again"), default=True)
            )
            choices.insert(0, again)
        again_with = partial(
            self._answer, self._job, self.work, self.begin if self._kept is None else self.begin_errand
        )
        dialogs.show_error(
            self._window, title, error, details=event.details, choices=choices, answered=again_with
        )

    def _answer(self, job: Job, work: Work, begin: Callable[[Job, Work], None], key: str) -> None:
        if key == "resume":
            self.resume_last()
        elif key == "trust" and isinstance(job, ReconstructionJob):
            begin(replace(job, trust_cameras=True), work)
        elif key == "start" and work is RECONSTRUCTING:
            self.start()
        elif key == "start":
            begin(job, work)


@dataclass(frozen=True)
class _Kept:
    """A run, and how far it came."""

    job: Any
    work: Work
    model: RunModel


class ReportedFailure(H3DError):
    """A failure whose own exception did not come across: its message is all there is."""


def read_ready(path: Path) -> ReadyMesh:
    """A mesh file with its normals. Runs on any thread."""
    from h3dstudio.data.mesh_files import read_mesh

    mesh = read_mesh(path)
    return ReadyMesh(0, mesh, mesh.vertex_normals())


def default_out(scan: Scan) -> Path:
    """Where a run of `scan` is written unless the user says otherwise: the documents folder."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "H3D Studio" / scan.name
