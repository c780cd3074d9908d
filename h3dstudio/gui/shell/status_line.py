"""The status bar: what the window does at the left, what is open at the right."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QMainWindow

from h3dstudio.gui.shell.texts import translator

_tr = translator("StatusLine")


class StatusLine(QObject):
    """Fills the window's status bar."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._standing = ""
        self._doing, self._open = QLabel(), QLabel()
        bar = window.statusBar()
        bar.addWidget(self._doing, 1)
        bar.addPermanentWidget(self._open)
        bar.setSizeGripEnabled(False)

    def text(self) -> str:
        """What stands at the left."""
        return self._doing.text()

    def say(self, text: str) -> None:
        """Say what the window does; "" falls back to what `stand` said last."""
        self._doing.setText(text or self._standing)

    def stand(self, text: str) -> None:
        """Say what holds as long as nothing else is to be said: how the run stands."""
        self._standing = text
        self.say("")

    def show_open(self, text: str, tip: str = "") -> None:
        """What is open, at the right."""
        self._open.setText(text)
        self._open.setToolTip(tip)


def photos(count: int, width: int, height: int) -> str:
    """How many photos of what size, in the user's language."""
    text = _tr("1 photo, {0} × {1} pixels") if count == 1 else _tr("%n photos, {0} × {1} pixels", count)
    return text.format(width, height)
