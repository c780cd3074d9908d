"""Distances between surfaces and point sets, and the figures made of them. All lengths in mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import Closest, RayCaster, barycentric_points


def surface_distances(points: NDArray[np.floating], surface: TriangleMesh | RayCaster) -> Closest:
    """The nearest points of a surface to points (N, 3): distance, position, face, barycentric.

    Pass a `RayCaster` to query the same surface again without rebuilding its tree. The nearest face is
    searched in single precision about the mesh's centre, everything else is double; for a head-sized mesh
    the distance is exact to about 1e-5 mm. Raises MeshError for NaN or a mesh without faces.
    """
    caster = surface if isinstance(surface, RayCaster) else RayCaster(surface)
    return caster.closest(points)


def vertex_distances(points: NDArray[np.floating], targets: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N,) distance from each point (N, 3) to the nearest of the targets (M, 3), M >= 1."""
    from scipy.spatial import cKDTree

    distance, _ = cKDTree(np.asarray(targets, dtype=np.float64)).query(points)
    return np.asarray(distance, dtype=np.float64)


@dataclass(frozen=True)
class FScore:
    """How much of two surfaces lies within `threshold` mm of each other, all in 0..1.

    Source: Knapitsch et al., "Tanks and Temples", SIGGRAPH 2017, section 4.
    """

    threshold: float
    precision: float
    recall: float

    @property
    def f(self) -> float:
        """The harmonic mean of precision and recall; 0 when both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def f_score(to_prediction: NDArray[np.floating], to_truth: NDArray[np.floating], threshold: float) -> FScore:
    """From distances truth -> prediction (N,) and prediction -> truth (M,); an empty side scores 0."""
    return FScore(threshold, _share(to_truth, threshold), _share(to_prediction, threshold))


def _share(distances: NDArray[np.floating], threshold: float) -> float:
    return float(np.mean(distances <= threshold)) if len(distances) else 0.0


def hausdorff95(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """The larger 95th percentile of the distances of both directions, (N,) and (M,), neither empty.

    The plain Hausdorff distance is its 100th percentile and belongs to one outlier.
    """
    return float(max(np.percentile(first, 95), np.percentile(second, 95)))


def interpolated_normals(
    normals: NDArray[np.float64], faces: NDArray[np.integer], closest: Closest
) -> NDArray[np.float64]:
    """(N, 3) unit normals at `closest`, linear between vertex normals (V, 3); zero where undefined.

    Args:
        faces: (F, 3) of the mesh that `closest` lies on.
    """
    normal = barycentric_points(normals[faces[closest.face]], closest.barycentric)
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    return np.divide(normal, length, out=np.zeros_like(normal), where=length > 0)


def normal_angles(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N,) angles in degrees, 0..180, between unit vectors (N, 3) pairwise; NaN where one is zero."""
    cross = np.linalg.norm(np.cross(first, second), axis=1)
    dot = np.einsum("ij,ij->i", first, second)
    # arctan2 keeps its precision at small angles, where arccos loses half the digits.
    angle = np.degrees(np.arctan2(cross, dot))
    angle[(cross == 0) & (dot == 0)] = np.nan
    return np.asarray(angle, dtype=np.float64)
