from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data import atomic
from h3dstudio.data.atomic import atomic_path, write_bytes, write_json, write_text
from h3dstudio.errors import OutputError


def test_writes_and_replaces(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    write_text(file, "one")
    write_text(file, "zwei ü\n")
    assert file.read_bytes() == "zwei ü\n".encode()
    assert list(tmp_path.iterdir()) == [file]


def test_the_temporary_file_lies_beside_and_keeps_the_suffix(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "a.png") as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".png"
        temporary.write_bytes(b"x")
        assert not (tmp_path / "a.png").exists()
    assert (tmp_path / "a.png").read_bytes() == b"x"


@pytest.mark.parametrize("error", [RuntimeError("bug"), KeyboardInterrupt()])
def test_a_failed_block_leaves_the_old_file(tmp_path: Path, error: BaseException) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")

    def write_half() -> None:
        with atomic_path(file) as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "not permitted"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "writing failed"),
    ],
)
def test_a_failing_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, text: str) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(atomic.os, "fsync", fail)
    with pytest.raises(OutputError, match=text) as caught:
        write_bytes(file, b"new")
    assert caught.value.where == str(file)
    assert caught.value.remedy
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_really_full_disk(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="the disk is full"),
        atomic_path(tmp_path / "a"),
        open("/dev/full", "wb", buffering=0) as full,
    ):
        full.write(b"x")
    assert list(tmp_path.iterdir()) == []


def test_places_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    for where, text in (
        ("none/a", "the folder does not exist"),
        ("file/a", "a part of the path is a file"),
        ("folder", "there is a folder of this name"),
        ("n" * 300, "too long"),
    ):
        with pytest.raises(OutputError, match=text):
            write_bytes(tmp_path / where, b"x")


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_failing_to_read_something_else_is_no_output_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "a"):
        (tmp_path / "source").read_bytes()


def test_json_of_what_results_hold(tmp_path: Path) -> None:
    write_json(
        tmp_path / "a.json",
        {"f": np.float32(0.5), "nan": float("nan"), "a": np.arange(3), "p": Path("x"), 3: (True, None)},
    )
    assert json.loads((tmp_path / "a.json").read_text()) == {
        "f": 0.5,
        "nan": None,
        "a": [0, 1, 2],
        "p": "x",
        "3": [True, None],
    }
