"""File lock: one process at a time works in a folder.

The lock is the operating system's (flock): it goes with its process, however that ends, so a lock left behind
by `kill -9` locks nothing. It holds on one machine, and on others as far as their common file system carries
locks between them: NFS does, many do not. What the file says is only for people, and for that case. A file
system without locks at all is answered by that text: a process of this machine that runs still holds it.
POSIX, like the worker processes.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from h3dstudio.data.atomic import output_error
from h3dstudio.errors import OutputError

_POLL = 0.2
_WITHOUT_LOCKS = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)
_HOLDER = re.compile(r"process (\d{1,10}) on (\S+)(?: since (.{1,40}))?")


@dataclass(frozen=True)
class Holder:
    """The process that holds a lock, or did and ended without giving it back.

    Attributes:
        since: when it took the lock, UTC; "" where it did not say.
    """

    pid: int
    host: str
    since: str = ""

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}" + (f" since {self.since}" if self.since else "")

    @property
    def elsewhere(self) -> bool:
        """Whether it is of another machine, whose lock this one may be unable to see."""
        return self.host != _host()


@contextmanager
def held(path: Path, what: str, patience: float = 0.0) -> Iterator[Holder | None]:
    """Hold the lock file `path` through the block; the file is gone afterwards.

    Gives who held it and did not give it back, None where all is well. Raises OutputError, which names the
    holder, when somebody else holds it for longer than `patience` seconds; `what` names the thing.
    """
    file = _acquired(path, what, time.monotonic() + patience)
    try:
        before = _holder(file)
        _write(file, f"process {os.getpid()} on {_host()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        try:
            yield before
        finally:
            with suppress(OSError):  # while it is still ours; see `_is_current`
                path.unlink()
    finally:
        os.close(file)


def is_held(path: Path) -> bool:
    """Whether some process holds it now."""
    import fcntl

    try:
        file = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _WITHOUT_LOCKS or _runs_here(_holder(file))
    finally:
        os.close(file)
    return False


def _acquired(path: Path, what: str, end: float) -> int:
    """The open, locked file. Raises OutputError."""
    while True:
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise output_error(error, path) from error
        try:
            holder = _lock(file)
        except OSError as error:
            os.close(file)
            raise output_error(error, path) from error
        if holder is None and _is_current(file, path):
            return file
        os.close(file)
        if holder is not None and time.monotonic() >= end:
            raise OutputError(
                f"{holder} is at work on {what}",
                where=path.parent,
                remedy="Wait until it has ended, or stop it; then start again to go on",
            )
        time.sleep(_POLL if holder is not None else 0.0)


def _lock(file: int) -> Holder | str | None:
    """None where the lock is ours now, else who has it. Raises OSError."""
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(file) or "another process"
    except OSError as error:
        if error.errno not in _WITHOUT_LOCKS:
            raise
        holder = _holder(file)
        return holder if _runs_here(holder) else None
    return None


def _is_current(file: int, path: Path) -> bool:
    """Whether `path` is still this file: the one who held it before has removed it on leaving."""
    try:
        there, ours = os.stat(path), os.fstat(file)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def _holder(file: int) -> Holder | None:
    match = _HOLDER.fullmatch(os.pread(file, 200, 0).decode(errors="replace").strip())
    return Holder(int(match[1]), match[2], match[3] or "") if match else None


def _runs_here(holder: Holder | None) -> bool:
    import psutil

    return holder is not None and not holder.elsewhere and psutil.pid_exists(holder.pid)


def _write(file: int, text: str) -> None:
    with suppress(OSError):  # a full disk does not weaken the lock
        os.ftruncate(file, 0)
        os.pwrite(file, text.encode(), 0)


def _host() -> str:
    return "".join(platform.node().split()) or "localhost"
