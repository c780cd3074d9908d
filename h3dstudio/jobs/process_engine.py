"""Process engine: runs jobs in worker processes, started fresh (never forked), niced, with a core left free.

No thread is needed here: a handle does its work in `poll`, which the window calls from a QThread.
POSIX: the pipe is a socket pair whose one end the worker inherits.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing import Pipe

from h3dstudio.errors import WorkerDied
from h3dstudio.jobs.events import TERMINAL, Cancelled, Event, Failed
from h3dstudio.jobs.job import Job
from h3dstudio.jobs.messages import Control, Message, Order, Report, Run, Setup, receive, send
from h3dstudio.jobs.outbox import SNAPSHOT_INTERVAL, newest

_START = "import sys; sys.path[:] = {path!r}; from h3dstudio.jobs.worker import main; main(int(sys.argv[1]))"
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_RESUME = "Resume from the last checkpoint; the log holds what it printed last"
_OUT_OF_MEMORY = (
    "The system does this when memory runs out: close other programs, or choose a lower quality or fewer "
    "views, then resume from the last checkpoint"
)
_SLICE = 0.2
CLOSING_SECONDS = 2.0
"""What jobs have for their last words when their engine is closed."""
_LAST_LINES = 4000


class _Worker:
    """A started worker process, its pipe, and a nameless file with whatever it prints."""

    def __init__(self, threads: int, setup: Setup) -> None:
        self.connection, theirs = Pipe()
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115  (closed in `close`)
        environment = dict(os.environ, PYTHONFAULTHANDLER="1", PYTHONUNBUFFERED="1")
        environment.update(dict.fromkeys(_THREAD_VARIABLES, str(threads)))
        # A group of its own keeps Ctrl-C in the terminal, and its hang-up, with the supervisor. Not a session
        # of its own: Linux deals the processor out to sessions first (autogroups), each alike, and being nice
        # counts only within one.
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=[str(p) for p in sys.path]), str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=self._printed,
            stderr=subprocess.STDOUT,
            env=environment,
            process_group=0,
        )
        theirs.close()
        with contextlib.suppress(OSError):
            send(self.connection, setup)

    def printed(self) -> str:
        """The end of what the worker wrote to its console: the last words of a crash in native code."""
        if self._printed.closed:
            return ""
        size = self._printed.seek(0, os.SEEK_END)
        self._printed.seek(max(0, size - _LAST_LINES))
        return self._printed.read().decode(errors="replace")

    def close(self, patience: float = 0.0) -> None:
        """Wait `patience` seconds for the process to end by itself, then make it end; take its remains."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        # The whole group: helpers that the job started go with it, also where it has ended by itself.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.connection.close()
        self._printed.close()


class ProcessHandle:
    """A job in a worker process. See `engines.JobHandle`.

    Attributes:
        memory: the worker's resident memory in bytes, as it last said.
    """

    def __init__(self, worker: _Worker, job: Job) -> None:
        self._worker = worker
        self._sending = threading.Lock()
        self._polling = threading.RLock()
        self._kept: list[Event] = []
        self._ended = self._paused = self._killed = False
        self._last_report = time.monotonic()
        self.memory = 0
        self._order(Run(pickle.dumps(job)))

    @property
    def alive(self) -> bool:
        return not self._ended or bool(self._kept)

    @property
    def paused(self) -> bool:
        return self._paused and not self._ended

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._worker.process.pid

    @property
    def silent_for(self) -> float:
        """Seconds since the worker last reported; more than a few mean that it hangs in native code."""
        return time.monotonic() - self._last_report

    def poll(self, timeout: float = 0.0) -> list[Event]:
        with self._polling:
            self._listen(time.monotonic() + timeout)
            events, self._kept = self._kept, []
        return events

    def pause(self) -> None:
        self._paused = True
        self._order(Control.PAUSE)

    def resume(self) -> None:
        self._paused = False
        self._order(Control.RESUME)

    def finish(self) -> None:
        self._paused = False
        self._order(Control.FINISH)

    def cancel(self) -> None:
        self._paused = False
        self._order(Control.CANCEL)

    def interrupt(self) -> None:
        self._paused = False
        self._order(Control.INTERRUPT)

    def kill(self) -> None:
        self._killed = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._worker.process.returncode is None:
                os.killpg(self.pid, signal.SIGKILL)

    def join(self, timeout: float | None = None) -> bool:
        end = float("inf") if timeout is None else time.monotonic() + timeout
        while not self._ended:
            with self._polling:
                self._listen(min(end, time.monotonic() + _SLICE), until_ended=True)
            if time.monotonic() >= end:
                break
        return self._ended

    def send_message(self, message: object) -> None:
        self._order(Message(pickle.dumps(message)))

    def _order(self, order: Order) -> None:
        with self._sending, contextlib.suppress(OSError):
            if not self._ended:
                send(self._worker.connection, order)

    def _listen(self, end: float, *, until_ended: bool = False) -> None:
        """Take in reports until `end`, or until there is something to tell and nothing more in the pipe."""
        while not self._ended:
            waiting = 0.0 if self._kept and not until_ended else end - time.monotonic()
            ready = self._worker.connection.poll(min(max(waiting, 0.0), _SLICE))
            if ready:
                self._take_in()
            elif self._worker.process.poll() is not None and not self._worker.connection.poll():
                # Asked again: its last words may have come after the first look, and before its end.
                self._end(self._death())
            if not self._ended and waiting <= 0 and (not ready or time.monotonic() > end + _SLICE):
                return

    def _take_in(self) -> None:
        try:
            report = receive(self._worker.connection)
        except (EOFError, OSError):
            self._end(self._death())
            return
        assert isinstance(report, Report)
        self._last_report = time.monotonic()
        self.memory = report.memory or self.memory
        for event in report.events:
            if isinstance(event, TERMINAL):
                self._end(event)
                return
            self._kept = newest([*self._kept, event])

    def _end(self, event: Event) -> None:
        self._kept.append(event)
        with self._sending:
            self._ended = True
            self._worker.close(patience=2.0)

    def _death(self) -> Event:
        if self._killed:
            return Cancelled()
        try:
            code = self._worker.process.wait(2.0)
        except subprocess.TimeoutExpired:
            return _died("closed its pipe and hangs", self._worker.printed(), self.memory)
        return _died(_how(code), self._worker.printed(), self.memory)


