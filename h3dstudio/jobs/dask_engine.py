"""Dask engine: runs the very same jobs on the workers of a Dask scheduler, on many machines.

On its machine a job runs in a worker process of `process_engine`, as it would at home: with its number of
threads, and without taking the Dask worker with it when memory runs out. Orders go through a queue of the
scheduler, events through one of its topics; what only draws (meshes, pictures) stays there. When the client
is gone, even by `kill -9`, the scheduler releases its tasks, and the job is closed as at home.

Dask (distributed, BSD licence) is an extra: `pip install h3dstudio[dask]`. Every worker needs this package,
and the same paths must lead to the same files everywhere.
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import time
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from h3dstudio.errors import H3DError, UsageError, WorkerDied
from h3dstudio.jobs.events import TERMINAL, Cancelled, Checkpointed, Event, Failed, Log, Progress
from h3dstudio.jobs.job import Job
from h3dstudio.jobs.process_engine import ProcessEngine, ProcessHandle
from h3dstudio.jobs.runner import failure
from h3dstudio.jobs.stop_reason import StopReason

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 15
_POLL = 0.5
_NO_MESHES = 3600.0


class DaskEngine:
    """Runs each job as one task of a Dask cluster.

    Args:
        address: of the scheduler, as "tcp://host:8786".
        threads: cores a job's numerics may use.
        preload: see `ProcessEngine`.

    Raises UsageError when distributed is not installed, H3DError when nobody answers at `address`.
    """

    def __init__(self, address: str, *, threads: int = 1, preload: Sequence[str] = ()) -> None:
        self._client = _connect(address)
        self._threads, self._preload = threads, tuple(preload)
        self._handles: list[DaskHandle] = []

    def slots(self) -> int:
        """How many jobs the cluster can run at once: the threads of its workers."""
        return int(sum(self._client.nthreads().values()))

    def submit(self, job: Job) -> DaskHandle:
        """Send `job` (picklable) to the cluster; it waits there for a free worker."""
        handle = DaskHandle(self._client, job, self._threads, self._preload)
        self._handles = [*(old for old in self._handles if old.alive), handle]
        return handle

    def close(self) -> None:
        """Let go of every job, and leave the cluster as it was."""
        for handle in self._handles:
            handle.kill()
        self._handles.clear()
        self._client.close()


class DaskHandle:
    """A job on a Dask cluster. See `engines.JobHandle`; notes to the job are not carried there."""

    def __init__(self, client: Client, job: Job, threads: int, preload: tuple[str, ...]) -> None:
        from distributed import Queue

        self._client, self._topic = client, f"h3dstudio-{uuid.uuid4().hex}"
        self._arrived: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._kept: list[Event] = []
        self._ended = self._paused = self._killed = False
        self._starts = 0
        self._last_order = ""
        client.subscribe_topic(self._topic, self._on_message)
        self._orders = Queue(self._topic, client=client)
        task = (pickle.dumps(job), self._topic, threads, preload)
        self._future = client.submit(run_on_worker, *task, key=self._topic, pure=False)
        self._future.add_done_callback(lambda _: self._arrived.put(None))

    @property
    def alive(self) -> bool:
        return not self._ended or bool(self._kept)

    @property
    def paused(self) -> bool:
        return self._paused and not self._ended

    def poll(self, timeout: float = 0.0) -> list[Event]:
        self._listen(timeout)
        events, self._kept = self._kept, []
        return events

    def pause(self) -> None:
        self._paused = True
        self._order("pause")

    def resume(self) -> None:
        self._paused = False
        self._order("resume")

    def finish(self) -> None:
        self._paused = False
        self._order("finish")

    def cancel(self) -> None:
        self._paused = False
        self._order("cancel")

    def interrupt(self) -> None:
        self._paused = False
        self._order("interrupt")

    def send_message(self, message: object) -> None:
        """Nothing: jobs that answer questions belong beside the one who asks."""

    def kill(self) -> None:
        """The scheduler forgets the task; its worker closes the job."""
        if not self._ended:
            self._killed = True
            self._future.cancel()
            self._arrived.put(None)

    def join(self, timeout: float | None = None) -> bool:
        end = float("inf") if timeout is None else time.monotonic() + timeout
        kept: list[Event] = []
        while not self._ended and time.monotonic() < end:
            kept += self.poll(min(_POLL, end - time.monotonic()))
        self._kept = kept + self._kept
        return self._ended

    def _order(self, order: str) -> None:
        self._last_order = order
        if not self._ended:
            self._orders.put(order)

    def _on_message(self, event: tuple[float, Any]) -> None:
        """A message on the topic; called by the client's thread."""
        content = event[1] if isinstance(event, tuple) else event
        message = pickle.loads(content)
        self._arrived.put(self._started(message) if isinstance(message, _Started) else message)

    def _started(self, message: _Started) -> Event:
        self._starts += 1
        if self._starts == 1:
            return Log(f"It runs on {message.worker}", "debug")
        if self._last_order:  # the worker that died may have taken it to the grave
            self._orders.put(self._last_order)
        return Log(f"The worker it ran on died; it has started again on {message.worker}", "warning")

    def _listen(self, timeout: float) -> None:
        end = time.monotonic() + timeout
        while not self._ended:
            wait = 0.0 if self._kept else max(0.0, end - time.monotonic())
            try:
                event = self._arrived.get(timeout=wait) if wait else self._arrived.get_nowait()
            except queue.Empty:
                return
            if event is None:
                self._end()
            else:
                self._kept.append(event)

    def _end(self) -> None:
        self._ended = True
        self._kept.append(Cancelled(StopReason.INTERRUPTED) if self._killed else self._outcome())
        with contextlib.suppress(Exception):
            self._client.unsubscribe_topic(self._topic)
            self._orders.close()

    def _outcome(self) -> Event:
        from distributed import KilledWorker

        try:
            event: Event = pickle.loads(self._future.result(timeout=CONNECT_SECONDS))
        except KilledWorker as error:
            died = WorkerDied(
                f"The Dask workers that ran it died, {error.allowed_failures + 1} of them",
                remedy="Their logs say why; resume from the last checkpoint",
            )
            return Failed(str(died), str(error), died, resumable=True)
        except Exception as error:
            return failure(error, resumable=True)
        return event


