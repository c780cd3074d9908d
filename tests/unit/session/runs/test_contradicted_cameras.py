"""A run whose photos, masks and cameras contradict each other stops, unless its user trusts the cameras."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from h3dstudio import cli
from h3dstudio.errors import InconsistentScan
from h3dstudio.jobs.events import Failed, Log
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.session.batch.cell_job import CellJob
from h3dstudio.session.runs.job import ReconstructionJob
from tests.unit.data.solid_scan import write_solid_scan
from tests.unit.session.runs.fake_training import FakeTraining
from tests.unit.session.runs.test_reconstruction_job import failed, finished, run

EXCHANGED = "the cameras of views 1 and 3 are exchanged"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A scan of four views, two of whose cameras are exchanged."""
    return write_solid_scan(tmp_path / "scans" / "wrong", (0, 3, 2, 1))


def test_right_cameras_do_not_stop_it(tmp_path: Path, training: FakeTraining) -> None:
    job = ReconstructionJob(write_solid_scan(tmp_path / "right"), tmp_path / "out", views="all")
    events, _ = run(job)
    assert not [event for event in events if isinstance(event, Log) and event.level == "warning"]


def test_wrong_cameras_stop_it_before_there_is_a_folder(
    wrong: Path, tmp_path: Path, training: FakeTraining
) -> None:
    error = failed(ReconstructionJob(wrong, tmp_path / "out", views="all")).error
    assert isinstance(error, InconsistentScan)
    assert EXCHANGED in error.problem
    assert "--trust-cameras" in error.remedy
    assert isinstance(pickle.loads(pickle.dumps(error)), InconsistentScan)  # it crosses to the window
    assert not (tmp_path / "out").exists()
    assert training.calls == []


def test_trusted_cameras_are_told_of_and_kept(wrong: Path, tmp_path: Path, training: FakeTraining) -> None:
    job = ReconstructionJob(wrong, tmp_path / "out", views="all", trust_cameras=True)
    events, _ = run(job)
    told = [event.message for event in events if isinstance(event, Log) and event.level == "warning"]
    assert any(EXCHANGED in message and "--trust-cameras" not in message for message in told)
    assert len(training.calls) == 1
    assert finished(replace(job, resume=True, trust_cameras=False)).folder == tmp_path / "out"


def test_resuming_where_nothing_was_begun_checks_as_well(
    wrong: Path, tmp_path: Path, training: FakeTraining
) -> None:
    job = ReconstructionJob(wrong, tmp_path / "out", views="all", resume=True)
    assert isinstance(failed(job).error, InconsistentScan)


def test_a_cell_of_a_batch_fails_with_the_same_words(
    wrong: Path, tmp_path: Path, training: FakeTraining
) -> None:
    job = CellJob(wrong, tmp_path / "cell", tmp_path / "lock", "4", H3DGridSettings())
    with pytest.raises(InconsistentScan, match=EXCHANGED):
        list(job.events())


def test_on_the_command_line(
    wrong: Path, run_folder: Path, training: FakeTraining, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["reconstruct", str(wrong), "--views", "all", "--out", str(run_folder)]
    assert cli.main(command) == 1
    error = capsys.readouterr().err
    assert EXCHANGED in error
    assert "To go on all the same: --trust-cameras" in error
    assert cli.main([*command, "--trust-cameras"]) == 0
    assert (run_folder / "mesh.ply").exists()


def test_info_names_the_cause_and_the_shares(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["info", str(wrong)]) == 1
    text = capsys.readouterr().out
    assert EXCHANGED in text
    assert "silhouettes" in text
    assert cli.main(["info", str(wrong), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["consistency"]
    assert found["cause"] == "swapped cameras"
    assert set(found["covered"]) == {"0", "1", "2", "3"}
    assert min(found["covered"].values()) < 0.97


def test_a_failure_is_no_defect(wrong: Path, tmp_path: Path, training: FakeTraining) -> None:
    end = failed(ReconstructionJob(wrong, tmp_path / "out", views="all"))
    assert isinstance(end, Failed)
    assert not end.resumable
