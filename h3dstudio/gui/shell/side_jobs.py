"""Short jobs beside the run: aligning, evaluating, exporting. A worker of their own does them, one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from h3dstudio.gui.shell.supervisor import Supervisor
from h3dstudio.jobs.engines import Engine, ProcessEngine
from h3dstudio.jobs.events import Failed, Finished, Metrics, Progress, Terminal
from h3dstudio.jobs.job import Job
from h3dstudio.session.evaluation.job import PRELOAD

_IDLE = 120_000
"""Milliseconds without a job, after which the worker and its memory are given back."""
_PATIENCE = 600
"""Milliseconds for a job that is stopped to end by itself."""


def side_engine() -> Engine:
    """A patient worker: the run and the window come first."""
    return ProcessEngine(nice=5, preload=PRELOAD)


@dataclass(frozen=True)
class Task:
    """A job and who hears of it.

    Attributes:
        done: called with the result; `failed` with the error; `stopped` where the user has stopped it.
        progressed, measured: called with each `Progress`, and with `Metrics`.
    """

    job: Job
    done: Callable[[Any], object]
    failed: Callable[[Exception], object]
    stopped: Callable[[], object] = lambda: None
    progressed: Callable[[Progress], object] = lambda _: None
    measured: Callable[[list[Metrics]], object] = lambda _: None


class SideJobs(QObject):
    """Starts its worker with the first job. `changed()` when a job begins or ends."""

    changed = Signal()

    def __init__(self, parent: QObject, engine: Callable[[], Engine] = side_engine) -> None:
        super().__init__(parent)
        self.make_engine = engine
        self._supervisor: Supervisor | None = None
        self._waiting: deque[Task] = deque()
        self._now: Task | None = None
        self._idle = QTimer(self, interval=_IDLE, singleShot=True)
        self._idle.timeout.connect(self.close)
        self._stopping = False
        self._patience = QTimer(self, interval=_PATIENCE, singleShot=True)
        self._patience.timeout.connect(self._kill)

    @property
    def job(self) -> Job | None:
        """What runs now."""
        return None if self._now is None else self._now.job

    def start(self, task: Task) -> None:
        """Do it when what came before is done."""
        self._waiting.append(task)
        self._next()

    def finish(self) -> None:
        """End the job that runs, and keep what it has."""
        if self._supervisor is not None:
            self._supervisor.finish()

    def stop(self) -> None:
        """End the job that runs, without a result, within a second: it has nothing to lose."""
        if self._supervisor is not None and self._now is not None:
            self._stopping = True
            self._supervisor.cancel()
            self._patience.start()

    def close(self) -> None:
        """Forget what waits, and end the worker."""
        self._idle.stop()
        self._patience.stop()
        self._waiting.clear()
        if self._supervisor is not None:
            supervisor, self._supervisor, self._now = self._supervisor, None, None
            supervisor.shut_down()
            supervisor.deleteLater()

    def _next(self) -> None:
        if self._now is not None or not self._waiting:
            return
        self._idle.stop()
        self._now = self._waiting.popleft()
        self._running().submit(self._now.job)
        self.changed.emit()

    def _running(self) -> Supervisor:
        if self._supervisor is None:
            supervisor = self._supervisor = Supervisor(self.make_engine, self)
            supervisor.progressed.connect(lambda progress: self._now and self._now.progressed(progress))
            supervisor.measured.connect(lambda metrics: self._now and self._now.measured(metrics))
            supervisor.ended.connect(self._take_end)
            supervisor.start()
        return self._supervisor

    def _take_end(self, event: Terminal) -> None:
        task, self._now = self._now, None
        stopping, self._stopping = self._stopping, False
        self._patience.stop()
        self._idle.start()
        if task is not None:
            if isinstance(event, Finished):
                task.done(event.result)
            elif stopping:
                task.stopped()
            elif isinstance(event, Failed):
                task.failed(_error(event))
        self.changed.emit()
        self._next()

    def _kill(self) -> None:
        if self._supervisor is not None and self._stopping:
            self._supervisor.kill()


def _error(event: Failed) -> Exception:
    return event.error if isinstance(event.error, Exception) else RuntimeError(event.message)
