"""Solids whose silhouettes are known exactly: balls and boxes, seen by cameras all around."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.silhouette_consistency import Silhouette
from h3dstudio.geometry.transforms import Similarity

SPHERE = Similarity(120.0, np.eye(3), np.zeros(3))
Box = tuple[tuple[float, float, float], tuple[float, float, float]]
BRACKET: tuple[Box, ...] = (
    ((-60.0, -70.0, -35.0), (10.0, 60.0, 25.0)),
    ((0.0, 20.0, -50.0), (65.0, 55.0, 40.0)),
    ((-55.0, -60.0, 20.0), (-20.0, -30.0, 60.0)),
)
"""Like nothing of itself turned or mirrored: mm, two opposite corners each."""


def looking(
    azimuth: float, elevation: float = 0.0, *, size: tuple[int, int] = (128, 128), focal: float = 260.0
) -> Camera:
    """A camera 700 mm from the origin, looking at it, y up in the world; degrees, pixels (width, height)."""
    turn, tilt = np.radians([azimuth, elevation])
    away = np.array([np.sin(turn) * np.cos(tilt), np.sin(tilt), np.cos(turn) * np.cos(tilt)])
    right = np.array([np.cos(turn), 0.0, -np.sin(turn)])
    rotation = np.stack([right, np.cross(-away, right), -away])
    intrinsics = np.array([[focal, 0, (size[0] - 1) / 2], [0, focal, (size[1] - 1) / 2], [0, 0, 1.0]])
    return Camera(intrinsics, rotation, -rotation @ (700.0 * away))


def ring(count: int, *, size: tuple[int, int] = (128, 128)) -> list[Camera]:
    """`count` cameras all around, at uneven angles and heights."""
    return [
        looking(360 / count * one + 9 * (one % 3), 12 * (one % 4) - 10, size=size) for one in range(count)
    ]


def boxes_mask(boxes: Sequence[Box], camera: Camera, size: tuple[int, int] = (128, 128)) -> NDArray[np.bool_]:
    """(H, W): the pixels whose centres see a box."""
    pixels = np.stack(np.meshgrid(np.arange(size[0]), np.arange(size[1])), axis=-1).reshape(-1, 2)
    mask = np.zeros(len(pixels), bool)
    for box in boxes:
        corners = np.array(np.meshgrid(*zip(*box, strict=True))).reshape(3, -1).T
        faces = ConvexHull(camera.project(corners)[0]).equations
        mask |= (pixels @ faces[:, :2].T + faces[:, 2] <= 1e-9).all(axis=1)
    return mask.reshape(size[1], size[0])


def ball_mask(
    centre: NDArray[np.float64], radius: float, camera: Camera, size: tuple[int, int] = (128, 128)
) -> NDArray[np.bool_]:
    """(H, W): the pixels whose rays meet the ball."""
    pixels = np.stack(np.meshgrid(np.arange(size[0]), np.arange(size[1])), axis=-1).reshape(-1, 2)
    origins, directions = camera.rays(pixels)
    offset = centre - origins
    along = np.einsum("ij,ij->i", offset, directions)
    near = np.linalg.norm(offset - along[:, None] * directions, axis=1) <= radius
    return (near & (along > 0)).reshape(size[1], size[0])


def bracket(cameras: Sequence[Camera], size: tuple[int, int] = (128, 128)) -> list[Silhouette]:
    """The bracket's silhouettes."""
    return [Silhouette(boxes_mask(BRACKET, camera, size), camera) for camera in cameras]
