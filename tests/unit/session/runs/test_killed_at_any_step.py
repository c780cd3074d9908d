"""A run that is killed (SIGKILL) at any step on the file system leaves what some flag goes on from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[4]


@pytest.mark.parametrize("scenario", ["new_run", "forced_run", "resumed_run", "improved_run"])
def test_a_run_killed_at_any_step_is_gone_on_with(tmp_path: Path, scenario: str) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "tests.unit.session.runs.kill_scenarios", scenario, str(tmp_path)],
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=580,
    )
    assert process.returncode == 0, process.stderr[-3000:]
    kills = int(process.stdout.split()[0])
    assert kills > 15, process.stdout
