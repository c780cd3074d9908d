"""The best of many starts of a registration, judged by the distances both ways. All lengths in mm."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.global_start import global_starts
from h3dstudio.geometry.icp_descent import descent
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.sampling import sample_surface
from h3dstudio.geometry.thinning import spread_points
from h3dstudio.geometry.transforms import Similarity

_JUDGES, _FITTED = 2000, 400
"""Points that judge a pose, each way, and those that a trial moves to the surface."""
_STEPS, _TOLERANCE = 15, 0.1
"""Of a trial's descent."""
_CAP = 0.1
"""Share of the surface's radius from which on all distances count alike: what has no partner is far off."""
_PARTNER = 0.2
"""Share of the radius within which a point may have a partner on the surface at all."""
_FEWEST = 20
_CLEARLY = 0.98
"""What a gain must reach: a few points must not overrule a start that is as good."""
_OTHER_SIZE = 1.03
"""Ratio of the radii from which a search with scale tries the surface's size, too."""


class Search:
    """Poses of points (N, 3) on a surface.

    Args:
        points: of the source, mm; at least one.
    """

    def __init__(self, points: NDArray[np.float64], surface: RayCaster) -> None:
        from scipy.spatial import cKDTree

        self._surface = surface
        self._source = spread_points(points, _JUDGES)
        self._target = sample_surface(surface.mesh, 3 * _JUDGES).points
        self._tree = cKDTree(points)
        self._fitted = self._source[:: max(1, len(self._source) // _FITTED)]
        self._radius = _radius(self._target)

    def mismatch(self, pose: Similarity) -> float:
        """Mean of the capped distances of either side to the other, added, mm."""
        cap = _CAP * self._radius
        forth = self._surface.distances(pose.apply(self._source))
        back, _ = self._tree.query(pose.inverse().apply(self._target[::3]))
        return float(np.minimum(forth, cap).mean() + np.minimum(back * pose.scale, cap).mean())

    def best(self, pose: Similarity, begin: Similarity, with_scale: bool = False) -> Similarity:
        """`pose`, or what is clearly better of what is found from `begin` and from everywhere.

        `with_scale`: at the surface's size, too, and resized on the way.
        """
        best, least = pose, self.mismatch(pose)
        for start in (begin, *self._starts(begin.scale, with_scale)):
            points = self.partners(self._fitted, start)
            steps = descent(points, self._surface, start, _STEPS, _TOLERANCE, with_scale=with_scale)
            trial = deque(steps, maxlen=1)[0].transform
            mismatch = self.mismatch(trial)
            if mismatch < _CLEARLY * least:
                best, least = trial, mismatch
        return best

    def partners(self, points: NDArray[np.float64], pose: Similarity) -> NDArray[np.float64]:
        """Those of points (N, 3) that `pose` brings near the surface: the others lie where it has no part.

        All where next to none is.
        """
        near = self._surface.distances(pose.apply(points)) < _PARTNER * self._radius
        return points[near] if np.count_nonzero(near) >= _FEWEST else points

    def _starts(self, scale: float, with_scale: bool) -> list[Similarity]:
        starts = global_starts(self._source, self._target, scale)
        ratio = self._radius / max(_radius(self._source) * scale, 1e-9)
        if with_scale and not 1 / _OTHER_SIZE < ratio < _OTHER_SIZE:
            starts += global_starts(self._source, self._target, scale * ratio)
        return starts


def _radius(points: NDArray[np.float64]) -> float:
    """Root mean square distance from the median."""
    return float(np.sqrt(np.mean(np.sum((points - np.median(points, axis=0)) ** 2, axis=1))))
