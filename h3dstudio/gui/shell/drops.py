"""Folders dropped on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class Drops(QObject):
    """Takes what is dropped anywhere on `window`: `dropped(Path)`; `hovering(bool)` while held over it."""

    dropped = Signal(object)
    hovering = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            self.hovering.emit(False)
            if (path := dropped_path(event.mimeData())) is not None:
                event.acceptProposedAction()
                self.dropped.emit(path)
            return True
        if isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.DragEnter:
            if dropped_path(event.mimeData()) is not None:
                event.acceptProposedAction()
                self.hovering.emit(True)
            return True
        if event.type() is QEvent.Type.DragLeave:
            self.hovering.emit(False)
        return super().eventFilter(watched, event)


def dropped_path(data: QMimeData) -> Path | None:
    """The first local file or folder in what is dragged."""
    return next((Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()), None)
