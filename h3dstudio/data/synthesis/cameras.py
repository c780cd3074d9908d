"""Cameras around a head, as on a turntable: a ring of azimuths at slightly varying height and distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera

FOCAL = 1.35  # focal length in image widths
MARGIN = 0.475  # the head's bounding sphere fills this part of the image to each side
PRINCIPAL = np.array([0.506, 0.496])  # of the image size; never quite the middle in a real camera
ELEVATION, ELEVATION_SWING = -1.5, 6.5  # degrees

VIEW_LIST_SIZES = (1, 3, 4, 8, 16, 32)


def head_axes(up: NDArray[np.floating], front: NDArray[np.floating]) -> NDArray[np.float64]:
    """(3, 3) with rows left, up and front of the head as unit vectors of its frame."""
    up = np.asarray(up, dtype=np.float64) / np.linalg.norm(up)
    front = front - (front @ up) * up
    front = front / np.linalg.norm(front)
    return np.stack([np.cross(up, front), up, front])


def look_at(
    position: NDArray[np.floating],
    target: NDArray[np.floating],
    up: NDArray[np.floating],
    intrinsics: NDArray[np.float64],
    roll: float = 0.0,
) -> Camera:
    """A camera at `position` (3,) that sees `target` (3,) at its principal point; `roll` in degrees."""
    forward = np.asarray(target - position, dtype=np.float64)
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, up)
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    c, s = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    rotation = np.stack([c * right + s * down, c * down - s * right, forward])
    return Camera(intrinsics, rotation, -rotation @ position)


def camera_ring(
    count: int,
    center: NDArray[np.floating],
    radius: float,
    axes: NDArray[np.float64],
    size: int,
    rng: np.random.Generator,
) -> list[Camera]:
    """`count` cameras around a head inside the sphere (center (3,), radius in mm); the first is frontal.

    Args:
        axes: (3, 3) from `head_axes`.
        size: width and height of the photos in pixels.
    """
    focal = FOCAL * size
    principal = PRINCIPAL * size
    intrinsics = np.array([[focal, 0, principal[0]], [0, focal, principal[1]], [0, 0, 1.0]])
    distance = radius * np.hypot(1, FOCAL / MARGIN)
    phase = rng.uniform(0, 2 * np.pi)
    cameras = []
    for k in range(count):
        azimuth = 2 * np.pi * k / count
        swing = 0.0 if k == 0 else np.sin(2.4 * k + phase)
        elevation = np.radians(ELEVATION + ELEVATION_SWING * swing + rng.uniform(-1, 1))
        towards = np.array(
            [np.cos(elevation) * np.sin(azimuth), np.sin(elevation), np.cos(elevation) * np.cos(azimuth)]
        )
        far = distance * rng.uniform(1.0, 1.07)
        aim = center + rng.normal(0, 0.008 * radius, 3)
        cameras.append(look_at(aim + far * towards @ axes, aim, axes[1], intrinsics, rng.uniform(-1.2, 1.2)))
    return cameras


def pixel_footprint(cameras: list[Camera], target: NDArray[np.floating]) -> float:
    """mm that a pixel spans at `target` (3,), on the camera that sees it finest."""
    return min(float(np.linalg.norm(c.center - target) / c.intrinsics[0, 0]) for c in cameras)


def standard_view_lists(count: int) -> dict[str, tuple[int, ...]]:
    """The view lists of the H3DS configuration, for a ring of `count` views: "1", "3", "4", "8", "16", "32".

    Those of 66 views are exactly the published ones: "8" to "32" are spread evenly, "3" is the front and
    its neighbours in "8", "4" drops the front.
    """

    def spread(number: int) -> tuple[int, ...]:
        # Halves round down at 16.5 and up at 49.5 in the published lists: to even.
        return tuple(round(count * k / number) for k in range(number))

    lists: dict[str, tuple[int, ...]] = {"1": (0,)}
    if count >= 8:
        eight = spread(8)
        lists["3"] = (eight[0], eight[1], eight[7])
        lists["4"] = (eight[1], eight[2], eight[6], eight[7])
    for number in (8, 16, 32):
        if count >= number:
            lists[str(number)] = spread(number)
    return lists
