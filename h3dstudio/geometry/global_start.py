"""Where a registration may start when nothing is known: every way to turn and shift one surface onto another.

Rotations spread over all there are, each with the clouds' middles brought together, are improved a few steps
all at once, and the better ones are kept and improved with more points, in four rounds. The distances count
both ways, so that a part finds its place on the whole and the whole the place of a part. All lengths in mm.

Chosen over features (FPFH with RANSAC, Rusu et al. 2009): heads are smooth, so most features look alike, and
this needs no luck: the same clouds give the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.closest_grid import ClosestGrid
from h3dstudio.geometry.rotations import spread_rotations
from h3dstudio.geometry.thinning import spread_points
from h3dstudio.geometry.transforms import Similarity

Points = NDArray[np.float64]

ROTATIONS = 256
"""With 256 no rotation is farther than 37 degrees from one of them, which the first steps bridge."""
CLOUD = 6000
"""Points in the tables of either cloud."""
_ANCHORS, _HALFWAY = 8, 0.5
"""Of a part's middle on a larger whole: towards how many of its far ends, and how far of the way."""
_UNEQUAL = 1.15
"""The ratio of sizes from which one cloud is taken for a part of the other."""
_DAMPING = 0.02
_LARGEST_TURN = 0.6
"""Radians about one axis in one step: farther the distances say nothing."""


@dataclass(frozen=True)
class _Round:
    """How many poses it begins with, with how many points of either cloud, how many steps, and how robust.

    Attributes:
        reach: share of the whole's radius below which the robust scale does not fall.
    """

    poses: int
    points: int
    steps: int
    reach: float


_ROUNDS = (
    _Round(10**6, 60, 5, 0.2),
    _Round(512, 160, 6, 0.12),
    _Round(64, 400, 8, 0.08),
    _Round(8, 1000, 8, 0.06),
)
_CAP = 0.2
"""Share of the whole's radius from which on all distances count alike."""


def global_starts(source: Points, target: Points, scale: float = 1.0) -> list[Similarity]:
    """Up to eight poses that bring source (N, 3) near to target (M, 3), the likeliest first.

    Both are points spread over surfaces, in any order; `scale` is that of all poses. Raises ValueError for an
    empty cloud.
    """
    one, other = _cloud(source * scale), _cloud(target)
    poses = _first_poses(one, other)
    mismatch = np.zeros(len(poses.rotation))
    for round_ in _ROUNDS:
        poses = poses.only(np.argsort(mismatch, kind="stable")[: round_.poses])
        for _ in range(round_.steps):
            poses, mismatch = _improved(poses, one, other, round_)
    best = poses.only(np.argsort(mismatch, kind="stable"))
    return [Similarity(scale, *pose) for pose in zip(best.rotation, best.shift, strict=True)]


@dataclass(frozen=True, eq=False)
class _Cloud:
    """Points in random order, with their table, middle and radius (root mean square) about it."""

    points: Points
    grid: ClosestGrid
    middle: Points
    radius: float


@dataclass(frozen=True, eq=False)
class _Poses:
    """(K, 3, 3) and (K, 3): from the source to the target."""

    rotation: Points
    shift: Points

    def only(self, chosen: NDArray[np.intp]) -> _Poses:
        return _Poses(self.rotation[chosen], self.shift[chosen])

    def apply(self, points: Points) -> Points:
        """(K, N, 3) of points (N, 3) or (K, N, 3)."""
        return np.asarray(points @ self.rotation.transpose(0, 2, 1) + self.shift[:, None])

    def undo(self, points: Points) -> Points:
        """(K, N, 3) of points (N, 3)."""
        return np.asarray((points - self.shift[:, None]) @ self.rotation)


def _cloud(points: Points) -> _Cloud:
    if not len(points):
        raise ValueError("there are no points to start from")
    spread = np.random.default_rng(0).permutation(spread_points(points, CLOUD))
    middle = np.median(spread, axis=0)
    radius = max(float(np.sqrt(np.mean(np.sum((spread - middle) ** 2, axis=1)))), 1e-9)
    return _Cloud(spread, ClosestGrid(spread), middle, radius)


