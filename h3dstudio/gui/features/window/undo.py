"""Undo and redo: the window's one stack of commands behind two actions that say what they would do."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from h3dstudio.gui.shell.actions import enable
from h3dstudio.session.project.commands import CommandStack


class UndoController(QObject):
    """Slots of Undo and Redo. `said(str)` what was just taken back or done again, for the status line."""

    said = Signal(str)

    def __init__(self, window: QObject, commands: CommandStack, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._commands, self._undo, self._redo = commands, actions["undo"], actions["redo"]
        commands.listeners.append(self.refresh)
        self.refresh()

    def undo(self) -> None:
        """Take the latest command back."""
        if (label := self._commands.undo_label) is not None:
            self._commands.undo()
            self.said.emit(self.tr("Undone: {0}").format(label))

    def redo(self) -> None:
        """Do again what was undone last."""
        if (label := self._commands.redo_label) is not None:
            self._commands.redo()
            self.said.emit(self.tr("Done again: {0}").format(label))

    def refresh(self) -> None:
        """Let the actions say what they would do now."""
        undo, redo = self._commands.undo_label, self._commands.redo_label
        self._undo.setText(self.tr("&Undo {0}").format(_plain(undo)).strip())
        self._redo.setText(self.tr("&Redo {0}").format(_plain(redo)).strip())
        enable(self._undo, undo is not None, self.tr("there is nothing to undo"))
        enable(self._redo, redo is not None, self.tr("nothing was undone"))


def _plain(label: str | None) -> str:
    """A label in a menu: what the user named must not become a mnemonic."""
    return (label or "").replace("&", "&&")
