"""The help menu: commands and shortcuts, version and licences; and why nothing can be opened now."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox, QWidget

from h3dstudio.gui.features.help.licences import AboutDialog
from h3dstudio.gui.features.help.shortcuts import CommandFinder
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.texts import translator

_tr = translator("Dialogs")


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
        _tr("{0} is running").format(noun),
        _tr("Nothing else can be opened while {0} is running").format(noun[:1].lower() + noun[1:]),
        (dialogs.Choice("close", _tr("Close"), dialogs.Role.RejectRole, default=True),),
        kind=QMessageBox.Icon.Information,
        information=_tr("<b>What to do:</b> Finish or cancel it first (F7, F8)."),
    )
