"""Painted over the 3D view: what a click would do, and where landmarks are seen in a photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from h3dstudio.gui.shell import theme

_ARM = 7.0
_TAG = QPointF(16, 14)
"""Logical pixels: of a cross, and from the cursor to its tag."""


@dataclass(frozen=True)
class Spot:
    """A landmark in the photo one looks through, in logical pixels of the view.

    Attributes:
        x, y: where it was clicked, or where its point is seen.
        clicked: a cross rather than a ring.
        toward: where its point is seen, for a line that shows the error; None for none.
    """

    x: float
    y: float
    text: str
    color: str
    clicked: bool
    toward: tuple[float, float] | None = None


class Overlay(QWidget):
    """Covers its parent and takes no mouse. `resized()`: what was shown lies elsewhere now."""

    resized = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._spots: tuple[Spot, ...] = ()
        self._tag, self._at = "", QPointF()
        parent.installEventFilter(self)
        theme.current().changed.connect(self.update)
        self.hide()

    @property
    def spots(self) -> tuple[Spot, ...]:
        return self._spots

    @property
    def tag(self) -> str:
        """What stands beside the cursor."""
        return self._tag

    def show_spots(self, spots: Sequence[Spot]) -> None:
        """Show these and no others."""
        if tuple(spots) != self._spots:
            self._spots = tuple(spots)
            self._show()

    def show_tag(self, text: str, x: float = 0.0, y: float = 0.0) -> None:
        """Say beside the cursor what a click would do; "" says nothing."""
        if (text, QPointF(x, y)) != (self._tag, self._at):
            self._tag, self._at = text, QPointF(x, y)
            self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self.resize(watched.size())
            self.resized.emit()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for spot in self._spots:
            _paint_spot(painter, spot)
        for box, text in labels(self._spots, QFontMetricsF(painter.font())):
            _paint_label(painter, box, text)
        if self._tag:
            self._paint_tag(painter)
        painter.end()

    def _show(self) -> None:
        wanted = bool(self._tag or self._spots)
        if wanted and not self.isVisible():
            if (parent := self.parentWidget()) is not None:
                self.resize(parent.size())
            self.show()
            self.raise_()
        elif not wanted:
            self.hide()
        self.update()

    def _paint_tag(self, painter: QPainter) -> None:
        """Beside the cursor, on the side where there is room."""
        metrics = QFontMetricsF(painter.font())
        wide, high = metrics.horizontalAdvance(self._tag) + 18, metrics.height() + 10
        at = self._at + _TAG
        if at.x() + wide > self.width():
            at.setX(self._at.x() - _TAG.x() - wide)
        if at.y() + high > self.height():
            at.setY(self._at.y() - _TAG.y() - high)
        _paint_label(painter, QRectF(at.x(), at.y(), wide, high), self._tag)


def _paint_spot(painter: QPainter, spot: Spot) -> None:
    at = QPointF(spot.x, spot.y)
    for color, width in (("#000000", 4.0), (spot.color, 2.0)):  # Dark edges, for photos of any colour.
        pen = QPen(QColor(color), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if spot.toward is not None:
            painter.drawLine(at, QPointF(*spot.toward))
        if spot.clicked:
            painter.drawLine(at - QPointF(_ARM, 0), at + QPointF(_ARM, 0))
            painter.drawLine(at - QPointF(0, _ARM), at + QPointF(0, _ARM))
        else:
            painter.drawEllipse(at, _ARM - 2, _ARM - 2)


def labels(spots: Sequence[Spot], metrics: QFontMetricsF) -> list[tuple[QRectF, str]]:
    """Where the names stand: beside their spots, the first on the right; none over another name or spot."""
    taken = [QRectF(spot.x - _ARM, spot.y - _ARM, 2 * _ARM, 2 * _ARM) for spot in spots]
    placed: list[tuple[QRectF, str]] = []
    for spot in spots:
        if not spot.text:
            continue
        wide, high = metrics.horizontalAdvance(spot.text) + 12, metrics.height() + 4
        beside = _ARM + 4
        for left, top in (
            (spot.x + beside, spot.y - high / 2),
            (spot.x - beside - wide, spot.y - high / 2),
            (spot.x - wide / 2, spot.y - beside - high),
            (spot.x - wide / 2, spot.y + beside),
        ):
            box = QRectF(left, top, wide, high)
            if not any(box.intersects(other) for other in taken):
                taken.append(box)
                placed.append((box, spot.text))
                break
    return placed


def _paint_label(painter: QPainter, box: QRectF, text: str) -> None:
    colors = theme.current().colors
    ground = QColor(colors.panel)
    ground.setAlphaF(0.9)
    painter.setPen(QPen(QColor(colors.border), 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(QColor(colors.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
