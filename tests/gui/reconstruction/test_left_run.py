"""What a run has left in its folder: its record knows better than who watched it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from h3dstudio.data.run_folder import RUN_FORMAT
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING, TRAINING
from h3dstudio.gui.features.reconstruction.left_run import (
    LeftBehind,
    left_behind,
    left_by,
    recorded_state,
    state_of,
)
from h3dstudio.gui.features.reconstruction.run_model import RunState


def record(folder: Path, status: str) -> None:
    (folder / "run.json").write_text(json.dumps({"format": RUN_FORMAT, "status": status}))


@pytest.mark.parametrize(
    ("status", "checkpoint", "expected"),
    [
        ("", False, LeftBehind.NOTHING),
        ("", True, LeftBehind.CHECKPOINT),
        ("running", False, LeftBehind.START),
        ("running", True, LeftBehind.CHECKPOINT),
        ("interrupted", True, LeftBehind.CHECKPOINT),
        ("cancelled", True, LeftBehind.CHECKPOINT),
        ("cancelled", False, LeftBehind.START),
        ("failed", True, LeftBehind.CHECKPOINT),
        ("finished early", True, LeftBehind.CHECKPOINT),
        ("finished", True, LeftBehind.FINISHED),
        ("finished", False, LeftBehind.FINISHED),
    ],
)
def test_by_record_and_checkpoint(
    status: str, checkpoint: bool, expected: LeftBehind, tmp_path: Path
) -> None:
    if status:
        record(tmp_path, status)
    if checkpoint:
        (tmp_path / "checkpoint.npz").write_bytes(b"")
    assert left_behind(tmp_path) is expected
    assert expected.resumable is (expected in (LeftBehind.START, LeftBehind.CHECKPOINT))
    assert RECONSTRUCTING.left_behind(None, tmp_path / "checkpoint.npz") is expected


def test_a_damaged_record_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    assert recorded_state(tmp_path) is None
    assert left_behind(tmp_path) is LeftBehind.NOTHING
    assert left_behind(None) is LeftBehind.NOTHING
    assert TRAINING.left_behind(None, None) is LeftBehind.NOTHING


def test_an_unknown_status_is_an_interruption() -> None:
    assert state_of("finished") is RunState.DONE
    assert state_of("running") is state_of("of another version") is RunState.INTERRUPTED


@pytest.mark.parametrize("sections", [{}, {"run": None}, {"run": {}}, {"run": {"job": {"kind": 3}}}])
def test_a_project_without_a_run_has_left_nothing(sections: dict[str, object]) -> None:
    assert left_by(sections) is LeftBehind.NOTHING  # type: ignore[arg-type]
