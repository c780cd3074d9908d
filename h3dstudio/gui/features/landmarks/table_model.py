"""The landmarks of the list in use as a Qt table model: name, state, residual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from h3dstudio.gui.features.landmarks.rows import LandmarkRow
from h3dstudio.gui.shell import theme
from h3dstudio.gui.viewport.markers import spoken, tint
from h3dstudio.session.landmarks.table import State

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_DOT = 18


class LandmarkModel(QAbstractTableModel):
    """One row per landmark."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.rows: tuple[LandmarkRow, ...] = ()
        theme.current().changed.connect(self._take_colors)

    def show(self, rows: Sequence[LandmarkRow]) -> None:
        """Show these; a view keeps its place where the names stay the same."""
        same = [row.name for row in rows] == [row.name for row in self.rows]
        if not same:
            self.beginResetModel()
        self.rows = tuple(rows)
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, 2))

    def row_of(self, name: str | None) -> int:
        """Its row, -1 where it has none."""
        return next((place for place, row in enumerate(self.rows) if row.name == name), -1)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical or role != _Role.DisplayRole:
            return None
        return (self.tr("Landmark"), self.tr("State"), self.tr("mm"))[section]

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == _Role.DisplayRole:
            return (spoken(row.name), self._state(row), _residual(row))[column]
        if role == _Role.DecorationRole and column == 0:
            return dot(row)
        if role == _Role.ToolTipRole:
            return row.note or spoken(row.name)
        if role == _Role.ForegroundRole and column == 1:
            return QColor(_color(row))
        if role == _Role.TextAlignmentRole and column == 2:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _state(self, row: LandmarkRow) -> str:
        if row.state is State.MISSING:
            if row.photos:
                return (
                    self.tr("in one photo")
                    if row.photos == 1
                    else self.tr("in {0} photos").format(row.photos)
                )
            return self.tr("suggested") if row.suggested else self.tr("missing")
        if row.state is State.SET:
            return self.tr("placed")
        return self.tr("skipped") if row.state is State.SKIPPED else self.tr("locked")

    def _take_colors(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 2))


def dot(row: LandmarkRow) -> QPixmap:
    """A disc in the landmark's colour; a ring until it is placed."""
    colors = theme.current().colors
    color = QColor(tint(row.color, colors, suggested=row.suggested and row.state is State.MISSING))
    out = QPixmap(2 * _DOT, 2 * _DOT)
    out.setDevicePixelRatio(2.0)
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color if row.state is not State.SKIPPED else QColor(colors.faint), 1.6))
    painter.setBrush(color if row.state in (State.SET, State.LOCKED) else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(4, 4, _DOT - 8, _DOT - 8))
    painter.end()
    return out


def _residual(row: LandmarkRow) -> str:
    return "" if row.residual is None else f"{row.residual:.2f}"


def _color(row: LandmarkRow) -> str:
    colors = theme.current().colors
    if row.state is State.MISSING:
        return colors.warning if row.suggested or row.photos else colors.faint
    return {State.SET: colors.good, State.LOCKED: colors.text, State.SKIPPED: colors.muted}[row.state]
