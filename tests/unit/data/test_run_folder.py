from __future__ import annotations

import json
from pathlib import Path

import pytest

from h3dstudio.data.run_folder import EVALUATED, RUN_FILES, SUGGESTIONS, RunFolder
from h3dstudio.errors import OutputError, UsageError


def finished_run(out: Path) -> Path:
    run = RunFolder.create(out)
    for name in RUN_FILES:
        (run.folder / name).write_text("run")
    run.snapshot(10).write_text("run")
    return run.folder


def test_a_new_run(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path / "a" / "out")
    assert run.folder == tmp_path / "a" / "out"
    assert run.snapshots.is_dir()
    paths = {run.mesh, run.preview, run.run_json, run.metrics, run.events, run.events_of_old, run.checkpoint}
    assert {path.name for path in paths} | set(SUGGESTIONS) | set(EVALUATED) == set(RUN_FILES)


def test_an_existing_folder_is_never_touched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("mine")
    assert RunFolder.create(out).folder == tmp_path / "out-2"
    assert RunFolder.create(out).folder == tmp_path / "out-3"
    assert [file.name for file in out.iterdir()] == ["thesis.docx"]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert RunFolder.create(tmp_path / "out").folder == tmp_path / "out"


def test_force_replaces_a_run_but_nothing_else(tmp_path: Path) -> None:
    out = finished_run(tmp_path / "out")
    (out / "notes.txt").write_text("mine")
    (out / "snapshots" / "mine.png").write_text("mine")
    assert RunFolder.create(out, force=True).folder == out
    left = sorted(str(file.relative_to(out)) for file in out.rglob("*") if file.is_file())
    assert left == ["notes.txt", "snapshots/mine.png"]


def test_force_refuses_files_that_no_run_wrote(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mesh.ply").write_text("mine")
    with pytest.raises(OutputError, match=r"holds mesh\.ply, but no run\.json"):
        RunFolder.create(tmp_path / "out", force=True)
    assert (tmp_path / "out" / "mesh.ply").read_text() == "mine"


def test_resume_takes_the_run_as_it_is(tmp_path: Path) -> None:
    out = finished_run(tmp_path / "out")
    assert RunFolder.create(out, resume=True).folder == out
    assert (out / "checkpoint.npz").read_text() == "run"
    (out / ".checkpoint.0123abcd.npz").write_text("half")
    (out / ".mine.npz").write_text("mine")
    RunFolder.create(out, resume=True)
    assert sorted(file.name for file in out.glob(".*")) == [".mine.npz"]
    with pytest.raises(OutputError, match="no such run"):
        RunFolder.create(tmp_path / "none", resume=True)
    (out / "checkpoint.npz").unlink()
    assert RunFolder.create(out, resume=True).folder == out
    (out / "run.json").unlink()
    with pytest.raises(OutputError, match=r"no run\.json"):
        RunFolder.create(out, resume=True)


def test_bad_wishes(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        RunFolder.create(tmp_path / "out", resume=True, force=True)
    (tmp_path / "file").write_text("mine")
    for flags in ({}, {"force": True}, {"resume": True}):
        with pytest.raises(OutputError, match="this is a file"):
            RunFolder.create(tmp_path / "file", **flags)
    with pytest.raises(OutputError, match="a part of the path is a file"):
        RunFolder.create(tmp_path / "file" / "out")
    assert (tmp_path / "file").read_text() == "mine"


def test_metrics_are_lines_and_a_killed_run_is_trimmed(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path / "out")
    run.trim_metrics(5)
    for step in range(4):
        run.append_metrics({"step": step, "loss": float("nan") if step == 1 else 0.5})
    with open(run.metrics, "ab") as file:
        file.write(b'{"step": 4, "lo')
    run.trim_metrics(2)
    rows = [json.loads(line) for line in run.metrics.read_text().splitlines()]
    assert rows == [{"step": 0, "loss": 0.5}, {"step": 1, "loss": None}, {"step": 2, "loss": 0.5}]
