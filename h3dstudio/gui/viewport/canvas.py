"""The widget that VTK draws on: one picture for each paint, however many times one was asked for.

pyvistaqt 0.13 draws twice for every change: once when it is asked to, and again when Qt paints the result.
Where the processor renders that is half of the window's time. Here asking only schedules a paint, and several
requests between two paints are one.
"""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from h3dstudio.gui.viewport import scene_style as look


def make_canvas(parent: QWidget) -> Any:
    """A `pyvistaqt.QtInteractor` that draws only when Qt paints it; `paint_seconds` the last time took."""
    from pyvistaqt import QtInteractor

    class Canvas(QtInteractor):  # type: ignore[misc]
        paint_seconds = 0.0
        _resizing = False

        def resizeEvent(self, event: QResizeEvent) -> None:
            # Qt would have all drawn here, in the middle of a layout, and again with the rest of the window.
            self._resizing = True
            super().resizeEvent(event)
            self._resizing = False
            self.update()

        def paintGL(self) -> None:
            if self._resizing:
                return
            begun = time.perf_counter()
            interactor = self.render_window.GetInteractor() if self.render_window is not None else None
            if interactor is not None:
                interactor.EnableRenderOn()
            self._painting = True
            super().paintGL()
            self._painting = False
            if interactor is not None:
                interactor.EnableRenderOff()
            self.paint_seconds = time.perf_counter() - begun

        def only_when_painted(self) -> None:
            """From now on VTK's interactor does not draw by itself when the mouse moves."""
            self._painting = False
            assert self.render_window is not None
            interactor = self.render_window.GetInteractor()
            interactor.EnableRenderOff()
            interactor.AddObserver("RenderEvent", self._ask)

        def _ask(self, *_: object) -> None:
            if not self._painting:
                self.update()

    samples = 0 if look.software_rendered() else 4
    canvas = Canvas(parent, auto_update=False, multi_samples=samples)
    canvas.only_when_painted()
    return canvas
