"""Pictures of the 3D view, finer than the screen, with what lies over it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QByteArray, QPoint, QSaveFile
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QWidget

from h3dstudio.errors import OutputError

FINER = 2


def picture(view: Any, over: Iterable[QWidget] = (), finer: int = FINER) -> QImage:
    """The 3D view at `finer` times the screen's pixels, with the visible widgets of `over` painted in."""
    image = _rendered(view.plotter.render_window, finer)
    scale = image.width() / view.plotter.width()
    painter = QPainter(image)
    painter.scale(scale, scale)
    for widget in over:
        if widget.isVisible():
            widget.render(painter, widget.mapTo(view, QPoint(0, 0)))
    painter.end()
    return image


def save(image: QImage, path: Path) -> Path:
    """Write a PNG, whole or not at all. Raises OutputError."""
    path = path if path.suffix else path.with_suffix(".png")
    file = QSaveFile(str(path))
    written = (
        file.open(QSaveFile.OpenModeFlag.WriteOnly)
        and QImageWriter(file, QByteArray(b"PNG")).write(image)
        and file.commit()
    )
    if not written:
        raise OutputError(
            f"the picture cannot be written ({file.errorString()})",
            where=path,
            remedy="Choose a folder that you may write to",
        )
    return path


def _rendered(window: Any, finer: int) -> QImage:
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkRenderingCore import vtkWindowToImageFilter

    grab = vtkWindowToImageFilter()
    grab.SetInput(window)
    grab.SetScale(finer)
    grab.SetInputBufferTypeToRGB()
    grab.ReadFrontBufferOff()
    interactor = window.GetInteractor()
    # The finer picture is drawn in tiles, through the interactor: see `canvas`.
    interactor.EnableRenderOn()
    grab.Update()
    interactor.EnableRenderOff()
    data = grab.GetOutput()
    width, height, _ = data.GetDimensions()
    pixels = vtk_to_numpy(data.GetPointData().GetScalars()).reshape(height, width, 3)[::-1]
    pixels = np.ascontiguousarray(pixels)
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )
