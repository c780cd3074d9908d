"""What is decided without any run: who may try again, how many fit, how long it takes, who may work here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from h3dstudio.data import file_lock
from h3dstudio.errors import OutOfMemory, OutputError, ScanError, UsageError, WorkerDied
from h3dstudio.jobs.events import Failed
from h3dstudio.jobs.runner import failure
from h3dstudio.session.batch import memory
from h3dstudio.session.batch.cells import Cell, Recipe
from h3dstudio.session.batch.eta import Eta
from h3dstudio.session.batch.memory import workers_that_fit
from h3dstudio.session.batch.plan import default_results, plan, scan_names
from h3dstudio.session.batch.retry import MOST_KILLS, Attempts, RetryDecision, decide_retry
from tests.unit.session.batch.fakes import write_dataset

GB = 2**30
KILLED = Failed("", error=WorkerDied("The worker process was killed by SIGKILL (signal 9)"))
CRASHED = Failed("", error=WorkerDied("The worker process crashed by SIGSEGV (signal 11)"))
RECIPE = Recipe.of({}, ("h3d-grid", "hull-grid"))


@pytest.mark.parametrize(
    ("error", "attempts", "oom_killed", "decision"),
    [
        (ValueError("odd"), Attempts(1), False, RetryDecision.RETRY),
        (ValueError("odd"), Attempts(2), False, RetryDecision.RETRY),
        (ValueError("odd"), Attempts(3), False, RetryDecision.GIVE_UP),
        (ScanError("no mask"), Attempts(1), False, RetryDecision.GIVE_UP),
        (OutputError("the disk is full"), Attempts(1), False, RetryDecision.GIVE_UP),
        (OutOfMemory("the GPU's memory ran out"), Attempts(1), False, RetryDecision.REDUCE),
        (MemoryError("Unable to allocate 8 GiB"), Attempts(1), False, RetryDecision.REDUCE),
        (
            RuntimeError("[enforce fail] not enough memory: you tried"),
            Attempts(1),
            False,
            RetryDecision.REDUCE,
        ),
        (RuntimeError("CUDA error: out of memory"), Attempts(3), False, RetryDecision.REDUCE),
    ],
)
def test_a_failure_is_judged(
    error: Exception, attempts: Attempts, oom_killed: bool, decision: RetryDecision
) -> None:
    assert decide_retry(failure(error), attempts, 2, oom_killed=oom_killed) is decision


@pytest.mark.parametrize(
    ("failed", "attempts", "oom_killed", "decision"),
    [
        (KILLED, Attempts(1, 1), False, RetryDecision.RETRY),
        (KILLED, Attempts(1, 1), True, RetryDecision.REDUCE),
        (KILLED, Attempts(MOST_KILLS - 1, MOST_KILLS - 1), False, RetryDecision.RETRY),
        (KILLED, Attempts(MOST_KILLS, MOST_KILLS), False, RetryDecision.REDUCE),
        (CRASHED, Attempts(1), True, RetryDecision.RETRY),
        (CRASHED, Attempts(3), False, RetryDecision.GIVE_UP),
    ],
)
def test_a_death_is_judged(
    failed: Failed, attempts: Attempts, oom_killed: bool, decision: RetryDecision
) -> None:
    assert decide_retry(failed, attempts, 2, oom_killed=oom_killed) is decision


@pytest.mark.parametrize(
    ("threads", "cores", "free", "gpu", "workers"),
    [
        (1, 2, 20 * GB, False, 2),
        (1, 16, 10 * GB, False, 5),
        (2, 16, 100 * GB, False, 8),
        (4, 2, 100 * GB, False, 1),
        (1, 16, 0.5 * GB, False, 1),
        (1, 16, 100 * GB, True, 1),
    ],
)
def test_as_many_workers_as_fit(threads: int, cores: int, free: float, gpu: bool, workers: int) -> None:
    assert workers_that_fit(threads, cores, free, gpu=gpu) == workers


def test_the_kernels_counters_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert memory.oom_kills() >= 0
    (tmp_path / "memory.events").write_text("low 0\noom 3\noom_kill 2\n")
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("400\n")
    before = memory.oom_kills()
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    assert memory.oom_kills() >= 2
    assert memory.oom_kills() >= before or not before
    assert memory.free_memory() == 600
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.free_memory() > 10**6


def test_time_left_is_learned_from_like_cells() -> None:
    eta, quick, slow = Eta(), Cell("A", "3", "hull-grid"), Cell("A", "32", "h3d-grid")
    assert eta.remaining([quick], [], 1) is None
    assert eta.remaining([quick], [(slow, 4.0, 16.0)], 1) == 36, "the first one's own word counts for all"
    eta.add_finished(quick, 10)
    assert eta.remaining([Cell("B", "3", "hull-grid")] * 4, [], 2) == 20
    assert eta.remaining([], [(quick, 4.0, None)], 1) == 6
    assert eta.remaining([], [(quick, 40.0, None)], 1) == 0
    eta.add_finished(slow, 30)
    assert eta.expected(Cell("B", "32", "h3d-grid")) == 30
    assert eta.expected(Cell("B", "8", "hull-grid")) == 20, "unlike ones: the mean of all"
    assert eta.remaining([], [(quick, 1.0, None), (slow, 1.0, 55.0)], 2) == 55, "no sooner than the longest"


def test_a_plan_is_every_scan_with_every_number_of_views_by_every_method(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "balls", ("S10", "S2"))
    (root / "version.txt").write_text("0.2\n")
    made = plan(root, RECIPE, views=("3", "8", "3"), methods=("hull-grid", "h3d-grid"))
    assert [cell.scan for cell in made.cells] == ["S2"] * 4 + ["S10"] * 4
    assert len(set(made.cells)) == 8
    assert (made.version, made.dataset) == ("0.2", root)
    assert plan(root, RECIPE, scans=("S10",)).cells[0].scan == "S10"
    assert default_results(root) == Path("runs/balls-batch")


def test_a_single_scan_is_a_dataset_too(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "balls", ("S1",)) / "S1"
    made = plan(root, RECIPE, views=("3",))
    assert made.cells[0].scan == "S1"
    assert made.scan_folder(made.cells[0]) == root


def test_scans_of_one_name_are_told_apart(tmp_path: Path) -> None:
    write_dataset(tmp_path / "all" / "view3", ("ball",))
    write_dataset(tmp_path / "all" / "view8", ("ball",))
    root = tmp_path / "all"
    assert scan_names(root) == ["view3/ball", "view8/ball"]
    made = plan(root, RECIPE, views=("3",), methods=("hull-grid",))
    first, second = (made.recipe.name(cell) for cell in made.cells)
    assert first != second
    assert plan(root, RECIPE, scans=("view8/ball",)).cells[0].scan == "view8/ball"
    with pytest.raises(UsageError, match="2 scans are named ball"):
        plan(root, RECIPE, scans=("ball",))


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"scans": ("S9",)}, "no scan named S9"),
        ({"methods": ("nerf",)}, "method is 'nerf'"),
        ({"views": ("0",)}, "names no views"),
        ({"views": ()}, "nothing to do"),
    ],
)
def test_a_plan_that_means_nothing_is_refused(tmp_path: Path, choice: dict[str, object], says: str) -> None:
    root = write_dataset(tmp_path / "balls", ("S1",))
    with pytest.raises((UsageError, ScanError), match=says):
        plan(root, RECIPE, **choice)  # type: ignore[arg-type]


def test_a_lock_left_behind_by_a_killed_process_locks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "some.lock"
    hold = (
        "import sys, time; from pathlib import Path; from h3dstudio.data import file_lock\n"
        "with file_lock.held(Path(sys.argv[1]), 'it'):\n    print('held', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", hold, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    assert file_lock.is_held(path)
    with pytest.raises(OutputError, match=f"process {child.pid}"), file_lock.held(path, "it"):
        pass
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert not file_lock.is_held(path)
    with file_lock.held(path, "it") as stale:
        assert f"process {child.pid}" in str(stale)
        assert file_lock.is_held(path)
    with file_lock.held(path, "it") as stale:
        assert stale is None, "the last one ended well"
    assert not file_lock.is_held(tmp_path / "none")
