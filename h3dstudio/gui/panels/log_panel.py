"""The log dock: everything the program and its jobs said, by level; nothing goes to a hidden console."""

from __future__ import annotations

import html
import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui import icons, theme

LEVELS = ("debug", "info", "warning", "error")
_KEPT = 5000


class LogPanel(QWidget):
    """Lines with time and level; filtered by a lowest level; copied as text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.setProperty("whole", True)
        self._lines: list[tuple[str, str, str]] = []
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(_KEPT)
        self.text.setPlaceholderText("Nothing has happened yet")
        self.level = QComboBox()
        for level in LEVELS:
            self.level.addItem(
                {"debug": "Everything", "info": "Information", "warning": "Warnings"}.get(level, "Errors"),
                level,
            )
        self.level.setCurrentIndex(1)
        self.level.setToolTip("The lowest level that is shown")
        self.level.currentIndexChanged.connect(self._refill)
        self._copy, self._clear = QToolButton(), QToolButton()
        self._copy.setText("Copy")
        self._copy.setToolTip("Copy what is shown to the clipboard")
        self._copy.clicked.connect(self.copy)
        self._clear.setText("Clear")
        self._clear.setToolTip("Empty the log")
        self._clear.clicked.connect(self.clear)
        self._lay_out()
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def add(self, message: str, level: str = "info") -> None:
        """Append a line; an unknown level counts as "info"."""
        level = level if level in LEVELS else "info"
        line = (time.strftime("%H:%M:%S"), level, message)
        self._lines = [*self._lines[-_KEPT + 1 :], line]
        self._append(line)

    def copy(self) -> None:
        """Copy the shown lines to the clipboard."""
        shown = [f"{when} {level:7} {message}" for when, level, message in self._lines if self._shown(level)]
        QGuiApplication.clipboard().setText("\n".join(shown))

    def clear(self) -> None:
        self._lines = []
        self.text.clear()

    def _shown(self, level: str) -> bool:
        return LEVELS.index(level) >= LEVELS.index(self.level.currentData())

    def _append(self, line: tuple[str, str, str]) -> None:
        when, level, message = line
        if not self._shown(level):
            return
        colors = theme.current().colors
        color = {"debug": colors.faint, "warning": colors.warning, "error": colors.bad}.get(
            level, colors.text
        )
        body = html.escape(message).replace("\n", "<br>")
        self.text.appendHtml(
            f'<span style="color:{colors.faint}">{when}</span>&nbsp;&nbsp;'
            f'<span style="color:{color}">{body}</span>'
        )

    def _refill(self) -> None:
        self.text.clear()
        for line in self._lines:
            self._append(line)

    def _take_colors(self) -> None:
        muted = theme.current().colors.muted
        self._copy.setIcon(icons.icon("copy", muted))
        self._clear.setIcon(icons.icon("clear", muted))
        self._refill()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(6)
        label = QLabel("Show")
        label.setObjectName("Muted")
        bar.addWidget(label)
        bar.addWidget(self.level)
        bar.addStretch(1)
        for button in (self._copy, self._clear):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(bar)
        layout.addWidget(self.text, 1)
