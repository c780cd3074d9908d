"""Small pictures of a scan's views, made off the GUI thread; what the mask leaves out is dimmed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from h3dstudio.data.images import read_mask, read_rgb
from h3dstudio.data.scan import View
from h3dstudio.errors import H3DError
from h3dstudio.gui.shell.tasks import Tasks, Ticket

SIDE = 220
_KEY = "thumbnails"
_SMOOTH = Qt.TransformationMode.SmoothTransformation


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
    try:
        photo = _photo(view.image_path, side)
    except H3DError as error:
        return None, str(error)
    try:
        mask = _mask(view.mask_path, side)
    except H3DError as error:
        return photo, str(error)
    picture = photo.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    gray = mask.scaled(picture.size(), Qt.AspectRatioMode.IgnoreAspectRatio, _SMOOTH)
    gray.invertPixels()
    cover = QImage(picture.size(), QImage.Format.Format_ARGB32)
    cover.fill(QColor(dimmed))
    cover.setAlphaChannel(gray)
    painter = QPainter(picture)
    painter.setOpacity(0.72)
    painter.drawImage(0, 0, cover)
    painter.end()
    return picture, ""


def _photo(path: Path, side: int) -> QImage:
    rgb = read_rgb(path, side)
    height, width = rgb.shape[:2]
    whole = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return whole.scaled(  # a copy: `rgb` ends with this function
        side, side, Qt.AspectRatioMode.KeepAspectRatio, _SMOOTH
    ).copy()


def _mask(path: Path, side: int) -> QImage:
    mask = read_mask(path, side)
    height, width = mask.shape
    return QImage(mask.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def pixels(image: QImage) -> NDArray[np.uint8]:
    """(h, w, 3) sRGB of a picture."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), dtype=np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()
