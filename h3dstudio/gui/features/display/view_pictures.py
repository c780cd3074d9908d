"""The photos of the open scan as small pictures: in the scan's panel, and where their cameras stand."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.features.scan.thumbnails import Thumbnails, pixels
from h3dstudio.gui.shell import theme
from h3dstudio.gui.shell.tasks import Tasks


class ViewPictures(QObject):
    """Made anew for every scan and every theme. Signals: `logged(message, level)`."""

    logged = Signal(str, str)

    def __init__(
        self, tasks: Tasks, scans: ScanController, panel: ScanPanel, display: DisplayController
    ) -> None:
        super().__init__(display)
        self._scans, self._panel, self._display = scans, panel, display
        self._thumbnails = Thumbnails(tasks, self)
        self._thumbnails.made.connect(self._take)
        theme.current().changed.connect(self.make)

    def make(self) -> None:
        """Start over with the views of the open scan."""
        if self._scans.current is not None:
            self._thumbnails.make(self._scans.current.scan.views, theme.current().colors.raised)

    def _take(self, number: int, image: QImage | None, problem: str) -> None:
        self._panel.set_thumbnail(number, image, problem)
        if image is not None:
            self._display.set_picture(number, pixels(image))
        if problem:
            self.logged.emit(self.tr("View {0}: {1}").format(number, problem), "warning")
