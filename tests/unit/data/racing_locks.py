"""A window that takes many locks, each at a moment agreed upon: `python -m tests.unit.data.racing_locks`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from h3dstudio.data.project_lock import ProjectLock

APART = 0.02
"""Seconds between two rounds."""


def main(folder: Path, rounds: int) -> None:
    print("ready", flush=True)
    begin = float(sys.stdin.readline())
    locks = []
    for number in range(rounds):
        while time.time() < begin + APART * number:
            pass
        locks.append(ProjectLock.take(folder / f"{number}.h3dproj"))
    print(*("lock" if isinstance(one, ProjectLock) else "told" for one in locks), flush=True)
    sys.stdin.readline()
    for lock in locks:
        if isinstance(lock, ProjectLock):
            lock.release()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
