"""A scan that costs nothing: a ball of 80 mm radius seen by cameras on a ring."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from h3dstudio.data.scan_writer import write_h3ds_scan
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

SIZE = 48
RADIUS, DISTANCE, FOCAL = 80.0, 800.0, 200.0


def ring_camera(degrees: float) -> Camera:
    """At `DISTANCE` from the origin, looking at it, y down."""
    angle = np.radians(degrees)
    forward = -np.array([np.sin(angle), 0.0, np.cos(angle)])
    down = np.array([0.0, -1.0, 0.0])
    rotation = np.stack([np.cross(down, forward), down, forward])
    intrinsics = np.array([[FOCAL, 0, SIZE / 2 - 0.5], [0, FOCAL, SIZE / 2 - 0.5], [0, 0, 1]])
    return Camera(intrinsics, rotation, np.array([0.0, 0.0, DISTANCE]))


def write_tiny_scan(folder: Path, views: int = 8) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[:SIZE, :SIZE] - (SIZE / 2 - 0.5)
    mask = np.hypot(x, y) < FOCAL * RADIUS / DISTANCE
    image = np.where(mask[..., None], 180, 30).astype(np.uint8).repeat(3, axis=2)
    return write_h3ds_scan(
        folder,
        images=[image + number for number in range(views)],
        masks=[mask] * views,
        cameras=[ring_camera(360 / views * number) for number in range(views)],
        unit_sphere=Similarity(150.0, np.eye(3), np.zeros(3)),
        view_lists={"3": [0, 1, views - 1]},
        image_suffix=".png",
    )
