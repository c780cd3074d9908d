"""Photos of a ball of known albedo under known light: every pixel is a formula, no mesh and no renderer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView, View
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.photometry.photos import PhotoSet, build_photo_set
from tests.unit.geometry.shapes import sphere
from tests.unit.methods.textured_ball import CENTER, hit_depth, ring_camera

RADIUS = 85.0
SIZE = (160, 160)
BACKGROUND = (20, 240, 60)
"""A green that no skin has: wherever it bleeds in, a test sees it."""

Light = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Unit normals (M, 3) -> shading (M,)."""


def albedo(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M, 3) points relative to the middle, mm -> (M, 3): blotches on brown."""
    x, y, z = points.T
    blotch = np.sin(x / 6.0) * np.sin(y / 7.0) + 0.5 * np.sin(z / 5.0 + x / 9.0)
    return np.array([0.55, 0.42, 0.33]) + 0.07 * blotch[:, None] * [1.0, 0.7, 0.5]


def sun_from(direction: Sequence[float], sky: float = 0.35) -> Light:
    """A soft sun and a quadratic sky: 1 + .4 n.d + sky ((n.u)^2 - 1/3), which order two holds exactly."""
    towards = np.asarray(direction, dtype=np.float64) / np.linalg.norm(direction)

    def light(normals: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1 + 0.4 * normals @ towards + sky * (normals[:, 1] ** 2 - 1 / 3)

    return light


def turning_with(camera: Camera, light: Light) -> Light:
    """The light that `light` is in the camera's own axes."""
    return lambda normals: light(normals @ camera.rotation.T)


def photograph(camera: Camera, light: Light, size: tuple[int, int] = SIZE) -> LoadedView:
    """The ball, about CENTER, before the green."""
    depth, points = hit_depth(camera, size, (RADIUS,) * 3)
    mask = np.isfinite(depth)
    local = points[mask] - CENTER
    image = np.empty((*mask.shape, 3), dtype=np.uint8)
    image[:] = BACKGROUND
    image[mask] = np.clip(255 * albedo(local) * light(local / RADIUS)[:, None] + 0.5, 0, 255)
    return LoadedView(View(0, camera=camera, image_path=None, mask_path=None, size=size), image, mask)  # type: ignore[arg-type]


def ring(azimuths: Sequence[float]) -> list[Camera]:
    return [ring_camera(azimuth, SIZE) for azimuth in azimuths]


def photo_set_of(views: Sequence[LoadedView]) -> PhotoSet:
    """With the scan's own frame as the working frame."""
    return build_photo_set([v.image for v in views], [v.mask for v in views], [v.view.camera for v in views])


def ball(subdivisions: int = 5) -> TriangleMesh:
    return sphere(RADIUS, subdivisions, CENTER)
