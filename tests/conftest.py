"""For all tests: a screen of its own, the sample scans, and a check that nothing is left running."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLES = REPOSITORY.parent / "shared" / "h3ds_sample"
SCANS = ("5a3c0e11d2b47f01", "5a3c0e11d2b47f02")
PATIENCE = 20.0
DISPLAYS = os.environ.get("H3DSTUDIO_TEST_DISPLAYS", "").split()

# No test fails because its machine is busy: what hypothesis measures in seconds says nothing about the code.
# And all examples share the folder that pytest made, in which each writes its files anew.
_UNASKED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("any machine", deadline=None, suppress_health_check=_UNASKED)
settings.load_profile("any machine")

if DISPLAYS and (worker := os.environ.get("PYTEST_XDIST_WORKER", "")):
    # Before any window: one of several test processes, each on a screen of its own.
    os.environ["DISPLAY"] = DISPLAYS[int(worker.removeprefix("gw")) % len(DISPLAYS)]


@pytest.fixture(scope="session")
def sample_root() -> Path:
    """The folder of the two sample scans, which lie beside the checkout where they are at all."""
    if not all((SAMPLES / name / "cameras.npz").is_file() for name in SCANS):
        pytest.skip(f"the sample scans are not in {SAMPLES}")
    return SAMPLES


@pytest.fixture(scope="session")
def sample_scan(sample_root: Path) -> Path:
    """The first sample scan: rich skin texture, light fixed to the subject."""
    return sample_root / SCANS[0]


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """Where a run may go: does not exist yet."""
    return tmp_path / "run"


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Every process and (non-daemon) thread that a test starts has ended when the test has."""
    processes, threads = _children(), set(threading.enumerate())
    yield
    end = time.monotonic() + PATIENCE
    while left := _left(processes, threads):
        if time.monotonic() > end:
            pytest.fail(f"left running: {', '.join(left)}")
        time.sleep(0.02)


def _left(processes: set[int], threads: set[threading.Thread]) -> list[str]:
    found = [f"thread {one.name}" for one in set(threading.enumerate()) - threads if not one.daemon]
    for number in _children() - processes:
        try:
            child = psutil.Process(number)
            if child.status() != psutil.STATUS_ZOMBIE:
                found.append(f"process {number} {' '.join(child.cmdline())[:80]}")
        except psutil.NoSuchProcess:
            continue
    return found


def _children() -> set[int]:
    """Process numbers of this process's children.

    Twice a test: psutil reads every process of the machine, 3 ms, where Linux names them for each thread.
    """
    tasks = Path("/proc/self/task")
    if not (tasks / str(threading.get_native_id()) / "children").exists():
        return {child.pid for child in psutil.Process().children()}
    found: set[int] = set()
    for task in tasks.iterdir():
        with suppress(OSError):  # a thread that has just ended; its children went to another one
            found.update(map(int, (task / "children").read_text().split()))
    return found
