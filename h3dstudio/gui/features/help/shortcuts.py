"""Every command with its shortcut, to be searched and run: the list of shortcuts, and a command palette."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.shell.action_spec import Spec, menu_rows, menu_titles

_ACTION = Qt.ItemDataRole.UserRole
_ICON = 18
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shortcuts", text)


@dataclass(frozen=True)
class Entry:
    """A row: what it does, and the keys; `action` is None for what only a panel's own keys do."""

    group: str
    text: str
    keys: str
    tip: str = ""
    action: QAction | None = None

    def found_by(self, words: str) -> bool:
        """Whether every word of `words` is in it."""
        inside = f"{self.group} {self.text} {self.keys} {self.tip}".casefold()
        return all(word in inside for word in words.casefold().split())


def entries(specs: Mapping[str, Spec], actions: Mapping[str, QAction]) -> Iterator[Entry]:
    """Every action by its menu, then the keys that only work in a panel."""
    native = QKeySequence.SequenceFormat.NativeText
    for menu in menu_titles(specs):
        for action in (actions[name] for name in menu_rows(specs, menu, nested=True) if name in actions):
            text = action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
            yield Entry(
                QCoreApplication.translate("Actions", menu).replace("&", ""),
                text,
                action.shortcut().toString(native),
                action.statusTip(),
                action,
            )
    photos, view = _tr("Photos"), _tr("3D view")
    yield Entry(photos, _tr("Tick or untick the chosen photo"), _tr("Space"))
    yield Entry(photos, _tr("Look through the chosen photo"), _tr("Return"))
    yield Entry(view, _tr("Turn"), _tr("Left drag"))
    yield Entry(view, _tr("Move"), _tr("Shift + left drag, or middle drag"))
    yield Entry(view, _tr("Zoom"), _tr("Wheel, or right drag"))


class CommandFinder(QDialog):
    """Type to search, Return or a double-click runs the chosen command."""

    def __init__(self, specs: Mapping[str, Spec], actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Commands and shortcuts"))
        self.resize(640, 620)
        self._entries = list(entries(specs, actions))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search for a command or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._run)
        self.search.installEventFilter(self)
        self.rows = QTreeWidget()
        self.rows.setObjectName("Framed")
        self.rows.setHeaderHidden(True)
        self.rows.setColumnCount(2)
        self.rows.setRootIsDecorated(False)
        self.rows.setIndentation(0)
        self.rows.setUniformRowHeights(True)
        self.rows.setIconSize(QSize(_ICON, _ICON))
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.rows.setAccessibleName(self.windowTitle())
        self.rows.header().setStretchLastSection(False)
        self.rows.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.rows.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.rows.itemActivated.connect(lambda *_: self._run())
        self.hint = QLabel()
        self.hint.setObjectName("Faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.search)
        layout.addWidget(self.rows, 1)
        layout.addWidget(self.hint)
        self._fill("")
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows move the choice while one types."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _ARROWS:
            self.rows.setFocus()
            QCoreApplication.sendEvent(self.rows, QKeyEvent(event))
            self.search.setFocus()
            return True
        return super().eventFilter(watched, event)

    def _fill(self, words: str) -> None:
        self.rows.clear()
        heading: QTreeWidgetItem | None = None
        first: QTreeWidgetItem | None = None
        for entry in self._entries:
            if not entry.found_by(words):
                continue
            if heading is None or heading.text(0) != entry.group:
                heading = QTreeWidgetItem(self.rows, [entry.group, ""])
                heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
                font = heading.font(0)
                font.setBold(True)
                heading.setFont(0, font)
            item = _row(heading, entry)
            first = first or (item if entry.action is not None and entry.action.isEnabled() else None)
        self.rows.expandAll()
        if first is not None:
            self.rows.setCurrentItem(first)
        self.hint.setText(
            self.tr("Return runs the chosen command; those in grey make no sense now.")
            if heading is not None
            else self.tr("No command holds these words: try fewer.")
        )

    def _run(self) -> None:
        item = self.rows.currentItem()
        action = item.data(0, _ACTION) if item is not None else None
        if isinstance(action, QAction) and action.isEnabled():
            self.accept()
            action.trigger()


def _blank() -> QPixmap:
    """In place of an icon, so that the texts stand in one line."""
    out = QPixmap(_ICON, _ICON)
    out.fill(Qt.GlobalColor.transparent)
    return out


def _row(heading: QTreeWidgetItem, entry: Entry) -> QTreeWidgetItem:
    item = QTreeWidgetItem(heading, [entry.text, entry.keys])
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setToolTip(0, entry.tip)
    if entry.action is None:
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setIcon(0, QIcon(_blank()))
        return item
    item.setData(0, _ACTION, entry.action)
    icon, enabled = entry.action.icon(), entry.action.isEnabled()
    mode = QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled
    item.setIcon(0, QIcon(_blank() if icon.isNull() else icon.pixmap(_ICON, mode)))
    if not enabled:
        item.setForeground(0, item.treeWidget().palette().placeholderText())
    return item
