from __future__ import annotations

from pathlib import Path

import pytest

from h3dstudio.jobs.events import Cancelled, Event, Failed, Finished, Progress
from h3dstudio.jobs.job import Job
from h3dstudio.jobs.runner import Runner
from tests.unit.jobs.sample_jobs import Count, Fail, Terminal


def run(job: Job) -> list[Event]:
    runner = Runner(job)
    events = []
    while runner.ended is None:
        events.append(runner.step())
    return events


def test_a_job_gives_its_events_then_its_result() -> None:
    assert run(Count(2)) == [Progress(0, 2, "count"), Progress(1, 2, "count"), Finished(1)]


def test_nothing_comes_after_the_end() -> None:
    runner = Runner(Count(0))
    runner.step()
    with pytest.raises(RuntimeError, match="ended"):
        runner.step()


def test_finish_reaches_the_job_even_when_asked_before_the_start() -> None:
    runner = Runner(Count(10))
    runner.finish()
    assert isinstance(runner.step(), Progress)
    assert runner.step() == Finished(0, early=True)


def test_cancel_closes_the_generator(tmp_path: Path) -> None:
    runner = Runner(Count(10, trace=tmp_path / "trace"))
    runner.step()
    runner.step()
    runner.cancel()
    assert runner.step() == Cancelled()
    assert (tmp_path / "trace").read_text() == "closed at 1"


def test_cancel_before_the_start_starts_nothing(tmp_path: Path) -> None:
    runner = Runner(Count(10, trace=tmp_path / "trace"))
    runner.cancel()
    assert runner.step() == Cancelled()
    assert not (tmp_path / "trace").exists()


def test_an_error_of_the_user_is_told_in_its_own_words() -> None:
    end = run(Fail("user"))[-1]
    assert isinstance(end, Failed)
    assert end.message == "mask/: there is no mask. Add it."
    assert not end.resumable


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("memory", "memory ran out"),
        ("defect", "ZeroDivisionError: by zero"),
        ("unpicklable", "left and right"),
    ],
)
def test_any_other_error_is_a_failure_with_its_traceback(kind: str, says: str) -> None:
    end = run(Fail(kind))[-1]
    assert isinstance(end, Failed)
    assert says in end.message
    assert "sample_jobs.py" in end.details
    assert end.resumable == (kind == "memory")
    assert (end.error is None) == (kind == "unpicklable")


def test_a_failure_after_a_checkpoint_can_be_resumed() -> None:
    end = run(Fail("user", checkpoint=True))[-1]
    assert isinstance(end, Failed)
    assert end.resumable


def test_a_job_may_not_yield_a_terminal_event() -> None:
    (end,) = run(Terminal())
    assert isinstance(end, Failed)
    assert "terminal" in end.message


def test_an_interrupt_closes_the_generator_and_goes_on_up(tmp_path: Path) -> None:
    class Interrupted(Count):
        def events(self):  # type: ignore[no-untyped-def]
            yield from super().events()
            raise KeyboardInterrupt

    runner = Runner(Interrupted(1, trace=tmp_path / "trace"))
    runner.step()
    with pytest.raises(KeyboardInterrupt):
        runner.step()
