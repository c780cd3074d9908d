"""Temporary files: their names, and the removal of those that a killed process left behind.

The name says whose it is: this program's, of which machine, of which process. Only what a process of this
machine left that runs no more is removed; a process of another machine, or of another container, cannot be
told to be gone, and what it left stays.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

LONGEST = 100
"""Bytes of the file's own name in that of its temporary one: file systems take 255."""
MARK = r"(?:h3d-[0-9a-f]{8}-\d{1,9}-)?[0-9a-f]{8}"
"""In a temporary file's name: where its process ran, the process, and what tells its files apart. Older
versions of this program wrote only the last."""
_LEFT = re.compile(r"\..*\.h3d-([0-9a-f]{8})-(\d{1,9})-[0-9a-f]{8}(\.[^.]*)?")


def temporary_beside(target: Path) -> Path:
    """A new name in the folder of `target`, hidden, with its suffix."""
    mark = f"h3d-{_here()}-{os.getpid()}-{secrets.token_hex(4)}"
    return target.with_name(f".{_start(target)}.{mark}{target.suffix}")


def sweep(folder: Path) -> None:
    """Remove the temporary files in `folder` of processes of this machine that run no more."""
    with suppress(OSError):
        for name in os.listdir(folder):
            match = _LEFT.fullmatch(name)
            if match and match[1] == _here() and not _runs(int(match[2])):
                _remove(folder / name)


def remove_remains(path: Path) -> None:
    """Remove temporary files of `path` that a killed process left. Nobody may be writing it meanwhile."""
    pattern = re.compile(rf"\.{re.escape(_start(path))}\.{MARK}{re.escape(path.suffix)}")
    with suppress(OSError):
        for name in os.listdir(path.parent):
            if pattern.fullmatch(name):
                _remove(path.parent / name)


def _start(target: Path) -> str:
    return os.fsencode(target.stem)[:LONGEST].decode("utf-8", "ignore")


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _runs(pid: int) -> bool:
    import psutil

    return pid == os.getpid() or psutil.pid_exists(pid)


@lru_cache(maxsize=1)
def _here() -> str:
    """Names the machine and, on Linux, the container, in which a process has its number."""
    numbers = ""
    with suppress(OSError):
        numbers = os.readlink("/proc/self/ns/pid")
    return hashlib.sha256(f"{platform.node()} {numbers}".encode()).hexdigest()[:8]
