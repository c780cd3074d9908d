"""Where a camera must stand to see something whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera


def distance_to_fit(
    points: NDArray[np.float64], axes: NDArray[np.float64], view_angle: float, aspect: float
) -> float:
    """How far back a camera must stand from the origin so that it sees all `points` (N, 3).

    Args:
        axes: (3, 3) rows: the camera's right, up and forward directions.
        view_angle: vertical opening of the viewport, degrees.
        aspect: viewport width over height.
    """
    right, up, forward = np.abs(points @ axes[0]), np.abs(points @ axes[1]), points @ axes[2]
    slope = np.tan(np.radians(view_angle / 2))
    return float(np.max(np.maximum(up / slope, right / (slope * aspect)) - forward))


def fitting_camera(
    points: NDArray[np.float64],
    forward: NDArray[np.float64],
    up: NDArray[np.float64],
    size: tuple[int, int],
    *,
    view_angle: float = 26.0,
    margin: float = 1.08,
) -> Camera:
    """A camera that sees all `points` (N, 3) mm along `forward`, with `up` up, in a picture of `size`."""
    right = np.cross(forward, up)
    seen = points @ np.array([right, up, forward]).T
    center = (seen.min(axis=0) + seen.max(axis=0)) / 2 @ np.array([right, up, forward])
    away = margin * distance_to_fit(
        points - center, np.array([right, up, forward]), view_angle, size[0] / size[1]
    )
    rotation = np.array([right, -up, forward])
    return Camera(pinhole(size, view_angle), rotation, -rotation @ (center - away * forward))


def pinhole(size: tuple[int, int], view_angle: float) -> NDArray[np.float64]:
    """(3, 3) intrinsics of a picture of `size` (width, height) pixels, `view_angle` degrees high."""
    width, height = size
    focal = height / 2 / np.tan(np.radians(view_angle / 2))
    return np.array([[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1.0]])
