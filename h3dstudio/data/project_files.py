"""Project files (`.h3dproj`): versioned JSON whose sections belong to whoever registered them.

    {"format": "h3dstudio project", "version": 1, "sections": {"scan": {…}, "landmarks": {…}}}

What this program does not know, a section or a key beside them, is kept and written back. Paths in it are
relative to the file's folder (see `data.project_paths`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from h3dstudio.data.atomic import jsonable, write_json
from h3dstudio.data.json_text import read_json
from h3dstudio.data.project_paths import absolute_from, relative_to
from h3dstudio.errors import ProjectError

FORMAT = "h3dstudio project"
VERSION = 1
SUFFIX = ".h3dproj"
LARGEST_BYTES = 256 << 20
_OURS = ("format", "version", "sections")


@dataclass(frozen=True)
class ProjectFile:
    """What a project file holds.

    Attributes:
        sections: name -> state, as plain JSON with absolute path entries.
        rest: keys beside the sections that another version of the program wrote.
    """

    sections: Mapping[str, Any] = field(default_factory=dict)
    rest: Mapping[str, Any] = field(default_factory=dict)


def write_project(path: str | os.PathLike[str], project: ProjectFile) -> None:
    """Write `project` to `path`, whole or not at all. Raises OutputError."""
    folder = Path(os.path.abspath(path)).parent
    content = {"format": FORMAT, "version": VERSION, **project.rest, "sections": jsonable(project.sections)}
    write_json(path, relative_to(folder, content))


def read_project(path: str | os.PathLike[str]) -> ProjectFile:
    """Read the project at `path`. Raises ProjectError: missing, unreadable, not one, too new."""
    file = Path(os.path.abspath(path))
    content = absolute_from(file.parent, read_json_object(file, FORMAT, VERSION))
    assert isinstance(content, dict)
    sections = content.get("sections")
    if not isinstance(sections, dict):
        raise ProjectError('it has no "sections"', where=file, remedy="Open a copy that was saved before")
    rest = {key: value for key, value in content.items() if key not in _OURS}
    return ProjectFile(sections, rest)


def read_json_object(file: Path, kind: str, version: int) -> dict[str, Any]:
    """The JSON object in `file`, whose "format" is `kind` and whose "version" is at most `version`.

    Raises ProjectError.
    """
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise ProjectError("the file is far too large for a project", where=file)
        content = read_json(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProjectError(f"it cannot be read ({reason})", where=file, remedy="Check the path") from error
    except ValueError as error:
        raise ProjectError(
            f"this is not a project, or it is damaged ({error})",
            where=file,
            remedy="Open a file that H3D Studio saved",
        ) from error
    if not isinstance(content, dict) or content.get("format") != kind:
        raise ProjectError(
            "this is not a project of H3D Studio", where=file, remedy=f"Open a file that ends in {SUFFIX}"
        )
    _check_version(content.get("version"), version, file)
    return content


def _check_version(found: object, known: int, file: Path) -> None:
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        raise ProjectError(f"its version is {found!r}, expected a number from 1", where=file)
    if found > known:
        raise ProjectError(
            f"it was saved by a newer H3D Studio (version {found}, this one reads up to {known})",
            where=file,
            remedy="Update H3D Studio to open it; the file was left as it is",
        )