class ProcessEngine:
    """Runs each job in a worker process of its own.

    Args:
        threads: cores the worker's numerics may use; None = all but one (at least one).
        nice: how far the worker steps back behind the window, 0 to 19.
        preload: what a worker imports before it gets its job: "module", or "module:function" to call. Seconds
            saved when `prewarm` was called early enough.
        snapshot_interval: least seconds between two meshes that a worker sends.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        nice: int = 10,
        preload: Sequence[str] = (),
        snapshot_interval: float = SNAPSHOT_INTERVAL,
    ) -> None:
        self.threads = max(1, available_cores() - 1) if threads is None else threads
        self._setup = Setup(nice, tuple(preload), snapshot_interval)
        self._warm: _Worker | None = None
        self._starting = threading.Lock()
        self._handles: list[ProcessHandle] = []

    def prewarm(self, modules: Sequence[str] = ()) -> None:
        """Start a worker that imports `preload` and `modules`, then waits for its job. From any thread."""
        with self._starting:
            if self._warm is not None and self._warm.process.poll() is None:
                return
            self._drop_warm()
            self._warm = _Worker(self.threads, replace(self._setup, preload=(*self._setup.preload, *modules)))

    def submit(self, job: Job) -> ProcessHandle:
        """Start `job` (picklable) in the warm worker, or in a new one."""
        pickle.dumps(job)
        self.prewarm()
        with self._starting:
            worker, self._warm = self._warm, None
        assert worker is not None
        handle = ProcessHandle(worker, job)
        self._handles = [*(old for old in self._handles if old.alive), handle]
        return handle

    def close(self, patience: float = CLOSING_SECONDS) -> None:
        """Interrupt every job, kill what has not ended after `patience` seconds; then all is gone."""
        with self._starting:
            self._drop_warm()
        for handle in self._handles:
            handle.interrupt()
        end = time.monotonic() + patience
        for handle in self._handles:
            handle.join(max(0.0, end - time.monotonic()))
            handle.kill()
            handle.join()
        self._handles.clear()

    def __enter__(self) -> ProcessEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drop_warm(self) -> None:
        if self._warm is not None:
            self._warm.close()
            self._warm = None


def available_cores() -> int:
    """Processor cores this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = "a signal"
    verb = "was killed" if -code in (signal.SIGKILL, signal.SIGTERM) else "crashed"
    return f"{verb} by {name} (signal {-code})"


def _died(how: str, printed: str, memory: int) -> Failed:
    problem = f"The worker process {how} before it had a result"
    if memory:
        problem += f"; it last used {memory / 2**30:.1f} GB of memory"
    remedy = _OUT_OF_MEMORY if "SIGKILL" in how or "SIGABRT" in how else _RESUME
    error = WorkerDied(problem, remedy=remedy)
    return Failed(str(error), printed, error, resumable=True)