class _Started:
    """The first message of every attempt."""

    def __init__(self, worker: str) -> None:
        self.worker = worker


def run_on_worker(job: bytes, topic: str, threads: int, preload: tuple[str, ...]) -> bytes:
    """The task: run the job in a process of its own, pass its events on; returns the last one, pickled."""
    from distributed import Queue, get_worker

    worker, orders = get_worker(), Queue(topic)
    worker.log_event(topic, pickle.dumps(_Started(worker.address)))
    with ProcessEngine(threads=threads, preload=preload, snapshot_interval=_NO_MESHES) as engine:
        handle = engine.submit(pickle.loads(job))
        while True:
            for event in _worth_sending(handle.poll(_POLL)):
                if isinstance(event, TERMINAL):
                    return pickle.dumps(event)
                worker.log_event(topic, pickle.dumps(event))
            if _released(worker, topic):
                handle.interrupt()
                handle.join(_POLL * 40)
                return pickle.dumps(Cancelled(StopReason.INTERRUPTED))
            _obey(handle, orders.get(batch=True))


def _worth_sending(events: list[Event]) -> list[Event]:
    """Of progress only the newest; no meshes, pictures and curves."""
    kept = [event for event in events if isinstance(event, (Log, Checkpointed, *TERMINAL))]
    progress = [event for event in events if isinstance(event, Progress)]
    return [*progress[-1:], *kept]


def _obey(handle: ProcessHandle, orders: Sequence[object]) -> None:
    known = {
        "pause": handle.pause,
        "resume": handle.resume,
        "finish": handle.finish,
        "cancel": handle.cancel,
        "interrupt": handle.interrupt,
    }
    for order in orders:
        if isinstance(order, str) and order in known:
            known[order]()


def _released(worker: Any, key: str) -> bool:
    """Whether nobody wants the task any more: it was killed, or its client is gone."""
    task = worker.state.tasks.get(key)
    return task is None or task.state == "cancelled"


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            "the Dask engine needs the package distributed", remedy="pip install 'h3dstudio[dask]'"
        ) from error
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise H3DError(
            f"no Dask scheduler answers ({type(error).__name__}: {str(error)[:120]})",
            where=address,
            remedy="Start one with `dask scheduler`, and give its address as tcp://host:8786",
        ) from error
