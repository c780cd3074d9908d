"""From a job's events to Qt signals: one QThread that owns the engine and supervises the running job.

The window never touches the engine: what it asks travels through a queue, what happens comes back as small
signals. Meshes are latest-wins: `mesh_waiting` says that one can be taken, at most `REDRAWS_PER_SECOND`
times a second, and not again before the last one was taken; so a slow renderer slows only itself.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThread, Signal

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.engines import Engine, JobHandle, ProcessEngine
from h3dstudio.jobs.events import TERMINAL, Event, Failed, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import Job
from h3dstudio.jobs.process_engine import CLOSING_SECONDS
from h3dstudio.session.runs.job import PRELOAD

REDRAWS_PER_SECOND = 4.0
_POLL = 0.04
_SCALARS_EVERY = 0.15


RESULT = -1


@dataclass(frozen=True, eq=False)
class ReadyMesh:
    """A snapshot with what the viewport needs, worked out off the GUI thread.

    Attributes:
        step: the snapshot's step, `RESULT` for the mesh a run has ended with.
        normals: (V, 3) unit vertex normals.
    """

    step: int
    mesh: TriangleMesh
    normals: NDArray[np.float64]


def process_engine() -> Engine:
    """The engine the studio uses: a worker process that already holds the heavy modules."""
    return ProcessEngine(preload=PRELOAD)


class Supervisor(QThread):
    """Runs one job at a time on an engine. All methods return at once; call them from the GUI thread.

    Signals: `submitted()`, `progressed(Progress)`, `measured(list[Metrics])`, `mesh_waiting()`,
    `told(event)` for every other event (logs, checkpoints, previews), `memory(bytes)`, and
    `ended(terminal event)` after everything else of the job.
    """

    submitted = Signal()
    progressed = Signal(object)
    measured = Signal(object)
    mesh_waiting = Signal()
    told = Signal(object)
    memory = Signal(float)
    ended = Signal(object)

    def __init__(
        self,
        engine: Callable[[], Engine] = process_engine,
        parent: QObject | None = None,
        *,
        redraws: float = REDRAWS_PER_SECOND,
        poll: float = _POLL,
    ) -> None:
        super().__init__(parent)
        self._redraws, self._poll = redraws, poll
        self._make_engine = engine
        self._orders: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._ready: ReadyMesh | None = None
        self._offered = False
        self.pid: int | None = None

    @property
    def redraws(self) -> float:
        """Meshes that are handed on per second, at most."""
        return self._redraws

    def submit(self, job: Job) -> None:
        """Start `job` as soon as the one before has ended."""
        self._orders.put(("submit", job))

    def pause(self) -> None:
        self._orders.put(("pause", None))

    def resume(self) -> None:
        self._orders.put(("resume", None))

    def finish(self) -> None:
        """End soon and keep the result."""
        self._orders.put(("finish", None))

    def cancel(self) -> None:
        """Stop and let the job write its checkpoint."""
        self._orders.put(("cancel", None))

    def interrupt(self) -> None:
        """As `cancel`; the job's record says that it was interrupted, to be gone on with."""
        self._orders.put(("interrupt", None))

    def kill(self) -> None:
        """Stop now, whatever the job is doing."""
        self._orders.put(("kill", None))

    def tell(self, note: object) -> None:
        """Leave the running job a note; a newer one replaces it while it is unread."""
        self._orders.put(("tell", note))

    def take_mesh(self) -> ReadyMesh | None:
        """The newest mesh, once."""
        with self._lock:
            mesh, self._ready, self._offered = self._ready, None, False
        return mesh

    def shut_down(self, milliseconds: int = 10_000) -> bool:
        """Kill what runs, close the engine, end the thread. False when that took longer than allowed."""
        self._orders.put(("quit", None))
        return self.wait(milliseconds)

    def run(self) -> None:
        """The thread: serve orders until told to quit. Called by Qt."""
        engine = self._make_engine()
        try:
            _prewarm(engine)
            while True:
                order, job = self._orders.get()
                if order == "quit":
                    return
                if order == "submit" and not self._supervise(engine, job):
                    return
        finally:
            engine.close()

    def _supervise(self, engine: Engine, job: Job) -> bool:
        """See one job through. False when the window wants the thread to end."""
        try:
            handle = engine.submit(job)
        except Exception as error:
            self.ended.emit(Failed(str(error), repr(error), error))
            return True
        self.pid = getattr(handle, "pid", None)
        self.submitted.emit()
        stays = True
        try:
            stays = self._follow(handle)
        except Exception as error:
            # A defect here must not leave the window waiting for an end that never comes.
            handle.kill()
            self.ended.emit(Failed(f"the job could not be followed: {error}", traceback.format_exc(), error))
        self.pid = None
        if stays:
            _prewarm(engine)
        return stays

    def _follow(self, handle: JobHandle) -> bool:
        tray = _EventBatch(self)
        while handle.alive:
            if not self._obey(handle):
                return False
            tray.put(handle.poll(self._poll))
            tray.memory(getattr(handle, "memory", 0))
        tray.empty()
        return True

    def _obey(self, handle: JobHandle) -> bool:
        while True:
            try:
                order, job = self._orders.get_nowait()
            except queue.Empty:
                return True
            if order == "quit":
                handle.interrupt()
                handle.join(CLOSING_SECONDS)
                handle.kill()
                handle.join(5.0)
                return False
            if order == "submit":
                self.ended.emit(Failed("a job is already running", repr(job)))
            elif order == "tell":
                handle.send_message(job)
            else:
                # An engine that knows no other end than cancelling does that.
                getattr(handle, order, handle.cancel)()

    def _offer(self, snapshot: MeshSnapshot) -> None:
        ready = ReadyMesh(snapshot.step, snapshot.mesh, snapshot.mesh.vertex_normals())
        with self._lock:
            self._ready, offered, self._offered = ready, self._offered, True
        if not offered:
            self.mesh_waiting.emit()


