"""One Gauss-Newton step on the residual coefficients.

Every data term is a quadratic in the changes of f at some points: with rows J = d f(points) / d R,

    E(d) = b . J d + 1/2 (J d)^T H (J d) + 1/2 (R + d)^T L (R + d),

H block-diagonal (one block a group of points), L the prior's precision. The step solves
(J^T H J + L) d = -(J^T b + L R) by conjugate gradients on the coefficients that the rows touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor

from h3dstudio.fields.residual import ResidualPyramid

COARSE = 3
"""First of the levels that are solved ahead of all others."""
MAX_STEP = 12.0
"""mm: a step that would move f further anywhere is shortened; the linearisation does not reach that far."""


@dataclass(frozen=True, eq=False)
class Quadratic:
    """A term for M groups of C points.

    Attributes:
        points: (M, C, 3) where f is changed, mm.
        hessian: (M, C, C) symmetric, positive semi-definite, 1/mm^2.
        gradient: (M, C) d E / d f, 1/mm.
    """

    points: Tensor
    hessian: Tensor
    gradient: Tensor


@dataclass(frozen=True)
class StepReport:
    """How a step went: largest and mean change of f at the points (mm), iterations, unknowns."""

    largest: float
    mean: float
    iterations: int
    unknowns: int


def gauss_newton_step(
    pyramid: ResidualPyramid,
    coefficients: NDArray[np.float32],
    terms: Sequence[Quadratic],
    *,
    finest: int = 0,
    max_iterations: int = 60,
    tolerance: float = 1e-4,
) -> StepReport:
    """Update `coefficients` (size,) of level `finest` and coarser in place by one step."""
    rows = sparse.vstack([pyramid.jacobian(term.points.reshape(-1, 3), finest) for term in terms]).tocsr()
    blocks = [term.hessian.cpu().numpy() for term in terms]
    gradient = torch.cat([term.gradient.reshape(-1) for term in terms]).cpu().numpy()
    used = np.zeros(pyramid.size, dtype=bool)
    used[rows.indices] = True
    used[int(pyramid.offsets[finest]) :] |= coefficients[int(pyramid.offsets[finest]) :] != 0
    active = np.flatnonzero(used)
    renumber = np.cumsum(used, dtype=np.int32) - 1
    rows = sparse.csr_matrix(
        (rows.data, renumber[rows.indices], rows.indptr), shape=(rows.shape[0], len(active))
    )
    columns = rows.T.tocsr()
    precision = pyramid.precision()[active]

    diagonal = np.concatenate([np.abs(block).sum(axis=2).ravel() for block in blocks])
    squared = columns.copy()
    squared.data = squared.data**2
    preconditioner = 1.0 / (precision + squared @ diagonal)

    def apply(vector: NDArray[np.float32]) -> NDArray[np.float32]:
        change = rows @ vector
        return columns @ _apply_blocks(blocks, change) + precision * vector

    right = -(columns @ gradient + precision * coefficients[active])
    # Coarse levels first: truncated from zero, the iterations would spend themselves on fine, local bumps.
    coarse = preconditioner * (active >= pyramid.offsets[min(COARSE, len(pyramid.grids) - 1)])
    step, first = _conjugate_gradients(apply, right, coarse, max_iterations // 4, tolerance)
    rest, second = _conjugate_gradients(
        apply, right - apply(step), preconditioner, max_iterations - first, tolerance
    )
    step, iterations = step + rest, first + second
    change = np.abs(rows @ step)
    largest = float(change.max(initial=0.0))
    coefficients[active] += step * min(1.0, MAX_STEP / max(largest, 1e-9))
    mean = float(change.mean()) if len(change) else 0.0
    return StepReport(largest, mean, iterations, len(active))


def _apply_blocks(blocks: Sequence[NDArray[np.float32]], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    out, start = np.empty_like(vector), 0
    for block in blocks:
        groups, corners, _ = block.shape
        end = start + groups * corners
        part = vector[start:end].reshape(groups, corners, 1)
        out[start:end] = (block @ part).ravel()
        start = end
    return out


def _conjugate_gradients(apply, right, preconditioner, max_iterations, tolerance):  # type: ignore[no-untyped-def]
    """Solve apply(x) = right from x = 0; stops when the preconditioned residual fell by `tolerance`."""
    solution = np.zeros_like(right)
    residual = right.copy()
    direction = preconditioner * residual
    energy = first = float(residual @ direction)
    iteration = 0
    while iteration < max_iterations and energy > tolerance * first and energy > 0:
        image = apply(direction)
        rate = energy / float(direction @ image)
        solution += rate * direction
        residual -= rate * image
        scaled = preconditioner * residual
        new_energy = float(residual @ scaled)
        direction = scaled + (new_energy / energy) * direction
        energy = new_energy
        iteration += 1
    return solution, iteration
