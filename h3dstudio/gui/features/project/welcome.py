"""The first page: what to do when nothing is open yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from h3dstudio.data.project_files import SUFFIX
from h3dstudio.gui.shell import icons, theme

_WIDTH = 760
_SHOWN = 5


class WelcomePage(QWidget):
    """Open a folder, try the demo, go back to a recent scan, or drop one. `recent_chosen(Path)`."""

    recent_chosen = Signal(object)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._logo = QLabel()
        title = QLabel("H3D Studio")
        title.setObjectName("Title")
        self.lead = QLabel(self.tr("From a few photos of a head to its shape, in millimetres."))
        self.lead.setObjectName("Lead")
        self.open = Card(
            "open",
            self.tr("Open a scan folder"),
            self.tr("Photos, masks and cameras: H3DS, IDR or DTU layout"),
        )
        self.open.clicked.connect(actions["open"].trigger)
        self.open.setToolTip(actions["open"].toolTip())
        self.project = Card(
            "project", self.tr("Open a project"), self.tr("Go on where you stopped: ticks, landmarks, result")
        )
        self.project.clicked.connect(actions["open_project"].trigger)
        self.project.setToolTip(actions["open_project"].toolTip())
        self.demo = Card(
            "demo", self.tr("Try the demo scan"), self.tr("A synthetic head that comes with the program")
        )
        self.demo.clicked.connect(actions["demo"].trigger)
        self.demo.setToolTip(actions["demo"].toolTip())
        self.drop = QLabel()
        self.drop.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._recent_title = QLabel(self.tr("Recent"))
        self._recent_title.setObjectName("Faint")
        self._lay_out(title)
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def set_recent(self, folders: Sequence[Path]) -> None:
        """Show the newest of the recently opened projects and folders."""
        while self._recent.count():
            if (item := self._recent.takeAt(0)) and (widget := item.widget()):
                widget.deleteLater()
        for folder in folders[:_SHOWN]:
            self._recent.addWidget(self._link(folder))
        self._recent_title.setVisible(bool(folders))

    def show_drop(self, over: bool) -> None:
        """Light up while a folder is held over the window."""
        colors = theme.current().colors
        edge, text = (colors.accent, colors.accent) if over else (colors.border, colors.muted)
        self.drop.setText(
            self.tr("Let go to open it")
            if over
            else self.tr("or drop a folder, a project or a mesh anywhere in this window")
        )
        self.drop.setStyleSheet(
            f"color: {text}; border: 1.5px dashed {edge}; border-radius: 12px; padding: 20px;"
        )

    def _link(self, folder: Path) -> QPushButton:
        button = QPushButton(f"{folder.name}    {folder.parent}")
        button.setObjectName("Link")
        button.setIcon(
            icons.icon("project" if folder.suffix == SUFFIX else "recent", theme.current().colors.muted)
        )
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setToolTip(str(folder))
        button.clicked.connect(lambda: self.recent_chosen.emit(folder))
        return button

    def _lay_out(self, title: QLabel) -> None:
        head = QHBoxLayout()
        head.setSpacing(18)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(self.lead)
        head.addWidget(self._logo)
        head.addLayout(words, 1)
        cards = QHBoxLayout()
        cards.setSpacing(14)
        cards.addWidget(self.open, 1)
        cards.addWidget(self.project, 1)
        cards.addWidget(self.demo, 1)
        column = QFrame()
        column.setFixedWidth(_WIDTH)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(head)
        inner.addSpacing(26)
        inner.addLayout(cards)
        inner.addSpacing(8)
        inner.addWidget(self.drop)
        inner.addSpacing(18)
        inner.addWidget(self._recent_title)
        inner.addLayout(self._recent)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(column, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)

    def _take_colors(self) -> None:
        self._logo.setPixmap(icons.pixmap("app", "#000000", 76, self.devicePixelRatioF()))
        self.show_drop(False)


class Card(QPushButton):
    """A large button with an icon, a title and a line of explanation."""

    def __init__(self, icon: str, title: str, text: str) -> None:
        super().__init__()
        self.setObjectName("WelcomeCard")
        self.setMinimumHeight(144)
        self.setAccessibleName(title)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name, self._picture = icon, QLabel()
        head, body = QLabel(title), QLabel(text)
        head.setObjectName("Value")
        body.setObjectName("Muted")
        body.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(4)
        layout.addWidget(self._picture)
        layout.addSpacing(8)
        layout.addWidget(head)
        layout.addWidget(body)
        layout.addStretch(1)
        for label in (self._picture, head, body):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def _take_colors(self) -> None:
        accent = theme.current().colors.accent
        self._picture.setPixmap(icons.pixmap(self._name, accent, 28, self.devicePixelRatioF()))
