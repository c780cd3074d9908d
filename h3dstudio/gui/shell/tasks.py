"""Short work off the GUI thread: reading scans, thumbnails, meshes; exporting.

A task is a plain function that touches neither widgets nor VTK objects, not even to let them go; its result
comes back on the GUI thread. Tasks with the same key are
latest-wins: the result of one that was overtaken is dropped. Long work does not belong here but in a
job (`bridge`), because Python threads share one interpreter lock with the window.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

_Receivers = tuple[Callable[[Any], None] | None, Callable[[Exception], None] | None]
"""What takes the result, and what an error. Kept on the GUI thread: they hold widgets and VTK objects,
which a worker must not be the last to let go."""


class Ticket:
    """Lets a running task see that nobody waits for it any more."""

    def __init__(self) -> None:
        self._dropped = threading.Event()

    @property
    def dropped(self) -> bool:
        return self._dropped.is_set()

    def drop(self) -> None:
        self._dropped.set()


class Tasks(QObject):
    """Runs functions on a thread pool of its own and hands their results to the GUI thread."""

    _finished = Signal(object, object)  # ticket, outcome
    failed = Signal(object)  # an exception nobody asked for

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._tickets: dict[str, Ticket] = {}
        self._running: dict[Ticket, _Receivers] = {}
        self._finished.connect(self._deliver)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return bool(self._running)

    def run(
        self,
        function: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        key: str | None = None,
        ticket: Ticket | None = None,
    ) -> Ticket:
        """Call `function()` on the pool; then `done(result)` or `failed(error)` on the GUI thread."""
        ticket = ticket or Ticket()
        if key is not None:
            self.drop(key)
            self._tickets[key] = ticket
        self._running[ticket] = (done, failed)
        self._pool.start(_Call(self, function, ticket))
        return ticket

    def drop(self, key: str) -> None:
        """Forget the task running under `key`."""
        if ticket := self._tickets.pop(key, None):
            ticket.drop()

    def close(self, milliseconds: int = 5000) -> bool:
        """Drop what runs and wait for the threads. False when one did not come back in time."""
        for ticket in self._running:
            ticket.drop()
        self._pool.clear()
        return self._pool.waitForDone(milliseconds)

    def _deliver(self, ticket: Ticket, outcome: object) -> None:
        done, failed = self._running.pop(ticket, (None, None))
        if ticket.dropped:
            return
        if not isinstance(outcome, _Trouble):
            if done is not None:
                done(outcome)
        elif failed is not None:
            failed(outcome.error)
        else:
            self.failed.emit(outcome.error)


class _Trouble:
    def __init__(self, error: Exception) -> None:
        self.error = error


class _Call(QRunnable):
    def __init__(self, tasks: Tasks, function: Callable[[], Any], ticket: Ticket) -> None:
        super().__init__()
        self._tasks, self._function, self._ticket = tasks, function, ticket

    def run(self) -> None:
        outcome: object = None
        try:
            if not self._ticket.dropped:
                outcome = self._function()
        except Exception as error:
            outcome = _Trouble(error)
        with contextlib.suppress(RuntimeError):  # The window is gone.
            self._tasks._finished.emit(self._ticket, outcome)
