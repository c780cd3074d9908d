"""How well each photo is drawn again: a bar for each view that was judged, at the end of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from h3dstudio.gui.shell import theme

_TOP, _FOOT, _AIR = 22, 18, 0.28


@dataclass(frozen=True)
class ViewScore:
    """PSNR of one view in dB; `held_out` when it was not used to reconstruct."""

    view: int
    psnr: float
    held_out: bool


def view_scores(summary: Mapping[str, Any]) -> list[ViewScore]:
    """The judged views of a run's summary, in the order of their numbers; none where it says nothing."""
    metrics = summary.get("image_metrics")
    rows = metrics.get("views") if isinstance(metrics, Mapping) else None
    found = []
    for row in rows if isinstance(rows, Sequence) else ():
        try:
            found.append(ViewScore(int(row["view"]), float(row["psnr"]), bool(row["held_out"])))
        except (KeyError, TypeError, ValueError):
            continue
    return sorted(found, key=lambda one: one.view)


class ViewBars(QWidget):
    """Bars with the view's number below and its PSNR above; a tooltip says it in words."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(90)
        self.scores: list[ViewScore] = []
        theme.current().changed.connect(self.update)

    def show_scores(self, scores: Sequence[ViewScore]) -> None:
        """Draw exactly these."""
        self.scores = list(scores)
        self.setAccessibleName(self.tr("PSNR of each judged view"))
        self.setAccessibleDescription("; ".join(self._words(one) for one in self.scores))
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            under = [one for one, box in self._boxes() if box.left() <= event.pos().x() <= box.right()]
            QToolTip.showText(event.globalPos(), self._words(under[0]) if under else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current().colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(colors.panel))
        font = painter.font()
        font.setPointSizeF(max(7.5, font.pointSizeF() - 1))
        painter.setFont(font)
        used, held = QColor(colors.curves[0]), QColor(colors.curves[1])
        self._title(painter, used, held)
        for one, box in self._boxes():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(held if one.held_out else used)
            painter.drawRoundedRect(box, 2, 2)
            painter.setPen(QColor(colors.muted))
            middle, flags = box.center().x(), Qt.AlignmentFlag.AlignHCenter
            painter.drawText(QRectF(middle - 30, self.height() - _FOOT, 60, _FOOT), flags, str(one.view))
            if box.width() >= painter.fontMetrics().horizontalAdvance("00.0"):
                painter.drawText(QRectF(middle - 30, box.top() - 16, 60, 16), flags, f"{one.psnr:.1f}")
        painter.end()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for its title."""
        words = sum(self.fontMetrics().horizontalAdvance(words) + 10 for words in self._legend())
        return QSize(words + 2 * 12, 90)

    def _legend(self) -> tuple[str, str, str]:
        return self.tr("PSNR per view, dB"), self.tr("used"), self.tr("kept out")

    def _title(self, painter: QPainter, used: QColor, held: QColor) -> None:
        x = 4.0
        for words, color in zip(self._legend(), (None, used, held), strict=True):
            if color is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                painter.drawEllipse(QPointF(x + 4, 11), 4, 4)
                x += 12
            painter.setPen(QColor(theme.current().colors.muted) if color is None else color)
            painter.drawText(QPointF(x, 15), words)
            x += painter.fontMetrics().horizontalAdvance(words) + 10

    def _boxes(self) -> list[tuple[ViewScore, QRectF]]:
        if not self.scores:
            return []
        room = QRectF(4, _TOP + 16, self.width() - 8, max(1.0, self.height() - _TOP - 16 - _FOOT))
        step = min(46.0, room.width() / len(self.scores))
        top = max(max(one.psnr for one in self.scores), 1.0)
        out = []
        for number, one in enumerate(self.scores):
            height = room.height() * max(0.0, one.psnr) / top
            left = room.left() + (number + _AIR / 2) * step
            out.append((one, QRectF(left, room.bottom() - height, step * (1 - _AIR), height)))
        return out

    def _words(self, one: ViewScore) -> str:
        kind = self.tr("kept out of the reconstruction") if one.held_out else self.tr("used")
        return self.tr("View {0}: {1:.2f} dB, {2}").format(one.view, one.psnr, kind)
