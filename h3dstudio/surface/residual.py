"""The scene's signed distance: a base field plus a sum of residual grids with a Gaussian prior.

f(x) = base(x) + sum_l R_l(x), each R_l trilinear on a grid of its own spacing with independent coefficients
of standard deviation sigma_l. The prior is the only regulariser: coarse levels may move far and smoothly,
fine levels little (an inverse-variance pyramid in place of a smoothness weight).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor

from h3dstudio.surface.grid import Grid, refined


@dataclass(frozen=True, eq=False)
class ResidualPyramid:
    """Where the coefficients live, finest level first.

    Attributes:
        grids: one grid a level; each next one has twice the spacing.
        sigmas: standard deviation of a level's coefficients, mm.
    """

    grids: tuple[Grid, ...]
    sigmas: tuple[float, ...]

    @staticmethod
    def over(grid: Grid, sigmas: tuple[float, ...]) -> ResidualPyramid:
        """Levels over the finest grid; `sigmas` from fine to coarse."""
        grids = [grid]
        for _ in sigmas[1:]:
            grids.append(grids[-1].coarser())
        return ResidualPyramid(tuple(grids), sigmas)

    @property
    def offsets(self) -> NDArray[np.int64]:
        """(L + 1,) where each level starts in the flat coefficient vector."""
        return np.concatenate([[0], np.cumsum([grid.size for grid in self.grids])])

    @property
    def size(self) -> int:
        return int(self.offsets[-1])

    def precision(self) -> NDArray[np.float32]:
        """(size,) inverse variances of the coefficients, 1/mm^2."""
        return np.concatenate(
            [
                np.full(grid.size, sigma**-2, np.float32)
                for grid, sigma in zip(self.grids, self.sigmas, strict=True)
            ]
        )

    def compose(self, coefficients: Tensor) -> Tensor:
        """Coefficients (size,) -> the residual at the finest grid's nodes, shape of that grid."""
        offsets = self.offsets
        coarsest = len(self.grids) - 1
        total = coefficients[offsets[coarsest] :].reshape(self.grids[coarsest].shape)
        for level in range(coarsest - 1, -1, -1):
            own = coefficients[offsets[level] : offsets[level + 1]].reshape(self.grids[level].shape)
            total = refined(total).add_(own)
        return total

    def jacobian(self, points: Tensor, finest: int = 0) -> sparse.csr_matrix:
        """d f(points) / d coefficients of level `finest` and coarser, (M, size): 8 entries a level."""
        columns, values = [], []
        for grid, offset in list(zip(self.grids, self.offsets, strict=False))[finest:]:
            index, weight = grid.weights(points)
            columns.append(index + int(offset))
            values.append(weight)
        column = torch.cat(columns, dim=1).cpu().numpy().astype(np.int32)
        value = torch.cat(values, dim=1).cpu().numpy()
        row_start = np.arange(0, column.size + 1, column.shape[1], dtype=np.int32)
        return sparse.csr_matrix((value.ravel(), column.ravel(), row_start), shape=(len(column), self.size))
