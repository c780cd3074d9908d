"""The scan dock: which scan, which views, their thumbnails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLabel, QListView, QSizePolicy, QVBoxLayout, QWidget

from h3dstudio.data.scan import Scan
from h3dstudio.gui.features.scan.scan_tree import ScanTree
from h3dstudio.gui.features.scan.view_delegate import ViewDelegate
from h3dstudio.gui.features.scan.view_model import ViewModel
from h3dstudio.gui.shell.texts import translator

_tr = translator("ScanPanel")
_CUSTOM = "custom"


class ScanPanel(QWidget):
    """Signals: `scan_chosen(Path)` another scan of the dataset, `views_changed()` the ticks,
    `view_activated(int)` a double-clicked photo, `view_hovered(int or None)` the one under the mouse."""

    scan_chosen = Signal(object)
    views_changed = Signal()
    view_activated = Signal(int)
    view_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.setMinimumWidth(236)
        self._scan: Scan | None = None
        self._lists: dict[str, Sequence[int]] = {}
        self.model = ViewModel(self)
        self.title = QLabel()
        self.title.setObjectName("Value")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.subtitle = QLabel()
        self.subtitle.setObjectName("Muted")
        self.subtitle.setWordWrap(True)
        self.scans = ScanTree()
        self.scans.scan_chosen.connect(self.scan_chosen)
        self.scans.list_chosen.connect(self._tick_list)
        self.lists = QComboBox()
        self.lists.setAccessibleName(self.tr("View list"))
        self.lists.setToolTip(self.tr("Views to reconstruct from: a list of the scan, or your own ticks"))
        self.lists.activated.connect(self._take_list)
        self.gallery = ViewGallery(self.model)
        self.gallery.doubleClicked.connect(self._activate)
        self.gallery.hovered.connect(self._hover)
        self.count = QLabel()
        self.count.setObjectName("Muted")
        self._lay_out()
        self.model.ticked_changed.connect(self._follow_ticks)
        self.set_scan(None)

    def set_scan(self, scan: Scan | None, lists: Mapping[str, Sequence[int]] | None = None) -> None:
        """Show `scan` with nothing ticked, or that there is none; `lists` are offered beside "all"."""
        self._scan, self._lists = scan, dict(lists or {})
        self.lists.clear()
        self.lists.setVisible(scan is not None)
        if scan is None:
            self.title.setText(self.tr("No scan open"))
            self.title.setToolTip("")
            self.title.show()
            self.subtitle.setText(self.tr("Open a folder of photos to begin"))
            self.scans.hide()
            self.model.set_views(())
            return
        self.title.setText(scan.name)
        self.title.setToolTip(str(scan.root))
        facts = [scan.layout.upper(), _views(len(scan.views))]
        self.subtitle.setText(" · ".join([*facts, self.tr("ground truth")] if scan.ground_truth else facts))
        for name, text in self._entries(scan):
            self.lists.addItem(text, name)
        self.lists.addItem(self.tr("My own choice"), _CUSTOM)
        self.scans.show_lists(self._entries(scan))
        self.model.set_views(scan.views)

    def set_dataset(self, folders: Sequence[Path], current: Path) -> None:
        """The scans one can switch between; hidden when there is only one."""
        self.scans.show_scans(folders, current)
        if self._scan is not None and self._scan.root == current:
            self.scans.show_lists(self._entries(self._scan))
        self.scans.setVisible(len(folders) > 1)
        self.title.setVisible(len(folders) <= 1)

    def set_thumbnail(self, number: int, image: QImage | None, problem: str) -> None:
        self.model.set_picture(number, image, problem)

    @property
    def wanted(self) -> str | None:
        """The views as the command line would name them: a list's name or "0,8,58,"; None without a scan."""
        if self._scan is None:
            return None
        name = self.lists.currentData()
        if name and name != _CUSTOM:
            return str(name)
        return ",".join(str(number) for number in self.model.ticked) + ","

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(0, 0, 10, 0)
        head.setSpacing(6)
        for widget in (self.title, self.scans, self.subtitle):
            head.addWidget(widget)
        head.addSpacing(6)
        head.addWidget(self.lists)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 6, 12)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.gallery, 1)
        layout.addWidget(self.count)

    def _take_list(self) -> None:
        name = self.lists.currentData()
        if name != _CUSTOM:
            self._tick_list(name)

    def _tick_list(self, name: str) -> None:
        if self._scan is not None:
            everything = [view.index for view in self._scan.views]
            self.model.tick(everything if name == "all" else self._lists[name])

    def _entries(self, scan: Scan) -> list[tuple[str, str]]:
        """(name, words) of the lists there are."""
        named = [
            (name, _views(len(numbers)) if name.isdigit() else f"{name} ({len(numbers)})")
            for name, numbers in self._lists.items()
        ]
        return [*named, ("all", self.tr("All {0} views").format(len(scan.views)))]

    def _follow_ticks(self) -> None:
        ticked, total = self.model.ticked, len(self.model.views)
        self.count.setText(self.tr("{0} of {1} views in use").format(len(ticked), total) if total else "")
        if self._scan is not None:
            name = self._list_of(set(ticked))
            self.lists.setCurrentIndex(self.lists.findData(name))
            self.scans.mark_list(name)
        self.views_changed.emit()

    def _list_of(self, ticked: set[int]) -> str:
        assert self._scan is not None
        for name, numbers in self._lists.items():
            if ticked == set(numbers):
                return name
        return "all" if len(ticked) == len(self._scan.views) else _CUSTOM

    def select_view(self, number: int) -> None:
        """Choose the view `number` in the list, and bring it into sight."""
        row = self.model.row(number)
        if row is not None:
            self.gallery.setCurrentIndex(self.model.index(row))
            self.gallery.scrollTo(self.model.index(row))
            self.gallery.setFocus()

    def highlight(self, number: int | None) -> None:
        """Show the view `number` as if the mouse were over it."""
        self.gallery.highlight(None if number is None else self.model.row(number))

    def _hover(self, row: int | None) -> None:
        self.view_hovered.emit(None if row is None else self.model.views[row].index)

    def _activate(self, index: QModelIndex) -> None:
        self.view_activated.emit(self.model.views[index.row()].index)


def _views(count: int) -> str:
    return _tr("1 view") if count == 1 else _tr("%n views", count)


class ViewGallery(QListView):
    """Thumbnails in as many columns as fit; the space bar ticks, Return looks through.

    `hovered(row or None)` follows the mouse.
    """

    hovered = Signal(object)

    def __init__(self, model: ViewModel) -> None:
        super().__init__()
        self.setObjectName("Views")
        self.setModel(model)
        self._delegate = ViewDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSpacing(0)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

        self.entered.connect(lambda index: self.hovered.emit(index.row()))
        self.viewportEntered.connect(lambda: self.hovered.emit(None))

    def highlight(self, row: int | None) -> None:
        """Paint this row as if the mouse were over it."""
        self._delegate.highlighted = row
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = self.viewport().width() - 2
        columns = max(1, round(width / 112))
        self._delegate.side = max(60, width // columns)
        self.setGridSize(QSize(self._delegate.side, self._delegate.side))
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        model, index = self.model(), self.currentIndex()
        if isinstance(model, ViewModel) and index.isValid():
            if event.key() == Qt.Key.Key_Space:
                model.toggle(index.row())
                return
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.doubleClicked.emit(index)
                return
        super().keyPressEvent(event)
