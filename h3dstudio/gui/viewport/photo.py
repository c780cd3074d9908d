"""Cameras of the scan in the 3D view: looking through one, and small pyramids where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera


@dataclass(frozen=True)
class Lens:
    """What VTK's camera needs to see exactly what a photo's camera saw.

    Attributes:
        view_angle: vertical opening of the viewport, degrees.
        window_center: VTK's off-centre shift, in half viewport widths and heights.
    """

    view_angle: float
    window_center: tuple[float, float]


def lens(camera: Camera, size: tuple[int, int], viewport: tuple[int, int]) -> Lens:
    """The lens that fits a photo of `size` (width, height) into a `viewport` (width, height), both in pixels."""
    (width, height), (wide, high) = size, viewport
    intrinsics = camera.intrinsics
    # Viewport pixels per photo pixel, so that the whole photo is seen.
    scale = min(wide / width, high / height)
    angle = 2 * np.degrees(np.arctan(high / (2 * intrinsics[1, 1] * scale)))
    right = -2 * (intrinsics[0, 2] - (width - 1) / 2) * scale / wide
    up = 2 * (intrinsics[1, 2] - (height - 1) / 2) * scale / high
    return Lens(float(angle), (float(right), float(up)))


def corners(camera: Camera, size: tuple[int, int], depth: float) -> NDArray[np.float64]:
    """(4, 3) the photo's corners at `depth` mm from the camera: top left, top right, bottom right, bottom left."""
    right, bottom = size[0] - 0.5, size[1] - 0.5
    pixels = np.array([[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]])
    origins, directions = camera.rays(pixels)
    along = directions @ camera.forward
    return origins + directions * (depth / along)[:, None]


def photo_plane(camera: Camera, size: tuple[int, int], depth: float) -> pv.PolyData:
    """The photo as a textured rectangle at `depth` mm from its camera."""
    plane = pv.PolyData(corners(camera, size, depth), faces=[4, 0, 1, 2, 3])
    plane.active_texture_coordinates = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], dtype=np.float32)
    return plane


def pyramids(cameras: Sequence[tuple[Camera, tuple[int, int]]], depth: float) -> pv.PolyData:
    """Line drawings of cameras (with their photo sizes): apex and frame, `depth` mm deep."""
    points: list[NDArray[np.float64]] = []
    lines: list[int] = []
    for number, (camera, size) in enumerate(cameras):
        first = 5 * number
        points += [camera.center[None], corners(camera, size, depth)]
        for a, b in ((0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (2, 3), (3, 4), (4, 1)):
            lines += [2, first + a, first + b]
    if not points:
        return pv.PolyData()
    return pv.PolyData(np.vstack(points), lines=lines)
