"""One batch at a time in a folder, one worker at a time in a cell.

The lock is the operating system's (flock): it goes with its process, however that ends, so a lock left
behind by `kill -9` locks nothing. What the file says is only for people. POSIX, like the worker processes.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from h3dstudio.data.atomic import output_error
from h3dstudio.errors import OutputError

NAME = "batch.lock"
_POLL = 0.2


@contextmanager
def held(path: Path, what: str, patience: float = 0.0) -> Iterator[str]:
    """Hold the lock file `path` through the block.

    Gives who held it and did not give it back ("process 12 on host"), "" where all is well.
    Raises OutputError when somebody else holds it for longer than `patience` seconds; `what` names the thing.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise output_error(error, path) from error
    try:
        _acquire(file, path, what, time.monotonic() + patience)
        stale = _content(file)
        _write(file, f"process {os.getpid()} on {platform.node()}")
        try:
            yield stale
        finally:
            _write(file, "")
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
    except OSError:
        return True
    finally:
        os.close(file)
    return False


def _acquire(file: int, path: Path, what: str, end: float) -> None:
    import fcntl

    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                owner = _content(file) or "another process"
                raise OutputError(
                    f"{owner} is at work on {what}",
                    where=path.parent,
                    remedy="Wait until it has ended, or stop it; then start again to go on",
                ) from None
        except OSError as error:
            raise output_error(error, path) from error
        time.sleep(_POLL)


def _content(file: int) -> str:
    return os.pread(file, 200, 0).decode(errors="replace").strip()


def _write(file: int, text: str) -> None:
    with suppress(OSError):  # a full disk does not weaken the lock
        os.ftruncate(file, 0)
        os.pwrite(file, text.encode(), 0)
