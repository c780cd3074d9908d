"""The Jacobian of the residual pyramid as a chain of small sparse matrices.

A coarse grid's trilinear interpolant is linear inside every cell of the next finer grid, so that level's
coefficients act on a point through the finer nodes around it: J_l = J_0 S_1 ... S_l, with S the refinement
of one level to the next. With all levels at once, J d = J_0 (d_0 + S_1 (d_1 + S_2 (d_2 + ...))) takes a
quarter of the products that the rows written out do.
"""

from __future__ import annotations

import warnings

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor

from h3dstudio.surface.grid import Grid
from h3dstudio.surface.residual import ResidualPyramid


class NestedRows:
    """d f(points) / d R of the M points (M, 3), on the A coefficients that they touch or that are not zero.

    Products run in torch, which uses all threads.

    Args:
        coefficients: (size,) those that are not zero are among the A as well.
        finest: level of the finest coefficients that count.

    Attributes:
        active: (A,) indices of the coefficients, ascending.
    """

    def __init__(
        self, pyramid: ResidualPyramid, points: Tensor, coefficients: NDArray[np.float32], finest: int = 0
    ) -> None:
        self._points = points.cpu()
        self._grids = pyramid.grids[finest:]
        offsets = pyramid.offsets[finest:]
        chosen = [
            coefficients[start : start + grid.size] != 0
            for grid, start in zip(self._grids, offsets, strict=False)
        ]
        index, weight = self._grids[0].weights(self._points)
        touched = _marked(self._grids[0], index.numpy().ravel())
        chosen[0] |= touched
        rows = sparse.csr_matrix(
            (
                weight.numpy().ravel(),
                _numbered(chosen[0])[index.numpy().ravel()],
                np.arange(0, index.numel() + 1, 8, dtype=np.int32),
            ),
            shape=(len(index), int(chosen[0].sum())),
        )
        chain = [rows]
        for fine, coarse, above, here in zip(self._grids, self._grids[1:], chosen, chosen[1:], strict=False):
            nodes = np.flatnonzero(touched)
            count, parents, share = _parents(fine, coarse, nodes)
            touched = _marked(coarse, parents)
            here |= touched
            lengths = np.zeros(int(above.sum()), np.int32)
            lengths[_numbered(above)[nodes]] = count
            ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
            chain.append(
                sparse.csr_matrix(
                    (share, _numbered(here)[parents], ends), shape=(len(lengths), int(here.sum()))
                )
            )
        self.active = np.concatenate(
            [np.flatnonzero(one) + start for one, start in zip(chosen, offsets, strict=False)]
        )
        self._chosen = chosen
        self._sizes = [int(one.sum()) for one in chosen]
        self._chain = [_torch_csr(matrix) for matrix in chain]
        self._turned = [_torch_csr(matrix.T.tocsr()) for matrix in chain]

    def apply(self, vector: Tensor) -> Tensor:
        """J v: (A,) -> (M,)."""
        *finer, total = vector.split(self._sizes)
        for own, refine in zip(reversed(finer), reversed(self._chain[1:]), strict=True):
            total = own + refine @ total
        return self._chain[0] @ total

    def transposed(self, values: Tensor) -> Tensor:
        """J^T r: (M,) -> (A,)."""
        out = []
        for matrix in self._turned:
            values = matrix @ values
            out.append(values)
        return torch.cat(out)

    def squared_transposed(self, values: Tensor) -> Tensor:
        """(J * J)^T r, elementwise square: (M,) -> (A,)."""
        out = []
        for grid, chosen in zip(self._grids, self._chosen, strict=True):
            base, fraction, _ = grid.locate(self._points)
            square = torch.stack([(1 - fraction) ** 2, fraction**2])  # (2, M, 3)
            total = torch.zeros(grid.size)
            for corner, offset in enumerate(grid.corner_offsets().tolist()):
                x, y, z = corner >> 2, corner >> 1 & 1, corner & 1
                total.index_add_(
                    0, base + offset, square[x, :, 0] * square[y, :, 1] * square[z, :, 2] * values
                )
            out.append(total[torch.from_numpy(chosen)])
        return torch.cat(out)


def _marked(grid: Grid, nodes: NDArray[np.integer]) -> NDArray[np.bool_]:
    out = np.zeros(grid.size, dtype=bool)
    out[nodes] = True
    return out


def _numbered(chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The place of each chosen one among the chosen."""
    return np.cumsum(chosen, dtype=np.int32) - 1


def _parents(
    fine: Grid, coarse: Grid, nodes: NDArray[np.integer]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float32]]:
    """For nodes (T,) of a grid: how many nodes of the coarser one each is the mean of, these, and the shares.

    A node between two coarser ones is half of each; along three axes that makes 1, 2, 4 or 8 of them.
    """
    place = np.unravel_index(nodes, fine.shape)
    odd = np.stack([axis % 2 for axis in place]).astype(bool)  # (3, T)
    stride = (coarse.shape[1] * coarse.shape[2], coarse.shape[2], 1)
    first = sum(axis // 2 * step for axis, step in zip(place, stride, strict=True))
    corner = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    every = np.asarray(first)[:, None] + corner @ np.array(stride)
    there = np.ones((len(nodes), 8), dtype=bool)
    for axis in range(3):
        there &= odd[axis][:, None] | (corner[:, axis] == 0)
    count = (1 << odd.sum(axis=0)).astype(np.int32)
    return count, every[there], np.repeat(1 / count, count).astype(np.float32)


def _torch_csr(matrix: sparse.csr_matrix) -> Tensor:
    with warnings.catch_warnings():
        # "beta", and invariant checks that scipy has made already
        warnings.filterwarnings("ignore", message="Sparse", category=UserWarning)
        return torch.sparse_csr_tensor(
            torch.from_numpy(matrix.indptr.astype(np.int32)),
            torch.from_numpy(matrix.indices.astype(np.int32)),
            torch.from_numpy(matrix.data),
            size=matrix.shape,
        )
