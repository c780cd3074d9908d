"""What a killed process leaves beside its target goes with the next writing; nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from h3dstudio.data import remains
from h3dstudio.data.atomic import atomic_path, write_bytes
from h3dstudio.data.remains import remove_remains, temporary_beside

KILLED = """
import os, signal, sys
from h3dstudio.data.atomic import atomic_path
with atomic_path(sys.argv[1]) as temporary:
    temporary.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_while_writing(path: Path) -> Path:
    """What a process leaves that is killed in the middle of writing `path`."""
    end = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], cwd=Path(__file__).parents[3], check=False
    )
    assert end.returncode == -signal.SIGKILL
    (left,) = path.parent.glob(f".{path.stem}*")
    return left


def test_the_next_writing_into_the_folder_removes_it(tmp_path: Path) -> None:
    left = killed_while_writing(tmp_path / "head.ply")
    assert left.suffix == ".ply"
    write_bytes(tmp_path / "another.obj", b"x")
    assert os.listdir(tmp_path) == ["another.obj"]


def test_what_a_running_process_writes_stays(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "a") as first:
        first.write_bytes(b"1")
        write_bytes(tmp_path / "a", b"2")
        assert first.exists()
    assert (tmp_path / "a").read_bytes() == b"1"


def test_what_may_be_of_another_machine_or_program_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_while_writing(tmp_path / "far.ply")
    monkeypatch.setattr(remains, "_here", lambda: "0123abcd")
    for name in (".mesh.0123abcd.ply", ".vimrc", ".h3d-0123abcd-1-0123abcd.d.ply"):
        (tmp_path / name).touch()
    before = set(os.listdir(tmp_path))
    write_bytes(tmp_path / "a", b"x")
    assert set(os.listdir(tmp_path)) == before | {"a"}


def test_remains_of_a_file_whoever_left_them(tmp_path: Path) -> None:
    killed_while_writing(tmp_path / "batch.json")
    for name in (".batch.0123abcd.json", ".other.0123abcd.json"):
        (tmp_path / name).touch()
    remove_remains(tmp_path / "batch.json")
    assert os.listdir(tmp_path) == [".other.0123abcd.json"]


@pytest.mark.parametrize("stem", ["a" * 240, "頭" * 80, "🙂" * 60])
def test_a_long_name_has_a_temporary_one_that_is_no_longer(tmp_path: Path, stem: str) -> None:
    write_bytes(tmp_path / f"{stem}.ply", b"x")
    assert len(os.fsencode(temporary_beside(tmp_path / f"{stem}.ply").name)) < 200
    remove_remains(tmp_path / f"{stem}.ply")
    assert os.listdir(tmp_path) == [f"{stem}.ply"]
