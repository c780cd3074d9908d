"""Runs that nothing can spoil: one process each, the same inputs, a finished record that stays."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from h3dstudio.data import run_claim
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.data.resources import BUNDLED_PRIOR, resource
from h3dstudio.errors import EvaluationError, OutputError, PriorError
from h3dstudio.jobs.engines import InlineEngine, InlineHandle, ProcessEngine
from h3dstudio.jobs.events import Cancelled, Failed, Finished, Log, Progress
from h3dstudio.jobs.stop_reason import StopReason
from h3dstudio.methods.registry import default_settings, settings_from
from h3dstudio.session.evaluation.files import truth_hash
from h3dstudio.session.runs.job import ReconstructionJob
from h3dstudio.session.runs.past_run import read_past_run
from h3dstudio.session.runs.run_record import is_finished
from tests.unit.session.batch.fakes import InlineBatch, wanted, write_dataset
from tests.unit.session.runs.fake_training import STEPS, FakeTrained, FakeTraining, head
from tests.unit.session.runs.test_reconstruction_job import failed, finished, report, run
from tests.waiting import wait_for

REPOSITORY = Path(__file__).parents[4]


@pytest.fixture
def prior(tmp_path: Path) -> Path:
    return Path(shutil.copy(resource(BUNDLED_PRIOR), tmp_path / "mine.h3dprior"))


@contextmanager
def stopped_at(job: ReconstructionJob, step: int) -> Iterator[InlineHandle]:
    """The job's handle, once it has done that many steps; closed afterwards."""
    engine = InlineEngine()
    handle = engine.submit(job)
    while not any(isinstance(event, Progress) and event.done == step for event in handle.poll()):
        assert handle.alive
    yield handle
    engine.close()


def interrupt(job: ReconstructionJob, step: int) -> None:
    with stopped_at(job, step) as handle:
        handle.interrupt()
        assert handle.poll()[-1] == Cancelled(StopReason.INTERRUPTED)


def said(folder: Path) -> list[Log]:
    return [line.event for line in read_past_run(folder).log]


# Inputs ----------------------------------------------------------------------------------------------


def test_a_swapped_prior_is_refused(scan: Path, tmp_path: Path, training: FakeTraining, prior: Path) -> None:
    job = ReconstructionJob(scan, tmp_path / "out", settings_from({"prior": str(prior)}))
    interrupt(job, 7)
    named = report(tmp_path / "out")["inputs"]["prior"]  # type: ignore[index]
    assert named["name"] == "mine.h3dprior"
    assert len(named["sha256"]) == 64
    content = prior.read_bytes()
    prior.write_bytes(content + b"another")
    before = (tmp_path / "out" / "run.json").read_text()
    end = failed(replace(job, resume=True))
    assert isinstance(end.error, OutputError)
    assert "the prior has changed since" in end.message
    assert (tmp_path / "out" / "run.json").read_text() == before
    prior.write_bytes(content)
    finished(replace(job, resume=True))


def test_a_prior_is_known_by_its_content_wherever_it_lies(
    scan: Path, tmp_path: Path, training: FakeTraining, prior: Path
) -> None:
    job = ReconstructionJob(scan, tmp_path / "out", settings_from({"prior": str(prior)}))
    interrupt(job, 7)
    moved = prior.rename(tmp_path / "moved.h3dprior")
    finished(replace(job, resume=True, settings=settings_from({"prior": str(moved)})))
    interrupt(replace(job, out=tmp_path / "bundled", settings=default_settings()), 7)
    same = replace(job, out=tmp_path / "bundled", resume=True, settings=job.settings)
    end = failed(replace(same, settings=settings_from({"prior": str(prior)})))
    assert isinstance(end.error, PriorError)  # there is no such file
    moved.write_bytes(b"another")
    end = failed(replace(same, settings=settings_from({"prior": str(moved)})))
    assert "the prior has changed since: it was linear.h3dprior, now it is moved.h3dprior" in end.message


