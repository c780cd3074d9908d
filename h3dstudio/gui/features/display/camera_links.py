"""A photo's camera in the 3D view and its thumbnail in the scan dock point at each other."""

from __future__ import annotations

from PySide6.QtCore import QObject

from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.viewport.camera_picks import CameraPicks
from h3dstudio.gui.viewport.mesh_view import MeshView


class CameraLinks(QObject):
    """Hovering one highlights the other; a click on a camera selects its view, two look through it."""

    def __init__(self, display: DisplayController, panel: ScanPanel, view: MeshView) -> None:
        super().__init__(display)
        self._view = view
        self.picks = CameraPicks(view)
        view.cameras_shown.connect(self.picks.watch)
        self.picks.hovered.connect(self._hover)
        self.picks.hovered.connect(panel.highlight)
        self.picks.clicked.connect(panel.select_view)
        self.picks.activated.connect(display.look_through)
        panel.view_hovered.connect(self._hover)

    def _hover(self, number: int | None) -> None:
        if not self._view.closed:
            self._view.photos.highlight(number)
