"""Inbox of a running job: messages from its supervisor, for jobs that answer questions.

def events(self) -> JobStream:
    inbox = current_inbox()
    while (yield Progress(0, 0, "waiting")) is not Request.FINISH:
        if (note := inbox.take(0.25)) is not None:
            yield answer_to(note)
"""

from __future__ import annotations

import threading
from contextvars import ContextVar, Token


class Inbox:
    """The newest note; one that was not taken yet is replaced."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._note: object = None
        self._woken = False

    def put(self, note: object) -> None:
        """Leave a note. From any thread."""
        with self._changed:
            self._note, self._woken = note, True
            self._changed.notify_all()

    def wake(self) -> None:
        """End a `take` that waits: something else wants the job's attention. From any thread."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def take(self, timeout: float) -> object:
        """The newest note, once; None when there is none for `timeout` seconds, or the job was woken."""
        with self._changed:
            self._changed.wait_for(lambda: self._woken, timeout)
            note, self._note, self._woken = self._note, None, False
            return note


_CURRENT: ContextVar[Inbox] = ContextVar("inbox")


def current_inbox() -> Inbox:
    """The inbox of the job that is running here; outside of one, an empty one."""
    return _CURRENT.get(None) or Inbox()


def set_inbox(inbox: Inbox) -> Token[Inbox]:
    """Make `inbox` the one of the job that is about to run."""
    return _CURRENT.set(inbox)


def reset_inbox(token: Token[Inbox]) -> None:
    """Undo `set_inbox`."""
    _CURRENT.reset(token)
