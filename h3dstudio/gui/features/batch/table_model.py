"""The cells of a batch as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from h3dstudio.gui.shell import theme
from h3dstudio.gui.shell.texts import translator
from h3dstudio.gui.widgets.figures import clock
from h3dstudio.methods.registry import method_title
from h3dstudio.session.batch.record import CellState
from h3dstudio.session.batch.results import FoundCell

_tr = translator("BatchModel")
_Index = QModelIndex | QPersistentModelIndex
_TINTS = {
    CellState.DONE: "good",
    CellState.FAILED: "bad",
    CellState.RUNNING: "accent",
    CellState.STOPPED: "warning",
}
STATE, TIME, FACE, HEAD = 3, 4, 5, 6
_NUMBERS = (1, TIME, FACE, HEAD)
_NOTHING = "–"


class BatchModel(QAbstractTableModel):
    """One row a cell, in the batch's order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cells: tuple[FoundCell, ...] = ()

    def show(self, cells: Sequence[FoundCell]) -> None:
        """Take the cells as they are now; the selection stays while their number does."""
        if len(cells) != len(self.cells):
            self.beginResetModel()
            self.cells = tuple(cells)
            self.endResetModel()
        elif tuple(cells) != self.cells:
            self.cells = tuple(cells)
            last = self.index(len(cells) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.cells)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(titles())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return titles()[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        if role == Qt.ItemDataRole.ToolTipRole and section in (FACE, HEAD):
            return _tr("mm, by the published protocol")
        return None

    def data(self, index: _Index, role: int = 0) -> Any:
        found = self.cells[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row_of(found)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return hint_of(found)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == STATE:
            tint = "bad" if found.file_problem else _TINTS.get(found.record.state, "muted")
            return QColor(getattr(theme.current().colors, tint))
        return None


def titles() -> tuple[str, ...]:
    """The columns."""
    return (_tr("Scan"), _tr("Views"), _tr("Method"), _tr("State"), _tr("Time"), _tr("Face"), _tr("Head"))


def row_of(found: FoundCell) -> tuple[str, ...]:
    """A cell in words, a column each; a star marks a smaller quality."""
    record, scores = found.record, found.scores
    state = "damaged" if found.file_problem else record.state.value
    star = "*" if record.reduced else ""
    face, head = (None, None) if scores is None else (scores.face, scores.head)
    return (
        record.cell.scan,
        record.cell.views,
        method_title(record.cell.method),
        _tr(state.capitalize()) + star,
        clock(record.seconds) if record.seconds else _NOTHING,
        _NOTHING if face is None else f"{face:.2f}",
        _NOTHING if head is None else f"{head:.2f}",
    )


def hint_of(found: FoundCell) -> str:
    """What a row has no room for: why it failed, what was reduced, where it is."""
    record = found.record
    lines = [found.file_problem or record.problem]
    lines += [f"{step.before} → {step.after}: {step.reason}" for step in record.reductions]
    return "\n".join([*(line for line in lines if line), str(found.folder)])


def _side(column: int) -> Qt.AlignmentFlag:
    numbers = column in _NUMBERS
    side = Qt.AlignmentFlag.AlignRight if numbers else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
