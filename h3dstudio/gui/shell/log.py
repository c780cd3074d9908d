"""What the program and its jobs say, for whoever shows it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

LEVELS = ("debug", "info", "warning", "error")
KEPT = 5000


@dataclass(frozen=True)
class LogLine:
    """`when` as "HH:MM:SS", `level` one of `LEVELS`."""

    when: str
    level: str
    message: str

    def __str__(self) -> str:
        return f"{self.when} {self.level:7} {self.message}"


class Log(QObject):
    """The newest `KEPT` lines. Signals: `added(LogLine)`, `cleared()`."""

    added = Signal(object)
    cleared = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[LogLine] = []

    def add(self, message: str, level: str = "info") -> None:
        """Append a line; an unknown level counts as "info"."""
        line = LogLine(time.strftime("%H:%M:%S"), level if level in LEVELS else "info", message)
        self.lines = [*self.lines[-KEPT + 1 :], line]
        self.added.emit(line)

    def clear(self) -> None:
        """Forget all of it."""
        self.lines = []
        self.cleared.emit()
