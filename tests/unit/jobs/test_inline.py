from __future__ import annotations

from pathlib import Path

from h3dstudio.jobs.engines import Engine, InlineEngine, JobHandle, ProcessEngine
from h3dstudio.jobs.events import Cancelled, Finished, MeshSnapshot, Progress
from h3dstudio.jobs.stop_reason import StopReason
from tests.unit.jobs.sample_jobs import Count, Meshes


def test_both_engines_fit_the_protocol() -> None:
    engines: list[Engine] = [InlineEngine(), ProcessEngine()]
    handle: JobHandle = engines[0].submit(Count())
    assert handle.alive
    for engine in engines:
        engine.close()


def test_a_poll_without_time_makes_one_step() -> None:
    handle = InlineEngine().submit(Count(2))
    assert handle.poll() == [Progress(0, 2, "count")]
    assert handle.poll(10) == [Progress(1, 2, "count"), Finished(1)]
    assert not handle.alive
    assert handle.poll() == []


def test_a_paused_job_makes_no_step() -> None:
    handle = InlineEngine().submit(Count(2))
    handle.pause()
    assert handle.paused
    assert handle.poll() == []
    assert not handle.join(0.0)
    handle.resume()
    assert handle.poll() == [Progress(0, 2, "count")]


def test_joined_events_wait_for_the_next_poll() -> None:
    handle = InlineEngine().submit(Meshes(5))
    assert handle.join()
    assert handle.alive
    events = handle.poll()
    assert [event.step for event in events if isinstance(event, MeshSnapshot)] == [4]
    assert events[-1] == Finished(5)
    assert not handle.alive


def test_finish_ends_a_pause() -> None:
    handle = InlineEngine().submit(Count(100))
    handle.poll()
    handle.pause()
    handle.finish()
    assert handle.poll() == [Finished(0, early=True)]


def test_closing_the_engine_closes_the_jobs(tmp_path: Path) -> None:
    engine = InlineEngine()
    handle = engine.submit(Count(100, trace=tmp_path / "trace"))
    handle.poll()
    engine.close()
    assert handle.poll() == [Cancelled(StopReason.INTERRUPTED)]
    assert (tmp_path / "trace").exists()
