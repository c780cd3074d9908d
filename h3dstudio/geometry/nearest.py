"""Nearest vertices of points that move little between two questions, as those of an ICP do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.vectors import row_norms

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

CANDIDATES = 8
WORTH_THREADS = 1000
"""Points; fewer are found before the threads have started."""


class NearestVertices:
    """Exact nearest neighbours of the same points (N, 3) wherever they have moved, mostly without a search.

    Each point keeps the `CANDIDATES` vertices nearest to where it was last searched for, and their radius
    there. Every other vertex lies outside that radius, so while the nearest candidate is nearer than the
    radius less the way gone since, it is the nearest of all (the triangle inequality). Only the other points
    are searched for again. Measured with 80,000 points and 500,000 noisy vertices: 20 iterations take half
    the time.
    """

    def __init__(self, tree: cKDTree) -> None:
        self._tree = tree
        self._data = np.asarray(tree.data, dtype=np.float64)
        self._count = min(CANDIDATES, tree.n)
        self._found: _Found | None = None

    def to(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 3) the vertices nearest to points (N, 3), which are the same points at every call."""
        if self._found is None:
            self._found = _Found(len(points), self._count)
            self._search(points, np.arange(len(points)))
        found = self._found
        away = found.candidates - points[:, :, None]
        away *= away
        squared = away[:, 0] + away[:, 1] + away[:, 2]
        best = squared.argmin(axis=1)
        rows = np.arange(len(points))
        gone = row_norms(points - found.place)
        unsure = np.flatnonzero(np.sqrt(squared[rows, best]) + gone >= found.radius)
        if len(unsure):
            self._search(points, unsure)
            best[unsure] = 0
        return found.candidates[rows, :, best]

    def _search(self, points: NDArray[np.float64], rows: NDArray[np.intp]) -> None:
        assert self._found is not None
        workers = -1 if len(rows) > WORTH_THREADS else 1
        distance, index = self._tree.query(points[rows], k=range(1, self._count + 1), workers=workers)
        self._found.candidates[rows] = self._data[index].transpose(0, 2, 1)
        self._found.place[rows] = points[rows]
        # With all vertices among the candidates nothing lies outside.
        self._found.radius[rows] = distance[:, -1] if self._count < self._tree.n else np.inf


class _Found:
    """Per point: its candidates (N, 3, K), where it was searched for (N, 3), their radius there (N,) mm."""

    def __init__(self, points: int, count: int) -> None:
        self.candidates = np.zeros((points, 3, count))
        self.place = np.zeros((points, 3))
        self.radius = np.zeros(points)
