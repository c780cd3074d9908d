"""The lock of a project: one holder, and nobody is shut out by one that is gone."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.data import project_lock
from h3dstudio.data.project_lock import Owner, ProjectLock, holder_of, lock_path
from h3dstudio.errors import OutputError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "head.h3dproj"


def held(project: Path, owner: Owner) -> Path:
    path = lock_path(project)
    path.write_text(json.dumps(asdict(owner)))
    return path


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_one_window_holds_it_and_another_is_told_who(project: Path) -> None:
    first = ProjectLock.take(project)
    assert isinstance(first, ProjectLock)
    second = ProjectLock.take(project)
    assert isinstance(second, Owner)
    assert second.pid == os.getpid()
    assert str(os.getpid()) in str(second)
    first.release()
    assert isinstance(ProjectLock.take(project), ProjectLock)


def test_a_lock_whose_process_is_gone_is_taken_over(project: Path) -> None:
    held(project, replace(Owner.me(), pid=ended_process(), begun=time.time()))
    assert isinstance(ProjectLock.take(project), ProjectLock)


def test_a_process_number_that_was_given_away_again_is_stale(project: Path) -> None:
    held(project, replace(Owner.me(), begun=1000.0))
    assert isinstance(ProjectLock.take(project), ProjectLock)


def test_another_machine_is_believed_until_it_has_been_silent_for_long(project: Path) -> None:
    path = held(project, replace(Owner.me(), host="elsewhere"))
    assert isinstance(ProjectLock.take(project), Owner)
    past = time.time() - project_lock.SILENCE - 1
    os.utime(path, (past, past))
    assert isinstance(ProjectLock.take(project), ProjectLock)


def test_touching_keeps_it_and_notices_who_took_it(project: Path) -> None:
    lock = ProjectLock.take(project)
    assert isinstance(lock, ProjectLock)
    os.utime(lock.path, (1, 1))
    assert lock.touch()
    assert time.time() - lock.path.stat().st_mtime < 60
    lock.path.unlink()
    assert lock.touch()
    assert lock.path.exists()
    held(project, Owner.me())
    assert not lock.touch()
    lock.release()
    assert lock.path.exists()  # It is another's.


def test_where_nothing_can_be_written_there_is_no_lock(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        ProjectLock.take(tmp_path / "nowhere" / "head.h3dproj")


def test_a_full_disk_is_said_and_leaves_no_lock(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(project_lock.os, "write", full)
    with pytest.raises(OutputError, match="full"):
        ProjectLock.take(project)
    assert not lock_path(project).exists()


def test_a_lock_that_was_removed_while_one_waited_for_it_is_not_held(project: Path) -> None:
    """The file that a process waits for may be gone, and another in its place, once it gets in."""
    import fcntl

    first = lock_path(project).open("a+")
    fcntl.flock(first, fcntl.LOCK_EX)
    code = (
        "import sys\nfrom pathlib import Path\nfrom h3dstudio.data.project_lock import ProjectLock\n"
        "print('ready', flush=True)\nprint(type(ProjectLock.take(Path(sys.argv[1]))).__name__)\n"
    )
    waiting = subprocess.Popen([sys.executable, "-c", code, str(project)], stdout=subprocess.PIPE, text=True)
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "ready\n"
    time.sleep(0.3)
    lock_path(project).unlink()
    held(project, Owner.me())
    first.close()
    assert waiting.communicate(timeout=60)[0] == "Owner\n"


ROUNDS, WINDOWS = 40, 3


@pytest.mark.parametrize("stale", [False, True], ids=["none yet", "a stale one"])
def test_of_windows_that_start_together_one_has_it(stale: bool, tmp_path: Path) -> None:
    if stale:
        gone = replace(Owner.me(), pid=ended_process(), begun=time.time())
        for number in range(ROUNDS):
            held(tmp_path / f"{number}.h3dproj", gone)
    command = [sys.executable, "-m", "tests.unit.data.racing_locks", str(tmp_path), str(ROUNDS)]
    windows = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(WINDOWS)
    ]
    for window in windows:
        assert window.stdout is not None
        assert window.stdout.readline() == "ready\n"
    begin = time.time() + 0.2
    for window in windows:
        assert window.stdin is not None
        window.stdin.write(f"{begin}\n")
        window.stdin.flush()
    got = [window.stdout.readline().split() for window in windows if window.stdout is not None]
    for window in windows:
        window.communicate("done\n", timeout=60)
    assert [sum(one == "lock" for one in round_) for round_ in zip(*got, strict=True)] == [1] * ROUNDS
    assert not list(tmp_path.glob(".*.lock"))


@settings(max_examples=50)
@given(
    st.binary(max_size=100)
    | st.dictionaries(
        st.sampled_from(["pid", "host", "user", "begun", "token"]),
        st.none() | st.text(max_size=5) | st.integers() | st.floats(),
    ).map(lambda value: json.dumps(value).encode())
)
def test_a_lock_that_no_window_wrote_shuts_nobody_out(tmp_path: Path, content: bytes) -> None:
    project = tmp_path / "head.h3dproj"
    lock_path(project).write_bytes(content)
    if holder_of(lock_path(project)) is None:
        lock = ProjectLock.take(project)
        assert isinstance(lock, ProjectLock)
        lock.release()
