"""What is seen of the landmarks: balls on the meshes, crosses and rings in a photo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from h3dstudio.data.scan import View
from h3dstudio.gui.shell import theme
from h3dstudio.gui.viewport.markers import MOST_LABELS, Marker, spoken, tint
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.overlay import Overlay, Spot
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.table import GROUND_TRUTH, LAYERS

Vector = tuple[float, float, float]


class LandmarkScene(QObject):
    """Draws the session's landmarks.

    Args:
        suggestions: what is suggested for a layer: name -> (3,) mm.
        is_scan_shown: whether the scan, and not a head of the prior, is on screen.

    Attributes:
        shown: whether at all.
        photo: the view one looks through, or None.
        held: a landmark in the user's hand, by layer and name, and where: drawn there for now.
    """

    def __init__(
        self,
        parent: QObject,
        landmarks: LandmarkEditor,
        view: MeshView,
        picker: Picker,
        suggestions: Callable[[str], dict[str, NDArray[np.float64]]],
        is_scan_shown: Callable[[], bool],
        photo: Callable[[], View | None],
    ) -> None:
        super().__init__(parent)
        self._landmarks, self._view, self._picker = landmarks, view, picker
        self.overlay = Overlay(view)
        self.shown = True
        self._suggestions, self._is_scan_shown, self.photo = suggestions, is_scan_shown, photo
        self.held: tuple[str, str, Vector] | None = None

    def draw(self) -> None:
        """Show how things are now."""
        visible = self.shown and self._is_scan_shown()
        view = self.photo() if visible else None
        # In a photo rings and crosses say more than balls, which the photo would cover.
        self._view.show_landmarks([] if view is not None or not visible else self.markers())
        self.overlay.show_spots([] if view is None else self.spots(view))

    def markers(self) -> list[Marker]:
        """The balls of both layers; those of the layer that is not being marked have no labels."""
        out = []
        for layer in LAYERS:
            quiet = layer != self._landmarks.layer
            if not quiet or self._view.is_shown(layer):
                out += self._placed(layer, quiet)
        return out + self._suggested()

    def spots(self, view: View) -> list[Spot]:
        """Where the landmarks are in a photo: a cross where they were clicked, a ring where they are seen."""
        layer, found = self._landmarks.layer, []
        points = self._landmarks.points(layer)
        few = len(self._landmarks.names) <= MOST_LABELS
        for name in self._landmarks.names:
            text = spoken(name) if few or name == self._landmarks.current else ""
            color = self._color(layer, name)
            seen = None if name not in points else self.seen_at(view, points[name])
            clicked = next(
                (s for s in self._landmarks.mark(layer, name).sightings if s.view == view.index), None
            )
            if clicked is not None:
                at = self.on_screen(view, clicked.x, clicked.y)
                found.append(Spot(*at, text, color, clicked=True, toward=seen))
            elif seen is not None:
                found.append(Spot(*seen, text, color, clicked=False))
        return found

    def on_screen(self, view: View, x: float, y: float) -> tuple[float, float]:
        """Where pixel (x, y) of a photo one looks through is, in logical pixels of the viewport."""
        origin, direction = view.camera.rays(np.array([[x, y]]))
        across, down = self._picker.to_screen(origin + 100.0 * direction)[0]
        return float(across), float(down)

    def seen_at(self, view: View, point: NDArray[np.float64]) -> tuple[float, float] | None:
        """Where a point (3,) appears in that photo, as `on_screen`; None behind the camera."""
        pixels, depth = view.camera.project(point[None])
        return self.on_screen(view, *map(float, pixels[0])) if depth[0] > 0 else None

    def _placed(self, layer: str, quiet: bool) -> list[Marker]:
        out = []
        for name, point in self._landmarks.points(layer).items():
            at: Vector = (float(point[0]), float(point[1]), float(point[2]))
            if self.held is not None and self.held[:2] == (layer, name):
                at = self.held[2]
            current = not quiet and name == self._landmarks.current
            out.append(Marker(name, at, self._color(layer, name), current=current, quiet=quiet, layer=layer))
        return out

    def _suggested(self) -> list[Marker]:
        landmarks, layer = self._landmarks, self._landmarks.layer
        points = self._suggestions(layer)
        return [
            Marker(
                name,
                (float(points[name][0]), float(points[name][1]), float(points[name][2])),
                suggested=True,
                current=name == landmarks.current,
                layer=layer,
            )
            for name in landmarks.names
            if name in points and landmarks.surface_point(layer, name) is None
        ]

    def _color(self, layer: str, name: str) -> str:
        colors = theme.current().colors
        own = self._landmarks.about(name).color
        return tint(own or (colors.curves[1] if layer == GROUND_TRUTH else ""), colors)
