"""Recovery files: whole, found when their window is gone, and only then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.data.recovery_files import Recovery, RecoveryFile, abandoned, read_recovery, recovery_folder
from h3dstudio.errors import OutputError, ProjectError

WRITE = """
import sys
from pathlib import Path
from h3dstudio.data.recovery_files import Recovery, RecoveryFile
file = RecoveryFile(Path(sys.argv[1]))
file.write(Recovery({"scan": {"views": [1, 2]}}, {"x": 1}, Path("/p/head.h3dproj"), "head", 1e9, True))
"""


@pytest.fixture
def left_behind(tmp_path: Path) -> Path:
    """A file whose process has ended."""
    folder = tmp_path / "recovery"
    subprocess.run([sys.executable, "-c", WRITE, str(folder)], check=True)
    return next(folder.iterdir())


def test_what_a_dead_window_left_is_found_and_read(left_behind: Path) -> None:
    assert abandoned(left_behind.parent) == [left_behind]
    expected = Recovery({"scan": {"views": [1, 2]}}, {"x": 1}, Path("/p/head.h3dproj"), "head", 1e9, True)
    assert read_recovery(left_behind) == expected


def test_the_work_of_a_window_that_runs_is_left_alone(tmp_path: Path) -> None:
    file = RecoveryFile(tmp_path)
    file.write(Recovery({}))
    assert abandoned(tmp_path) == []
    assert read_recovery(file.path).when > 1e9
    file.remove()
    file.remove()
    assert list(tmp_path.iterdir()) == []


def test_only_one_window_adopts_it(left_behind: Path) -> None:
    first, second = RecoveryFile(left_behind.parent), RecoveryFile(left_behind.parent)
    assert first.adopt(left_behind)
    assert not second.adopt(left_behind)
    assert read_recovery(first.path).title == "head"


def test_no_folder_yet_means_nothing_to_recover(tmp_path: Path) -> None:
    assert abandoned(tmp_path / "never made") == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        RecoveryFile(tmp_path / "file" / "recovery").write(Recovery({}))


def test_the_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if sys.platform.startswith("linux"):
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert recovery_folder() == tmp_path / "h3dstudio" / "recovery"


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
values = scalars | st.dictionaries(st.sampled_from(["pid", "host", "begun"]), scalars)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["owner", "sections", "project", "title", "when", "running"]), values))
def test_any_content_is_read_or_refused(tmp_path: Path, content: dict[str, object]) -> None:
    path = tmp_path / "1.h3drecovery"
    path.write_text(json.dumps({"format": "h3dstudio recovery", "version": 1, **content}))
    abandoned(tmp_path)
    with suppress(ProjectError):
        read_recovery(path)
    os.unlink(path)
