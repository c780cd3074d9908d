"""The log dock: everything the program and its jobs said, by level; nothing goes to a hidden console."""

from __future__ import annotations

import html
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.errors import H3DError
from h3dstudio.gui.shell import icons, theme
from h3dstudio.gui.shell.log import KEPT, LEVELS, Log, LogLine
from h3dstudio.gui.shell.saving import ask_where, last_folder

_NARROW = 620


class LogPanel(QWidget):
    """The lines of `log`, filtered by a lowest level and by words, copied as text, saved to a file.

    `saved(Path)` when all of it was written.
    """

    saved = Signal(object)

    def __init__(self, log: Log, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.setProperty("whole", True)
        self._log = log
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(KEPT)
        self.text.setPlaceholderText(self.tr("Nothing has happened yet"))
        self.level = QComboBox()
        names = {
            "debug": self.tr("Everything"),
            "info": self.tr("Information"),
            "warning": self.tr("Warnings"),
            "error": self.tr("Errors"),
        }
        for level in LEVELS:
            self.level.addItem(names[level], level)
        self.level.setCurrentIndex(1)
        self.level.setToolTip(self.tr("The lowest level that is shown"))
        self.level.currentIndexChanged.connect(self._refill)
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Only lines with…"))
        self.words.setClearButtonEnabled(True)
        self.words.setAccessibleName(self.tr("Words that shown lines hold"))
        self.words.setMinimumWidth(110)
        self.words.setMaximumWidth(240)
        self.words.textChanged.connect(self._refill)
        self._copy, self._save, self._clear = QToolButton(), QToolButton(), QToolButton()
        self._save.setText(self.tr("Save…"))
        self._save.setToolTip(self.tr("Save all of the log as a text file"))
        self._save.clicked.connect(self.ask)
        self._copy.setText(self.tr("Copy"))
        self._copy.setToolTip(self.tr("Copy what is shown to the clipboard"))
        self._copy.clicked.connect(self.copy)
        self._clear.setText(self.tr("Clear"))
        self._clear.setToolTip(self.tr("Empty the log"))
        self._clear.clicked.connect(log.clear)
        self._lay_out()
        log.added.connect(self._append)
        log.cleared.connect(self.text.clear)
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def copy(self) -> None:
        """Copy the shown lines to the clipboard."""
        QGuiApplication.clipboard().setText("\n".join(map(str, filter(self._shown, self._log.lines))))

    def ask(self) -> None:
        """Let the user choose a file to save it in."""
        formats = {self.tr("Text (*.txt)"): ".txt"}
        ask_where(self, self.tr("Save the log"), formats, "h3dstudio-log", last_folder(), self.save)

    def save(self, path: Path) -> None:
        """Write every line, whatever is shown; a failure becomes a line of the log."""
        from h3dstudio.data.atomic import write_bytes

        try:
            write_bytes(path, "".join(f"{line}\n" for line in self._log.lines).encode("utf-8"))
        except H3DError as error:
            self._log.add(str(error), "error")
            return
        self._log.add(self.tr("The log is in {0}").format(path))
        self.saved.emit(path)

    def _shown(self, line: LogLine) -> bool:
        loud = LEVELS.index(line.level) >= LEVELS.index(self.level.currentData())
        return loud and self.words.text().casefold() in line.message.casefold()

    def _append(self, line: LogLine) -> None:
        if not self._shown(line):
            return
        colors = theme.current().colors
        color = {"debug": colors.faint, "warning": colors.warning, "error": colors.bad}.get(
            line.level, colors.text
        )
        body = html.escape(line.message).replace("\n", "<br>")
        self.text.appendHtml(
            f'<span style="color:{colors.muted}">{line.when}</span>&nbsp;&nbsp;'
            f'<span style="color:{color}">{body}</span>'
        )

    def _refill(self) -> None:
        self.text.clear()
        for line in self._log.lines:
            self._append(line)

    def _take_colors(self) -> None:
        muted = theme.current().colors.muted
        self._copy.setIcon(icons.icon("copy", muted))
        self._save.setIcon(icons.icon("export", muted))
        self._clear.setIcon(icons.icon("clear", muted))
        self._refill()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(6)
        label = QLabel(self.tr("Show"))
        label.setObjectName("Muted")
        bar.addWidget(label)
        bar.addWidget(self.level)
        bar.addWidget(self.words, 1)
        bar.addStretch(1)
        for button in (self._copy, self._save, self._clear):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(bar)
        layout.addWidget(self.text, 1)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """What it takes where it is narrow, also before it has been told that it is."""
        return QSize(380, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Words beside the icons only where there is room."""
        style = Qt.ToolButtonStyle
        beside = style.ToolButtonIconOnly if self.width() < _NARROW else style.ToolButtonTextBesideIcon
        for button in (self._copy, self._save, self._clear):
            button.setToolButtonStyle(beside)