def _first_poses(one: _Cloud, other: _Cloud) -> _Poses:
    rotation = spread_rotations(ROTATIONS)
    ours, theirs = [one.middle], [other.middle]
    if one.radius > _UNEQUAL * other.radius:
        ours = _anchors(one)
    elif other.radius > _UNEQUAL * one.radius:
        theirs = _anchors(other)
    shifts = [there - rotation @ here for here in ours for there in theirs]
    return _Poses(np.concatenate([rotation] * len(shifts)), np.concatenate(shifts))


def _anchors(cloud: _Cloud) -> list[Points]:
    """Where the middle of a part may lie: the whole's, and on the way to each of its far ends."""
    points, anchors = cloud.points, [cloud.middle]
    lonely = np.linalg.norm(points - cloud.middle, axis=1)
    for number in range(_ANCHORS):
        end = points[lonely.argmax()]
        away = np.linalg.norm(points - end, axis=1)
        lonely = np.minimum(lonely, away) if number else away
        anchors.append(cloud.middle + _HALFWAY * (end - cloud.middle))
    return anchors


def _improved(poses: _Poses, one: _Cloud, other: _Cloud, round_: _Round) -> tuple[_Poses, Points]:
    """One damped Gauss-Newton step of each pose, and how badly each fitted before, mm (K,)."""
    source, target = one.points[: round_.points], other.points[: round_.points]
    whole = max(one.radius, other.radius)
    moved = poses.apply(source)
    # There: source points and what is near. Back: target points and what of the moved source is near.
    here = np.concatenate([moved, poses.apply(one.grid.closest(poses.undo(target)))], axis=1)
    there = np.broadcast_to(target, (len(moved), *target.shape))
    there = np.concatenate([other.grid.closest(moved), there], axis=1)
    away = here - there
    distance = np.sqrt(np.einsum("kni,kni->kn", away, away))
    forth, back = distance[:, : len(source)], distance[:, len(source) :]
    # The better of the two: of a whole most points are far from its part, however it lies.
    median = np.minimum(np.median(forth, axis=1), np.median(back, axis=1))
    reach = np.maximum(4.5 * median, round_.reach * whole)
    weight = 1 / (1 + (distance / reach[:, None]) ** 2)
    direction = away / np.maximum(distance, 1e-9)[..., None]
    step = _solved(here, direction, distance, weight, whole)
    cap = _CAP * whole
    mismatch = np.minimum(forth, cap).mean(axis=1) + np.minimum(back, cap).mean(axis=1)
    return _stepped(poses, here.mean(axis=1), step, whole), np.asarray(mismatch)


def _solved(here: Points, direction: Points, distance: Points, weight: Points, radius: float) -> Points:
    """(K, 6) turns (of points at `radius`) and shifts, mm, that lower the weighted distances."""
    arm = (here - here.mean(axis=1, keepdims=True)) / radius
    jacobian = np.concatenate([np.cross(arm, direction), direction], axis=2) * weight[..., None]
    across = jacobian.transpose(0, 2, 1)
    normal, slope = across @ jacobian, across @ (distance * weight)[..., None]
    normal += _DAMPING / 6 * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(6)
    normal += 1e-12 * np.eye(6)
    return np.asarray(-np.linalg.solve(normal, slope)[..., 0])


def _stepped(poses: _Poses, pivot: Points, step: Points, radius: float) -> _Poses:
    from scipy.spatial.transform import Rotation

    turn = np.clip(step[:, :3] / radius, -_LARGEST_TURN, _LARGEST_TURN)
    rotation = Rotation.from_rotvec(turn).as_matrix()
    shift = np.einsum("kij,kj->ki", rotation, poses.shift - pivot) + pivot + step[:, 3:]
    return _Poses(rotation @ poses.rotation, shift)
