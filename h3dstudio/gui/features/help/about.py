"""The help menu: commands and shortcuts, version and licences."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from h3dstudio.gui.features.help.licences import AboutDialog
from h3dstudio.gui.features.help.shortcuts import CommandFinder
from h3dstudio.gui.shell.action_spec import Spec


class Help(QObject):
    """The slots of the help menu."""

    def __init__(self, window: QWidget, specs: Mapping[str, Spec], actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window, self._specs, self._actions = window, specs, actions

    def shortcuts(self) -> None:
        CommandFinder(self._specs, self._actions, self._window).open()

    def about(self) -> None:
        AboutDialog(self._window).open()
