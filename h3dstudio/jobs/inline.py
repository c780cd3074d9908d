"""Inline engine: runs a job in the calling thread, for the command line and for tests."""

from __future__ import annotations

import time

from h3dstudio.jobs.events import Event
from h3dstudio.jobs.job import Job
from h3dstudio.jobs.outbox import newest
from h3dstudio.jobs.runner import Runner
from h3dstudio.jobs.stop_reason import StopReason


class InlineHandle:
    """A job that advances only while `poll` or `join` runs. See `engines.JobHandle`."""

    def __init__(self, job: Job) -> None:
        self._runner = Runner(job)
        self._kept: list[Event] = []
        self._paused = False

    @property
    def alive(self) -> bool:
        return self._runner.ended is None or bool(self._kept)

    @property
    def paused(self) -> bool:
        return self._paused

    def poll(self, timeout: float = 0.0) -> list[Event]:
        """At least one step, then as many as fit into `timeout` seconds."""
        self._advance(time.monotonic() + timeout)
        events, self._kept = self._kept, []
        return events

    def pause(self) -> None:
        self._paused = self._runner.ended is None

    def resume(self) -> None:
        self._paused = False

    def finish(self) -> None:
        self._runner.finish()
        self._paused = False

    def cancel(self) -> None:
        self._runner.cancel()
        self._paused = False

    def interrupt(self) -> None:
        self._runner.cancel(StopReason.INTERRUPTED)
        self._paused = False

    def send_message(self, message: object) -> None:
        self._runner.send_message(message)

    def kill(self) -> None:
        """Within one process nothing can be stopped midway: the same as `interrupt`, carried out at once."""
        self.interrupt()
        if self._runner.ended is None:
            self._kept.append(self._runner.step())

    def join(self, timeout: float | None = None) -> bool:
        end = float("inf") if timeout is None else time.monotonic() + timeout
        if not self._paused or timeout is not None:
            self._advance(end)
        return self._runner.ended is not None

    def _advance(self, end: float) -> None:
        while self._runner.ended is None:
            if self._paused:
                time.sleep(max(0.0, end - time.monotonic()))
                return
            self._kept = newest([*self._kept, self._runner.step()])
            if time.monotonic() >= end:
                return


class InlineEngine:
    """Runs each job in the thread that polls it."""

    def __init__(self) -> None:
        self._handles: list[InlineHandle] = []

    def submit(self, job: Job) -> InlineHandle:
        handle = InlineHandle(job)
        self._handles.append(handle)
        return handle

    def close(self) -> None:
        """Close the generator of every job that has not ended."""
        for handle in self._handles:
            if handle.alive:
                handle.kill()
        self._handles.clear()
