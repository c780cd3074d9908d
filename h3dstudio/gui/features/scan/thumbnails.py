"""Small pictures of a scan's views, made off the GUI thread; what the mask leaves out is dimmed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from h3dstudio.data.scan import View
from h3dstudio.gui.shell.tasks import Tasks, Ticket

SIDE = 220
_KEY = "thumbnails"


class Thumbnails(QObject):
    """Makes the pictures of a scan one after the other; `made(number, image or None, problem)` for each."""

    made = Signal(int, object, str)

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks

    def make(self, views: Sequence[View], dimmed: str) -> None:
        """Start over with these views; `dimmed` is the colour that covers the background."""
        ticket = Ticket()

        def work() -> None:
            for view in views:
                if ticket.dropped:
                    return
                image, problem = thumbnail(view, dimmed)
                if not ticket.dropped:
                    self.made.emit(view.index, image, problem)

        self._tasks.run(work, key=_KEY, ticket=ticket)


def thumbnail(view: View, dimmed: str, side: int = SIDE) -> tuple[QImage | None, str]:
    """The picture of `view`, at most `side` pixels wide or high, and what is wrong with it ("" = nothing)."""
    photo, problem = _read(view.image_path, side)
    if photo is None:
        return None, problem
    mask, problem = _read(view.mask_path, side)
    if mask is None:
        return photo, problem
    picture = photo.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    gray = mask.convertToFormat(QImage.Format.Format_Grayscale8).scaled(
        picture.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    gray.invertPixels()
    cover = QImage(picture.size(), QImage.Format.Format_ARGB32)
    cover.fill(QColor(dimmed))
    cover.setAlphaChannel(gray)
    painter = QPainter(picture)
    painter.setOpacity(0.72)
    painter.drawImage(0, 0, cover)
    painter.end()
    return picture, ""


def _read(path: object, side: int) -> tuple[QImage | None, str]:
    reader = QImageReader(str(path))
    reader.setAutoTransform(False)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None, f"{path}: {reader.errorString()}"
    return image, ""


def pixels(image: QImage) -> NDArray[np.uint8]:
    """(h, w, 3) sRGB of a picture."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), dtype=np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()
