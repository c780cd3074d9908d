"""What the colours of confidence mean: a bar from 0 to 1 over the view."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from h3dstudio.gui import theme
from h3dstudio.gui.viewport.scale import ANCHORS, colors

TITLE, LOW, HIGH = "Confidence", "0  prior", "photos  1"
_MARGIN, _BAR = 12, 10


class Legend(QWidget):
    """Lies over the 3D view and takes no clicks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Confidence from 0, decided by the prior, to 1, decided by the photos")
        theme.current().changed.connect(self.update)
        self.resize(self.sizeHint())
        self.hide()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(220, 2 * _MARGIN + 2 * line + _BAR + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current().colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        panel = QColor(look.panel)
        panel.setAlpha(235)
        painter.setBrush(panel)
        painter.setPen(QColor(look.border))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        line = self.fontMetrics().height()
        inside = self.rect().adjusted(_MARGIN, _MARGIN - 2, -_MARGIN, -_MARGIN)
        painter.setPen(QColor(look.text))
        painter.drawText(inside, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, TITLE)
        bar = QRectF(inside.left(), inside.top() + line + 4, inside.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_gradient(bar))
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(QColor(look.muted))
        below = inside.adjusted(0, line + 4 + _BAR + 3, 0, line)
        painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, LOW)
        painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, HIGH)
        painter.end()


def _gradient(bar: QRectF) -> QLinearGradient:
    out = QLinearGradient(bar.topLeft(), bar.topRight())
    places = np.linspace(0, 1, len(ANCHORS))
    for place, color in zip(places, colors(places), strict=True):
        out.setColorAt(float(place), QColor(*(int(channel) for channel in color)))
    return out