class _EventBatch:
    """Collects a job's events and hands them on in portions the window can follow."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._to = supervisor
        self._snapshot: MeshSnapshot | None = None
        self._progress: Progress | None = None
        self._metrics: list[Metrics] = []
        self._terminal: Event | None = None
        self._mesh_at = self._scalars_at = self._memory_at = float("-inf")

    def put(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, MeshSnapshot):
                self._snapshot = event
            elif isinstance(event, Progress):
                self._progress = event
            elif isinstance(event, Metrics):
                self._metrics.append(replace(event, values=dict(event.values)))
            elif isinstance(event, TERMINAL):
                self._terminal = event
            else:
                self._to.told.emit(event)
        now = time.monotonic()
        if self._snapshot is not None and now - self._mesh_at >= 1 / self._to.redraws:
            self._mesh_at = now
            self._send_mesh()
        if now - self._scalars_at >= _SCALARS_EVERY:
            self._scalars_at = now
            self._send_scalars()

    def memory(self, used: float) -> None:
        now = time.monotonic()
        if used and now - self._memory_at >= 1.0:
            self._memory_at = now
            self._to.memory.emit(float(used))

    def empty(self) -> None:
        """Hand on what is left; the terminal event last."""
        self._send_mesh()
        self._send_scalars()
        self._to.ended.emit(self._terminal or Failed("the job ended without a word"))

    def _send_mesh(self) -> None:
        if self._snapshot is not None:
            self._to._offer(self._snapshot)
            self._snapshot = None

    def _send_scalars(self) -> None:
        if self._metrics:
            self._to.measured.emit(self._metrics)
            self._metrics = []
        if self._progress is not None:
            self._to.progressed.emit(self._progress)
            self._progress = None


def _prewarm(engine: Engine) -> None:
    if warm := getattr(engine, "prewarm", None):
        warm()
