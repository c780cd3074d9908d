"""Paints one view of the scan: rounded thumbnail, number, tick; says where the tick is."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from h3dstudio.gui.features.scan.view_model import PROBLEM_ROLE, ViewModel
from h3dstudio.gui.shell import icons, theme

_Index = QModelIndex | QPersistentModelIndex
_GAP = 4
_TICK = 20


def tick_box(cell: QRect) -> QRect:
    """Where the tick of the item in `cell` is."""
    return QRect(cell.right() - _GAP - 6 - _TICK, cell.top() + _GAP + 6, _TICK, _TICK)


class ViewDelegate(QStyledItemDelegate):
    """Square cells of `side` pixels."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self.side = 110
        self.highlighted: int | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(self.side, self.side)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colors = theme.current().colors
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        ticked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        frame = QRectF(cell).adjusted(_GAP, _GAP, -_GAP, -_GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(frame, 8, 8)
        painter.fillPath(shape, QColor(colors.raised))
        self._paint_picture(painter, index, shape, frame, ticked)
        focus = bool(state & QStyle.StateFlag.State_HasFocus)
        pointed = index.row() == self.highlighted
        hover = bool(state & QStyle.StateFlag.State_MouseOver) or pointed
        edge = colors.accent if ticked or focus else colors.faint if hover else colors.border
        # As its camera in the 3D view is drawn then.
        edge = colors.curves[1] if pointed else edge
        painter.setPen(QPen(QColor(edge), 3.0 if pointed else 2.0 if ticked or focus else 1.0))
        painter.drawPath(shape)
        self._paint_number(painter, index, frame)
        if ticked or hover or focus:
            _paint_tick(painter, tick_box(cell), ticked)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """A click on the tick changes it; a click elsewhere only selects."""
        if event.type() is QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            reach = tick_box(option.rect).adjusted(-5, -5, 5, 5)
            if reach.contains(event.position().toPoint()) and isinstance(model, ViewModel):
                model.toggle(index.row())
                return True
        return False

    @staticmethod
    def _paint_picture(
        painter: QPainter, index: _Index, shape: QPainterPath, frame: QRectF, ticked: bool
    ) -> None:
        colors = theme.current().colors
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if index.data(PROBLEM_ROLE):
            middle = frame.center()
            painter.drawPixmap(
                int(middle.x()) - 12, int(middle.y()) - 12, icons.pixmap("failed", colors.warning, 24)
            )
        if not isinstance(picture, QPixmap):
            return
        painter.save()
        painter.setClipPath(shape)
        painter.setOpacity(1.0 if ticked else 0.62)
        shown = picture.size().scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        target = QRectF(0, 0, shown.width(), shown.height())
        target.moveCenter(frame.center())
        painter.drawPixmap(target, picture, QRectF(picture.rect()))
        painter.restore()

    @staticmethod
    def _paint_number(painter: QPainter, index: _Index, frame: QRectF) -> None:
        text = str(index.data())
        font = painter.font()
        font.setPointSizeF(max(7.5, font.pointSizeF() - 1.5))
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text) + 12
        badge = QRectF(frame.left() + 6, frame.bottom() - 23, width, 17)
        path = QPainterPath()
        path.addRoundedRect(badge, 6, 6)
        painter.fillPath(path, QColor(0, 0, 0, 150))
        painter.setPen(QColor("#ffffff"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


def _paint_tick(painter: QPainter, box: QRect, ticked: bool) -> None:
    colors = theme.current().colors
    path = QPainterPath()
    path.addEllipse(QRectF(box))
    painter.fillPath(path, QColor(colors.accent) if ticked else QColor(0, 0, 0, 90))
    painter.setPen(QPen(QColor("#ffffff"), 1.2))
    painter.drawPath(path)
    if ticked:
        painter.drawPixmap(box.adjusted(3, 3, -3, -3), icons.pixmap("tick", "#ffffff", 28))