def test_a_method_without_a_prior_names_none(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    finished(ReconstructionJob(scan, tmp_path / "out", settings_from({"method": "hull-grid"})))
    assert "prior" not in report(tmp_path / "out")["inputs"]  # type: ignore[operator]


def test_a_report_of_an_earlier_version_that_names_no_prior_is_gone_on_with(
    scan: Path, tmp_path: Path, training: FakeTraining
) -> None:
    job = ReconstructionJob(scan, tmp_path / "out")
    interrupt(job, 7)
    content = report(tmp_path / "out")
    del content["inputs"]["prior"]  # type: ignore[attr-defined]
    (tmp_path / "out" / "run.json").write_text(json.dumps(content))
    finished(replace(job, resume=True))


# One process -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("flags", [{"resume": True}, {"force": True}])
def test_the_second_run_in_a_folder_is_told_who_is_at_work(
    scan: Path,
    tmp_path: Path,
    training: FakeTraining,
    monkeypatch: pytest.MonkeyPatch,
    flags: dict[str, bool],
) -> None:
    monkeypatch.setattr(run_claim, "PATIENCE", 0.0)
    job = ReconstructionJob(scan, tmp_path / "out")
    with stopped_at(job, 7) as handle:
        before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
        end = failed(replace(job, **flags))  # type: ignore[arg-type]
        assert isinstance(end.error, OutputError)
        assert f"process {os.getpid()} on " in end.message
        assert "is at work on this run" in end.message
        after = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
        assert after == before
        while handle.alive:
            end = handle.poll(1.0)[-1]  # type: ignore[assignment]
    assert isinstance(end, Finished)


def test_two_resumes_at_once_are_one_run(scan: Path, tmp_path: Path) -> None:
    job = ReconstructionJob(scan, tmp_path / "out")
    with ProcessEngine(threads=1) as engine:
        first = engine.submit(FakeTrained(job, pause=0.02, goes_on="until closed"))
        while not any(isinstance(event, Progress) and event.done >= 7 for event in first.poll(0.1)):
            pass
        os.kill(first.pid, signal.SIGKILL)
        first.join(30)
        assert report(tmp_path / "out")["status"] == "running"
        again = FakeTrained(replace(job, resume=True), pause=0.2)
        ends = []
        for handle in [engine.submit(again) for _ in range(2)]:
            assert handle.join(60)
            ends.append(handle.poll()[-1])
    assert sorted(type(end).__name__ for end in ends) == ["Failed", "Finished"]
    (refused,) = (end for end in ends if isinstance(end, Failed))
    assert "is at work on this run" in refused.message
    steps = [
        json.loads(line)["step"] for line in (tmp_path / "out" / "metrics.jsonl").read_text().splitlines()
    ]
    assert steps == list(range(1, STEPS + 1))


# A record that stays ---------------------------------------------------------------------------------


def test_a_finished_run_is_left_as_it_is(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    job = ReconstructionJob(scan, tmp_path / "out")
    first = finished(job)
    before = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*") if path.is_file()}
    events, end = run(replace(job, resume=True))
    assert isinstance(end, Finished)
    assert end.result == first
    assert "nothing to do" in next(event.message for event in events if isinstance(event, Log))
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*") if path.is_file()} == before
    assert len(training.calls) == 1
    assert is_finished(first.folder)


def test_a_finished_run_whose_mesh_is_gone_makes_it_again(
    scan: Path, tmp_path: Path, training: FakeTraining
) -> None:
    job = ReconstructionJob(scan, tmp_path / "out")
    finished(job).mesh.unlink()
    assert not is_finished(tmp_path / "out")
    assert finished(replace(job, resume=True)).mesh.is_file()


@pytest.mark.parametrize("how", ["cancelled", "interrupted", "failed"])
def test_a_run_that_finished_early_keeps_its_record_until_there_is_a_better_result(
    scan: Path, tmp_path: Path, training: FakeTraining, how: str
) -> None:
    job, folder = ReconstructionJob(scan, tmp_path / "out"), tmp_path / "out"
    with stopped_at(job, 7) as handle:
        handle.finish()
        assert isinstance(handle.poll(20)[-1], Finished)
    early, mesh = report(folder), (folder / "mesh.ply").read_bytes()
    assert early["status"] == "finished early"
    for attempt in (1, 2):
        if how == "failed":
            training.fail_at = 13
            assert "out of memory" in failed(replace(job, resume=True)).message
        else:
            with stopped_at(replace(job, resume=True), 12) as handle:
                assert report(folder)["status"] == "running"
                assert report(folder)["earlier_result"]["iterations"] == early["iterations"]  # type: ignore[index]
                handle.cancel() if how == "cancelled" else handle.interrupt()
                handle.poll()
        now = report(folder)
        assert now["last_attempt"]["status"] == how  # type: ignore[index]
        changed = {"last_attempt", "resumed", "checkpoint"}
        assert {name: now[name] for name in now if name not in changed} == {
            name: early[name] for name in early if name not in changed
        }
        assert now["resumed"] == attempt
        assert (folder / "mesh.ply").read_bytes() == mesh
    training.fail_at = -1
    finished(replace(job, resume=True))
    last = report(folder)
    assert (last["status"], last["iterations"]) == ("finished", STEPS)
    assert not {"last_attempt", "earlier_result", "error"} & set(last)


# What is gone on from --------------------------------------------------------------------------------


def test_a_run_without_a_checkpoint_starts_over_and_says_so(
    scan: Path, tmp_path: Path, training: FakeTraining
) -> None:
    job, folder = ReconstructionJob(scan, tmp_path / "out"), tmp_path / "out"
    interrupt(job, 3)
    assert (report(folder)["status"], report(folder).get("checkpoint")) == ("interrupted", None)
    finished(replace(job, resume=True))
    assert any(line.level == "warning" and "starts over" in line.message for line in said(folder))
    steps = [json.loads(line)["step"] for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert steps == list(range(1, STEPS + 1))


def test_the_record_names_the_checkpoint_and_the_log_where_it_goes_on(
    scan: Path, tmp_path: Path, training: FakeTraining
) -> None:
    job, folder = ReconstructionJob(scan, tmp_path / "out"), tmp_path / "out"
    interrupt(job, 12)
    assert report(folder)["checkpoint"] == {"step": 10}
    interrupt(replace(job, resume=True), 11)
    assert report(folder)["checkpoint"] == {"step": 10}
    assert any("Going on from the checkpoint of step 10" in line.message for line in said(folder))
    (folder / "checkpoint.npz").unlink()
    interrupt(replace(job, resume=True), 2)
    assert "checkpoint" not in report(folder)


SUPERVISOR = """
import sys
from pathlib import Path
from h3dstudio.jobs.engines import ProcessEngine
from h3dstudio.jobs.events import Progress
from h3dstudio.session.runs.job import ReconstructionJob
from tests.unit.session.runs.fake_training import FakeTrained
engine = ProcessEngine(threads=1)
job = ReconstructionJob(Path(sys.argv[1]), Path(sys.argv[2]))
handle = engine.submit(FakeTrained(job, 0.02, "until closed"))
while not any(isinstance(event, Progress) and event.done >= 7 for event in handle.poll(0.1)):
    pass
print(handle.pid, flush=True)
sys.stdin.readline()
engine.close(patience=30.0)
"""
"""What a window does with a run, until it is closed by a line, or killed."""


@pytest.mark.parametrize("closing", ["orderly", "killed"])
def test_a_run_whose_window_is_closed_is_interrupted_and_leaves_no_process(
    scan: Path, tmp_path: Path, closing: str
) -> None:
    command = [sys.executable, "-c", SUPERVISOR, str(scan), str(tmp_path / "out")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=REPOSITORY, text=True, stdin=pipe, stdout=pipe) as window:
        assert window.stdout is not None
        worker = int(window.stdout.readline())
        window.kill() if closing == "killed" else window.communicate("close\n")
    wait_for(lambda: not psutil.pid_exists(worker))
    assert report(tmp_path / "out")["status"] == "interrupted"
    assert report(tmp_path / "out")["checkpoint"]["step"] >= 5  # type: ignore[index]
    assert not (tmp_path / "out" / "run.lock").exists()


def test_a_full_disk_at_the_end_leaves_the_last_whole_report(
    scan: Path, tmp_path: Path, training: FakeTraining, monkeypatch: pytest.MonkeyPatch
) -> None:
    from h3dstudio.session.runs import run_record

    job, folder, write = ReconstructionJob(scan, tmp_path / "out"), tmp_path / "out", run_record.write_json

    def full(*given: object) -> None:
        raise OutputError("the disk is full", where=folder)

    with stopped_at(job, 7) as handle:
        monkeypatch.setattr(run_record, "write_json", full)
        events = handle.poll(20)
    assert isinstance(events[-1], Failed)
    assert "the disk is full" in events[-1].message
    assert report(folder)["status"] == "running"
    monkeypatch.setattr(run_record, "write_json", write)
    np.testing.assert_allclose(
        read_mesh(finished(replace(job, resume=True)).mesh).vertices, head(STEPS).vertices, rtol=1e-6
    )


# A ground truth that vanishes -------------------------------------------------------------------------


def test_a_ground_truth_that_vanishes_while_it_runs_is_said(tmp_path: Path, training: FakeTraining) -> None:
    scan, out = write_dataset(tmp_path / "balls", ("S1",)) / "S1", tmp_path / "out"
    handle = InlineEngine().submit(ReconstructionJob(scan, out))
    while not (out / "run.json").exists():
        handle.poll()
    truth = read_scan(scan).ground_truth
    assert truth is not None
    truth.unlink()
    assert isinstance(handle.poll(20)[-1], Finished)
    warnings = [line.message for line in said(out) if line.level == "warning"]
    assert any("landmarks are not used, since its ground truth cannot be read" in line for line in warnings)
    assert sum("Meshes are not compared with the ground truth" in line for line in warnings) == 1


def test_a_run_is_not_gone_on_with_another_start(tmp_path: Path, training: FakeTraining) -> None:
    scan, out = write_dataset(tmp_path / "balls", ("S1",)) / "S1", tmp_path / "out"
    job = ReconstructionJob(scan, out)
    interrupt(job, 7)
    inputs = report(out)["inputs"]
    assert {"landmarks", "ground_truth", "prior"} < set(inputs)  # type: ignore[call-overload]
    truth = read_scan(scan).ground_truth
    assert truth is not None
    hidden = truth.rename(tmp_path / "hidden.obj")
    assert "the scan's ground truth cannot be read any more" in failed(replace(job, resume=True)).message
    truth.write_text(hidden.read_text() + "# another\n")
    assert "the scan's ground truth changed since" in failed(replace(job, resume=True)).message
    hidden.replace(truth)
    marks = next(scan.glob("*landmark*"))
    marks.write_text("\n".join(f"{line.split()[0]} 0" for line in marks.read_text().splitlines()) + "\n")
    assert "the scan's landmarks changed since" in failed(replace(job, resume=True)).message


def test_a_ground_truth_that_vanishes_before_the_score_fails_the_cell_with_a_clear_word(
    tmp_path: Path, training: FakeTraining
) -> None:
    dataset = write_dataset(tmp_path / "balls", ("S1",))
    job = InlineBatch(tmp_path / "results", wanted(dataset, scans=("S1",)))
    handle = InlineEngine().submit(job)
    while not list((tmp_path / "results").glob("*/run.json")):
        handle.poll()
    truth = read_scan(dataset / "S1").ground_truth
    assert truth is not None
    truth.unlink()
    end = handle.poll(60)[-1]
    assert isinstance(end, Finished)
    (problem,) = end.result.failed.values()  # type: ignore[attr-defined]
    assert "ground-truth mesh" in problem
    assert "Unexpected" not in problem
    with pytest.raises(EvaluationError, match="ground truth cannot be read any more"):
        truth_hash(truth)
