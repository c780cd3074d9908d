"""A point from where two or more photos see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.camera import Camera

SMALLEST_ANGLE = 1.0
"""Degrees between rays below which their crossing says little about the depth."""
_STEPS = 20


@dataclass(frozen=True, eq=False)
class Triangulation:
    """Attributes:
    point: (3,) mm, in the cameras' world.
    errors: (N,) pixels between where each photo was clicked and where the point is seen there.
    angle: degrees, the largest between two of the rays.
    """

    point: NDArray[np.float64]
    errors: NDArray[np.float64]
    angle: float


def triangulate(cameras: Sequence[Camera], pixels: NDArray[np.floating]) -> Triangulation:
    """The point that N >= 2 cameras see nearest to pixels (N, 2), by least squares in pixels.

    Starts where the rays come closest and goes down by Gauss-Newton. Source: Hartley & Zisserman, "Multiple
    View Geometry", 12.3 (the geometric error). Raises LandmarkError when the rays are nearly parallel, or
    meet behind a camera.
    """
    pixels = np.asarray(pixels, dtype=np.float64).reshape(-1, 2)
    if len(cameras) < 2 or len(pixels) != len(cameras):
        raise LandmarkError(
            f"there are {len(pixels)} clicks in {len(cameras)} photos, expected one in each of two or more",
            remedy="Click the landmark in another photo",
        )
    rays = [camera.rays(pixel[None]) for camera, pixel in zip(cameras, pixels, strict=True)]
    origins = np.array([origin[0] for origin, _ in rays])
    directions = np.array([direction[0] for _, direction in rays])
    angle = _largest_angle(directions)
    if angle < SMALLEST_ANGLE:
        raise LandmarkError(
            f"the photos see it from almost the same side ({angle:.1f} degrees apart)",
            remedy="Click it in a photo taken farther around the head",
        )
    point = _crossing(origins, directions)
    for _ in range(_STEPS):
        step = _step(cameras, pixels, point)
        point = point + step
        if np.linalg.norm(step) < 1e-9:
            break
    seen = [camera.project(point[None]) for camera in cameras]
    if not np.isfinite(point).all() or any(depth[0] <= 0 for _, depth in seen):
        raise LandmarkError(
            "the clicks do not meet in front of the cameras", remedy="Check that they mark the same spot"
        )
    errors = np.linalg.norm(np.array([pixel[0] for pixel, _ in seen]) - pixels, axis=1)
    return Triangulation(point, errors, angle)


def _largest_angle(directions: NDArray[np.float64]) -> float:
    """Between lines, so that opposite rays are parallel too."""
    sine = np.linalg.norm(np.cross(directions[:, None], directions[None]), axis=2)
    cosine = np.abs(directions @ directions.T)
    return float(np.degrees(np.arctan2(sine, cosine)).max())


def _crossing(origins: NDArray[np.float64], directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) the point with the least sum of squared distances to the rays."""
    across = np.eye(3) - directions[:, :, None] * directions[:, None, :]
    return np.asarray(np.linalg.solve(across.sum(axis=0), np.einsum("nij,nj->i", across, origins)))


def _step(
    cameras: Sequence[Camera], pixels: NDArray[np.float64], point: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(3,) a Gauss-Newton step on the reprojection error."""
    rows, residuals = [], []
    for camera, pixel in zip(cameras, pixels, strict=True):
        x, y, depth = camera.projection @ np.append(point, 1.0)
        seen = np.array([x, y]) / depth
        matrix = camera.projection[:, :3]
        rows.append((matrix[:2] - seen[:, None] * matrix[2]) / depth)
        residuals.append(pixel - seen)
    solution = np.linalg.lstsq(np.vstack(rows), np.concatenate(residuals), rcond=None)[0]
    return np.asarray(solution, dtype=np.float64)
