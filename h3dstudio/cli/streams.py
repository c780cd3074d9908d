"""Standard output and error as a shell may hand them over: closed, a pipe nobody reads, a full disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TextIO, TypeVar

T = TypeVar("T")


def prepare() -> None:
    """Make the process's standard streams usable: once, before anything is opened or printed.

    A stream that the shell has closed (`>&-`) becomes a file of its own, or the next file opened would take
    its number and be written over. Standard output then fails at the first write, as that of any tool does;
    what goes to standard error never stops the work.
    """
    for number, flags in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        if not _is_open(number):
            os.open(os.devnull, flags)  # takes the lowest number that is free, which is this one
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the process's own
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if not isinstance(sys.stdout, Watched):
        sys.stdout = Watched(sys.stdout)
    if not isinstance(sys.stderr, Lasting):
        sys.stderr = Lasting(sys.stderr)


class Watched:
    """A text stream that remembers the first error of a write, which argparse and others drop.

    Attributes:
        lost: that error; None so far.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost: OSError | None = None

    def write(self, text: str) -> int:
        """Raises OSError as the stream does."""
        return self._watch(lambda: self._stream.write(text))

    def flush(self) -> None:
        """Raises OSError as the stream does."""
        self._watch(self._stream.flush)

    def _watch(self, do: Callable[[], T]) -> T:
        try:
            return do()
        except OSError as error:
            self.lost = self.lost or error
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Lasting:
    """A text stream whose writes never raise OSError: what it cannot pass on is dropped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """All of `text` counts as written."""
        try:
            self._stream.write(text)
        except OSError:
            silence(self._stream)
        return len(text)

    def flush(self) -> None:
        """Drop what cannot be written."""
        try:
            self._stream.flush()
        except OSError:
            silence(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def settle(code: int) -> int:
    """The exit code of a command that would end with `code`: 1 where its output got lost, and it is said.

    A reader that has seen enough (`h3dstudio info ... | head`) is no failure.
    """
    lost = output_error()
    if lost is None or isinstance(lost, BrokenPipeError) or code:
        return code
    return report(lost)


def report(lost: OSError) -> int:
    """Say that standard output cannot be written. Returns the exit code."""
    print(f"h3dstudio: error: standard output cannot be written: {lost.strerror}", file=sys.stderr)
    return 1


def output_error() -> OSError | None:
    """What has kept standard output from being written; None where all of it was. Then it is silent."""
    lost: OSError | None = None
    try:
        sys.stdout.flush()
    except OSError as error:
        lost = error
    lost = getattr(sys.stdout, "lost", None) or lost
    if lost is not None:
        silence(sys.stdout)
    return lost


def silence(stream: TextIO) -> None:
    """Send what `stream` still holds, and all that comes, to nowhere: the last flush will succeed."""
    try:
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
        stream.flush()
    except (OSError, ValueError):  # a stream without a file, as in a test
        return


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
