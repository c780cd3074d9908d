"""Pictures of the 3D view: to a file, and to the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from h3dstudio.errors import H3DError
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.saving import ask_where, last_folder, remember_folder
from h3dstudio.gui.viewport import screenshot
from h3dstudio.gui.viewport.page import ViewportPage

_FOLDER = "picture folder"


class PictureController(QObject):
    """Takes pictures of `page`, named by `name`. Signals: `saved(Path)` and `said(text)` what came of it."""

    saved = Signal(object)
    said = Signal(str)

    def __init__(self, window: QWidget, page: ViewportPage, name: Callable[[], str]) -> None:
        super().__init__(window)
        self._window, self._page, self._name = window, page, name

    def ask(self) -> None:
        """Take the picture as it is now, then let the user choose a file."""
        image = self._take()
        formats = {self.tr("PNG picture (*.png)"): ".png"}
        place, title = last_folder(_FOLDER), self.tr("Save the picture")
        ask_where(self._window, title, formats, self._name(), place, lambda path: self.save(image, path))

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        image = self._take()
        QGuiApplication.clipboard().setImage(image)
        self.said.emit(self.tr("Picture copied, %d × %d pixels") % (image.width(), image.height()))

    def save(self, image: QImage, path: Path) -> None:
        """Write `image` as a PNG."""
        try:
            written = screenshot.save(image, path)
        except H3DError as error:
            dialogs.show_error(self._window, self.tr("The picture was not saved"), error)
            return
        remember_folder(written, _FOLDER)
        self.saved.emit(written)

    def _take(self) -> QImage:
        return screenshot.picture(self._page.view, self._page.over_the_view)
