from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from h3dstudio.errors import OutOfMemory, ScanError, WorkerDied
from h3dstudio.jobs.engines import JobHandle, ProcessEngine
from h3dstudio.jobs.events import TERMINAL, Cancelled, Event, Failed, Finished, Log, MeshSnapshot, Progress
from h3dstudio.jobs.stop_reason import StopReason
from tests.unit.jobs import sample_jobs
from tests.unit.jobs.sample_jobs import Announce, Count, Die, Fail, Hungry, Loaded, Meshes, Return, Stubborn
from tests.waiting import wait_for

REPOSITORY = Path(__file__).parents[3]
PATIENCE = 60.0
"""Seconds until a test gives up waiting. Passing tests never wait as long."""


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    with ProcessEngine(threads=1) as engine:
        yield engine


def follow(handle: JobHandle, until: Callable[[Event], bool] = lambda _: False) -> list[Event]:
    """Every event until the end, or until one fits."""
    events: list[Event] = []
    end = time.monotonic() + PATIENCE
    while handle.alive and time.monotonic() < end:
        for event in handle.poll(0.2):
            events.append(event)
            if until(event):
                return events
    assert not handle.alive, f"no end after {PATIENCE} s: {events}"
    return events


def first(events: list[Event], kind: type) -> Event:
    return next(event for event in events if isinstance(event, kind))


def gone(pid: int) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_a_job_runs_elsewhere_to_its_result(engine: ProcessEngine) -> None:
    handle = engine.submit(Count(5))
    events = follow(handle)
    assert isinstance(events[0], Progress)
    assert events[-1] == Finished(4)
    assert sum(isinstance(event, TERMINAL) for event in events) == 1
    assert handle.poll() == []
    assert gone(handle.pid)


def test_what_a_worker_says_just_before_it_ends_is_heard(engine: ProcessEngine) -> None:
    """All of it comes between the supervisor's look into the pipe and its look at the process."""
    handle = engine.submit(Count(3))
    worker = handle._worker
    real = worker.connection

    class Late:
        def __init__(self) -> None:
            self.looked = False

        def poll(self, timeout: float = 0.0) -> bool:
            if self.looked:
                return real.poll(timeout)
            self.looked = True
            worker.process.wait(20)
            return False

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

    worker.connection = Late()  # type: ignore[assignment]
    handle.join(20)
    assert handle.poll()[-1] == Finished(2)


def test_the_worker_steps_back_and_leaves_cores_free() -> None:
    with ProcessEngine(threads=3, nice=7) as engine:
        handle = engine.submit(Announce())
        said = first(follow(handle, lambda event: isinstance(event, Log)), Log)
        pid, nice, threads = said.message.split()  # type: ignore[attr-defined]
        assert int(pid) == handle.pid != os.getpid()
        assert int(nice) == os.nice(0) + 7
        assert os.getsid(handle.pid) == os.getsid(0), "niceness counts within a session"
        assert os.getpgid(handle.pid) == handle.pid, "Ctrl-C in the terminal would reach the worker"
        assert threads == "3"
        assert handle.memory > 1_000_000


def test_of_many_meshes_the_newest_arrives_whole(engine: ProcessEngine) -> None:
    handle = engine.submit(Meshes(60, vertices=50_000))
    assert handle.join(PATIENCE)
    events = handle.poll()
    (snapshot,) = (event for event in events if isinstance(event, MeshSnapshot))
    assert snapshot.step == 59
    assert (snapshot.mesh.vertices == 59.0).all()
    assert events[-1] == Finished(60)


def test_an_error_of_the_user_arrives_as_itself(engine: ProcessEngine) -> None:
    end = follow(engine.submit(Fail("user")))[-1]
    assert isinstance(end, Failed)
    assert isinstance(end.error, ScanError)
    assert end.error.where == "mask/"


@pytest.mark.parametrize(
    ("kind", "says"),
    [("memory", "memory ran out"), ("exit", "SystemExit"), ("unpicklable", "left and right")],
)
def test_every_other_end_is_a_failure(engine: ProcessEngine, kind: str, says: str) -> None:
    events = follow(engine.submit(Fail(kind)))
    assert isinstance(events[-1], Failed)
    assert says in events[-1].message
    assert sum(isinstance(event, TERMINAL) for event in events) == 1


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_a_worker_whose_memory_really_runs_out_says_so_and_leaves_no_process(
    engine: ProcessEngine, library: str
) -> None:
    events = follow(engine.submit(Hungry(library)))
    helper = int(next(event.message for event in events if isinstance(event, Log)))
    end = events[-1]
    assert isinstance(end, Failed)
    assert isinstance(end.error, OutOfMemory), end
    assert end.resumable
    wait_for(lambda: gone(helper), PATIENCE)
    assert follow(engine.submit(Count(3)))[-1] == Finished(2), "the next one finds memory"


def test_a_result_that_cannot_leave_is_a_failure(engine: ProcessEngine) -> None:
    end = follow(engine.submit(Return(picklable=False)))[-1]
    assert isinstance(end, Failed)
    assert "result" in end.message


def test_a_job_that_cannot_be_sent_is_refused_at_once(engine: ProcessEngine) -> None:
    with pytest.raises(Exception, match="pickle"):
        engine.submit(Return(value=lambda: None))


