"""Kill points: an action run again and again, each time killed one step on the file system later.

Killed with SIGKILL, before the step: no `finally` runs, nothing is flushed. Steps are what the interpreter
audits below a folder: opening, renaming and removing files, making and removing folders. To be used in a
process of its own, which forks: one without threads.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path

STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.chmod")
MOST = 2000


def killed_at_each_step(
    place: Path, prepare: Callable[[Path], None], act: Callable[[Path], None], *, every: int = 1
) -> Iterator[tuple[Path, bool]]:
    """Give (folder, whether it ran to its end) of ever later kills of `act(folder)`; the last one is whole.

    Args:
        place: where the folders are made; each is `prepare`d first.
        act: may only raise where it is a defect.
        every: only every such step, for acts that take seconds; the day says which, so that as many days
            see them all.
    """
    for step in count(date.today().toordinal() % every, every):
        assert step < MOST
        folder = place / f"{step:04d}"
        folder.mkdir(parents=True)
        prepare(folder)
        child = os.fork()
        if child == 0:
            _act(folder, step, act)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, f"it failed by itself, in {folder}"
        yield folder, not os.WIFSIGNALED(status)
        if not os.WIFSIGNALED(status):
            return


def _act(folder: Path, step: int, act: Callable[[Path], None]) -> None:
    """Never returns."""
    left, below = step, os.fspath(folder)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event not in STEPS or not any(_names(one, below) for one in arguments[:2]):
            return
        if event == "open" and len(arguments) > 2 and not _writes(arguments[2]):
            return
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    sys.addaudithook(watch)
    try:
        act(folder)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _names(argument: object, below: str) -> bool:
    return isinstance(argument, str | os.PathLike) and os.fspath(argument).startswith(below)


def _writes(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
