"""Named points on the surface: small balls with a label, drawn over the mesh and never picked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from h3dstudio.gui.shell.theme import Colors
from h3dstudio.gui.viewport.camera_controller import Scene
from h3dstudio.gui.viewport.panes import Panes
from h3dstudio.gui.viewport.sink import RECONSTRUCTION

RADIUS = 1.9
ASIDE, AHEAD = 7.0, 6.0
"""mm: of a ball, and from a point to the end of its label, so that it covers neither point nor face."""
MOST_LABELS = 12
"""With more, only the current one is labelled: the others would cover the face."""
BALLS, GHOSTS, LABELS = "landmarks", "suggested landmarks", "landmark labels"
_PASSIVE = {"pickable": False, "reset_camera": False, "render": False}
_SIDES = ("left", "right")

Points = Mapping[str, NDArray[np.floating]]


@dataclass(frozen=True)
class Marker:
    """A landmark as it is drawn.

    Attributes:
        point: mm.
        color: "#rrggbb"; "" is the theme's.
        suggested: nobody has placed it yet: a smaller, fainter ball.
        current: the one that is being placed: a larger ball, always labelled.
        quiet: of the mesh that is not being marked: no label.
        layer: the mesh it belongs to, whose picture it is drawn in.
    """

    name: str
    point: tuple[float, float, float]
    color: str = ""
    suggested: bool = False
    current: bool = False
    quiet: bool = False
    layer: str = RECONSTRUCTION


class Markers:
    """Draws markers in the picture of their layer."""

    def __init__(self, scene: Scene, panes: Panes) -> None:
        self._scene, self._panes = scene, panes
        self.shown: tuple[Marker, ...] = ()
        self.actors: dict[str, Any] = {}
        """By what begins like `BALLS`, and ends with the layer, or for labels with the side."""

    def show(self, marked: Sequence[Marker], colors: Colors) -> None:
        """Show these and no others."""
        if not marked and not self.shown:
            return
        self._hide()
        self.shown = tuple(marked)
        layers = dict.fromkeys(one.layer for one in marked)
        for layer in layers:
            here = [one for one in marked if one.layer == layer]
            for name, suggested, opacity in ((BALLS, False, 1.0), (GHOSTS, True, 0.55)):
                balls = [one for one in here if one.suggested is suggested]
                if balls:
                    self._draw(
                        f"{name} {layer}", layer, _balls(balls, colors), scalars="color", opacity=opacity
                    )
        self._label(colors)

    def _label(self, colors: Colors) -> None:
        loud = [one for one in self.shown if not one.quiet]
        labelled = [one for one in loud if one.current or len(loud) <= MOST_LABELS]
        across, ahead = directions({one.name: np.array(one.point) for one in loud})
        if not across.any():
            across, ahead = self._as_seen()
        for side in _SIDES:
            # The subject's right is on the left of who looks at the face: labels grow away from it.
            there = [one for one in labelled if one.name.startswith("right_") is (side == "right")]
            step = (-ASIDE if side == "right" else ASIDE) * across + AHEAD * ahead
            if there:
                self._write(side, there, step, colors)

    def _as_seen(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(3,) to the right on the screen, and towards the camera: for points that do not tell."""
        camera = self._scene.plotter.camera
        ahead = np.subtract(camera.position, camera.focal_point)
        across = np.cross(camera.up, ahead)
        return across / np.linalg.norm(across), ahead / np.linalg.norm(ahead)

    def _hide(self) -> None:
        for actor in self.actors.values():
            for renderer in self._panes.renderers():
                renderer.RemoveViewProp(actor)
        self.actors = {}

    def _draw(self, name: str, layer: str, mesh: Any, **look: object) -> None:
        self.actors[name] = actor = self._scene.plotter.add_mesh(
            mesh,
            name=name,
            rgb=True,
            ambient=0.35,
            specular=0.2,
            show_scalar_bar=False,
            **look,
            **_PASSIVE,
        )
        self._panes.draw(layer, actor)

    def _write(self, side: str, marked: Sequence[Marker], step: NDArray[np.float64], colors: Colors) -> None:
        name = f"{LABELS} {side}"
        self.actors[name] = actor = self._scene.plotter.add_point_labels(
            np.array([np.array(one.point) + step for one in marked]),
            [spoken(one.name) + ("?" if one.suggested else "") for one in marked],
            name=name,
            show_points=False,
            always_visible=False,
            tolerance=0.01,
            font_size=13,
            text_color=colors.text,
            # Not a `shape`: VTK forgets to move that with the justification.
            shape=None,
            background_color=colors.panel,
            background_opacity=0.8,
            justification_horizontal=side,
            justification_vertical="center",
            **_PASSIVE,
        )
        self._panes.draw(marked[0].layer, actor)


def directions(points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(3,) unit vectors to the subject's left and out of the face; zeros where the points do not tell."""
    nothing = np.zeros(3)
    if not {"right_eye", "left_eye", "nose_tip", "nose_base"} <= set(points):
        return nothing, nothing
    across = np.asarray(points["left_eye"] - points["right_eye"], dtype=np.float64)
    eyes = (np.asarray(points["left_eye"]) + points["right_eye"]) / 2
    ahead = np.cross(across, eyes - points["nose_base"])
    if min(np.linalg.norm(across), np.linalg.norm(ahead)) < 1e-6:
        return nothing, nothing
    return across / np.linalg.norm(across), ahead / np.linalg.norm(ahead)


def spoken(name: str) -> str:
    """A landmark as a person says it: "right_eye" -> "Right eye"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def tint(color: str, colors: Colors, *, suggested: bool = False) -> str:
    """The colour of a marker of this colour, "" the theme's."""
    return color or (colors.warning if suggested else colors.accent)


def _balls(marked: Sequence[Marker], colors: Colors) -> Any:
    """A ball each, in its colour and size."""
    import pyvista as pv

    points = pv.PolyData(np.array([one.point for one in marked], dtype=np.float64))
    tints = [_rgb(tint(one.color, colors, suggested=one.suggested)) for one in marked]
    points["color"] = np.array(tints, dtype=np.uint8)
    points["size"] = np.array([1.35 if one.current else 0.8 if one.suggested else 1.0 for one in marked])
    ball = pv.Sphere(radius=RADIUS, theta_resolution=16, phi_resolution=16)
    return points.glyph(geom=ball, scale="size", orient=False)


def _rgb(color: str) -> tuple[int, int, int]:
    drawn = QColor(color)
    return drawn.red(), drawn.green(), drawn.blue()
