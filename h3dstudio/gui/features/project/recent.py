"""What was opened lately, on the first page and in the menu File."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from h3dstudio.gui.features.project.opening import Opening
from h3dstudio.gui.features.project.welcome import WelcomePage


class Recent(QObject):
    """Keeps both lists up to date; what is chosen from them goes to `choose`."""

    def __init__(
        self, opening: Opening, welcome: WelcomePage, menu: QMenu, choose: Callable[[Path], object]
    ) -> None:
        super().__init__(opening)
        self._opening, self._welcome, self._menu, self._choose = opening, welcome, menu, choose
        welcome.recent_chosen.connect(choose)
        opening.recent_changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        paths = self._opening.recent()
        self._welcome.set_recent(paths)
        self._menu.clear()
        self._menu.setEnabled(bool(paths))
        for path in paths:
            self._menu.addAction(str(path).replace("&", "&&"), partial(self._choose, path))
        self._menu.addSeparator()
        self._menu.addAction(self.tr("&Clear this list"), self._opening.forget_recent)
