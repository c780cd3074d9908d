"""The status bar: what the window does at the left, what is open at the right."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QMainWindow

from h3dstudio.gui.features.reconstruction.controller import Runs
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import OpenScan
from h3dstudio.gui.shell.texts import translator

_tr = translator("StatusLine")


class StatusLine(QObject):
    """Fills the window's status bar; where nothing else is to be said, with how the run stands."""

    def __init__(self, window: QMainWindow, runs: Runs) -> None:
        super().__init__(window)
        self._runs = runs
        self._doing, self._open = QLabel(), QLabel()
        bar = window.statusBar()
        bar.addWidget(self._doing, 1)
        bar.addPermanentWidget(self._open)
        bar.setSizeGripEnabled(False)

    def text(self) -> str:
        """What stands at the left."""
        return self._doing.text()

    def say(self, text: str) -> None:
        """Say what the window does; "" falls back to how the run stands."""
        state = self._runs.state
        self._doing.setText(text or (self._runs.work.title(state) if state is not RunState.IDLE else ""))

    def show_scan(self, opened: OpenScan | None) -> None:
        """How many photos of what size are open, and where they lie."""
        if opened is None:
            self._open.setText("")
            return
        width, height = opened.scan.views[0].size
        self._open.setText(_photos(len(opened.scan.views), width, height))
        self._open.setToolTip(str(opened.folder))


def _photos(count: int, width: int, height: int) -> str:
    text = _tr("1 photo, {0} × {1} pixels") if count == 1 else _tr("%n photos, {0} × {1} pixels", count)
    return text.format(width, height)
