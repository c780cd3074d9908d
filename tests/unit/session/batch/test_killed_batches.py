"""Real worker processes, really killed: the numbers are the same as without."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from h3dstudio.data import file_lock
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.session.batch.manifest import LOCK
from h3dstudio.session.batch.record import CellState
from h3dstudio.session.batch.results import BatchResults, read_results
from h3dstudio.session.batch.retry import MOST_KILLS
from tests.unit.session.batch.fakes import HOLD, PAUSE, InlineBatch, run, wanted
from tests.waiting import wait_for

REPOSITORY = Path(__file__).parents[4]
COMMAND = """
import signal, sys
from tests.unit.session.batch.fakes import main

# As from a terminal: a suite that runs in the background of a shell hands down that interrupts are ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and one under nohup, this
sys.exit(main(sys.argv[1:]))
"""
MANY = {"methods": ("hull-grid", "h3d-grid"), "views": ("3", "8")}
OPTIONS = ("--views", "3,8", "--methods", "hull-grid,h3d-grid", "--device", "cpu", "--workers", "2")


def start(
    dataset: Path, results: Path, *options: str, pause: float = 0.02, hold: Path | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "batch", str(dataset), "--out", str(results), *OPTIONS, *options],
        cwd=REPOSITORY,
        env={**os.environ, PAUSE: str(pause), HOLD: str(hold or ""), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=200)
    return out


def training(results: Path) -> list[Path]:
    """Cells that are in the middle of their reconstruction."""
    checkpoints = results.glob("*/checkpoint.npz")
    return [path.parent for path in checkpoints if not (path.parent / "mesh.ply").exists()]


def done(results: Path) -> int:
    return len(list(results.glob("*/evaluation.json")))


def figures(found: BatchResults) -> dict[str, object]:
    return {str(one.record.cell): (one.scores, one.record.quality) for one in found.cells}


def test_killed_twice_the_numbers_are_the_same(
    dataset: Path, tmp_path: Path, trainer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, results = tmp_path / "reference", tmp_path / "results"
    assert run(InlineBatch(reference, wanted(dataset, **MANY)))[0].done == 8
    for least in (1, 4):
        batch = start(dataset, results)
        wait_for(lambda least=least: done(results) >= least and bool(training(results)))
        batch.send_signal(signal.SIGKILL)
        ended(batch)
        assert not file_lock.is_held(results / LOCK)
        states = [one.record.state for one in read_results(results).cells]
        assert CellState.STOPPED in states
        assert done(results) < 8
    finished = {path: path.stat().st_mtime_ns for path in results.glob("*/evaluation.json")}
    batch = start(dataset, results)
    told = ended(batch)
    assert batch.returncode == 0, told
    assert "did not end by itself" in told
    assert "going on" in told
    assert all(path.stat().st_mtime_ns == written for path, written in finished.items())
    found = read_results(results, careful=True)
    assert figures(found) == figures(read_results(reference, careful=True))
    assert [one.file_problem for one in found.cells] == [""] * 8
    for one in found.cells:
        twin = reference / one.folder.name / "mesh.ply"
        np.testing.assert_array_equal(read_mesh(one.folder / "mesh.ply").vertices, read_mesh(twin).vertices)
    assert len(list(results.iterdir())) == 8 + 2, "nothing but cells, manifest and records"
    resumed = [json.loads(path.read_text())["resumed"] for path in results.glob("*/run.json")]
    assert sum(resumed) >= 2


def test_killed_again_and_again_the_quality_is_smaller_and_recorded(
    dataset: Path, tmp_path: Path, troubles: Path
) -> None:
    for number in range(MOST_KILLS):
        (troubles / f"kill@standard.{number}").touch()
    results = tmp_path / "results"
    batch = start(dataset, results, "--scans", "S1", "--views", "3", "--methods", "hull-grid", pause=0.0)
    told = ended(batch)
    assert batch.returncode == 0, told
    assert "reduced: S1, 3 views, hull-grid: draft" in told
    (cell,) = read_results(results, careful=True).cells
    (step,) = cell.record.reductions
    assert (step.before, step.after, cell.record.attempts) == ("standard", "draft", MOST_KILLS + 1)
    assert "SIGKILL" in step.reason
    assert json.loads((cell.folder / "run.json").read_text())["settings"]["quality"] == "draft"
    assert "going on" in told, "from its checkpoint, after the first kills"
    (larger,) = (path for path in results.glob("*/run.json") if path.parent != cell.folder)
    assert json.loads(larger.read_text())["resumed"] == MOST_KILLS - 1, "and it is kept"


def test_a_worker_whose_memory_really_runs_out_has_its_quality_reduced(
    dataset: Path, tmp_path: Path, troubles: Path
) -> None:
    (troubles / "hungry@standard.0").touch()
    results = tmp_path / "results"
    batch = start(dataset, results, "--scans", "S1", "--views", "3", "--methods", "hull-grid", pause=0.0)
    text = ended(batch)
    assert batch.returncode == 0, text
    (cell,) = read_results(results, careful=True).cells
    (step,) = cell.record.reductions
    assert (step.before, step.after) == ("standard", "draft")
    assert "memory ran out" in step.reason
    assert not psutil.Process().children()


def test_the_first_interrupt_stops_cleanly(dataset: Path, tmp_path: Path) -> None:
    results, hold = tmp_path / "results", tmp_path / "hold"
    hold.touch()
    batch = start(dataset, results, hold=hold)
    wait_for(lambda: len(training(results)) == 2)
    second = start(dataset, results)
    refused = ended(second)
    assert second.returncode == 1
    assert f"process {batch.pid}" in refused
    assert "Traceback" not in refused
    batch.send_signal(signal.SIGINT)
    told = ended(batch)
    assert batch.returncode == 130, told
    assert "the same command goes on with it" in told
    statuses = {json.loads(path.read_text())["status"] for path in results.glob("*/run.json")}
    assert statuses == {"interrupted"}, "closed in good order, not killed"
    assert training(results)
