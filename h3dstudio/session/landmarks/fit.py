"""Landmark fit: the similarity between two meshes' landmarks and what it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.transforms import Similarity, umeyama

FEWEST = 3
"""Common points that a rigid motion needs."""
Points = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class LandmarkFit:
    """The best motion of one set of landmarks onto another.

    Attributes:
        transform: maps source to target.
        residuals: name -> mm between the moved point and its partner.
        rms: their root mean square in mm.
    """

    transform: Similarity
    residuals: Mapping[str, float]
    rms: float


def fit_landmarks(source: Points, target: Points, *, with_scale: bool = False) -> LandmarkFit | None:
    """The least-squares fit over the names that both have; None with fewer than three of those."""
    names = [name for name in source if name in target]
    if len(names) < FEWEST:
        return None
    moving, fixed = (np.array([points[name] for name in names]) for points in (source, target))
    if np.ptp(moving, axis=0).max() == 0:
        return None
    transform = umeyama(moving, fixed, with_scale=with_scale)
    distance = np.linalg.norm(transform.apply(moving) - fixed, axis=1)
    residuals = dict(zip(names, map(float, distance), strict=True))
    return LandmarkFit(transform, residuals, float(np.sqrt(np.mean(distance**2))))
