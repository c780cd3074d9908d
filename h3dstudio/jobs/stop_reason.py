"""Stop reason: why a running job is closed, for the record it leaves.

try:
    yield Progress(1, 3)
except GeneratorExit:
    write_record(stop_reason().value)
    raise
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class StopReason(enum.Enum):
    """The value is what a record says."""

    CANCELLED = "cancelled"
    """Its user does not want it."""
    INTERRUPTED = "interrupted"
    """What it runs in comes to an end: a closed window, a signal, a stopped batch."""


_CURRENT: ContextVar[StopReason] = ContextVar("stop_reason", default=StopReason.INTERRUPTED)


def stop_reason() -> StopReason:
    """Of the job that is being closed here."""
    return _CURRENT.get()


@contextmanager
def stopping(reason: StopReason) -> Iterator[None]:
    """The reason for what is closed in the block."""
    token = _CURRENT.set(reason)
    try:
        yield
    finally:
        _CURRENT.reset(token)
