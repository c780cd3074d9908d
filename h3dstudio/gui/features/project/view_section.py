"""How a project is looked at: the camera, the section plane, the end of the error scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import ProjectError
from h3dstudio.gui.features.measuring.controller import MeasuringController
from h3dstudio.gui.viewport.cut import Facing, SectionPlane
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.session.project.sections import Json, checked, entries

_FARTHEST = 1e7
"""mm; a camera beyond it sees nothing."""


class ViewSection:
    """A `sections.Section`.

    A camera that frames what is shown by itself is not kept: it does so again, in a window of any size.
    """

    def __init__(self, view: MeshView, measuring: MeasuringController) -> None:
        self._view, self._measuring = view, measuring

    def state(self) -> Json:
        place, plane = self._view.camera_pose, self._measuring.plane
        out: dict[str, Json] = {"scale mm": self._view.error_scale.clamp}
        if place is not None:
            out["camera"] = _plain(place)
        if plane is not None:
            out["section"] = {
                "plane": _plain(np.array([plane.origin, plane.normal, plane.up])),
                "facing": plane.facing.value,
                "cut away": plane.away,
            }
        return out

    def restore(self, state: Json) -> None:
        given = entries(state, "view")
        clamp = checked(given, "scale mm", self._view.error_scale.clamp)
        place = None if given.get("camera") is None else _place(given["camera"])
        plane = None if given.get("section") is None else _plane(entries(given["section"], "view"))
        self._view.error_scale.set_clamp(clamp)
        if place is not None:
            self._view.set_camera_pose(place)
        if plane is not None:
            self._measuring.recall(plane)


def _plain(rows: NDArray[np.float64]) -> Json:
    plain: Json = rows.tolist()
    return plain


def _place(rows: Any) -> NDArray[np.float64]:
    """(3, 3) mm: where the camera is, what it looks at, and its up. Raises ProjectError."""
    place = _rows(rows, "the camera")
    forward, up = place[1] - place[0], place[2]
    lengths = np.linalg.norm(forward) * np.linalg.norm(up)
    if not lengths > 0 or np.linalg.norm(np.cross(forward, up)) < 1e-6 * lengths:
        raise ProjectError("the camera of the view looks nowhere")
    return place


def _plane(given: dict[str, Json]) -> SectionPlane:
    origin, normal, up = _rows(given.get("plane"), "the section plane")
    up = up - (up @ normal) * normal
    if abs(np.linalg.norm(normal) - 1) > 1e-3 or np.linalg.norm(up) < 1e-3:
        raise ProjectError("the section plane has no direction")
    facing = checked(given, "facing", Facing.SIDEWAYS.value)
    if facing not in {one.value for one in Facing}:
        raise ProjectError(f"the section plane faces {facing!r}, which is unknown")
    away = checked(given, "cut away", True)
    return SectionPlane(origin, normal, up / np.linalg.norm(up), Facing(facing), away)


def _rows(rows: Any, what: str) -> NDArray[np.float64]:
    try:
        found = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.shape != (3, 3) or not np.isfinite(found).all() or np.abs(found).max() > _FARTHEST:
        raise ProjectError(f"{what} is not three points")
    return found
