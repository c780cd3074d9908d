"""Robust registration of points to a surface, rigid or with scale. All lengths in mm."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import EvaluationError
from h3dstudio.geometry.raycasting import Closest, RayCaster
from h3dstudio.geometry.registration import ICPSolution
from h3dstudio.geometry.transforms import Similarity


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
    steps = surface_icp_steps(
        source,
        surface,
        start=start,
        turned_starts=turned_starts,
        max_iterations=max_iterations,
        tolerance=tolerance,
    )
    # The last is the result: there always is one.
    return deque(steps, maxlen=1)[0]


def surface_icp_steps(
    source: NDArray[np.floating],
    surface: RayCaster,
    *,
    start: Similarity | None = None,
    turned_starts: bool = True,
    with_scale: bool = False,
    max_iterations: int = 40,
    tolerance: float = 1e-3,
) -> Iterator[ICPSolution]:
    """`icp_surface` one iteration after another, each with what there is by then: the last is the result.

    `with_scale` lets the final search resize too. Raises EvaluationError without points.
    """
    if not len(source):
        raise EvaluationError("there are no points to register")
    points = _thinned(np.asarray(source, dtype=np.float64), 12_000)
    begin = start or Similarity.identity()
    thin = _thinned(points, 1000)
    similar = with_scale or _similar_size(points, surface)
    coarse = ICPSolution(begin, False, 0, np.inf)
    for coarse in _descent(thin, surface, begin, max_iterations, 1e-2):
        yield coarse if similar else replace(coarse, converged=False)
    if not similar:
        return
    cost = _cost(surface.closest(coarse.transform.apply(thin)))
    if turned_starts and cost > _GOOD_START:
        coarse = _from_turned_starts(points, surface, begin, coarse)
        cost = _cost(surface.closest(coarse.transform.apply(thin)))
    # A poor fit costs the most time per point and deserves the least precision.
    fine = points if cost < 1 else _thinned(points, 3000)
    for one in _descent(fine, surface, coarse.transform, max_iterations, tolerance, with_scale=with_scale):
        yield replace(one, iterations=coarse.iterations + one.iterations)


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
        trial = deque(_descent(sparse, surface, turned, 15, 0.1), maxlen=1)[0]
        cost = _cost(surface.closest(trial.transform.apply(sparse)))
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


def _descent(
    points: NDArray[np.float64],
    surface: RayCaster,
    start: Similarity,
    max_iterations: int,
    tolerance: float,
    *,
    with_scale: bool = False,
) -> Iterator[ICPSolution]:
    """One robust search, after each of its steps."""
    pose, closest = start, surface.closest(start.apply(points))
    costs = [_cost(closest)]
    for iteration in range(1, max_iterations + 1):
        step, size = _step(pose.apply(points), closest, surface, with_scale)
        pose = step @ pose
        closest = surface.closest(pose.apply(points))
        costs.append(_cost(closest))
        small = size < max(tolerance, _RELATIVE * costs[-1])
        converged = small or (size < _SMALL_STEP * costs[-1] and _flat(costs))
        yield ICPSolution(pose, converged, iteration, _rms(closest))
        if converged:
            return


def _rms(closest: Closest) -> float:
    """Of the inliers."""
    inlier = closest.distance <= 3 * max(1.4826 * _cost(closest), _FLOOR)
    return float(np.sqrt(np.mean(closest.distance[inlier] ** 2)))


def _flat(costs: list[float]) -> bool:
    """Whether the last steps were in vain: on a rough surface they never become small."""
    return len(costs) > _STEPS and costs[-1] > (1 - _GAIN) * costs[-1 - _STEPS]


def _cost(closest: Closest) -> float:
    return float(np.median(closest.distance))


def _step(
    moved: NDArray[np.float64], closest: Closest, surface: RayCaster, with_scale: bool
) -> tuple[Similarity, float]:
    """A weighted Gauss-Newton step, and the largest motion in mm that it gives to a point."""
    distance = closest.distance
    away = moved - closest.point
    on_surface = distance < 1e-6
    direction = away / np.where(on_surface, 1.0, distance)[:, None]
    # On the surface the distance has no gradient; its square has the curvature of the face's plane.
    direction[on_surface] = surface.normals[closest.face[on_surface]]
    reach = 3 * max(1.4826 * float(np.median(distance)), _FLOOR)
    root_weight = 1 / (1 + (distance / reach) ** 2)
    center = moved.mean(axis=0)
    columns = [np.cross(moved - center, direction), direction]
    if with_scale:
        columns.append(np.einsum("ij,ij->i", moved - center, direction)[:, None])
    jacobian = np.hstack(columns) * root_weight[:, None]
    residual = np.where(on_surface, 0.0, distance) * root_weight
    normal = jacobian.T @ jacobian
    # A sphere or plane leaves directions free: hold them still instead of dividing by zero.
    normal[np.diag_indices(len(normal))] *= 1 + 1e-9
    normal += 1e-9 * np.trace(normal) * np.diag([1e-4, 1e-4, 1e-4, 1, 1, 1, 1e-4][: len(normal)])
    update = -np.linalg.solve(normal, jacobian.T @ residual)
    from scipy.spatial.transform import Rotation

    rotation = Rotation.from_rotvec(update[:3]).as_matrix()
    # Never by more than a tenth at once: far off, a point is the best fit of all.
    scale = float(np.exp(np.clip(update[6], -0.1, 0.1))) if with_scale else 1.0
    step = Similarity(scale, rotation, center + update[3:6] - scale * rotation @ center)
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
