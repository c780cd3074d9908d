"""Needs the extra `dask`: a real scheduler, real workers, one of them really killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from h3dstudio.errors import H3DError, ScanError, WorkerDied
from h3dstudio.jobs import dask_engine
from h3dstudio.jobs.dask_engine import DaskEngine, DaskHandle
from h3dstudio.jobs.events import Cancelled, Event, Failed, Finished, Log, MeshSnapshot, Progress
from h3dstudio.jobs.stop_reason import StopReason
from tests.unit.jobs.dask_cluster import REPOSITORY, Cluster, cluster
from tests.unit.jobs.sample_jobs import Count, Die, Fail, Meshes
from tests.waiting import wait_for

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("dask"), workers=2) as made:
        yield made


@pytest.fixture
def engine(two_workers: Cluster) -> Iterator[DaskEngine]:
    made = DaskEngine(two_workers.address)
    wait_for(lambda: made.slots() == 2)
    yield made
    made.close()


def events_of(handle: DaskHandle) -> list[Event]:
    found: list[Event] = []
    end = time.monotonic() + 300
    while handle.alive:
        found += handle.poll(0.2)
        assert time.monotonic() < end, found
    return found


def test_the_same_job_gives_the_same_result(engine: DaskEngine) -> None:
    events = events_of(engine.submit(Count(5)))
    assert isinstance(events[-1], Finished)
    assert events[-1].result == events_here(Count(5))
    assert any(isinstance(event, Log) and "It runs on tcp://127.0.0.1" in event.message for event in events)


def events_here(job: Count) -> object:
    from h3dstudio.jobs.engines import InlineEngine

    end = InlineEngine().submit(job).poll(10)[-1]
    assert isinstance(end, Finished)
    return end.result


def test_what_only_draws_stays_where_it_is(engine: DaskEngine) -> None:
    events = events_of(engine.submit(Meshes(3)))
    assert isinstance(events[-1], Finished)
    assert not any(isinstance(event, MeshSnapshot) for event in events)


def test_a_failure_comes_back_as_it_was(engine: DaskEngine) -> None:
    end = events_of(engine.submit(Fail("user")))[-1]
    assert isinstance(end, Failed)
    assert isinstance(end.error, ScanError)


def test_a_job_that_dies_does_not_take_the_worker_with_it(engine: DaskEngine) -> None:
    end = events_of(engine.submit(Die()))[-1]
    assert isinstance(end, Failed)
    assert isinstance(end.error, WorkerDied)
    assert "SIGKILL" in end.message
    assert engine.slots() == 2


@pytest.mark.parametrize(("order", "kind"), [("finish", Finished), ("cancel", Cancelled)])
def test_orders_reach_the_job(engine: DaskEngine, tmp_path: Path, order: str, kind: type) -> None:
    handle = engine.submit(Count(1000, 0.05, tmp_path / "trace"))
    wait_for(lambda: any(isinstance(event, Progress) for event in handle.poll(0.2)))
    getattr(handle, order)()
    end = events_of(handle)[-1]
    assert isinstance(end, kind)
    assert "closed" in (tmp_path / "trace").read_text()


def test_killed_it_ends_here_at_once_and_there_soon(engine: DaskEngine, tmp_path: Path) -> None:
    handle = engine.submit(Count(1000, 0.05, tmp_path / "trace"))
    wait_for(lambda: any(isinstance(event, Progress) for event in handle.poll(0.2)))
    handle.kill()
    assert events_of(handle)[-1] == Cancelled(StopReason.INTERRUPTED)
    wait_for((tmp_path / "trace").exists)


def test_when_its_client_is_killed_the_job_is_closed(two_workers: Cluster, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from h3dstudio.jobs.dask_engine import DaskEngine\n"
        "from h3dstudio.jobs.events import Progress\n"
        "from tests.unit.jobs.sample_jobs import Count\n"
        "handle = DaskEngine(sys.argv[1]).submit(Count(1000, 0.05, Path(sys.argv[2])))\n"
        "while True:\n"
        "    if any(isinstance(event, Progress) for event in handle.poll(1)): print('running', flush=True)\n"
    )
    trace = tmp_path / "trace"
    command = [sys.executable, "-c", code, two_workers.address, str(trace)]
    client = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert client.stdout is not None
    assert client.stdout.readline() == "running\n"
    client.send_signal(signal.SIGKILL)
    client.wait()
    client.stdout.close()
    wait_for(trace.exists)


def test_a_job_goes_to_another_worker_when_its_own_is_killed(tmp_path: Path) -> None:
    with cluster(tmp_path, workers=2) as two:
        engine = DaskEngine(two.address)
        handle = engine.submit(Count(60, 0.05))
        wait_for(lambda: any(isinstance(event, Progress) for event in handle.poll(0.2)))
        (busy,) = [worker for worker in two.workers if psutil.Process(worker.pid).children()]
        busy.kill()
        events = events_of(handle)
        engine.close()
    assert isinstance(events[-1], Finished)
    (told,) = [event for event in events if isinstance(event, Log) and event.level == "warning"]
    assert "started again" in told.message


def test_nobody_answering_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "CONNECT_SECONDS", 1)
    with pytest.raises(H3DError, match="no Dask scheduler answers"):
        DaskEngine("tcp://127.0.0.1:9")
    with pytest.raises(H3DError, match="no Dask scheduler answers"):
        DaskEngine("gibberish://")
