"""The lock of a folder: one holder, who is named, and nobody is shut out by one that is gone."""

from __future__ import annotations

import errno
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from h3dstudio.data import file_lock
from h3dstudio.data.file_lock import Holder, held, is_held
from h3dstudio.errors import OutputError

HOLD = """
import sys, time
from pathlib import Path
from h3dstudio.data.file_lock import held
with held(Path(sys.argv[1]), "it"):
    print("held", flush=True)
    time.sleep(600)
"""


@contextmanager
def held_by_a_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        try:
            yield child
        finally:
            child.kill()


def test_the_second_is_told_who_is_at_work_and_since_when(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with held_by_a_process(path) as child:
        assert is_held(path)
        named = rf"process {child.pid} on {platform.node()} since 20\d\d-\d\d-\d\d .* UTC is at work on it"
        with pytest.raises(OutputError, match=named), held(path, "it"):
            pass
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert not is_held(path)
        with held(path, "it") as before:
            assert before is not None
            assert (before.pid, before.elsewhere) == (child.pid, False)
            with pytest.raises(OutputError, match=f"process {os.getpid()}"), held(path, "it"):
                pass
    assert not path.exists()
    with held(path, "it") as before:
        assert before is None


def test_one_who_opened_the_file_just_before_it_was_removed_takes_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, opened = tmp_path / "run.lock", os.open

    def removed_after_opening(*given: object) -> int:
        file = opened(*given)  # type: ignore[arg-type]
        path.unlink()
        monkeypatch.setattr(file_lock.os, "open", opened)
        return file

    monkeypatch.setattr(file_lock.os, "open", removed_after_opening)
    with held(path, "it"):
        assert is_held(path)


def test_what_another_machine_left_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    path.write_text("process 12 on far-away since 2024-01-01 10:00:00 UTC")
    with held(path, "it") as before:
        assert before == Holder(12, "far-away", "2024-01-01 10:00:00 UTC")
        assert before.elsewhere


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"process x", b"process 99999999999999 on a"])
def test_whatever_a_lock_file_says_it_shuts_nobody_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run.lock").write_bytes(content)
    with held(tmp_path / "run.lock", "it") as before:
        assert before is None


def test_a_file_system_without_locks_is_answered_by_what_the_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    path = tmp_path / "run.lock"
    with held(path, "it"):
        assert is_held(path)
        with pytest.raises(OutputError, match=f"process {os.getpid()}"), held(path, "it"):
            pass
    assert not is_held(path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"), held(tmp_path / "none" / "run.lock", "it"):
        pass
