"""The open dataset as a tree: its scans, and below the open one its lists of views."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

_DATA = Qt.ItemDataRole.UserRole
_MOST_ROWS = 7


class ScanTree(QTreeWidget):
    """A click or Return opens a scan or takes a list. Signals: `scan_chosen(Path)`, `list_chosen(name)`."""

    scan_chosen = Signal(object)
    list_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("Scans")
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(14)
        self.setAccessibleName(self.tr("Scans of the dataset and their view lists"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def show_scans(self, folders: Sequence[Path], current: Path) -> None:
        """List these, the open one strongly."""
        self.clear()
        for folder in folders:
            item = QTreeWidgetItem(self, [folder.name])
            item.setData(0, _DATA, folder)
            item.setToolTip(0, str(folder))
            if folder == current:
                font = item.font(0)
                font.setBold(True)
                item.setFont(0, font)
                self.setCurrentItem(item)
        self.updateGeometry()

    def show_lists(self, lists: Sequence[tuple[str, str]]) -> None:
        """(name, words) of the open scan's view lists."""
        scan = self._open
        if scan is None:
            return
        scan.takeChildren()
        for name, words in lists:
            item = QTreeWidgetItem(scan, [words])
            item.setData(0, _DATA, name)
        scan.setExpanded(True)
        self.updateGeometry()

    def mark_list(self, name: str) -> None:
        """The list that the ticks amount to; any other name marks the scan itself."""
        if (scan := self._open) is None:
            return
        chosen = scan
        for row in range(scan.childCount()):
            child = scan.child(row)
            if child is not None and child.data(0, _DATA) == name:
                chosen = child
        with QSignalBlocker(self):
            self.setCurrentItem(chosen)

    @property
    def folders(self) -> list[Path]:
        """What is listed."""
        tops = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [top.data(0, _DATA) for top in tops if top is not None]

    @property
    def _open(self) -> QTreeWidgetItem | None:
        for row in range(self.topLevelItemCount()):
            item = self.topLevelItem(row)
            if item is not None and item.font(0).bold():
                return item
        return None

    def sizeHint(self) -> QSize:
        scan = self._open
        rows = self.topLevelItemCount() + (scan.childCount() if scan is not None else 0)
        height = max(1, self.sizeHintForRow(0)) * max(2, min(rows, _MOST_ROWS)) + 6
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, min(60, self.sizeHint().height()))

    def _choose(self, item: QTreeWidgetItem) -> None:
        data = item.data(0, _DATA)
        if isinstance(data, str):
            self.list_chosen.emit(data)
        elif item is not self._open:
            self.scan_chosen.emit(data)
