"""Claims of run folders: nothing of a user is overwritten, one process works there, each state has a flag."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from h3dstudio.data import run_claim
from h3dstudio.data.file_lock import held
from h3dstudio.data.run_claim import REPLACED, claimed, foreign_entries
from h3dstudio.data.run_folder import LOCK, RUN_FILES, RunFolder
from h3dstudio.errors import OutputError, UsageError


def take(out: Path, *, resume: bool = False, force: bool = False) -> Path:
    """The folder that is claimed, and given back at once; not left empty, which it would not survive."""
    with claimed(out, resume=resume, force=force) as (run, warning):
        assert warning == ""
        assert run.lock.is_file()
        if not resume and not force:
            run.run_json.write_text("{}")
    assert not run.lock.exists()
    return run.folder


def finished_run(out: Path) -> Path:
    with claimed(out) as (run, _):
        for name in RUN_FILES:
            (run.folder / name).write_text("run")
        run.run_json.write_text('{"format": 1, "status": "finished", "settings": {"seed": 7}}')
        run.snapshots.mkdir()
        run.snapshot(10).write_text("run")
    return run.folder


def test_a_new_run_has_the_folder_that_was_asked_for(tmp_path: Path) -> None:
    assert take(tmp_path / "a" / "out") == tmp_path / "a" / "out"


def test_an_existing_folder_is_never_touched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("mine")
    (tmp_path / "out-3").write_text("a file")
    assert take(out) == tmp_path / "out-2"
    assert take(out) == tmp_path / "out-4"
    assert [file.name for file in out.iterdir()] == ["thesis.docx"]


def test_an_empty_folder_is_used_and_one_where_nothing_was_written_goes_again(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert take(tmp_path / "out") == tmp_path / "out"
    with claimed(tmp_path / "none") as (run, _):
        assert run.folder.is_dir()
    assert not run.folder.exists()


@pytest.mark.parametrize("remains", [[LOCK], [".run.0123abcd.json"], ["snapshots/"], [LOCK, "snapshots/"]])
def test_what_a_run_leaves_that_was_killed_before_it_began_is_taken_by_start_and_force(
    tmp_path: Path, remains: list[str]
) -> None:
    out = tmp_path / "out"
    for force in (False, True):
        out.mkdir()
        for name in remains:
            (out / name).mkdir() if name.endswith("/") else (out / name).write_text("process 1 on x")
        assert foreign_entries(out) == []
        with pytest.raises(OutputError, match=r"before it began.*without --resume"):
            take(out, resume=True)
        with claimed(out, force=force) as (run, _):
            assert run.folder == out
            assert [path.name for path in out.iterdir() if path.is_file()] == [LOCK]
        for path in out.iterdir() if out.exists() else ():
            path.rmdir()
        if out.exists():
            out.rmdir()


def test_force_replaces_a_run_but_nothing_else(tmp_path: Path) -> None:
    out = finished_run(tmp_path / "out")
    (out / "notes.txt").write_text("mine")
    (out / "snapshots" / "mine.png").write_text("mine")
    assert take(out, force=True) == out
    left = sorted(str(file.relative_to(out)) for file in out.rglob("*") if file.is_file())
    assert left == ["notes.txt", "run.json", "snapshots/mine.png"]
    report = json.loads((out / "run.json").read_text())
    assert report == {"format": 1, "status": REPLACED, "settings": {"seed": 7}}
    with pytest.raises(OutputError, match=r"being replaced.*with --force"):
        take(out, resume=True)
    assert take(out, force=True) == out


def test_run_json_says_what_happens_before_anything_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = finished_run(tmp_path / "out")
    monkeypatch.setattr(run_claim, "write_json", _full)
    with pytest.raises(OutputError, match="full"):
        take(out, force=True)
    assert {path.name for path in out.iterdir()} == {*RUN_FILES, "snapshots"}


def _full(*_: object) -> None:
    raise OutputError("the disk is full")


@pytest.mark.parametrize(
    "left",
    [["landmarks68.json", "head.json"], ["events.jsonl"], ["snapshots/mesh_000010.ply"], ["snapshots/"]],
)
def test_remains_of_a_removal_by_an_earlier_version_are_taken_by_force(
    tmp_path: Path, left: list[str]
) -> None:
    out = tmp_path / "out"
    for name in left:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).mkdir() if name.endswith("/") else (out / name).write_text("run")
    assert take(out, force=True) == out
    assert not [path for path in out.rglob("*") if path.is_file() and path.name != "run.json"]


@pytest.mark.parametrize("mine", [["mesh.ply"], ["mesh.ply", "snapshots/"], ["snapshots/holiday.png"]])
def test_force_refuses_files_that_no_run_wrote(tmp_path: Path, mine: list[str]) -> None:
    out = tmp_path / "out"
    for name in mine:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).mkdir() if name.endswith("/") else (out / name).write_text("mine")
    with pytest.raises(OutputError, match=r"but no run\.json"):
        take(out, force=True)
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == [
        name for name in mine if not name.endswith("/")
    ]


def test_resume_takes_the_run_as_it_is(tmp_path: Path) -> None:
    out = finished_run(tmp_path / "out")
    assert take(out, resume=True) == out
    assert (out / "checkpoint.npz").read_text() == "run"
    (out / ".checkpoint.0123abcd.npz").write_text("half")
    (out / ".mine.npz").write_text("mine")
    take(out, resume=True)
    assert sorted(file.name for file in out.glob(".*")) == [".mine.npz"]
    with pytest.raises(OutputError, match="no such run"):
        take(tmp_path / "none", resume=True)
    (out / "checkpoint.npz").unlink()
    assert take(out, resume=True) == out
    (out / "run.json").unlink()
    with pytest.raises(OutputError, match=r"no run\.json"):
        take(out, resume=True)


@pytest.mark.parametrize("flags", [{"resume": True}, {"force": True}])
def test_a_second_one_is_told_who_is_at_work_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: dict[str, bool]
) -> None:
    monkeypatch.setattr(run_claim, "PATIENCE", 0.0)
    out = finished_run(tmp_path / "out")
    with claimed(out, resume=True):
        before = {path: path.stat() for path in out.rglob("*")}
        with pytest.raises(OutputError, match=f"process {os.getpid()} on .* since .* is at work on this run"):
            take(out, **flags)
        assert {path: path.stat() for path in out.rglob("*")} == before


def test_a_second_new_run_gets_a_folder_of_its_own_even_before_the_first_has_written(tmp_path: Path) -> None:
    with claimed(tmp_path / "out") as (first, _), claimed(tmp_path / "out") as (second, _):
        assert (first.folder.name, second.folder.name) == ("out", "out-2")


def test_another_machine_that_may_be_at_work_is_named(tmp_path: Path) -> None:
    out = finished_run(tmp_path / "out")
    (out / LOCK).write_text("process 12 on far-away since 2024-01-01 10:00:00 UTC")
    with claimed(out, resume=True) as (_, warning):
        assert "process 12 on far-away" in warning
    with held(out / LOCK, "it") as before:
        assert before is None


def test_bad_wishes(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        take(tmp_path / "out", resume=True, force=True)
    (tmp_path / "file").write_text("mine")
    for flags in ({}, {"force": True}, {"resume": True}):
        with pytest.raises(OutputError, match="this is a file"):
            take(tmp_path / "file", **flags)
    with pytest.raises(OutputError, match="a part of the path is a file"):
        take(tmp_path / "file" / "out")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_run_folder_is_plain_paths() -> None:
    assert RunFolder(Path("x")).snapshot(7) == Path("x/snapshots/mesh_000007.ply")
