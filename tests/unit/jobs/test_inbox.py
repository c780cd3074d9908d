from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from h3dstudio.jobs.engines import Engine, InlineEngine, ProcessEngine
from h3dstudio.jobs.events import Cancelled, Event, Finished, Log, Progress
from h3dstudio.jobs.inbox import Inbox, current_inbox
from h3dstudio.jobs.job import JobStream, Request


@dataclass(frozen=True)
class Echo:
    """Says what it is told, until it is asked to finish."""

    def events(self) -> JobStream:
        inbox = current_inbox()
        heard = 0
        while (yield Progress(0, 0, "waiting")) is not Request.FINISH:
            if (note := inbox.take(0.2)) is not None:
                heard += 1
                yield Log(f"heard {note}")
        return heard


def logs_until(handle: object, wanted: str, patience: float = 20.0) -> list[Event]:
    seen: list[Event] = []
    end = time.monotonic() + patience
    while time.monotonic() < end and not any(isinstance(e, Log) and e.message == wanted for e in seen):
        seen += handle.poll(0.05)  # type: ignore[attr-defined]
    return seen


def test_the_newest_note_wins_and_is_given_once() -> None:
    inbox = Inbox()
    inbox.put(1)
    inbox.put(2)
    assert inbox.take(0.0) == 2
    assert inbox.take(0.0) is None


def test_a_waiting_job_is_woken() -> None:
    inbox = Inbox()
    threading.Timer(0.05, inbox.wake).start()
    begin = time.monotonic()
    assert inbox.take(30.0) is None
    assert time.monotonic() - begin < 20


def test_outside_of_a_job_nobody_writes() -> None:
    assert current_inbox().take(0.0) is None


@pytest.mark.parametrize("make", [InlineEngine, lambda: ProcessEngine(threads=1, nice=0)])
def test_notes_reach_the_job_wherever_it_runs(make: Callable[[], Engine]) -> None:
    engine = make()
    try:
        handle = engine.submit(Echo())
        handle.send_message("one")
        assert any(isinstance(event, Log) for event in logs_until(handle, "heard one"))
        handle.send_message({"two": [2]})
        logs_until(handle, "heard {'two': [2]}")
        handle.finish()
        assert handle.join(20)
        end = handle.poll()[-1]
        assert isinstance(end, Finished)
        assert end.result == 2
    finally:
        engine.close()


def test_a_job_that_waits_for_notes_is_cancelled_at_once_and_pauses() -> None:
    with ProcessEngine(threads=1, nice=0) as engine:
        handle = engine.submit(Echo())
        handle.send_message("here")
        logs_until(handle, "heard here")
        handle.pause()
        logs_until(handle, "nothing", 0.6)  # It pauses at its next event.
        handle.send_message("later")  # A note does not end a pause.
        assert not [event for event in logs_until(handle, "heard later", 1.0) if isinstance(event, Log)]
        handle.resume()
        assert [event for event in logs_until(handle, "heard later") if isinstance(event, Log)]
        handle.cancel()
        assert handle.join(20)
        assert isinstance(handle.poll()[-1], Cancelled)
        handle.send_message("nobody")  # After the end it does nothing.
