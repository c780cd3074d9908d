"""Which points of a surface the cameras can see at all: a scan cannot show the rest."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import Scan
from h3dstudio.errors import EvaluationError
from h3dstudio.evaluation.ground_truth import GroundTruth, load_ground_truth
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.vectors import row_norms

# Rays start this many mm off the surface, so that a vertex is not hidden by its own faces.
OFFSET = 0.3


def seen_by_any(
    surface: RayCaster, points: NDArray[np.floating], centers: NDArray[np.floating]
) -> NDArray[np.bool_]:
    """(N,) which points (N, 3) on or near the surface any of the cameras at centers (C, 3) sees.

    A camera sees a point when the ray towards it, started `OFFSET` mm off the point, meets no face; neither
    the camera's frame nor the side of the surface is considered.
    """
    seen = np.zeros(len(points), dtype=np.bool_)
    for center in _far_apart(np.asarray(centers, dtype=np.float64)):
        waiting = np.flatnonzero(~seen)
        if not len(waiting):
            break
        towards = center - points[waiting]
        towards /= row_norms(towards)[:, None]
        seen[waiting] = ~surface.occluded(points[waiting] + OFFSET * towards, towards)
    return seen


def _far_apart(centers: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """The centers (C, 3), each as far as can be from those before: the first few see most of what is seen."""
    away = np.full(len(centers), np.inf)
    for _ in centers:
        next_ = int(away.argmax())
        yield centers[next_]
        away = np.minimum(away, row_norms(centers - centers[next_]))
        away[next_] = -1.0


def visible_vertices(scan: Scan) -> NDArray[np.bool_]:
    """(V,) which ground-truth vertices any of the scan's cameras (all, not only the chosen) sees.

    Kept in memory with the ground truth. Raises EvaluationError when there is no ground truth or it is seen
    by no camera.
    """
    return visible(load_ground_truth(scan))


_KNOWN: weakref.WeakKeyDictionary[GroundTruth, NDArray[np.bool_]] = weakref.WeakKeyDictionary()


def visible(truth: GroundTruth) -> NDArray[np.bool_]:
    """`visible_vertices` of a ground truth that is already read."""
    if truth not in _KNOWN:
        seen = seen_by_any(truth.caster, truth.mesh.vertices, truth.cameras)
        if not seen.any():
            raise EvaluationError(
                "no camera sees any vertex of the ground truth",
                where=truth.name,
                remedy="Check that cameras.npz and the ground-truth mesh are in the same frame, in mm",
            )
        _KNOWN[truth] = seen
    return _KNOWN[truth]
