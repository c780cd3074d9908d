"""Paths inside project files: relative to the project's folder, so that both can move together.

In memory a path is the entry `{"$path": "/absolute/path"}`. On disk it is relative where it can be, and keeps
beside it where it was: a project file that moved alone still finds its scan. A path that was written on
Windows is found as well (see `data.foreign_paths`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from h3dstudio.data.foreign_paths import path_in
from h3dstudio.errors import ProjectError

_PATH, _WAS = "$path", "$was"
_LONGEST = 4096


def path_entry(path: str | os.PathLike[str]) -> dict[str, Any]:
    """`path` as a section's state holds it."""
    return {_PATH: Path(os.path.abspath(path)).as_posix()}


def path_of(entry: object, what: str = "a path") -> Path:
    """The path in `entry`. Raises ProjectError, saying `what` it should have been."""
    if not _is_entry(entry):
        raise ProjectError(f"{what} is not a path entry", remedy='Expected {"$path": "…"}')
    assert isinstance(entry, Mapping)
    return Path(entry[_PATH])


def relative_to(folder: Path, value: object) -> object:
    """`value` with every path entry in it made relative to the absolute `folder`, for the disk."""
    return _mapped(value, lambda entry: _relative(folder, Path(entry[_PATH])))


def absolute_from(folder: Path, value: object) -> object:
    """`value` as it was read from a file in `folder`, with every path entry in it made absolute."""
    return _mapped(value, lambda entry: path_entry(_found(folder, entry)))


def _relative(folder: Path, path: Path) -> dict[str, Any]:
    try:
        shown = Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # Another drive.
        shown = path.as_posix()
    return {_PATH: shown, _WAS: path.as_posix()}


def _found(folder: Path, entry: Mapping[str, Any]) -> Path:
    """Where the path leads from `folder`; where it led when it was saved, if only that exists."""
    here = path_in(folder, entry[_PATH])
    was = entry.get(_WAS)
    if isinstance(was, str) and _is_text(was) and not _exists(here) and _exists(Path(was)):
        return Path(was)
    return here


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # No permission to look: as good as missing.
        return False


def _is_entry(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and _PATH in value
        and set(value) <= {_PATH, _WAS}
        and isinstance(value[_PATH], str)
        and _is_text(value[_PATH])
    )


def _is_text(path: str) -> bool:
    """Whether the system can be asked for such a path at all."""
    return 0 < len(path) <= _LONGEST and "\0" not in path and path.isprintable()


def _mapped(value: object, change: Callable[[Mapping[str, Any]], object]) -> object:
    if _is_entry(value):
        assert isinstance(value, Mapping)
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(entry, change) for key, entry in value.items()}
    if isinstance(value, list):
        return [_mapped(entry, change) for entry in value]
    return value
