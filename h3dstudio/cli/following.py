"""Running a job to its end on a terminal: its events shown, its error raised, Ctrl-C answered."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from h3dstudio.jobs.engines import JobHandle
    from h3dstudio.jobs.events import Terminal
    from h3dstudio.jobs.job import Job, JobStream

POLL_SECONDS = 0.2


def run_here(job: Job, result: str) -> Terminal:
    """Run a job in this process, its progress on standard error. Raises the job's error.

    Args:
        result: what it makes, as in "stop without a mesh".
    """
    from h3dstudio.cli.progress import display
    from h3dstudio.jobs.engines import InlineEngine

    handle = InlineEngine().submit(job)
    with display(sys.stderr) as show, stopped_by_signals(handle, show.note, result):
        return follow(handle, show.event)


def follow(handle: JobHandle, show: Callable[[object], None]) -> Terminal:
    """Run the job to its end. Raises the job's error."""
    from h3dstudio.jobs.events import Failed, Terminal

    end: Terminal | None = None
    while handle.alive:
        for event in handle.poll(POLL_SECONDS):
            show(event)
            if isinstance(event, Terminal):
                end = event
    assert end is not None
    if isinstance(end, Failed):
        raise end.error or RuntimeError(end.message)
    return end


def to_the_end(events: JobStream) -> Any:
    """A short job's result, in this very process and without a word. Raises the job's error."""
    while True:
        try:
            next(events)
        except StopIteration as stop:
            return stop.value


@contextmanager
def stopped_by_signals(
    handle: JobHandle,
    note: Callable[[str], None],
    result: str,
    doing: str = "Finishing with what there is",
) -> Iterator[None]:
    """The first Ctrl-C finishes with what there is, the second interrupts the job, as SIGTERM and SIGHUP do.

    `doing` and `result` say so: what happens now, and what a second one would do without. Who sends SIGTERM
    wants the process gone soon; a terminal that hangs up takes it along.
    """
    signals = 0

    def stop(number: int, _: object) -> None:
        nonlocal signals
        orderly = signals < 2
        signals = signals + 1 if number == signal.SIGINT else max(2, signals + 1)
        if signals == 1:
            handle.finish()
            note(f"{doing}; press Ctrl-C again to stop without {result}.")
        elif orderly:
            handle.interrupt()
        else:
            raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [(number, signal.getsignal(number)) for number in numbers]
    for number, handler in before:
        # Not where the caller has it ignored (nohup, a background job of a script).
        if handler is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
