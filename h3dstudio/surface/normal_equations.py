"""One Gauss-Newton step on the residual coefficients.

Every data term is a quadratic in the changes of f at some points: with rows J = d f(points) / d R,

    E(d) = b . J d + 1/2 (J d)^T H (J d) + 1/2 (R + d)^T L (R + d),

H block-diagonal (one block a group of points), L the prior's precision. The step solves
(J^T H J + L) d = -(J^T b + L R) by conjugate gradients on the coefficients that the rows touch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.surface.nested_rows import NestedRows
from h3dstudio.surface.residual import ResidualPyramid

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
    points = torch.cat([term.points.reshape(-1, 3) for term in terms])
    rows = NestedRows(pyramid, points, coefficients, finest)
    active = rows.active
    system = _System(
        rows, [term.hessian.cpu() for term in terms], torch.from_numpy(pyramid.precision()[active])
    )
    gradient = torch.cat([term.gradient.reshape(-1) for term in terms]).cpu()
    current = torch.from_numpy(coefficients[active])
    right = -(rows.transposed(gradient) + system.precision * current)
    # Coarse levels first: truncated from zero, the iterations would spend themselves on fine, local bumps.
    is_coarse = torch.from_numpy(active >= pyramid.offsets[min(COARSE, len(pyramid.grids) - 1)])
    preconditioner = system.preconditioner()
    step, first = _conjugate_gradients(
        system.apply, right, preconditioner * is_coarse, max_iterations // 4, tolerance
    )
    rest, second = _conjugate_gradients(
        system.apply, right - system.apply(step), preconditioner, max_iterations - first, tolerance
    )
    step = step + rest
    change = rows.apply(step).abs()
    largest = float(change.max()) if len(change) else 0.0
    coefficients[active] += (step * min(1.0, MAX_STEP / max(largest, 1e-9))).numpy()
    return StepReport(largest, float(change.mean()) if len(change) else 0.0, first + second, len(active))


@dataclass(frozen=True, eq=False)
class _System:
    """J^T H J + L as an operator."""

    rows: NestedRows
    blocks: Sequence[Tensor]
    precision: Tensor

    def apply(self, vector: Tensor) -> Tensor:
        changed = _apply_blocks(self.blocks, self.rows.apply(vector))
        return self.rows.transposed(changed) + self.precision * vector

    def preconditioner(self) -> Tensor:
        """The inverse of a bound on the diagonal."""
        diagonal = torch.cat([block.abs().sum(dim=2).reshape(-1) for block in self.blocks])
        return 1.0 / (self.precision + self.rows.squared_transposed(diagonal))


def _apply_blocks(blocks: Sequence[Tensor], vector: Tensor) -> Tensor:
    out, start = torch.empty_like(vector), 0
    for block in blocks:
        groups, corners, _ = block.shape
        end = start + groups * corners
        torch.bmm(
            block, vector[start:end].reshape(groups, corners, 1), out=out[start:end].view(groups, corners, 1)
        )
        start = end
    return out


def _conjugate_gradients(
    apply: Callable[[Tensor], Tensor],
    right: Tensor,
    preconditioner: Tensor,
    max_iterations: int,
    tolerance: float,
) -> tuple[Tensor, int]:
    """Solve apply(x) = right from x = 0; stops when the preconditioned residual fell by `tolerance`."""
    solution = torch.zeros_like(right)
    residual = right.clone()
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
