"""Rigid and similarity registration of point sets and surfaces. All lengths in mm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import EvaluationError
from h3dstudio.geometry.nearest import NearestVertices
from h3dstudio.geometry.raycasting import Closest, RayCaster
from h3dstudio.geometry.transforms import Similarity

if TYPE_CHECKING:
    from scipy.spatial import cKDTree


@dataclass(frozen=True, eq=False)
class ICPSolution:
    """What an iterated closest point search ended with.

    Attributes:
        transform: maps the source to the target; a reflection shows as determinant -1 of its rotation.
        converged: whether it stopped by its own criterion rather than at the iteration limit.
        iterations: how many alignments were made.
        rms: root mean square distance in mm of the last correspondences (inliers, for the robust search).
    """

    transform: Similarity
    converged: bool
    iterations: int
    rms: float

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


def icp_surface(
    source: NDArray[np.floating],
    surface: RayCaster,
    *,
    start: Similarity | None = None,
    turned_starts: bool = True,
    max_iterations: int = 40,
    tolerance: float = 1e-3,
) -> ICPSolution:
    """Robust rigid ICP of points (N, 3) to a surface; the scale of `start` is kept, never changed.

    Gauss-Newton on the distances to the surface (Chen & Medioni 1992, with the direction to the nearest
    point in place of the normal, which is the distance's gradient also off the surface's edges), under
    Geman-McClure weights whose scale follows the median distance, so that parts the surface lacks do not
    pull (Zhou, Park & Koltun, "Fast global registration", ECCV 2016, equation 3).

    With `turned_starts`, where the search from `start` ends far off, it is repeated from a ring of turned
    starts and the best is kept: the basin then spans 30 degrees and more. Converged: the last step moved
    no point by more than `tolerance` mm or a small share of the median distance, or the last five small steps
    did not lower that median; never when the sizes differ more than threefold. Raises EvaluationError without
    points.
    """
    if not len(source):
        raise EvaluationError("there are no points to register")
    points = _thinned(np.asarray(source, dtype=np.float64), 12_000)
    begin = start or Similarity.identity()
    thin = _thinned(points, 1000)
    coarse, cost = _descend(thin, surface, begin, max_iterations, 1e-2)
    if not _similar_size(points, surface):
        return replace(coarse, converged=False)
    if turned_starts and cost > _GOOD_START:
        coarse = _from_turned_starts(points, surface, begin, coarse)
    # A poor fit costs the most time per point and deserves the least precision.
    fine = points if _cost(surface.closest(coarse.transform.apply(thin))) < 1 else _thinned(points, 3000)
    solution, _ = _descend(fine, surface, coarse.transform, max_iterations, tolerance)
    return replace(solution, iterations=coarse.iterations + solution.iterations)


def _thinned(points: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """At most `most` of the points: every second, third, ..."""
    return points[:: -(-len(points) // most)]


def _similar_size(points: NDArray[np.float64], surface: RayCaster) -> bool:
    """Whether a rigid motion can help at all: metres do not fit millimetres however they are turned."""
    ratio = np.linalg.norm(np.ptp(points, axis=0)) / np.linalg.norm(np.ptp(surface.mesh.vertices, axis=0))
    return bool(1 / 3 < ratio < 3)


def _from_turned_starts(
    points: NDArray[np.float64], surface: RayCaster, begin: Similarity, coarse: ICPSolution
) -> ICPSolution:
    """The best of `coarse` and the searches from turned starts, judged on a few hundred points."""
    sparse = _thinned(points, 300)
    best, best_cost = coarse, _cost(surface.closest(coarse.transform.apply(sparse)))
    for turned in _turned(begin, surface.center):
        trial, cost = _descend(sparse, surface, turned, 15, 0.1)
        # A clear gain only: the few points must not overrule a start that is as good.
        if cost < 0.98 * best_cost:
            best, best_cost = trial, cost
    return best


# Median distance in mm above which other starts are tried.
_GOOD_START = 1.5
# A step below this share of the median distance is not worth another one.
_RELATIVE = 0.003
# A plateau: steps below the first share of the median distance, which gained less than the second in five.
_SMALL_STEP, _GAIN, _STEPS = 0.25, 0.005, 5
# The robust scale never falls below this, or a perfect fit would weight only its luckiest points.
_FLOOR = 0.05


def _descend(
    points: NDArray[np.float64],
    surface: RayCaster,
    start: Similarity,
    max_iterations: int,
    tolerance: float,
) -> tuple[ICPSolution, float]:
    """One robust search; also the median distance it ends with."""
    pose, converged, iterations, closest = start, False, 0, surface.closest(start.apply(points))
    costs = [_cost(closest)]
    while iterations < max_iterations:
        iterations += 1
        moved = pose.apply(points)
        step, size = _step(moved, closest, surface)
        pose = step @ pose
        closest = surface.closest(pose.apply(points))
        costs.append(_cost(closest))
        if size < max(tolerance, _RELATIVE * costs[-1]) or (size < _SMALL_STEP * costs[-1] and _flat(costs)):
            converged = True
            break
    inlier = closest.distance <= 3 * max(1.4826 * _cost(closest), _FLOOR)
    rms = float(np.sqrt(np.mean(closest.distance[inlier] ** 2)))
    return ICPSolution(pose, converged, iterations, rms), _cost(closest)


def _flat(costs: list[float]) -> bool:
    """Whether the last steps were in vain: on a rough surface they never become small."""
    return len(costs) > _STEPS and costs[-1] > (1 - _GAIN) * costs[-1 - _STEPS]


def _cost(closest: Closest) -> float:
    return float(np.median(closest.distance))


def _step(moved: NDArray[np.float64], closest: Closest, surface: RayCaster) -> tuple[Similarity, float]:
    """A weighted Gauss-Newton step, and the largest motion in mm that it gives to a point."""
    distance = closest.distance
    away = moved - closest.point
    on_surface = distance < 1e-6
    direction = away / np.where(on_surface, 1.0, distance)[:, None]
    # On the surface the distance has no gradient; its square has the curvature of the face's plane.
    direction[on_surface] = surface.normals[closest.face[on_surface]]
    scale = 3 * max(1.4826 * float(np.median(distance)), _FLOOR)
    root_weight = 1 / (1 + (distance / scale) ** 2)
    center = moved.mean(axis=0)
    jacobian = np.hstack([np.cross(moved - center, direction), direction]) * root_weight[:, None]
    residual = np.where(on_surface, 0.0, distance) * root_weight
    normal = jacobian.T @ jacobian
    # A sphere or plane leaves directions free: hold them still instead of dividing by zero.
    normal[np.diag_indices(6)] *= 1 + 1e-9
    normal += 1e-9 * np.trace(normal) * np.diag([1e-4, 1e-4, 1e-4, 1, 1, 1])
    update = -np.linalg.solve(normal, jacobian.T @ residual)
    from scipy.spatial.transform import Rotation

    rotation = Rotation.from_rotvec(update[:3]).as_matrix()
    step = Similarity(1.0, rotation, center + update[3:] - rotation @ center)
    return step, float(np.linalg.norm(step.apply(moved) - moved, axis=1).max())


def _turned(start: Similarity, pivot: NDArray[np.float64]) -> list[Similarity]:
    """`start` followed by a turn of 25 degrees about the pivot, about 12 axes spread over the sphere."""
    from scipy.spatial.transform import Rotation

    golden = (1 + 5**0.5) / 2
    corners = [(0, i, j * golden) for i in (-1, 1) for j in (-1, 1)]
    axes = np.array([np.roll(corner, turn) for corner in corners for turn in range(3)], dtype=float)
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    turned = []
    for axis in axes:
        rotation = Rotation.from_rotvec(np.radians(25) * axis).as_matrix()
        turned.append(Similarity(1.0, rotation, pivot - rotation @ pivot) @ start)
    return turned
