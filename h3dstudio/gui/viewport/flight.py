"""The camera flies to a point instead of jumping there, so that one sees where it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal

from h3dstudio.gui.viewport.mesh_view import MeshView

MILLISECONDS = 350
NEAREST = 160.0
"""mm from the point, at the least."""


class Flight(QObject):
    """Moves the camera of a view. `landed()` at the end."""

    landed = Signal()

    def __init__(self, view: MeshView) -> None:
        super().__init__(view)
        self._view = view
        self._begin = self._end = np.zeros((2, 3))
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(MILLISECONDS)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._animation.valueChanged.connect(self._move)
        self._animation.finished.connect(self.landed)

    def to(self, point: NDArray[np.float64], outward: NDArray[np.float64] | None = None) -> None:
        """Look at `point` (3,) mm against `outward` (3,), the surface's direction there; None: as now."""
        self._animation.stop()
        self._view.leave_photo()
        camera = self._view.plotter.camera
        focal, position = np.array(camera.focal_point), np.array(camera.position)
        away = position - focal
        distance = float(np.linalg.norm(away))
        direction = away / distance if outward is None else outward
        self._begin = np.array([focal, position])
        self._end = np.array([point, point + direction * max(NEAREST, 0.6 * distance)])
        self._animation.start()

    def stop(self) -> None:
        """Stay where it is."""
        self._animation.stop()

    def _move(self, share: float) -> None:
        if not self._view.built:
            return
        camera = self._view.plotter.camera
        focal = (1 - share) * self._begin[0] + share * self._end[0]
        # Around the head, not through it: the direction turns, the distance follows.
        arms = [ends[1] - ends[0] for ends in (self._begin, self._end)]
        lengths = [float(np.linalg.norm(arm)) for arm in arms]
        direction = (1 - share) * arms[0] / lengths[0] + share * arms[1] / lengths[1]
        size = float(np.linalg.norm(direction))
        if size < 1e-3:
            direction, size = arms[1], lengths[1]
        camera.focal_point = focal
        camera.position = focal + direction / size * ((1 - share) * lengths[0] + share * lengths[1])
        self._view.plotter.reset_camera_clipping_range()
        self._view.redraw()
