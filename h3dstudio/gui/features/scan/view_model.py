"""The views of a scan as a Qt list model: thumbnail, number, tick."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from h3dstudio.data.scan import View

_Index = QModelIndex | QPersistentModelIndex
PROBLEM_ROLE = Qt.ItemDataRole.UserRole + 1
_ROOT = QModelIndex()


class ViewModel(QAbstractListModel):
    """One row per view, in the scan's order. `ticked_changed` follows every change of the ticks."""

    ticked_changed = Signal()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.views: tuple[View, ...] = ()
        self._rows: dict[int, int] = {}
        self._ticked: set[int] = set()
        self._pictures: dict[int, QPixmap] = {}
        self._problems: dict[int, str] = {}

    def set_views(self, views: Sequence[View]) -> None:
        """Show other views, none of them ticked."""
        self.beginResetModel()
        self.views = tuple(views)
        self._rows = {view.index: row for row, view in enumerate(self.views)}
        self._ticked, self._pictures, self._problems = set(), {}, {}
        self.endResetModel()
        self.ticked_changed.emit()

    def set_picture(self, number: int, image: QImage | None, problem: str = "") -> None:
        """The thumbnail of view `number`, or why there is none."""
        if (row := self._rows.get(number)) is None:
            return
        if image is not None:
            self._pictures[number] = QPixmap.fromImage(image)
        if problem:
            self._problems[number] = problem
        self.dataChanged.emit(self.index(row), self.index(row))

    def row(self, number: int) -> int | None:
        """Where the view `number` is."""
        return self._rows.get(number)

    @property
    def ticked(self) -> tuple[int, ...]:
        """The numbers of the ticked views, in the scan's order."""
        return tuple(view.index for view in self.views if view.index in self._ticked)

    def tick(self, numbers: Iterable[int]) -> None:
        """Tick exactly these views."""
        wanted = set(numbers) & set(self._rows)
        if wanted == self._ticked:
            return
        self._ticked = wanted
        if self.views:
            self.dataChanged.emit(self.index(0), self.index(len(self.views) - 1))
        self.ticked_changed.emit()

    def toggle(self, row: int) -> None:
        """Tick or untick the view in `row`."""
        self.tick(self._ticked ^ {self.views[row].index})

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.views)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        return flags.ItemIsEnabled | flags.ItemIsSelectable | flags.ItemIsUserCheckable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        view = self.views[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(view.index)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pictures.get(view.index)
        if role == Qt.ItemDataRole.CheckStateRole:
            ticked = view.index in self._ticked
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role == PROBLEM_ROLE:
            return self._problems.get(view.index, "")
        if role == Qt.ItemDataRole.ToolTipRole:
            problem = self._problems.get(view.index)
            width, height = view.size
            return problem or (
                self.tr("View {0}: {1}, {2} × {3}").format(view.index, view.image_path.name, width, height)
                + "\n"
                + self.tr("Click the tick to use it, double-click to look through its camera")
            )
        return None
