"""Who has a project open: a small file beside it, so that two windows do not overwrite each other.

A lock whose process is gone, or whose machine has not touched it for long, is stale and simply taken over.
Whoever looks into it, to take or to leave it, keeps other processes out meanwhile (flock).
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import platform
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from h3dstudio.data.atomic import output_error

SILENCE = 600.0
"""Seconds after which a lock of another machine that nobody touched is stale; a window touches its own."""
_PATIENCE, _POLL = 5.0, 0.01
"""Seconds to wait for another process that looks into the file, which takes it a millisecond."""
_LONGEST = 4096
"""Bytes that are read of a lock file."""


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
        try:
            with _alone_in(path) as file:
                holder = _holder(_parsed(_content(file)), os.fstat(file).st_mtime)
                if holder is not None:
                    return holder
                try:
                    _write(file, owner)
                except OSError:
                    with suppress(OSError):  # A full disk, say: an empty lock helps nobody.
                        path.unlink()
                    raise
        except OSError as error:
            raise output_error(error, project) from error
        return ProjectLock(path, owner)

    def touch(self) -> bool:
        """Say that it is still held. False where somebody else took it meanwhile."""
        with suppress(OSError), _alone_in(self.path) as file:
            found = _parsed(_content(file))
            if found is not None and found.token != self._owner.token:
                return False
            if found is None:
                _write(file, self._owner)
            os.utime(self.path)
        return True  # Its folder may have gone; there is nothing to guard then.

    def release(self) -> None:
        """Let others have the project. What is no longer ours is left alone."""
        if not self.path.exists():
            return
        with suppress(OSError), _alone_in(self.path) as file:
            found = _parsed(_content(file))
            if found is None or found.token == self._owner.token:
                os.ftruncate(file, 0)  # Nobody's, also where an open file cannot be removed.
                self.path.unlink()


@contextmanager
def _alone_in(path: Path) -> Iterator[int]:
    """The lock file, made where there is none, with every other process kept out of it meanwhile.

    Between looking who has it and taking it over nobody else may do the same: both would have it. OSError.
    """
    end = time.monotonic() + _PATIENCE
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            entered = _keep_others_out(file) and _is_at(file, path)
            if entered or time.monotonic() > end:
                break
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        time.sleep(_POLL)
    try:
        if not entered:
            raise TimeoutError(errno.ETIMEDOUT, "another process does not let go of it", str(path))
        yield file
    finally:
        os.close(file)  # Which lets others in.


def _keep_others_out(file: int) -> bool:
    """Whether no other process is in the file now; it cannot get in until the file is closed."""
    try:
        import fcntl
    except ImportError:  # Windows
        return _keep_others_out_there(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # A file system without such locks: as good as it gets.
    return True


def _keep_others_out_there(file: int) -> bool:
    import msvcrt

    lock: Any = msvcrt
    os.lseek(file, 1 << 20, os.SEEK_SET)  # Far behind the content, which others may read.
    try:
        lock.locking(file, lock.LK_NBLCK, 1)
    except OSError:
        return False
    return True


def _is_at(file: int, path: Path) -> bool:
    """Whether `path` still leads to this very file, which another process may have removed or replaced."""
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


def _content(file: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    return os.read(file, _LONGEST)


def _write(file: int, owner: Owner) -> None:
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, json.dumps(asdict(owner)).encode())
    os.fsync(file)


def lock_path(project: Path) -> Path:
    """Where the lock of `project` lies."""
    return project.with_name(f".{project.name}.lock")


def holder_of(path: Path) -> Owner | None:
    """Who holds the lock file `path`; None where nobody does any more."""
    try:
        return _holder(_parsed(path.read_bytes()[:_LONGEST]), path.stat().st_mtime)
    except OSError:
        return None


def _holder(owner: Owner | None, touched: float) -> Owner | None:
    """`owner`, where it still is one; `touched`: when the file was, seconds since 1970."""
    if owner is None or owner.alive is False:
        return None
    if owner.alive is None and time.time() - touched > SILENCE:
        return None
    return owner


def _parsed(content: bytes) -> Owner | None:
    """The owner that a lock file names, None for one that no window wrote."""
    try:
        found = json.loads(content.decode("utf-8"))
        return Owner(
            int(found["pid"]),
            str(found["host"]),
            str(found["user"]),
            float(found["begun"]),
            str(found["token"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


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
