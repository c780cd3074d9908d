"""Rigid and similarity registration of point sets; of surfaces, see `surface_icp`. All lengths in mm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import EvaluationError
from h3dstudio.geometry.nearest import NearestVertices
from h3dstudio.geometry.transforms import Similarity

if TYPE_CHECKING:
    from scipy.spatial import cKDTree


@dataclass(frozen=True, eq=False)
class ICPSolution:
    """What an iterated closest point search ended with.

    Attributes:
        transform: maps the source to the target; a reflection shows as determinant -1 of its rotation.
        converged: whether it is `registered` and stopped by its own criterion, not at the iteration limit.
        iterations: how many alignments were made.
        rms: root mean square distance in mm of the last correspondences (inliers, for the robust search).
        registered: whether what is left is little enough for two surfaces of one thing. A search that rests
            in the wrong place has stopped, too.
    """

    transform: Similarity
    converged: bool
    iterations: int
    rms: float
    registered: bool = True

    @property
    def mirrored(self) -> bool:
        """Whether the transform turns left into right."""
        return bool(np.linalg.det(self.transform.rotation) < 0)


def procrustes(
    source: NDArray[np.floating],
    target: NDArray[np.floating],
    *,
    scale: bool = True,
    reflection: bool = True,
) -> NDArray[np.float64]:
    """The 4x4 matrix that aligns source (N, 3) to its pairs target (N, 3).

    Reproduces `trimesh.registration.procrustes`, also where it is odd: the scale is the ratio of the two
    spreads, not the least-squares scale of Umeyama, and reflections are allowed unless excluded. Raises
    EvaluationError when either set is a single point, which leaves the scale undefined.
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - source_mean, target - target_mean
    factor = 1.0
    if scale:
        spread_a, spread_b = np.sqrt((a**2).sum() / len(a)), np.sqrt((b**2).sum() / len(b))
        if not (spread_a > 0 and spread_b > 0):
            raise EvaluationError(
                "the alignment collapsed: all points correspond to a single point",
                remedy="Check that the mesh is in millimetres and in the scan's frame",
            )
        a, b, factor = a / spread_a, b / spread_b, spread_b / spread_a
    u, _, vt = np.linalg.svd(b.T @ a)
    if not reflection:
        u = u * np.array([1.0, 1.0, np.linalg.det(u @ vt)])
    matrix = np.eye(4)
    matrix[:3, :3] = factor * (u @ vt)
    matrix[:3, 3] = target_mean - matrix[:3, :3] @ source_mean
    return matrix


def icp_points(
    source: NDArray[np.floating],
    target: NDArray[np.floating],
    *,
    scale: bool = True,
    reflection: bool = True,
    threshold: float = 1e-5,
    max_iterations: int = 20,
) -> ICPSolution:
    """Point-to-point ICP of source (N, 3) to target (M, 3), from the identity.

    With its defaults this is `trimesh.registration.icp` with its defaults, step for step: similarity with
    reflection, stop when the mean squared distance falls by less than `threshold` mm^2, at most 20 steps.
    `scale=False, reflection=False` makes it rigid.
    """
    from scipy.spatial import cKDTree

    return icp_tree(
        source,
        cKDTree(np.asarray(target, dtype=np.float64)),
        scale=scale,
        reflection=reflection,
        threshold=threshold,
        max_iterations=max_iterations,
    )


def icp_tree(
    source: NDArray[np.floating],
    tree: cKDTree,
    *,
    scale: bool = True,
    reflection: bool = True,
    threshold: float = 1e-5,
    max_iterations: int = 20,
) -> ICPSolution:
    """`icp_points` for a target that is already in a scipy cKDTree (it is what takes the time)."""
    moved = np.asarray(source, dtype=np.float64)
    nearest = NearestVertices(tree)
    total, old_cost, cost, converged, iterations = np.eye(4), np.inf, np.inf, False, 0
    while iterations < max_iterations:
        iterations += 1
        closest = nearest.to(moved)
        matrix = procrustes(moved, closest, scale=scale, reflection=reflection)
        moved = moved @ matrix[:3, :3].T + matrix[:3, 3]
        total = matrix @ total
        cost = float(((closest - moved) ** 2).sum() / len(moved))
        if old_cost - cost < threshold:
            converged = True
            break
        old_cost = cost
    return ICPSolution(Similarity.from_matrix(total), converged, iterations, float(np.sqrt(cost)))
