"""The help menu: commands and shortcuts, version and licences; and why nothing can be opened now."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox, QWidget

from h3dstudio.gui import dialogs
from h3dstudio.gui.licences import AboutDialog
from h3dstudio.gui.shortcuts import CommandFinder

_CLOSE = dialogs.Choice("close", "Close", dialogs.Role.RejectRole, default=True)


class Help(QObject):
    """The slots of the help menu."""

    def __init__(self, window: QWidget, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions

    def shortcuts(self) -> None:
        CommandFinder(self._actions, self._window).open()

    def about(self) -> None:
        AboutDialog(self._window).open()


def show_busy(parent: QWidget, noun: str) -> QMessageBox:
    """Another scan or project was asked for in the middle of a run."""
    return dialogs.ask(
        parent,
        f"{noun} is running",
        f"Nothing else can be opened while {noun[:1].lower()}{noun[1:]} runs",
        (_CLOSE,),
        kind=QMessageBox.Icon.Information,
        information="<b>What to do:</b> Finish or cancel it first (F7, F8).",
    )
