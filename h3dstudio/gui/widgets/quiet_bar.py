"""A progress bar that leaves the processor to the work whose progress it shows."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar

from h3dstudio.gui.shell import theme

_BEAT = 250
"""Milliseconds between two pictures of a bar that knows no end."""
_ROUND = 3.0
"""Seconds in which its chunk goes from end to end."""


class QuietBar(QProgressBar):
    """Shows no text. A range of (0, 0) is "nobody knows how long".

    Qt paints a bar at once when its value changes, and with it all of the window that waits to be painted,
    the 3D view too: a picture in the middle of whatever changed the value, and another one after it. And it
    moves a bar without an end many times a second, each time with the whole window put together anew: a third
    of a core where the processor draws, which ends only with the next value.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setTextVisible(False)
        self._beat = QTimer(self, interval=_BEAT)
        self._beat.timeout.connect(self.update)

    @property
    def busy(self) -> bool:
        """Whether nobody knows how long."""
        return self.minimum() == self.maximum() == 0

    def setRange(self, minimum: int, maximum: int) -> None:
        self.setUpdatesEnabled(False)
        super().setRange(minimum, maximum)
        self.setUpdatesEnabled(True)
        if self.busy and not self._beat.isActive():
            self._beat.start()
        elif not self.busy:
            self._beat.stop()

    def setValue(self, value: int) -> None:
        self.setUpdatesEnabled(False)
        super().setValue(value)
        self.setUpdatesEnabled(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.busy:
            super().paintEvent(event)
            return
        colors, painter = theme.current().colors, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.setBrush(QColor(colors.accent))
        chunk, share = self.width() / 4, time.monotonic() / _ROUND % 1
        left = (self.width() - chunk) * (1 - abs(2 * share - 1))
        painter.drawRoundedRect(QRectF(left, 0, chunk, self.height()), 4, 4)
        painter.end()
