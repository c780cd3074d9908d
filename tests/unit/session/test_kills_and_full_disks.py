"""Killed at any step, or on a full disk: nothing half-written, nothing lost, and the same action goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.unit.session.batch.fakes import write_dataset

REPOSITORY = Path(__file__).parents[3]
SCENARIOS = ("export", "project", "landmarks", "report", "training", "batch")
SMALL_DISK = """
mount -t tmpfs -o size=24m none "$1" || exit 77
shift
exec "$@"
"""


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=580
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_any_step_the_old_or_the_new_is_whole(tmp_path: Path, scenario: str) -> None:
    module = "tests.unit.session.writing_scenarios"
    process = run([sys.executable, "-m", module, "kill", scenario, str(tmp_path)])
    assert process.returncode == 0, process.stderr[-3000:]
    assert int(process.stdout.split()[-1]) >= 3


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare to mount a small disk with")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_on_a_full_disk_the_old_stays_whole(tmp_path: Path, scenario: str) -> None:
    module = "tests.unit.session.writing_scenarios"
    inner = [sys.executable, "-m", module, "full", scenario, str(tmp_path)]
    process = run(["unshare", "-rm", "sh", "-c", SMALL_DISK, "sh", str(tmp_path), *inner])
    if process.returncode == 77 or "unshare" in process.stderr[:20]:
        pytest.skip("this system lets nobody mount a small disk of his own")
    assert process.returncode == 0, process.stderr[-3000:]
    assert int(process.stdout.split()[-1]) >= 1


TINY_SHM = """
mount -t tmpfs -o size=8k none /dev/shm || exit 77
exec "$@"
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare to mount a small disk with")
def test_workers_need_no_shared_memory(tmp_path: Path) -> None:
    if tmp_path.is_relative_to("/dev/shm"):  # which is about to be hidden
        with TemporaryDirectory(dir="/var/tmp") as folder:
            assert_no_shared_memory_needed(Path(folder))
    else:
        assert_no_shared_memory_needed(tmp_path)


def assert_no_shared_memory_needed(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path / "balls", ("S1",), truth=False)
    command = "import sys; from tests.unit.session.batch.fakes import main; sys.exit(main(sys.argv[1:]))"
    batch = ["batch", str(dataset), "--views", "3", "--out", str(tmp_path / "results"), "--workers", "2"]
    inner = [sys.executable, "-c", command, *batch]
    process = run(["unshare", "-rm", "sh", "-c", TINY_SHM, "sh", *inner])
    if process.returncode == 77 or "unshare" in process.stderr[:20]:
        pytest.skip("this system lets nobody mount a small disk of his own")
    assert process.returncode == 0, process.stderr[-3000:]
    assert "2 of 2 cells are done" in process.stdout
