"""SHA-256 of files, remembered while they do not change: a batch asks for the same prior for every cell."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path


def file_sha256(file: Path) -> str:
    """The SHA-256 of the content, as hexadecimal digits; nothing of the path enters. Raises OSError."""
    stat = os.stat(file)
    return _hash(os.path.abspath(file), stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


@lru_cache(maxsize=256)
def _hash(file: str, inode: int, size: int, changed: int, status_changed: int) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
