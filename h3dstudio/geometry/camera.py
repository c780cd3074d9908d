"""Pinhole cameras in OpenCV axes: x right, y down, z forward; pixel centres at integer coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import CameraError
from h3dstudio.geometry.transforms import Similarity


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole camera without distortion: pixel ~ intrinsics @ (rotation @ x + translation).

    Attributes:
        intrinsics: (3, 3) K with K[2, 2] = 1, pixels.
        rotation: (3, 3) world -> camera, a proper rotation.
        translation: (3,) mm.
    """

    intrinsics: NDArray[np.float64]
    rotation: NDArray[np.float64]
    translation: NDArray[np.float64]

    @staticmethod
    def from_projection(projection: NDArray[np.floating]) -> Camera:
        """Decompose a world -> pixel matrix P (3, 4) or (4, 4), known up to scale and sign.

        Source: Hartley & Zisserman, "Multiple View Geometry", 6.2.4 (RQ decomposition of P[:, :3]).
        Raises CameraError when P is not finite or its left 3x3 block is singular.
        """
        matrix = np.asarray(projection, dtype=np.float64)[:3]
        if matrix.shape != (3, 4):
            raise CameraError(f"a projection matrix has shape {np.shape(projection)}, expected (3, 4)")
        if not np.isfinite(matrix).all():
            raise CameraError("the projection matrix holds NaN or infinite entries")
        size = np.linalg.norm(matrix[:, :3])
        if size == 0 or np.linalg.cond(matrix[:, :3] / size) > 1e12:
            raise CameraError("the projection matrix is singular: its left 3x3 block has no inverse")
        if np.linalg.det(matrix[:, :3]) < 0:
            matrix = -matrix
        from scipy.linalg import rq

        upper, rotation = rq(matrix[:, :3])
        sign = np.sign(np.diag(upper))
        upper, rotation = upper * sign, sign[:, None] * rotation
        translation = np.linalg.solve(upper, matrix[:, 3])
        return Camera(upper / upper[2, 2], rotation, translation)

    @property
    def projection(self) -> NDArray[np.float64]:
        """(3, 4) K [R | t], scaled so that the third row gives depth in mm."""
        return self.intrinsics @ np.column_stack([self.rotation, self.translation])

    @property
    def center(self) -> NDArray[np.float64]:
        """(3,) the optical centre in the world, mm."""
        return -self.rotation.T @ self.translation

    @property
    def forward(self) -> NDArray[np.float64]:
        """(3,) unit viewing direction in the world."""
        return self.rotation[2]

    def project(self, points: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """World points (N, 3) -> pixels (N, 2) and depths (N,) in mm (negative behind the camera)."""
        local = np.asarray(points, dtype=np.float64) @ self.rotation.T + self.translation
        pixel = local @ self.intrinsics.T
        with np.errstate(divide="ignore", invalid="ignore"):
            return pixel[:, :2] / pixel[:, 2:], local[:, 2]

    def rays(self, pixels: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pixels (N, 2) -> origins (N, 3) in mm and unit directions (N, 3), both in the world."""
        pixels = np.asarray(pixels, dtype=np.float64)
        homogeneous = np.column_stack([pixels, np.ones(len(pixels))])
        direction = homogeneous @ np.linalg.inv(self.intrinsics).T @ self.rotation
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        return np.broadcast_to(self.center, direction.shape), direction

    def scaled(self, factor: float) -> Camera:
        """The camera of the same photo resized by `factor`, pixel centres kept at integers."""
        resize = np.array([[factor, 0, (factor - 1) / 2], [0, factor, (factor - 1) / 2], [0, 0, 1.0]])
        return Camera(resize @ self.intrinsics, self.rotation, self.translation)

    def in_frame(self, frame: Similarity) -> Camera:
        """The camera of the same photo for points that `frame` has moved; depths are scaled with it."""
        rotation = self.rotation @ frame.rotation.T
        return Camera(
            self.intrinsics, rotation, frame.scale * self.translation - rotation @ frame.translation
        )
