"""The watchdog: a silent event loop leaves the stacks of all threads; nothing else does."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from h3dstudio.gui.shell.stall_log import untold
from tests.gui.shell.stalling_loop import SILENCE

POSIX = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system stops no process")


def begin(folder: Path, how: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.gui.shell.stalling_loop", str(folder), how]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(
    ("how", "where"), [("sleep", "block_the_loop"), pytest.param("lock", "block_with_the_lock", marks=POSIX)]
)
def test_a_silent_loop_leaves_all_stacks(how: str, where: str, tmp_path: Path) -> None:
    process = begin(tmp_path / "state", how)
    said, _ = process.communicate(timeout=60)
    (path,) = (tmp_path / "state").iterdir()
    stacks = path.read_text()
    assert f"in {where}" in stacks
    assert "in wait_elsewhere" in stacks, "of the other threads too"
    assert stacks.count("Timeout (") == 1
    assert "The window went on after" in stacks
    assert said.startswith("stalled ")
    assert str(path) in said
    assert untold(path.parent) == [told := next(path.parent.iterdir())]
    assert told.read_text() == stacks
    assert untold(path.parent) == [], "it is told once"


def test_a_loop_that_goes_on_leaves_nothing(tmp_path: Path) -> None:
    said, _ = begin(tmp_path, "calm").communicate(timeout=60)
    assert said == ""
    assert list(tmp_path.iterdir()) == []


@POSIX
def test_a_process_that_was_stopped_is_no_hang(tmp_path: Path) -> None:
    process = begin(tmp_path, "signalled")
    time.sleep(SILENCE)
    process.send_signal(signal.SIGSTOP)
    time.sleep(3 * SILENCE)
    process.send_signal(signal.SIGCONT)
    said, _ = process.communicate(timeout=60)
    assert said == ""
    assert list(tmp_path.iterdir()) == []


def test_a_crash_is_written_too_and_told_at_the_next_start(tmp_path: Path) -> None:
    process = begin(tmp_path, "crash")
    process.communicate(timeout=60)
    assert process.returncode != 0
    (path,) = untold(tmp_path)
    assert "in crash" in path.read_text()


def test_a_window_that_lives_is_not_told_of(tmp_path: Path) -> None:
    process = begin(tmp_path, "signalled")
    (path,) = tmp_path.iterdir()
    path.write_text("one\ntwo\n")
    assert untold(tmp_path) == []
    process.kill()
    process.communicate(timeout=60)
    assert len(untold(tmp_path)) == 1


def test_old_files_go(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"told-{number:02d}-7.log").write_text("one\ntwo\n")
    untold(tmp_path)
    assert sorted(path.name[5:7] for path in tmp_path.iterdir()) == ["07", "08", "09", "10", "11"]
