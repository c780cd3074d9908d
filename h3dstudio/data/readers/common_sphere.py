"""A sphere for cameras that come without one: what all photos see whole."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

FLATTEST = 1e-3
"""Of the rays' least to their largest spread: below, they are too parallel to say where they meet."""


def common_sphere(cameras: Collection[Camera], size: tuple[int, int]) -> Similarity | None:
    """Unit sphere -> world: around the point that all photos look at, as large as all see it whole.

    Args:
        size: (width, height) of the photos in pixels.

    None where there is no such point, or where it lies beside or behind a photo.
    """
    centre = meeting_point(cameras, size)
    if centre is None:
        return None
    radius = min(_room(camera, centre, size) for camera in cameras)
    return Similarity(radius, np.eye(3), centre) if radius > 0 else None


def meeting_point(cameras: Collection[Camera], size: tuple[int, int]) -> NDArray[np.float64] | None:
    """(3,) nearest to the middle rays of all photos, before or behind them; None where they are parallel."""
    width, height = size
    middle = np.array([[(width - 1) / 2, (height - 1) / 2]])
    system, right = np.zeros((3, 3)), np.zeros(3)
    for camera in cameras:
        direction = camera.rays(middle)[1][0]
        across = np.eye(3) - np.outer(direction, direction)
        system += across
        right += across @ camera.center
    spread = np.linalg.eigvalsh(system)
    if not spread[0] > FLATTEST * spread[2]:
        return None
    return np.asarray(np.linalg.solve(system, right))


def _room(camera: Camera, centre: NDArray[np.float64], size: tuple[int, int]) -> float:
    """Distance of `centre` to the nearest side of the pyramid that the photo sees; negative beside it."""
    right, bottom = size[0] - 0.5, size[1] - 0.5
    corners = camera.rays(np.array([[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]]))[1]
    normals = np.cross(corners, np.roll(corners, -1, axis=0))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return float((normals @ (centre - camera.center)).min())
