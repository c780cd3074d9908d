"""Who has a project open: a small file beside it, so that two windows do not overwrite each other.

A lock whose process is gone, or whose machine has not touched it for long, is stale and simply taken over.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from h3dstudio.data.atomic import output_error, write_json

SILENCE = 600.0
"""Seconds after which a lock of another machine that nobody touched is stale; a window touches its own."""
_TRIES = 3


@dataclass(frozen=True)
class Owner:
    """Who holds a lock.

    Attributes:
        begun: when the process started, seconds since 1970: its number alone may be another's by now.
        token: what makes two windows of one process differ.
    """

    pid: int
    host: str
    user: str
    begun: float
    token: str

    def __str__(self) -> str:
        who = f"{self.user} on {self.host}" if self.user else self.host
        return f"{who}, process {self.pid}"

    @staticmethod
    def me() -> Owner:
        """This process, with a token of its own for each call."""
        return Owner(os.getpid(), _host(), _user(), _begun(os.getpid()) or 0.0, secrets.token_hex(8))

    @property
    def alive(self) -> bool | None:
        """Whether its process runs; None where that cannot be known: on another machine."""
        if self.host != _host():
            return None
        begun = _begun(self.pid)
        return begun is not None and (not self.begun or abs(begun - self.begun) < 2.0)


class ProjectLock:
    """The lock of one project file. Use `ProjectLock.take`; `release` it when the project closes."""

    def __init__(self, path: Path, owner: Owner) -> None:
        self.path, self._owner = path, owner

    @staticmethod
    def take(project: Path) -> ProjectLock | Owner:
        """Lock `project`; who has it, where somebody does. Raises OutputError where none can be written."""
        path, owner = lock_path(project), Owner.me()
        for _ in range(_TRIES):
            try:
                descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            except FileExistsError:
                holder = holder_of(path)
                if holder is not None:
                    return holder
                with suppress(FileNotFoundError):
                    path.unlink()
                continue
            except OSError as error:
                raise output_error(error, project) from error
            _fill(descriptor, path, owner, project)
            return ProjectLock(path, owner)
        return holder_of(path) or Owner(0, "another machine", "", 0.0, "")

    def touch(self) -> bool:
        """Say that it is still held. False where somebody else took it meanwhile."""
        found = _read(self.path)
        if found is None:
            with suppress(Exception):  # Its folder may have gone; there is nothing to guard then.
                write_json(self.path, asdict(self._owner))
            return True
        if found.token != self._owner.token:
            return False
        with suppress(OSError):
            os.utime(self.path)
        return True

    def release(self) -> None:
        """Let others have the project. What is no longer ours is left alone."""
        found = _read(self.path)
        if found is not None and found.token == self._owner.token:
            with suppress(OSError):
                self.path.unlink()


def _fill(descriptor: int, path: Path, owner: Owner, project: Path) -> None:
    """Write the owner into the new lock file. Raises OutputError, and then leaves none: a full disk, say."""
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(owner), file)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise output_error(error, project) from error


def lock_path(project: Path) -> Path:
    """Where the lock of `project` lies."""
    return project.with_name(f".{project.name}.lock")


def holder_of(path: Path) -> Owner | None:
    """Who holds the lock file `path`; None where nobody does any more."""
    owner = _read(path)
    if owner is None or owner.alive is False:
        return None
    if owner.alive is None and _age(path) > SILENCE:
        return None
    return owner


def _read(path: Path) -> Owner | None:
    """The owner that `path` names, None for no such file or one that no window wrote."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")[:4096])
        return Owner(
            int(found["pid"]),
            str(found["host"]),
            str(found["user"]),
            float(found["begun"]),
            str(found["token"]),
        )
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _begun(pid: int) -> float | None:
    """When the process `pid` started; None where there is none."""
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except (psutil.Error, ValueError, OverflowError):
        return None


def _host() -> str:
    return platform.node() or "this machine"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
