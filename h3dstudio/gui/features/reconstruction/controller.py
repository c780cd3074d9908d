"""Reconstructions from the window's side: start, follow, stop, resume. The work itself is in the worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from h3dstudio.errors import H3DError, InconsistentScan, WorkerDied
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING, JobKind
from h3dstudio.gui.features.reconstruction.left_run import LeftBehind
from h3dstudio.gui.features.reconstruction.run_model import RunModel, RunState
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.mesh_reading import read_ready
from h3dstudio.gui.shell.supervisor import RESULT, ReadyMesh, Supervisor
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.shell.texts import translator
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.jobs.events import Checkpointed, Event, Failed, Finished, Log, Terminal
from h3dstudio.jobs.job import Job
from h3dstudio.methods.settings import MethodSettings
from h3dstudio.session.runs.job import ReconstructionJob
from h3dstudio.session.runs.past_run import PastRun

_tr = translator("Dialogs")
_REDRAW, _REDRAW_TURNING = 250, 1000
"""Milliseconds between two looks at the figures."""
_TICK = 500
_PATIENCE = 8_000
_LONGEST_REST = 700
_STOPPED = (RunState.CANCELLED, RunState.FAILED, RunState.DONE_EARLY, RunState.INTERRUPTED)


RunRequest = tuple[Path, str, MethodSettings, Path]
"""Scan, views as on the command line, settings, run folder."""


class RunController(QObject):
    """Owns the model of the run. `make_job` may be replaced by a test.

    Args:
        view: the one who turns the head in it is left undisturbed, and it is given time to draw.
        wishes: what the panels ask for: scan, views, settings, run folder; None where a run cannot start.

    Signals: `state_changed(RunState)`, `changed()` at most four times a second when there is
    something new to show, `logged(message, level)`, `streamed(ReadyMesh)` for whoever shows it, and then
    `mesh_shown(TriangleMesh)`, for each mesh, `over()` after each end, and
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

    def __init__(
        self,
        window: QWidget,
        supervisor: Supervisor,
        tasks: Tasks,
        view: MeshView,
        wishes: Callable[[], RunRequest | None],
    ) -> None:
        super().__init__(window)
        self._window, self._supervisor, self._tasks = window, supervisor, tasks
        self._view, self._wishes = view, wishes
        self.model = RunModel()
        self.make_job: Callable[..., Job] = ReconstructionJob
        self._job: Any = None
        self.job_kind: JobKind = RECONSTRUCTING
        self._kept: _KeptRun | None = None
        self._shown = RunState.IDLE
        self._interrupting = False
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
        view.motion.rested.connect(self._take_mesh)

    @property
    def state(self) -> RunState:
        return self.model.state

    @property
    def folder(self) -> Path | None:
        """The run folder, as far as it is known; in the middle of an errand, that of the run it is for."""
        last = self._last
        return last.job_kind.folder(last.job, last.model.checkpoint)

    @property
    def resumable(self) -> bool:
        """Whether the last run can be gone on with: never one that has finished."""
        return self.state in _STOPPED and self._job is not None and self.left_behind.resumable

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
    def _last(self) -> _KeptRun:
        return self._kept or _KeptRun(self._job, self.job_kind, self.model)

    def recall(self, job: Job, job_kind: JobKind, folder: Path, state: RunState) -> None:
        """Take a run of an earlier session for the last one; its files are in `folder`."""
        if not self.state.active:
            self.model = RunModel(state=state, checkpoint=folder / "checkpoint.npz")
            self._job, self.job_kind = job, job_kind
            self._enter(state)
            if job_kind is RECONSTRUCTING:
                self.recalled.emit(folder)

    def take_past(self, past: PastRun) -> None:
        """What the recalled run has measured, and how long it took."""
        self.model.take_metrics(list(past.metrics))
        self.model.elapsed = past.seconds
        self.changed.emit()

    @property
    def left_behind(self) -> LeftBehind:
        """What the running or the last job has left so far to go on with."""
        return self.job_kind.left_behind(self._job, self.model.checkpoint)

    def start(self) -> None:
        """Start with what the panels say; nothing happens while a run is active or nothing is ticked."""
        wishes = self._wishes()
        if wishes is None or self.state.active:
            return
        scan, views, settings, out = wishes
        self.model.checkpoint = None
        self._submit(self.make_job(scan=scan, out=out, settings=settings, views=views), RECONSTRUCTING)

    def begin(self, job: Job, job_kind: JobKind) -> None:
        """Start a job of another kind; nothing happens while one is active."""
        if not self.state.active:
            self.model.checkpoint = None
            self._submit(job, job_kind)

    def begin_errand(self, job: Job, job_kind: JobKind) -> None:
        """Start a job that serves the last run; when it has ended, that run is the last again."""
        if not self.state.active:
            self._kept = _KeptRun(self._job, self.job_kind, self.model)
            self.model = RunModel()
            self._submit(job, job_kind)

    def resume_last(self) -> None:
        """Go on from the last run's checkpoint."""
        if self.resumable:
            self._submit(self.job_kind.again(self._job, self.model.checkpoint), self.job_kind)

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

    def idle(self) -> bool:
        """Whether no job runs; else says that one does."""
        if self.state.active:
            show_busy(self._window, self.job_kind.noun)
        return not self.state.active

    def interrupt(self) -> None:
        """Stop as `cancel` does, to go on another time: it ends as interrupted."""
        if self.state.active:
            self._interrupting = True
            self._supervisor.interrupt()
            self._enter(RunState.CANCELLING)
            self._patience.start()

    def forget(self) -> None:
        """Another scan was opened: nothing of the last run is shown any more."""
        if not self.state.active:
            self.model, self._job, self.job_kind = RunModel(), None, RECONSTRUCTING
            self._enter(RunState.IDLE)

    def _submit(self, job: Job, job_kind: JobKind) -> None:
        self._job, self.job_kind = job, job_kind
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
        return self._view.motion.turning

    def _show_newest(self) -> None:
        ready = self._supervisor.take_mesh()
        if ready is None:
            return
        begin = time.perf_counter()
        self._show(ready)
        # The picture of this mesh is still to come; it costs about what the one before did.
        seconds = time.perf_counter() - begin + self._view.paint_seconds
        self._rest.start(min(_LONGEST_REST, round(3000 * seconds)))

    def _show(self, ready: ReadyMesh) -> None:
        if self.job_kind is not RECONSTRUCTING:
            self.other_mesh.emit(ready)
            return
        self.streamed.emit(ready)
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
        if self._interrupting and self.model.state is RunState.CANCELLED:
            self.model.state = RunState.INTERRUPTED
        interrupted, self._interrupting = self._interrupting, False
        if isinstance(event, Finished):
            self._take_result(event)
        elif isinstance(event, Failed):
            self._explain(event)
        else:
            self.logged.emit(self.tr("Interrupted") if interrupted else self.tr("Cancelled"), "warning")
        self._enter(self.model.state)
        self._end_errand()
        self.over.emit()

    def _end_errand(self) -> None:
        if self._kept is not None and not self.state.active:
            self._job, self.job_kind, self.model = self._kept.job, self._kept.job_kind, self._kept.model
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
        title = self.tr("{0} failed").format(self.job_kind.noun)
        choices = [dialogs.Choice("close", self.tr("Close"), dialogs.Role.RejectRole)]
        if isinstance(error, InconsistentScan):
            choices.insert(0, dialogs.Choice("trust", self.tr("Go on all the same")))
        if event.resumable or isinstance(error, WorkerDied):
            title = self.tr("{0} was interrupted").format(self.job_kind.noun)
            again = (
                dialogs.Choice("resume", self.tr("Resume"), default=True)
                if self.left_behind.resumable
                else dialogs.Choice("start", self.tr("Start again"), default=True)
            )
            choices.insert(0, again)
        again_with = partial(
            self._answer, self._job, self.job_kind, self.begin if self._kept is None else self.begin_errand
        )
        dialogs.show_error(
            self._window, title, error, details=event.details, choices=choices, answered=again_with
        )

    def _answer(self, job: Job, job_kind: JobKind, begin: Callable[[Job, JobKind], None], key: str) -> None:
        if key == "resume":
            self.resume_last()
        elif key == "trust" and isinstance(job, ReconstructionJob):
            begin(replace(job, trust_cameras=True), job_kind)
        elif key == "start" and job_kind is RECONSTRUCTING:
            self.start()
        elif key == "start":
            begin(job, job_kind)


def show_busy(parent: QWidget, noun: str) -> QMessageBox:
    """Another scan or project was asked for in the middle of a run."""
    return dialogs.ask(
        parent,
        _tr("{0} is running").format(noun),
        _tr("Nothing else can be opened while {0} is running").format(noun[:1].lower() + noun[1:]),
        (dialogs.Choice("close", _tr("Close"), dialogs.Role.RejectRole, default=True),),
        kind=QMessageBox.Icon.Information,
        information=_tr("<b>What to do:</b> Finish or cancel it first (F7, F8)."),
    )


@dataclass(frozen=True)
class _KeptRun:
    """A run, and how far it came."""

    job: Any
    job_kind: JobKind
    model: RunModel


class ReportedFailure(H3DError):
    """A failure whose own exception did not come across: its message is all there is."""