def test_a_job_that_cannot_be_received_is_a_failure(
    engine: ProcessEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Here(Count):
        pass

    Here.__qualname__ = "Here"
    monkeypatch.setattr(sample_jobs, "Here", Here, raising=False)
    Here.__module__ = sample_jobs.__name__
    end = follow(engine.submit(Here()))[-1]
    assert isinstance(end, Failed)
    assert "Here" in end.message


def test_cancel_runs_the_jobs_finally(engine: ProcessEngine, tmp_path: Path) -> None:
    handle = engine.submit(Count(100_000, pause=0.01, trace=tmp_path / "trace"))
    follow(handle, lambda event: isinstance(event, Progress))
    handle.cancel()
    assert follow(handle)[-1] == Cancelled()
    assert (tmp_path / "trace").read_text().startswith("closed at")


def test_finish_keeps_the_result(engine: ProcessEngine) -> None:
    handle = engine.submit(Count(100_000, pause=0.01))
    follow(handle, lambda event: isinstance(event, Progress))
    handle.finish()
    end = follow(handle)[-1]
    assert isinstance(end, Finished)
    assert end.early
    assert isinstance(end.result, int)


def test_pause_stops_progress_until_resumed(engine: ProcessEngine) -> None:
    handle = engine.submit(Count(100_000, pause=0.005))
    follow(handle, lambda event: isinstance(event, Progress))
    handle.pause()
    assert handle.paused
    time.sleep(0.3)
    handle.poll()
    assert [event for event in handle.poll(0.5) if isinstance(event, Progress)] == []
    handle.resume()
    assert isinstance(follow(handle, lambda event: isinstance(event, Progress))[-1], Progress)
    handle.pause()
    handle.cancel()
    assert follow(handle)[-1] == Cancelled()


@pytest.mark.parametrize(
    ("number", "says"), [(signal.SIGKILL, "memory runs out"), (signal.SIGSEGV, "crashed by SIGSEGV")]
)
def test_a_worker_that_dies_is_a_resumable_failure(
    engine: ProcessEngine, number: signal.Signals, says: str
) -> None:
    events = follow(engine.submit(Die(number)))
    end = events[-1]
    assert isinstance(end, Failed)
    assert isinstance(end.error, WorkerDied)
    assert end.resumable
    assert number.name in end.message
    assert says in end.message
    assert "last words" in end.details
    assert sum(isinstance(event, TERMINAL) for event in events) == 1


def test_a_worker_killed_from_outside_while_paused_is_noticed(engine: ProcessEngine) -> None:
    handle = engine.submit(Announce())
    follow(handle, lambda event: isinstance(event, Log))
    handle.pause()
    os.kill(handle.pid, signal.SIGKILL)
    end = follow(handle)[-1]
    assert isinstance(end, Failed)
    assert end.resumable


def test_kill_ends_a_stuck_job_and_its_helpers(engine: ProcessEngine) -> None:
    handle = engine.submit(Stubborn())
    said = first(follow(handle, lambda event: isinstance(event, Log)), Log)
    handle.kill()
    assert follow(handle)[-1] == Cancelled()
    assert gone(handle.pid)
    assert gone(int(said.message))  # type: ignore[attr-defined]


def test_closing_the_engine_leaves_no_process() -> None:
    engine = ProcessEngine(threads=1)
    handle = engine.submit(Announce())
    engine.prewarm()
    children = [handle.pid, *(child.pid for child in psutil.Process().children())]
    engine.close()
    assert all(gone(pid) for pid in children)
    assert handle.poll()[-1] == Cancelled(StopReason.INTERRUPTED)
    assert not handle.alive


def test_a_warm_worker_has_its_modules_before_the_job() -> None:
    names = ("colorsys", "wave", "no_such_module", "sndhdr_is_gone")
    with ProcessEngine(threads=1, preload=["colorsys", "no_such_module"]) as engine:
        engine.prewarm(["wave", "locale:getlocale"])
        engine.prewarm()
        handle = engine.submit(Loaded(names))
        assert follow(handle)[-1] == Finished(["colorsys", "wave"])


def test_a_warm_worker_that_died_is_replaced(engine: ProcessEngine) -> None:
    before = {child.pid for child in psutil.Process().children()}
    engine.prewarm()
    (warm,) = {child.pid for child in psutil.Process().children()} - before
    os.kill(warm, signal.SIGKILL)
    assert gone(warm)
    assert follow(engine.submit(Count(2)))[-1] == Finished(1)


SUPERVISOR = """
import sys, time
from h3dstudio.jobs.engines import ProcessEngine
from h3dstudio.jobs.events import Progress
from pathlib import Path
from tests.unit.jobs.sample_jobs import Count
engine = ProcessEngine(threads=1)
handle = engine.submit(Count(100_000, pause=.01, trace=Path(sys.argv[1])))
while not any(isinstance(event, Progress) for event in handle.poll(.1)):
    pass
engine.prewarm()
print(handle.pid, engine._warm.process.pid, flush=True)
time.sleep(60)
"""


def test_workers_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path / "trace")], stdout=subprocess.PIPE, cwd=REPOSITORY
    )
    assert supervisor.stdout is not None
    workers = [int(pid) for pid in supervisor.stdout.readline().split()]
    assert len(workers) == 2
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    assert all(gone(pid) for pid in workers)
    assert (tmp_path / "trace").exists(), "the job's finally ran"
