"""What the colours of confidence and of error mean: a bar over the view, readable in both themes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QWidget

from h3dstudio.geometry.color_scales import BEYOND, CONFIDENCE, ERROR, UNMEASURED, Rgb, colors
from h3dstudio.gui.shell import theme
from h3dstudio.gui.viewport.error_scale import CLAMPS, ErrorScale

_MARGIN, _BAR, _GAP = 12, 10, 8
_TOP, _SIDE = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag


def _tr(text: str) -> str:
    return QCoreApplication.translate("Legend", text)


class _Panel(QWidget):
    """A rounded panel with a title, a bar of colours and words below it."""

    WIDTH = 230

    def __init__(self, parent: QWidget, title: str, anchors: Sequence[Rgb]) -> None:
        super().__init__(parent)
        self._title, self._anchors = title, anchors
        theme.current().changed.connect(self.update)
        self.resize(self.sizeHint())
        self.hide()

    @property
    def _line(self) -> int:
        return self.fontMetrics().height()

    def sizeHint(self) -> QSize:
        return QSize(self.WIDTH, 2 * _MARGIN + 2 * self._line + _BAR + 6)

    def _inside(self) -> QRect:
        return self.rect().adjusted(_MARGIN, _MARGIN - 2, -_MARGIN, -_MARGIN)

    def _bar(self) -> QRectF:
        inside = self._inside()
        return QRectF(inside.left(), inside.top() + self._line + 6, inside.width(), _BAR)

    def _below(self) -> QRect:
        bar = self._bar()
        return QRect(round(bar.left()), round(bar.bottom()) + 4, round(bar.width()), self._line + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        look = theme.current().colors
        panel = QColor(look.panel)
        panel.setAlpha(235)
        painter.setBrush(panel)
        painter.setPen(QColor(look.border))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.setPen(QColor(look.text))
        painter.drawText(self._inside(), _TOP | _SIDE.AlignLeft, self._title)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_gradient(self._bar(), self._anchors))
        painter.drawRoundedRect(self._bar(), 3, 3)
        painter.setPen(QColor(look.muted))


class Legend(_Panel):
    """Of confidence, from 0 to 1; lies over the 3D view and takes no clicks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, _tr("Confidence"), CONFIDENCE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(_tr("Confidence from 0, a guess, to 1, known from the photos"))

    def _paint(self, painter: QPainter) -> None:
        super()._paint(painter)
        painter.drawText(self._below(), _TOP | _SIDE.AlignLeft, _tr("0  guess"))
        painter.drawText(self._below(), _TOP | _SIDE.AlignRight, _tr("known  1"))


class ErrorLegend(_Panel):
    """Of the error map, from 0 to a clamp in mm that is chosen here and stays until it is chosen again."""

    WIDTH = 268

    def __init__(self, parent: QWidget, error_scale: ErrorScale) -> None:
        super().__init__(parent, _tr("Distance, mm"), ERROR)
        self._scale = error_scale
        self.unmeasured = False
        self.clamp = QComboBox(self)
        self.clamp.setObjectName("Small")
        self.clamp.setToolTip(_tr("Where the scale ends; what is farther off is marked in light blue"))
        self.clamp.setAccessibleName(_tr("End of the error scale"))
        for value in sorted({*CLAMPS, error_scale.clamp}):
            self.clamp.addItem(_tr("to %s mm") % f"{value:g}", value)
        self.clamp.activated.connect(lambda row: error_scale.set_clamp(self.clamp.itemData(row)))
        error_scale.changed.connect(self._follow)
        self._follow()
        self.resize(self.sizeHint())

    def show_unmeasured(self, there: bool) -> None:
        """Whether a mesh on screen has places without a distance."""
        self.unmeasured = there
        self.update()

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        return QSize(size.width(), size.height() + 11 + self._line + 4)

    def resizeEvent(self, event: object) -> None:
        size = self.clamp.sizeHint()
        self.clamp.setGeometry(
            self.width() - _MARGIN - size.width(), _MARGIN - 4, size.width(), size.height()
        )

    def _bar(self) -> QRectF:
        return super()._bar().translated(0, 10)

    def _follow(self) -> None:
        row = self.clamp.findData(self._scale.clamp)
        if row < 0:
            self.clamp.addItem(_tr("to %s mm") % f"{self._scale.clamp:g}", self._scale.clamp)
            row = self.clamp.count() - 1
        self.clamp.setCurrentIndex(row)
        self.setAccessibleDescription(_tr("From 0 to %s mm") % f"{self._scale.clamp:g}")
        self.update()

    def _paint(self, painter: QPainter) -> None:
        super()._paint(painter)
        clamp, below = self._scale.clamp, self._below()
        for share, side in ((0.0, _SIDE.AlignLeft), (0.5, _SIDE.AlignHCenter), (1.0, _SIDE.AlignRight)):
            painter.drawText(below, _TOP | side, f"{share * clamp:g}")
        row = below.translated(0, self._line + 4)
        self._swatch(painter, row, BEYOND, _tr("more than %s") % f"{clamp:g}")
        if self.unmeasured:
            half = row.adjusted(row.width() // 2, 0, 0, 0)
            self._swatch(painter, half, UNMEASURED, _tr("not measured"))

    def _swatch(self, painter: QPainter, row: QRect, color: Rgb, words: str) -> None:
        look = theme.current().colors
        box = QRectF(row.left(), row.center().y() - _BAR / 2 + 1, 2 * _BAR, _BAR)
        painter.setBrush(QColor(*color))
        painter.setPen(QColor(look.border))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(look.muted))
        painter.drawText(row.adjusted(2 * _BAR + _GAP, 0, 0, 0), _TOP | _SIDE.AlignLeft, words)


def _gradient(bar: QRectF, anchors: Sequence[Rgb]) -> QLinearGradient:
    out = QLinearGradient(bar.topLeft(), bar.topRight())
    places = np.linspace(0, 1, len(anchors))
    for place, color in zip(places, colors(places, anchors), strict=True):
        out.setColorAt(float(place), QColor(*(int(channel) for channel in color)))
    return out
