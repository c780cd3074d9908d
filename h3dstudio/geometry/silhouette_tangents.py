"""Do two silhouettes fit two cameras? Their tangents through the line that joins the cameras must meet.

A plane through both camera centres that touches a solid touches both of its silhouettes. So the planes of
that pencil that touch a silhouette, one at either side, must be the same for both cameras, whatever the
shape. No hull is made for it: all pairs of 16 silhouettes through all pairs of 66 cameras are compared in a
second, where one hull takes half of one.

Source: the epipolar tangency constraint; Wong & Cipolla, "Structure and motion from silhouettes", ICCV 2001.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera

Bools = NDArray[np.bool_]
MOST = 20.0
"""mm of disagreement on one side: more counts as much, so that one wrong mask does not decide about all."""
UNKNOWN = 5.0
"""mm where a pair of cameras tells nothing: what pairs of wrong cameras often have."""
WIDEST = 2.6
"""Radians between the two planes of a silhouette: one that holds the other camera's picture has none."""
BORDER = 1.5
"""Pixels from the photo's side: a solid that reaches it may go on beyond."""


@dataclass(frozen=True, eq=False)
class _Planes:
    """For each mask m through camera a: where the planes through camera b, too, touch its silhouette.

    Attributes:
        angles: (n, A, A) [m, a, b] radians about the line from a to b, from the plane through the centre; NaN
            where there is none.
        open: (n, A, A) whether the solid may go on beyond it.
    """

    angles: NDArray[np.float64]
    open: Bools


def tangent_costs(
    masks: Sequence[Bools], cameras: Sequence[Camera], centre: NDArray[np.float64]
) -> NDArray[np.float32]:
    """(n, A, n, A) mm by which the planes of mask i through camera a and of j through b miss each other.

    Args:
        masks: (H, W) each, n of them.
        cameras: world mm -> pixel, A of them.
        centre: (3,) world mm, about the middle of the solid.
    """
    frames = _Frames(cameras, centre)
    low, high = _touching(masks, cameras, frames)
    costs = _missed(low, frames.reach, -1.0) + _missed(high, frames.reach, 1.0)
    for camera in range(len(cameras)):
        costs[:, camera, :, camera] = 2.0 * MOST  # no camera takes two photos
    return costs


class _Frames:
    """About the line from each camera to each other one, the axes in which angles are measured.

    Attributes:
        out, across: (A, A, 3) towards the centre, and at a right angle to it and the line.
        reach: (A, A) mm from the line to the centre.
    """

    def __init__(self, cameras: Sequence[Camera], centre: NDArray[np.float64]) -> None:
        places = np.array([-one.rotation.T @ one.translation for one in cameras])
        line = places[None] - places[:, None]
        first = np.arange(len(cameras))
        line *= np.where(first[:, None] < first, 1.0, -1.0)[..., None]  # one and the same for both
        line = _unit(line)
        towards = centre - places[:, None]
        out = towards - np.sum(towards * line, axis=2, keepdims=True) * line
        self.reach = np.linalg.norm(out, axis=2)
        self.out = _unit(out)
        self.across = np.cross(line, self.out)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def _touching(masks: Sequence[Bools], cameras: Sequence[Camera], frames: _Frames) -> tuple[_Planes, _Planes]:
    count, every = len(masks), len(cameras)
    low, high = (
        _Planes(np.full((count, every, every), np.nan), np.zeros((count, every, every), dtype=bool))
        for _ in range(2)
    )
    to_ray = [np.linalg.inv(one.intrinsics).T @ one.rotation for one in cameras]
    for mask, pixels in enumerate(masks):
        corners, at_border = _corners(pixels)
        for camera in range(every):
            rays = corners @ to_ray[camera]
            angles = np.arctan2(frames.across[camera] @ rays.T, frames.out[camera] @ rays.T)
            narrow = np.ptp(angles, axis=1) <= WIDEST
            for planes, at in ((low, angles.argmin(axis=1)), (high, angles.argmax(axis=1))):
                planes.angles[mask, camera] = np.where(narrow, angles[np.arange(every), at], np.nan)
                planes.open[mask, camera] = at_border[at]
    return low, high


def _corners(mask: Bools) -> tuple[NDArray[np.float64], Bools]:
    """(K, 3) homogeneous pixels that the mask's convex hull is made of; (K,) whether they are at a side."""
    from scipy.spatial import ConvexHull, QhullError

    height, width = mask.shape
    rows = np.flatnonzero(mask.any(axis=1))
    left, right = mask[rows].argmax(axis=1), width - 1 - mask[rows][:, ::-1].argmax(axis=1)
    ends = np.concatenate([np.stack([left, rows], axis=1), np.stack([right, rows], axis=1)]).astype(float)
    with suppress(QhullError, ValueError):  # raised for a line or a point: all of it
        ends = ends[ConvexHull(ends).vertices]
    away = np.minimum(ends, np.array([width - 1.0, height - 1.0]) - ends).min(axis=1)
    return np.column_stack([ends, np.ones(len(ends))]), away < BORDER


def _missed(planes: _Planes, reach: NDArray[np.float64], outwards: float) -> NDArray[np.float32]:
    """(n, A, n, A) mm, on the side where angles grow `outwards` (1) or shrink (-1).

    An open silhouette may reach farther than it shows, but not less far.
    """
    own, other = _both(planes.angles.astype(np.float32))
    own_open, other_open = _both(planes.open)
    farther: Any = outwards * (own - other) * reach[None, :, None, :].astype(np.float32)
    missed = np.where(
        own_open, np.maximum(farther, 0.0), np.where(other_open, -np.minimum(farther, 0.0), abs(farther))
    )
    missed[np.broadcast_to(own_open & other_open, missed.shape)] = 0.0
    missed = np.where(np.isnan(farther), 0.5 * UNKNOWN, np.minimum(missed, MOST))
    return np.asarray(missed, dtype=np.float32)


def _both(table: Any) -> tuple[Any, Any]:
    """[i, a, ., b] and [., a, j, b]: of a table [m, a, b], what each of two masks has of the same pair."""
    return table[:, :, None, :], table.transpose(2, 0, 1)[None]
