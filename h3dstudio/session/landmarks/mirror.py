"""Mirrored landmarks: the likely place of one from its partner on the other side of a head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmark_lists import partner
from h3dstudio.errors import LandmarkError

Points = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class MirrorPlane:
    """The plane between left and right: unit normal (3,), and a point (3,) on it, mm."""

    normal: NDArray[np.float64]
    point: NDArray[np.float64]

    def reflect(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """(3,) the mirror image of a point (3,)."""
        return np.asarray(point - 2 * float((point - self.point) @ self.normal) * self.normal)


def mid_sagittal(points: Points) -> MirrorPlane:
    """The plane that fits pairs and middle points best.

    Middles of pairs and points of the middle should lie in it, the lines between partners be its normals:
    the normal is the direction with the least of the first and the most of the second, an eigenvector.
    Raises LandmarkError with neither a pair nor three points of the middle that are not in line.
    """
    pairs = [(points[n], points[p]) for n in points if n.startswith("left") and (p := _other(n)) in points]
    middle = [point for name, point in points.items() if partner(name) is None]
    in_plane = np.array([*((a + b) / 2 for a, b in pairs), *middle]).reshape(-1, 3)
    across = np.array([a - b for a, b in pairs]).reshape(-1, 3)
    center = in_plane.mean(axis=0) if len(in_plane) else np.zeros(3)
    spread = (in_plane - center).T @ (in_plane - center)
    if not len(across) and (len(in_plane) < 3 or np.linalg.eigvalsh(spread)[1] < 1.0):
        raise LandmarkError(
            "there is no telling left from right yet",
            remedy="Place one landmark on both sides, or three in the middle of the face",
        )
    _, vectors = np.linalg.eigh(spread - across.T @ across)
    return MirrorPlane(vectors[:, 0], center)


def mirrored(points: Points, wanted: Iterable[str]) -> dict[str, NDArray[np.float64]]:
    """The mirror images of those of `wanted` that are missing in `points` and whose partner is there.

    Raises LandmarkError where there is one but the plane is not known.
    """
    missing = [(name, points[p]) for name in wanted if name not in points and (p := _other(name)) in points]
    if not missing:
        return {}
    plane = mid_sagittal(points)
    return {name: plane.reflect(point) for name, point in missing}


def _other(name: str) -> str:
    """The partner's name, "" where it has none."""
    return partner(name) or ""
