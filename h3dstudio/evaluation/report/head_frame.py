"""Which way a head looks, the cameras that every report takes its pictures with, and the parts of a head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.rendering import orbit

VIEWS = (("front", 0.0), ("three-quarter", 45.0), ("profile", 90.0), ("back", 180.0))
"""Name -> degrees by which the camera goes around the head, towards the subject's left."""
DISTANCE = 1200.0  # mm: as far as a portrait is taken from
PARTS = ("front", "back", "right side", "left side", "top", "underside")
"""The subject's right and left."""


@dataclass(frozen=True, eq=False)
class HeadFrame:
    """A head in space; unit vectors (3,), at right angles to one another.

    Attributes:
        up, front: towards the crown, towards where the face looks.
        center: (3,) mm, the middle of its bounding box along these axes.
        height, width: mm, of what pictures must show from every side.
    """

    up: NDArray[np.float64]
    front: NDArray[np.float64]
    center: NDArray[np.float64]
    height: float
    width: float

    @property
    def left(self) -> NDArray[np.float64]:
        """Towards the subject's left."""
        return np.cross(self.up, self.front)

    def camera(self, degrees: float, size: tuple[int, int]) -> Camera:
        """One that sees the whole head from `degrees` around it (see `VIEWS`); size is (width, height)."""
        rotation = np.stack([self.left, -self.up, -self.front])
        room = 1.12  # with air around
        focal = DISTANCE / room * min(size[1] / self.height, size[0] / self.width)
        middle = np.array([(size[0] - 1) / 2, (size[1] - 1) / 2])
        intrinsics = np.array([[focal, 0, middle[0]], [0, focal, middle[1]], [0, 0, 1.0]])
        front = Camera(intrinsics, rotation, -rotation @ (self.center + DISTANCE * self.front))
        return orbit(front, self.center, degrees)

    def parts(self, points: NDArray[np.floating]) -> NDArray[np.int64]:
        """(N,) which of `PARTS` points (N, 3) belong to: the axis nearest to their direction."""
        offset = np.asarray(points, dtype=np.float64) - self.center
        along = np.stack([offset @ self.front, offset @ self.left, offset @ self.up], axis=1)
        along /= np.array([self.width, self.width, self.height]) / 2
        axis = np.abs(along).argmax(axis=1)
        ahead = np.take_along_axis(along, axis[:, None], axis=1)[:, 0] > 0
        return np.asarray(2 * axis + np.where(axis == 0, ~ahead, ahead ^ (axis == 2)), dtype=np.int64)


def head_frame(
    vertices: NDArray[np.floating],
    cameras: Sequence[Camera],
    landmarks: Mapping[str, NDArray[np.floating]],
) -> HeadFrame | None:
    """Upright as the cameras are, turned as the landmarks say; one of the two serves where the other lacks.

    Args:
        vertices: (V, 3) mm, what pictures must show.
        cameras: of the photos, the frontal one first.
        landmarks: name -> point (3,) mm; eyes, lips and nose tip are used.
    """
    facing = _facing(landmarks)
    if not cameras and facing is None:
        return None
    if cameras:
        up = _upright(cameras)
        front = -cameras[0].forward if facing is None else facing[0]
    else:
        assert facing is not None
        front, up = facing
    front = front - (front @ up) * up
    if np.linalg.norm(front) < 1e-6:  # the camera looks straight down
        front = np.cross(up, np.eye(3)[np.abs(up).argmin()])
    return _framed(vertices, up, front / np.linalg.norm(front))


def _facing(
    landmarks: Mapping[str, NDArray[np.floating]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Unit vectors (front, up) of a face; None where its landmarks are too few or lie on a line."""
    if not {"right_eye", "left_eye", "right_lips", "left_lips"} <= set(landmarks):
        return None
    eyes = (landmarks["right_eye"] + landmarks["left_eye"]) / 2
    up = eyes - (landmarks["right_lips"] + landmarks["left_lips"]) / 2
    left = landmarks["left_eye"] - landmarks["right_eye"]
    front = np.cross(left, up)
    size = float(np.linalg.norm(front))
    if not size > 0.2 * float(np.linalg.norm(up) * np.linalg.norm(left)):
        return None
    return front / size, up / np.linalg.norm(up)


def _upright(cameras: Sequence[Camera]) -> NDArray[np.float64]:
    """The mean up direction of the cameras, or the first one's where they cancel out."""
    up = -np.mean([camera.rotation[1] for camera in cameras], axis=0)
    if np.linalg.norm(up) < 1e-6:
        up = -cameras[0].rotation[1]
    return np.asarray(up / np.linalg.norm(up))


def _framed(vertices: NDArray[np.floating], up: NDArray[np.float64], front: NDArray[np.float64]) -> HeadFrame:
    axes = np.stack([np.cross(up, front), up, front])
    along = np.asarray(vertices, dtype=np.float64) @ axes.T
    low, high = along.min(axis=0), along.max(axis=0)
    size = np.maximum(high - low, 1.0)
    # Turned about `up`, the head must fit from every side.
    return HeadFrame(
        up, front, (low + high) / 2 @ axes, float(size[1]), float(np.hypot(size[0], size[2]) * 0.85)
    )
