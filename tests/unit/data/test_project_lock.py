"""The lock of a project: one holder, and nobody is shut out by one that is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_said_and_leaves_no_lock(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def into_nothing(*given: Any) -> int:
        os.close(real(*given))
        return real("/dev/full", os.O_WRONLY)

    monkeypatch.setattr(project_lock.os, "open", into_nothing)
    with pytest.raises(OutputError, match="full"):
        ProjectLock.take(project)
    assert not lock_path(project).exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
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
