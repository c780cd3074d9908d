"""Similarity transforms and their least-squares estimate from point pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Similarity:
    """y = scale * rotation @ x + translation."""

    scale: float
    rotation: NDArray[np.float64]
    translation: NDArray[np.float64]

    @staticmethod
    def identity() -> Similarity:
        return Similarity(1.0, np.eye(3), np.zeros(3))

    @staticmethod
    def from_matrix(matrix: NDArray[np.floating]) -> Similarity:
        """From a 4x4 [s R | t; 0 1]; a reflection stays in `rotation` (determinant -1)."""
        linear = np.asarray(matrix, dtype=np.float64)[:3, :3]
        scale = float(np.cbrt(abs(np.linalg.det(linear))))
        return Similarity(scale, linear / scale, np.asarray(matrix, dtype=np.float64)[:3, 3])

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The 4x4 matrix."""
        out = np.eye(4)
        out[:3, :3] = self.scale * self.rotation
        out[:3, 3] = self.translation
        return out

    def apply(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map points (N, 3)."""
        mapped = self.scale * (np.asarray(points, dtype=np.float64) @ self.rotation.T)
        return np.asarray(mapped + self.translation)

    def inverse(self) -> Similarity:
        rotation = self.rotation.T
        return Similarity(1.0 / self.scale, rotation, -(rotation @ self.translation) / self.scale)

    def __matmul__(self, other: Similarity) -> Similarity:
        """`self` after `other`."""
        return Similarity.from_matrix(self.matrix @ other.matrix)


def umeyama(
    source: NDArray[np.floating],
    target: NDArray[np.floating],
    *,
    with_scale: bool = True,
) -> Similarity:
    """The similarity (never a reflection) that maps source (N, 3) to target (N, 3) best.

    Source: Umeyama, "Least-squares estimation of transformation parameters between two point
    patterns", PAMI 1991, equations 40-42.
    """
    source = np.asarray(source, dtype=np.float64)
    target = np.asarray(target, dtype=np.float64)
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - source_mean, target - target_mean
    u, singular, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = (u * sign) @ vt
    scale = float((singular * sign).sum() / (a**2).sum()) if with_scale else 1.0
    return Similarity(scale, rotation, target_mean - scale * rotation @ source_mean)
