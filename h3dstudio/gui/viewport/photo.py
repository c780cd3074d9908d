"""Cameras of the scan in the 3D view: looking through one, and small pyramids where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera

if TYPE_CHECKING:
    import pyvista as pv


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo in space: its camera, size (width, height) in pixels, and a small picture (h, w, 3) or None.

    `number` is its view's; `used`: whether the view is ticked.
    """

    camera: Camera
    size: tuple[int, int]
    picture: NDArray[np.uint8] | None = None
    number: int = -1
    used: bool = True


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
    """The lens that fits a photo of `size` (width, height) into a `viewport` (width, height), in pixels."""
    (width, height), (wide, high) = size, viewport
    intrinsics = camera.intrinsics
    # Viewport pixels per photo pixel, so that the whole photo is seen.
    scale = min(wide / width, high / height)
    angle = 2 * np.degrees(np.arctan(high / (2 * intrinsics[1, 1] * scale)))
    right = -2 * (intrinsics[0, 2] - (width - 1) / 2) * scale / wide
    up = 2 * (intrinsics[1, 2] - (height - 1) / 2) * scale / high
    return Lens(float(angle), (float(right), float(up)))


def corners(camera: Camera, size: tuple[int, int], depth: float) -> NDArray[np.float64]:
    """(4, 3) the photo's corners at `depth` mm from the camera, clockwise from the top left."""
    right, bottom = size[0] - 0.5, size[1] - 0.5
    pixels = np.array([[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]])
    origins, directions = camera.rays(pixels)
    along = directions @ camera.forward
    return origins + directions * (depth / along)[:, None]


def photo_plane(camera: Camera, size: tuple[int, int], depth: float) -> pv.PolyData:
    """The photo as a textured rectangle at `depth` mm from its camera."""
    import pyvista as pv

    plane = pv.PolyData(corners(camera, size, depth), faces=[4, 0, 1, 2, 3])
    plane.active_texture_coordinates = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    return plane


def texture(image: NDArray[np.uint8]) -> Any:
    """A picture (H, W, 3) for `photo_plane`."""
    import pyvista as pv

    make: Any = pv.Texture
    return make(np.ascontiguousarray(image))


def pyramids(photos: Sequence[Photo], depth: float) -> pv.PolyData:
    """Line drawings of where photos were taken: apex and frame, `depth` mm deep."""
    import pyvista as pv

    points: list[NDArray[np.float64]] = []
    lines: list[int] = []
    for number, one in enumerate(photos):
        first = 5 * number
        points += [one.camera.center[None], corners(one.camera, one.size, depth)]
        for a, b in ((0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (2, 3), (3, 4), (4, 1)):
            lines += [2, first + a, first + b]
    if not points:
        return pv.PolyData()
    return pv.PolyData(np.vstack(points), lines=lines)


def globe(center: NDArray[np.float64], radius: float) -> pv.PolyData:
    """Three great circles of the sphere that bounds the head: where it will appear."""
    import pyvista as pv

    turn = np.linspace(0, 2 * np.pi, 97)
    circle = np.stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)], axis=1) * radius
    points = np.vstack([np.roll(circle, axis, axis=1) + center for axis in range(3)])
    lines = [np.concatenate([[97], np.arange(97) + 97 * axis]) for axis in range(3)]
    return pv.PolyData(points, lines=np.concatenate(lines))
