"""Nearest points by table: rough, and fast enough for hundreds of poses at once. All lengths in mm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CELLS = 36
"""Along the longest side, the margin included: cells of 9 mm about a head, enough to find a start."""
MARGIN = 0.15


class ClosestGrid:
    """For any point the member of a cloud (N, 3) nearest to the middle of the point's cell.

    The grid spans the cloud's box and `MARGIN` of its longest side around it; a point outside counts as in
    the border's cell. Between neighbouring cells the answer jumps by up to a cell's diagonal.
    """

    def __init__(self, cloud: NDArray[np.float64]) -> None:
        from scipy.spatial import cKDTree

        low, high = cloud.min(axis=0), cloud.max(axis=0)
        side = max(float((high - low).max()), 1e-9)
        self._cell = side * (1 + 2 * MARGIN) / CELLS
        self._shape = np.ceil((high - low + 2 * MARGIN * side) / self._cell).astype(np.int64)
        self._low = (low + high - self._shape * self._cell) / 2
        steps = np.stack(np.meshgrid(*map(np.arange, self._shape), indexing="ij"), axis=-1).reshape(-1, 3)
        _, nearest = cKDTree(cloud).query(self._low + (steps + 0.5) * self._cell)
        self._points = cloud[nearest]

    def closest(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., 3) members of the cloud near points (..., 3)."""
        place = np.clip((points - self._low) / self._cell, 0, self._shape - 1).astype(np.int64)
        _, rows, columns = self._shape
        return np.asarray(self._points[(place[..., 0] * rows + place[..., 1]) * columns + place[..., 2]])
