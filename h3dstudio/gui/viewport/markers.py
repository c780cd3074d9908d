"""Named points on the surface: small balls with a label, drawn over the mesh and never picked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.gui.theme import Colors

RADIUS = 1.9
ASIDE, AHEAD = 7.0, 6.0
"""mm: of a ball, and from a point to the end of its label, so that it covers neither point nor face."""
_BALLS = "landmarks"
_SIDES = ("left", "right")

Points = Mapping[str, NDArray[np.floating]]


def show(plotter: Any, points: Points, colors: Colors) -> None:
    """Show these points (3,) mm under their names, and no others; none removes them."""
    hide(plotter)
    if not points:
        return
    import pyvista as pv

    places = np.array(list(points.values()), dtype=np.float64)
    balls = pv.PolyData(places).glyph(
        geom=pv.Sphere(radius=RADIUS, theta_resolution=16, phi_resolution=16), scale=False, orient=False
    )
    options = {"pickable": False, "reset_camera": False, "render": False}
    plotter.add_mesh(balls, name=_BALLS, color=colors.accent, ambient=0.35, specular=0.2, **options)
    across, ahead = directions(points)
    for side in _SIDES:
        # The subject's right is on the left of who looks at the face: labels grow away from it.
        names = [name for name in points if name.startswith("right_") is (side == "right")]
        step = (-ASIDE if side == "right" else ASIDE) * across + AHEAD * ahead
        if names:
            plotter.add_point_labels(
                np.array([points[name] + step for name in names]),
                [spoken(name) for name in names],
                name=_labels(side),
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
                **options,
            )


def hide(plotter: Any) -> None:
    """Show none."""
    for name in (_BALLS, *map(_labels, _SIDES)):
        for part in ("", "-points", "-labels"):
            plotter.remove_actor(name + part, reset_camera=False, render=False)


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
    return name.replace("_", " ").capitalize()


def _labels(side: str) -> str:
    return f"{_BALLS} {side}"
