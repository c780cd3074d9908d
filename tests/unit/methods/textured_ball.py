"""Photos of a ball (or an ellipsoid) of solid noise whose every pixel is known: numpy alone, no files.

Cameras stand on a ring and look at the middle; the texture is a fixed function of space, so photos agree
exactly, and how far a reconstruction is from the truth is a formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView, View
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

CENTER = np.array([3.0, -5.0, 7.0])
"""mm; off the origin, so that a forgotten translation is seen."""
RADII = (80.0, 95.0, 85.0)
"""mm: half axes, about a head's."""
DISTANCE = 600.0
"""mm between the middle and every camera."""
UNIT_SPHERE = Similarity(130.0, np.eye(3), CENTER)
WAVELENGTHS = (9.0, 16.0, 30.0)
"""mm: of the texture; at 160 pixels one pixel sees about 1.5 mm."""


def ring_camera(azimuth: float, size: tuple[int, int] = (160, 160), zoom: float = 0.8) -> Camera:
    """Looks at CENTER from `azimuth` degrees around +y; at zoom 1 the long axis fills the shorter side."""
    angle = np.radians(azimuth)
    forward = -np.array([np.sin(angle), 0.0, np.cos(angle)])
    down = np.array([0.0, -1.0, 0.0])
    rotation = np.stack([np.cross(down, forward), down, forward])
    width, height = size
    focal = zoom * 0.5 * min(size) * DISTANCE / max(RADII)
    intrinsics = np.array([[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1]])
    return Camera(intrinsics, rotation, np.array([0.0, 0.0, DISTANCE]) - rotation @ CENTER)


def hit_depth(
    camera: Camera, size: tuple[int, int], radii: Sequence[float] = RADII
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Depth (H, W) along the unit ray, NaN where it misses, and the points (H, W, 3) in the world."""
    v, u = np.mgrid[: size[1], : size[0]].astype(np.float64)
    origin, direction = camera.rays(np.stack([u, v], axis=-1).reshape(-1, 2))
    near = (origin - CENTER) / radii
    along = direction / radii
    a, b, c = (along**2).sum(1), (near * along).sum(1), (near**2).sum(1) - 1
    with np.errstate(invalid="ignore"):
        depth = (-b - np.sqrt(b**2 - a * c)) / a
    points = origin + depth[:, None] * direction
    return depth.reshape(v.shape), points.reshape(*v.shape, 3)


def texture(points: NDArray[np.float64], seed: int = 0) -> NDArray[np.float64]:
    """(N, 3) points in mm -> brightness (N,) in about 0.1..0.9: waves of all directions."""
    rng = np.random.default_rng(seed)
    total = np.zeros(len(points))
    for wavelength in WAVELENGTHS:
        wave = rng.normal(size=(12, 3))
        wave *= 2 * np.pi / wavelength / np.linalg.norm(wave, axis=1, keepdims=True)
        total += np.sin(points @ wave.T + rng.uniform(0, 2 * np.pi, 12)).sum(axis=1)
    return np.clip(0.5 + 0.06 * total, 0.05, 0.95)


def photograph(
    camera: Camera, size: tuple[int, int], radii: Sequence[float] = RADII
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Image (H, W, 3) and mask (H, W)."""
    depth, points = hit_depth(camera, size, radii)
    mask = np.isfinite(depth)
    gray = np.full(mask.shape, 0.2)
    gray[mask] = texture(points[mask])
    tint = np.array([1.0, 0.85, 0.7])
    return np.round(255 * gray[..., None] * tint).astype(np.uint8), mask


def ball_view(
    index: int,
    azimuth: float,
    size: tuple[int, int] = (160, 160),
    *,
    radii: Sequence[float] = RADII,
    zoom: float = 0.8,
) -> LoadedView:
    camera = ring_camera(azimuth, size, zoom)
    image, mask = photograph(camera, size, radii)
    view = View(index, Path(f"img_{index}.png"), Path(f"mask_{index}.png"), camera, size)
    return LoadedView(view, image, mask)


def ball_views(
    azimuths: Sequence[float] = (0, 60, 120, 180, 240, 300),
    size: tuple[int, int] = (160, 160),
    *,
    radii: Sequence[float] = RADII,
    zoom: float = 0.8,
) -> list[LoadedView]:
    return [ball_view(index, at, size, radii=radii, zoom=zoom) for index, at in enumerate(azimuths)]


def distance(points: NDArray[np.float64], radii: Sequence[float] = RADII) -> NDArray[np.float64]:
    """Signed distance (N,) of points near the surface to it, mm, to first order."""
    scaled = (points - CENTER) / radii
    length = np.linalg.norm(scaled, axis=1)
    return np.asarray((length - 1) * length / np.linalg.norm(scaled / radii, axis=1))
