"""One robust descent of points to a surface: damped Gauss-Newton. All lengths in mm.

The residuals are the distances to the surface (Chen & Medioni 1992, with the direction to the nearest point
in place of the normal, which is the distance's gradient also off the surface's edges), under Geman-McClure
weights whose scale follows the median distance (Zhou, Park & Koltun, "Fast global registration", ECCV 2016,
equation 3). Steps are damped after Levenberg and kept only if they lower the robust cost: a sphere or a plane
leaves directions free, in which an undamped step follows nothing but the facets' rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.raycasting import Closest, RayCaster
from h3dstudio.geometry.registration import ICPSolution
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.geometry.vectors import cross_rows, row_norms

FLOOR = 0.05
"""The robust scale never falls below this, or a perfect fit would weight only its luckiest points."""
_RELATIVE = 0.003
"""A step below this share of the median distance is not worth another one."""
_SMALL_STEP, _GAIN, _STEPS = 0.25, 0.005, 5
"""A plateau: steps below the first share of the median distance, which gained less than the second in 5."""
_DAMPING, _LEAST = 1e-2, 1e-9
"""Of the largest eigenvalue: at first, and at least."""


@dataclass(frozen=True, eq=False)
class _Fit:
    """A pose and what is nearest there."""

    pose: Similarity
    moved: NDArray[np.float64]
    closest: Closest
    median: float

    @property
    def reach(self) -> float:
        """The robust scale, mm."""
        return 3 * max(1.4826 * self.median, FLOOR)

    def cost(self, reach: float) -> float:
        """Geman-McClure, mm^2 per point."""
        squared = self.closest.distance**2
        return float(np.mean(squared / (1 + squared / reach**2)))


def descent(
    points: NDArray[np.float64],
    surface: RayCaster,
    start: Similarity,
    max_iterations: int,
    tolerance: float,
    *,
    with_scale: bool = False,
) -> Iterator[ICPSolution]:
    """Moves points (N, 3) from `start` to the surface; yields what there is after each step, N >= 1.

    Converged: the last step moved no point by more than `tolerance` mm or a small share of the median
    distance, or the last five small steps did not lower that median. `with_scale` lets it resize too. How
    well it fits is another question: see `rms`.
    """
    now, damping = _fit(points, surface, start), _DAMPING
    medians = [now.median]
    for iteration in range(1, max_iterations + 1):
        step = _step(now, surface, damping, with_scale)
        then = _fit(points, surface, step.motion @ now.pose)
        share = (now.cost(now.reach) - then.cost(now.reach)) / max(step.promise, 1e-300)
        now = then if share > 0 else now
        damping = max(damping * _change(share), _LEAST)
        medians.append(now.median)
        small = step.size < max(tolerance, _RELATIVE * now.median)
        converged = small or (step.size < _SMALL_STEP * now.median and _flat(medians))
        yield ICPSolution(now.pose, converged, iteration, _rms(now.closest))
        if converged:
            return


def median_distance(points: NDArray[np.float64], surface: RayCaster, pose: Similarity) -> float:
    """Of points (N, 3) under `pose` to the surface, mm: what the robust scale follows."""
    return float(np.median(surface.closest(pose.apply(points)).distance))


def _fit(points: NDArray[np.float64], surface: RayCaster, pose: Similarity) -> _Fit:
    moved = pose.apply(points)
    closest = surface.closest(moved)
    return _Fit(pose, moved, closest, float(np.median(closest.distance)))


def _rms(closest: Closest) -> float:
    """Of the inliers."""
    inlier = closest.distance <= 3 * max(1.4826 * float(np.median(closest.distance)), FLOOR)
    return float(np.sqrt(np.mean(closest.distance[inlier] ** 2)))


def _flat(medians: list[float]) -> bool:
    """Whether the last steps were in vain: on a rough surface they never become small."""
    return len(medians) > _STEPS and medians[-1] > (1 - _GAIN) * medians[-1 - _STEPS]


def _change(share: float) -> float:
    """Of the damping after a step that gained this share of what it promised: Nielsen, "Damping parameter in
    Marquardt's method" (IMM-REP-1999-05), with a fixed factor after a step that is taken back.
    """
    return 8.0 if share <= 0 else max(0.1, 1 - (2 * min(share, 1.0) - 1) ** 3)


@dataclass(frozen=True, eq=False)
class _Step:
    """A weighted, damped Gauss-Newton step.

    Attributes:
        size: the largest motion that it gives to a point, mm.
        promise: what it lowers the robust cost by if the residuals are linear.
    """

    motion: Similarity
    size: float
    promise: float


def _step(now: _Fit, surface: RayCaster, damping: float, with_scale: bool) -> _Step:
    center = now.moved.mean(axis=0)
    # Turns are counted in mm, too, or the damping would weigh them by the size of the head.
    radius = max(float(np.sqrt(np.mean(np.sum((now.moved - center) ** 2, axis=1)))), 1e-9)
    jacobian, residual = _linear(now, surface, center, radius, with_scale)
    normal = jacobian.T @ jacobian
    largest = float(np.linalg.eigvalsh(normal)[-1])
    damped = normal + (damping * largest + 1e-12) * np.eye(len(normal))
    slope = jacobian.T @ residual
    update = -np.linalg.solve(damped, slope)
    promise = float(-2 * update @ slope - update @ normal @ update) / len(residual)
    step = _motion(update, center, radius)
    size = float(row_norms(step.apply(now.moved) - now.moved).max())
    return _Step(step, size, promise)


def _linear(
    now: _Fit, surface: RayCaster, center: NDArray[np.float64], radius: float, with_scale: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted (N, 6 or 7) derivatives by turn, shift and scale, and (N,) residuals, mm."""
    distance = now.closest.distance
    on_surface = distance < 1e-6
    direction = (now.moved - now.closest.point) / np.where(on_surface, 1.0, distance)[:, None]
    # On the surface the distance has no gradient; its square has the curvature of the face's plane.
    direction[on_surface] = surface.normals_of(now.closest.face[on_surface])
    root_weight = 1 / (1 + (distance / now.reach) ** 2)
    arm = (now.moved - center) / radius
    columns = [cross_rows(arm, direction), direction]
    if with_scale:
        columns.append(np.einsum("ij,ij->i", arm, direction)[:, None])
    return np.hstack(columns) * root_weight[:, None], np.where(on_surface, 0.0, distance) * root_weight


def _motion(update: NDArray[np.floating], center: NDArray[np.float64], radius: float) -> Similarity:
    from scipy.spatial.transform import Rotation

    rotation = Rotation.from_rotvec(update[:3] / radius).as_matrix()
    # Never by more than a tenth at once: far off, a point is the best fit of all.
    scale = float(np.exp(np.clip(update[6] / radius, -0.1, 0.1))) if len(update) > 6 else 1.0
    return Similarity(scale, rotation, center + update[3:6] - scale * rotation @ center)
