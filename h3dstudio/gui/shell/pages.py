"""The middle of the window: the start page while nothing is open, else the 3D view, with the docks."""

from __future__ import annotations

from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from h3dstudio.gui.shell.docks import Docks


class Pages:
    """Switches between the two."""

    def __init__(self, window: QMainWindow, viewport: QWidget, docks: Docks) -> None:
        self._viewport, self._docks = viewport, docks
        self._start: QWidget | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(viewport)
        window.setCentralWidget(self._stack)
        window.setContentsMargins(8, 0, 8, 0)

    def add_start(self, page: QWidget) -> None:
        """The page that is shown while nothing is open."""
        self._start = page
        self._stack.addWidget(page)

    def show_start(self) -> None:
        """Nothing is open: the start page alone."""
        self._docks.conceal()
        if self._start is not None:
            self._stack.setCurrentWidget(self._start)

    def show_viewport(self) -> None:
        """Something is open: the 3D view and the docks."""
        self._stack.setCurrentWidget(self._viewport)
        self._docks.reveal()

    def bring(self, dock: str) -> None:
        """A dock to the front, also while nothing is open."""
        self.show_viewport()
        self._docks.raise_(dock)
