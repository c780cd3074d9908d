"""One Gauss-Newton step on pose and latent, from the same terms that refine the scene's own grid.

Each term is a quadratic in the changes of F at some canonical points (`fields.normal_equations.Quadratic`);
with dF = J (pose, latent) the unknowns are few, and the normal equations are dense.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead, field_jacobian
from h3dstudio.surface.normal_equations import Quadratic

DAMPING = 1e-6
HELD = 1e8
"""Precision of numbers of the latent that shall not move."""
LIKELY = 3.0
"""Standard deviations by which |z|^2 may exceed its mean: with hair or on busts, photos pulled latents to two
and three times the size of the population's, and what no photo saw went astray by millimetres."""
STIFFEST, BISECTIONS = 20.0, 16
"""Of the search for that bound: largest log of the multiplier, and halvings."""
MOST_TURN = 0.25
"""Radians a step may turn the head: beyond it the linearisation says nothing."""


@dataclass(frozen=True, eq=False)
class Normals:
    """Normal equations A p = -b of the unknowns (pose, latent): matrix (U, U), gradient (U,), in double."""

    matrix: Tensor
    gradient: Tensor

    def plus(self, matrix: Tensor, gradient: Tensor) -> Normals:
        return Normals(self.matrix + matrix.double(), self.gradient + gradient.double())


def normal_equations(
    prior: HeadPrior, head: PosedHead, samples: Tensor, terms: Sequence[Quadratic], *, hair: bool = False
) -> Normals:
    """Sum of the terms, and of |z|^2: the latent's own prior. Hair stays as it is unless `hair`."""
    size = POSE_SIZE + prior.size
    own = torch.full((size,), prior.stiffness, dtype=torch.float64, device=samples.device)
    own[:POSE_SIZE] = 0
    if prior.hair and not hair:
        own[-prior.hair :] = HELD
    gradient = torch.zeros_like(own)
    gradient[POSE_SIZE:] = prior.stiffness * head.latent.double()
    total = Normals(torch.diag(own), gradient)
    for term in terms:
        groups, corners, _ = term.points.shape
        rows = field_jacobian(prior, samples, head.latent, term.points.reshape(-1, 3))
        weighted = torch.bmm(term.hessian, rows.reshape(groups, corners, size)).reshape(-1, size)
        total = total.plus(rows.T @ weighted, rows.T @ term.gradient.reshape(-1))
    return total


def landmark_equations(
    prior: HeadPrior, head: PosedHead, index: Tensor, points: Tensor, sigma: float
) -> tuple[Tensor, Tensor]:
    """Landmarks (L,) of the 68 that the scene shows at canonical points (L, 3): matrix and gradient."""
    predicted, basis = prior.landmarks(head.latent)
    residual = (points - predicted[index]) / sigma
    x, y, z = points.unbind(dim=1)
    zero = torch.zeros_like(x)
    turning = torch.stack([zero, z, -y, -z, zero, x, y, -x, zero], dim=1).reshape(-1, 3, 3)
    moving = torch.eye(3, device=points.device).expand(len(points), 3, 3)
    rows = torch.cat([turning, moving, points[:, :, None], -basis[index]], dim=2) / sigma
    rows = rows.reshape(-1, rows.shape[2])
    return rows.T @ rows, rows.T @ residual.reshape(-1)


def likely_step(normals: Normals, latent: Tensor, own: int) -> Tensor:
    """The step (U,) of `solve` that does not leave the population: the first `own` numbers of the latent stay
    within `LIKELY` standard deviations of what |z|^2 of its heads is.

    |z|^2 is a chi-square of `own` degrees of freedom. Where the data want more, the prior counts as much more
    as brings the latent back to that bound: the multiplier of the constraint, found by bisection.
    """
    step = solve(normals)
    most = own + LIKELY * (2 * own) ** 0.5
    part = slice(POSE_SIZE, POSE_SIZE + own)
    if _square(latent, step, own) <= most:
        return step
    ones, pull = torch.zeros_like(normals.gradient), torch.zeros_like(normals.gradient)
    ones[part], pull[part] = 1.0, latent[:own].double()
    low, high = 0.0, STIFFEST
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        more = float(np.exp(middle))
        step = solve(normals.plus(torch.diag(more * ones), more * pull))
        low, high = (middle, high) if _square(latent, step, own) > most else (low, middle)
    return step


def _square(latent: Tensor, step: Tensor, own: int) -> float:
    return float(((latent[:own] + step[POSE_SIZE : POSE_SIZE + own]) ** 2).sum())


def solve(normals: Normals, free: int | None = None) -> Tensor:
    """The step (U,); only the first `free` unknowns move where that is given."""
    used = slice(None) if free is None else slice(free)
    matrix = normals.matrix[used, used]
    damped = matrix + DAMPING * torch.diag(matrix.diagonal())
    step = torch.zeros_like(normals.gradient)
    step[used] = -torch.linalg.solve(damped, normals.gradient[used])
    turn = step[:3].norm()
    return (step * min(1.0, MOST_TURN / max(float(turn), 1e-9))).float()
