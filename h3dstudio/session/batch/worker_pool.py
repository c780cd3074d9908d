"""Worker pool of a batch: starts cells on an engine, polls their events, retries those that failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace

from h3dstudio.jobs.engines import Engine, JobHandle
from h3dstudio.jobs.events import Cancelled, Event, Failed, Finished, Log, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.session.batch.cell_table import CellTable
from h3dstudio.session.batch.cells import Cell
from h3dstudio.session.batch.eta import Eta
from h3dstudio.session.batch.memory import oom_kills, was_killed
from h3dstudio.session.batch.record import CellRecord, CellState
from h3dstudio.session.batch.retry import Attempts, RetryDecision, decide_retry
from h3dstudio.session.batch.scoring import in_words, read_scores

SLICE = 0.1
PATIENCE = 60.0
"""Seconds that workers have to write their checkpoints when the batch is stopped."""


@dataclass
class _Active:
    """A cell at work."""

    record: CellRecord
    handle: JobHandle
    begun: float
    oom_before: int
    left: float | None = None


@dataclass
class WorkerPool:
    """Works through a table.

    Attributes:
        free_slots: how many cells may run now; asked before each start.
        retries: how often a failed cell is tried again.
    """

    table: CellTable
    engine: Engine
    free_slots: Callable[[], int]
    retries: int
    stopped: bool = False
    _active: dict[Cell, _Active] = field(default_factory=dict)
    _attempts: dict[Cell, Attempts] = field(default_factory=dict)
    _eta: Eta = field(default_factory=Eta)
    _begun: float = field(default_factory=time.monotonic)
    _give_up_at: float = float("inf")

    def work(self) -> Generator[Event, Request | None, None]:
        """Until every cell is done or given up; asked to finish, until the workers have let go."""
        for record in self.table.of_state(CellState.DONE):
            if record.seconds:
                self._eta.add_finished(record.cell, record.seconds)
        while self._active or (not self.stopped and self.table.of_state(CellState.WAITING)):
            if not self.stopped:
                yield from self._start()
            for active in list(self._active.values()):
                yield from self._poll_events(active)
            request = yield self._progress()
            if request is Request.FINISH and not self.stopped:
                self._stop()
            if time.monotonic() > self._give_up_at:
                self._kill()
            time.sleep(SLICE)

    def _start(self) -> Generator[Event, Request | None, None]:
        waiting = self.table.of_state(CellState.WAITING)
        if not waiting or len(self._active) >= (room := self.free_slots()):
            return
        for record in waiting[: room - len(self._active)]:
            goes_on = (self.table.folder(record) / "run.json").is_file()
            record = record.started()
            self.table.put(record)
            handle = self.engine.submit(self.table.job(record))
            self._active[record.cell] = _Active(record, handle, time.monotonic(), oom_kills())
            yield Log(f"{record.cell}: {'going on' if goes_on else 'started'}{_at(record)}")

    def _poll_events(self, active: _Active) -> Generator[Event, Request | None, None]:
        for event in active.handle.poll():
            if isinstance(event, Progress):
                active.left = event.seconds_left
            elif isinstance(event, Log) and event.level in ("warning", "error"):
                yield Log(f"{active.record.cell}: {event.message}", event.level)
            elif isinstance(event, Finished):
                yield self._done(active)
            elif isinstance(event, Cancelled):
                self._release(active, CellState.STOPPED)
            elif isinstance(event, Failed):
                yield self._failed(active, event)

    def _done(self, active: _Active) -> Event:
        seconds = time.monotonic() - active.begun
        record = self._release(active, CellState.DONE, seconds=active.record.seconds + seconds)
        self._eta.add_finished(record.cell, record.seconds)
        scores = read_scores(self.table.folder(record))
        text = "no ground truth to score it with" if scores is None else in_words(scores)
        return Log(f"{record.cell}: done in {record.seconds:.0f} s{_at(record)}; {text}")

    def _failed(self, active: _Active, failure: Failed) -> Event:
        attempts = self._attempts.setdefault(active.record.cell, Attempts())
        attempts.failures += 1
        attempts.kills += was_killed(failure)
        spent = active.record.seconds + time.monotonic() - active.begun
        active.record = replace(active.record, seconds=spent)
        decision = decide_retry(failure, attempts, self.retries, oom_killed=oom_kills() > active.oom_before)
        if decision is RetryDecision.REDUCE:
            return self._reduced(active, failure)
        state = CellState.WAITING if decision is RetryDecision.RETRY else CellState.FAILED
        self._release(active, state, problem=failure.message)
        outcome = "it is tried again" if decision is RetryDecision.RETRY else "given up"
        return Log(f"{active.record.cell}: {failure.message} ({outcome})", "warning")

    def _reduced(self, active: _Active, failure: Failed) -> Event:
        cell = active.record.cell
        smaller = active.record.with_smaller_quality(failure.message)
        if smaller is None:
            self._release(active, CellState.FAILED, problem=failure.message)
            return Log(f"{cell}: {failure.message} (there is no smaller quality; given up)", "error")
        del self._attempts[cell]
        active.record = replace(smaller, seconds=0.0)
        self._release(active, CellState.WAITING)
        return Log(f"{cell}: memory ran out; quality {smaller.quality} from here on, recorded", "warning")

    def _release(self, active: _Active, state: CellState, **changes: object) -> CellRecord:
        del self._active[active.record.cell]
        record: CellRecord = replace(active.record, state=state, **changes)  # type: ignore[arg-type]
        self.table.put(record)
        return record

    def _stop(self) -> None:
        """Start nothing more; let each worker write its checkpoint."""
        self.stopped = True
        self._give_up_at = time.monotonic() + PATIENCE
        for active in self._active.values():
            active.handle.interrupt()

    def _kill(self) -> None:
        for active in self._active.values():
            active.handle.kill()

    def _progress(self) -> Progress:
        table, now = self.table, time.monotonic()
        ended = len(table.of_state(CellState.DONE)) + len(table.of_state(CellState.FAILED))
        waiting = [record.cell for record in table.of_state(CellState.WAITING)]
        running = [(one.record.cell, now - one.begun, one.left) for one in self._active.values()]
        left = None if self.stopped else self._eta.remaining(waiting, running, max(1, len(running)))
        phase = "stopping" if self.stopped else "cells"
        return Progress(ended, len(table.cells), phase, now - self._begun, left)


def _at(record: CellRecord) -> str:
    return f" at quality {record.quality}" if record.reduced else ""
