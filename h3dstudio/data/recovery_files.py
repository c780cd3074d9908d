"""What a window writes about its unsaved work, for the window that starts after a crash.

One file for each window, in the user's state folder. A file whose process is gone is work that can be
recovered; one whose process runs belongs to a window that is still open.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from h3dstudio.data.atomic import jsonable, output_error, write_json
from h3dstudio.data.project_files import read_json_object
from h3dstudio.data.project_lock import Owner
from h3dstudio.errors import ProjectError

FORMAT = "h3dstudio recovery"
VERSION = 1
_PATTERN = "*.h3drecovery"


@dataclass(frozen=True)
class Recovery:
    """The work of one window at one moment.

    Attributes:
        sections: as in a `ProjectFile`.
        project: the project file it belongs to, None where there is none yet.
        title: what the window was about, for people.
        when: seconds since 1970.
        running: whether a job was running.
        orderly: the window was closed by its user, to go on later; else it is gone for an unknown reason.
    """

    sections: Mapping[str, Any]
    rest: Mapping[str, Any] = field(default_factory=dict)
    project: Path | None = None
    title: str = ""
    when: float = 0.0
    running: bool = False
    orderly: bool = False


def recovery_folder() -> Path:
    """The user's own folder for them; it need not exist yet."""
    import platformdirs

    return Path(platformdirs.user_state_dir("h3dstudio", appauthor=False)) / "recovery"


class RecoveryFile:
    """The file of this window in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._owner = Owner.me()
        self.path = folder / f"{self._owner.pid}-{self._owner.token}.h3drecovery"

    def write(self, recovery: Recovery) -> None:
        """Replace what it held. Raises OutputError."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise output_error(error, self.path.parent) from error
        write_json(
            self.path,
            {
                "format": FORMAT,
                "version": VERSION,
                "owner": asdict(self._owner),
                "project": recovery.project,
                "title": recovery.title,
                "when": recovery.when or time.time(),
                "running": recovery.running,
                "orderly": recovery.orderly,
                "rest": jsonable(recovery.rest),
                "sections": jsonable(recovery.sections),
            },
        )

    def adopt(self, abandoned: Path) -> bool:
        """Make the file of a window that is gone this window's; False where another was faster."""
        try:
            os.rename(abandoned, self.path)
        except OSError:
            return False
        return True

    def remove(self) -> None:
        """The work is saved, or not wanted."""
        with suppress(OSError):
            self.path.unlink()


def read_recovery(path: Path) -> Recovery:
    """What `path` holds. Raises ProjectError."""
    content = read_json_object(path, FORMAT, VERSION)
    sections, rest, project = content.get("sections"), content.get("rest"), content.get("project")
    if not isinstance(sections, dict):
        raise ProjectError('it has no "sections"', where=path)
    when = content.get("when")
    return Recovery(
        sections,
        rest if isinstance(rest, dict) else {},
        Path(project) if isinstance(project, str) and project and "\0" not in project else None,
        str(content.get("title") or ""),
        float(when) if isinstance(when, int | float) and 0 < when < 1e11 else 0.0,
        content.get("running") is True,
        content.get("orderly") is True,
    )


def abandoned(folder: Path) -> list[Path]:
    """The recovery files whose windows are gone, newest first."""
    found = [path for path in folder.glob(_PATTERN) if not _in_use(path)]
    return sorted(found, key=_changed, reverse=True)


def _in_use(path: Path) -> bool:
    """Whether the window that writes `path` still runs. What cannot be read is nobody's."""
    try:
        owner = read_json_object(path, FORMAT, VERSION).get("owner")
        assert isinstance(owner, dict)
        known = Owner(int(owner["pid"]), str(owner["host"]), "", float(owner["begun"]), "")
    except (ProjectError, AssertionError, KeyError, TypeError, ValueError, OverflowError):
        return False
    return known.alive is not False


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
