"""A tiny scan whose truth is known exactly: a ball of 80 mm seen by four cameras, 64x48 pixels.

Made with numpy and Pillow alone, without the project's own writers, so that readers are tested against an
independent hand. `make_tiny_scan(folder)` is for any test that needs a scan and no real head.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 64, 48
BALL_RADIUS = 80.0  # mm
CENTER = np.array([3.0, -5.0, 7.0])  # mm; off the origin, so that a forgotten translation is seen
UNIT_RADIUS = 120.0  # mm
DISTANCE = 600.0  # mm
FOCAL = 120.0  # pixels
AZIMUTHS = (0.0, 45.0, -45.0, 90.0)

FACE = {
    "right_eye": 47,
    "left_eye": 33,
    "nose_tip": 64,
    "nose_base": 80,
    "right_lips": 111,
    "left_lips": 97,
}
"""Vertices of `ball` that lie nearly as those of a face."""


def world_mat(azimuth: float) -> NDArray[np.float64]:
    """(4, 4) K [R | t] of a camera that looks at the ball from `azimuth` degrees around +y, +z = 0."""
    angle = np.radians(azimuth)
    position = CENTER + DISTANCE * np.array([np.sin(angle), 0.0, np.cos(angle)])
    forward = (CENTER - position) / DISTANCE
    down = np.array([0.0, -1.0, 0.0])
    rotation = np.stack([np.cross(down, forward), down, forward])
    k = np.array([[FOCAL, 0, (WIDTH - 1) / 2], [0, FOCAL, (HEIGHT - 1) / 2], [0, 0, 1]])
    matrix = np.eye(4)
    matrix[:3] = k @ np.column_stack([rotation, -rotation @ position])
    return matrix


def scale_mat() -> NDArray[np.float64]:
    """(4, 4) unit sphere -> mm."""
    matrix = np.diag([UNIT_RADIUS, UNIT_RADIUS, UNIT_RADIUS, 1.0])
    matrix[:3, 3] = CENTER
    return matrix


def ball_mask() -> NDArray[np.uint8]:
    """(H, W) 255 inside the ball's silhouette; the same from every camera."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float64)
    ray = np.stack([(x - (WIDTH - 1) / 2) / FOCAL, (y - (HEIGHT - 1) / 2) / FOCAL, np.ones_like(x)], -1)
    cosine = 1.0 / np.linalg.norm(ray, axis=-1)
    distance = DISTANCE * np.sqrt(1 - cosine**2)
    return np.where(distance < BALL_RADIUS, 255, 0).astype(np.uint8)


def ball(rings: int = 12, sectors: int = 16) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Vertices (V, 3) in mm and faces (F, 3) of the ball, closed, outward."""
    polar = np.linspace(0, np.pi, rings + 1)[1:-1]
    around = np.linspace(0, 2 * np.pi, sectors, endpoint=False)
    ring = np.stack(
        [
            np.outer(np.sin(polar), np.sin(around)),
            np.outer(np.cos(polar), np.ones_like(around)),
            np.outer(np.sin(polar), np.cos(around)),
        ],
        -1,
    ).reshape(-1, 3)
    vertices = CENTER + BALL_RADIUS * np.vstack([ring, [[0, 1, 0], [0, -1, 0]]])
    faces, last = [], (rings - 2) * sectors
    top, bottom = len(ring), len(ring) + 1
    for sector in range(sectors):
        after = (sector + 1) % sectors
        faces += [(top, sector, after), (bottom, last + after, last + sector)]
        for row in range(0, last, sectors):
            a, b = row + sector, row + after
            faces += [(a, a + sectors, b), (b, a + sectors, b + sectors)]
    return vertices, np.array(faces)


def make_tiny_scan(folder: Path, *, truth: bool = True, layout: str = "h3ds") -> Path:
    """Write the scan into `folder` and return it. `layout` "h3ds" or "idr" names the files."""
    (folder / "image").mkdir(parents=True)
    (folder / "mask").mkdir()
    names = {"h3ds": ("img_{:04d}.jpg", "mask_{:04d}.png"), "idr": ("{:06d}.png", "{:03d}.png")}[layout]
    mask = ball_mask()
    rng = np.random.default_rng(0)
    matrices = {}
    for number, azimuth in enumerate(AZIMUTHS):
        photo = rng.integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
        photo[mask == 0] = 30 * number
        Image.fromarray(photo).save(folder / "image" / names[0].format(number))
        Image.fromarray(mask).save(folder / "mask" / names[1].format(number))
        matrices |= {f"world_mat_{number}": world_mat(azimuth), f"scale_mat_{number}": scale_mat()}
    np.savez(folder / "cameras.npz", **matrices)
    if truth:
        _write_truth(folder)
    return folder


def _write_truth(folder: Path) -> None:
    vertices, faces = ball()
    rows = [f"v {x:.6f} {y:.6f} {z:.6f}" for x, y, z in vertices]
    rows += [f"f {a} {b} {c}" for a, b, c in faces + 1]
    (folder / "full_head.obj").write_text("\n".join(rows) + "\n")
    (folder / "landmarks.txt").write_text("".join(f"{name} {at}\n" for name, at in FACE.items()))
    (folder / "regions").mkdir()
    front = np.flatnonzero(vertices[:, 2] > CENTER[2])
    for region in ("face", "face_sphere", "nose"):
        (folder / "regions" / f"{region}.txt").write_text("".join(f"{index}\n" for index in front))
    (folder / "views.json").write_text('{"1": [0], "3": [0, 1, 2]}')
