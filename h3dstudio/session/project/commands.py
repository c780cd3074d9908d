"""What the user changes, as commands that can be taken back: one stack for landmarks, views and alignment.

Compare glue's `core/command.py` and anki's `aqt/undo.py`: labels feed the menu, and `do` empties redo.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

MOST_COMMANDS = 500
"""Kept to be undone; older ones can no longer be."""


class Command(Protocol):
    """One change of the session. `do` and `undo` take turns, starting with `do`."""

    @property
    def label(self) -> str:
        """What it does, as the menu says it after "Undo": "place nose tip"."""
        ...

    def do(self) -> None:
        """Make the change, the first time or again."""
        ...

    def undo(self) -> None:
        """Restore exactly what was before."""
        ...


@runtime_checkable
class Mergeable(Protocol):
    """A command that continues the one before it: the steps of a drag or a nudge are undone together."""

    def after(self, previous: Command) -> Command | None:
        """One command for `previous` and this one, both done already; None where they stay two."""
        ...


class CommandStack:
    """Commands that were done and can be undone, and undone ones that can be done again.

    `listeners` are called after every change of the stack. A command that raises in `do` is not kept.
    """

    def __init__(self, most: int = MOST_COMMANDS) -> None:
        self._most = most
        self._done: list[Command] = []
        self._undone: list[Command] = []
        self._saved: Command | None = None
        self._saved_reachable = True
        self.listeners: list[Callable[[], None]] = []

    def do(self, command: Command) -> None:
        """Do `command`, and forget what was undone."""
        command.do()
        self._forget_undone()
        merged = None
        if self._done and isinstance(command, Mergeable) and self.changed:
            # Never into the command that was saved last: undo must be able to stop there.
            merged = command.after(self._done[-1])
        if merged is None:
            self._done.append(command)
        else:
            self._done[-1] = merged
        if len(self._done) > self._most:
            self._forget_oldest()
        self._notify()

    def undo(self) -> None:
        """Take the latest command back; nothing where there is none."""
        if self._done:
            command = self._done.pop()
            command.undo()
            self._undone.append(command)
            self._notify()

    def redo(self) -> None:
        """Do again what was undone last; nothing where there is none."""
        if self._undone:
            command = self._undone.pop()
            command.do()
            self._done.append(command)
            self._notify()

    @property
    def undo_label(self) -> str | None:
        """What `undo` takes back, None where there is nothing."""
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """What `redo` does again, None where there is nothing."""
        return self._undone[-1].label if self._undone else None

    def clear(self) -> None:
        """Forget everything: another project is open."""
        self._done, self._undone = [], []
        self._saved, self._saved_reachable = None, True
        self._notify()

    def mark_saved(self) -> None:
        """What is now is what is on disk."""
        self._saved, self._saved_reachable = self._latest, True
        self._notify()

    @property
    def changed(self) -> bool:
        """Whether anything was done or undone since `mark_saved`."""
        return not self._saved_reachable or self._latest is not self._saved

    @property
    def _latest(self) -> Command | None:
        return self._done[-1] if self._done else None

    def _forget_undone(self) -> None:
        if any(command is self._saved for command in self._undone):
            self._saved_reachable = False
        self._undone = []

    def _forget_oldest(self) -> None:
        oldest = self._done.pop(0)
        if self._saved is None:
            self._saved_reachable = False  # The saved state lay before it.
        elif oldest is self._saved:
            self._saved = None

    def _notify(self) -> None:
        for listener in tuple(self.listeners):
            listener()
