"""Triangulated landmarks: clicks in two or more photos give a point and its reprojection errors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.surface_points import SurfacePoint, vector
from h3dstudio.geometry.triangulation import triangulate
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.table import Mark, Sighting

Cameras = Mapping[int, Camera]
"""By the view's number."""


def see(
    landmarks: LandmarkEditor,
    layer: str,
    name: str,
    sighting: Sighting,
    cameras: Cameras,
    *,
    nudged: bool = False,
) -> str:
    """Note that `name` is seen there, and triangulate; returns why that is not possible yet, "" if it is.

    The click is kept either way. Raises LandmarkError where the landmark is locked.
    """
    others = [one for one in landmarks.mark(layer, name).sightings if one.view != sighting.view]
    point, problem = _crossing([*others, sighting], cameras)
    landmarks.sight(layer, name, sighting, point, nudged=nudged)
    return problem


def unsee(landmarks: LandmarkEditor, layer: str, name: str, view: int, cameras: Cameras) -> None:
    """Take the click in that photo back."""
    others = [one for one in landmarks.mark(layer, name).sightings if one.view != view]
    landmarks.unsight(layer, name, view, _crossing(others, cameras)[0])


def reprojection(mark: Mark, cameras: Cameras) -> dict[int, float]:
    """View -> pixels between the click and where the landmark's point is seen; {} without a point."""
    if mark.point is None:
        return {}
    out = {}
    for one in mark.sightings:
        if one.view in cameras:
            pixel, _ = cameras[one.view].project(mark.point.array[None])
            out[one.view] = float(np.linalg.norm(pixel[0] - (one.x, one.y)))
    return out


def _crossing(sightings: list[Sighting], cameras: Cameras) -> tuple[SurfacePoint | None, str]:
    known = [one for one in sightings if one.view in cameras]
    if len(known) < 2:
        return None, "Click it in another photo to find its place"
    try:
        found = triangulate([cameras[one.view] for one in known], np.array([(one.x, one.y) for one in known]))
    except LandmarkError as error:
        return None, f"{error.problem[:1].upper()}{error.problem[1:]}. {error.remedy}"
    return SurfacePoint(vector(found.point)), ""
