"""How far off a surface that began as a prior's head is expected to be.

Two things make it wrong. Photos leave the head open where they tell little: with the precision I (1/mm^2)
that arrives around points of the surface, pose and latent keep the covariance

    S = (S0^-1 + sum_i w_i J_i^T J_i)^-1,  w_i = (A / PATCH^2) / (MISFIT^2 + 1 / I_i),

where J is the move of the surface along its normal by each of them, A the area that a point stands for, and
every patch of the surface one observation, never better than heads of the prior are. What a point may still
move by is J S J^T: little on a smooth skull that the face tells of, much on an ear that no photo shows.
And no head of the prior is the true one: where the surface has left it by d, more of it may be wrong, by a
SHARE of d.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.photometry.photos import moved_points
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead, field_jacobian

PATCH = 12.0
"""mm: about as far as the errors of a prior's head are alike."""
MISFIT = 0.6
"""mm: standard deviation of the true surface about the best head of the prior."""
SHARE = 0.35
"""Of the distance from the prior's head."""
POSE_SPREAD = (*[np.deg2rad(20.0)] * 3, *[20.0] * 3, 0.15)
"""Standard deviation of the pose before any photo: radians, mm, log scale."""
LEAST_SLOPE = 0.3
"""Of the prior's field: where it is flatter, its zero level is anywhere."""
DEVIATION = (0.0, 0.19, 0.25, 0.31, 0.41, 0.55, 1.0)
ERROR = (0.1, 0.14, 0.32, 0.52, 0.85, 1.1, 1.5)
"""What was found, mm: mean distance to the truth where the standard deviation is this."""


def variance_left(
    prior: HeadPrior, head: PosedHead, points: Tensor, area: float, information: Tensor
) -> Tensor:
    """Variance (N,) mm^2, along the normal, of points (N, 3) of the surface, working frame.

    Args:
        area: mm^2 that each of the points stands for.
        information: (N,) 1/mm^2, of photos and masks around each.
    """
    places, samples = moved_points(head.pose, points), prior.bake(head.latent)
    value, gradient = prior.grid.value_and_gradient(samples, places)
    per_mm = head.pose.scale * gradient.norm(dim=1).clamp(min=LEAST_SLOPE)
    rows = field_jacobian(prior, samples, head.latent, places) / per_mm[:, None]
    weight = area / PATCH**2 / (MISFIT**2 + 1 / information.clamp(min=1e-9))
    precision = (rows.T @ (rows * weight[:, None])).double()
    precision.diagonal().add_(_own_precision(prior).to(precision))
    root = torch.linalg.cholesky(torch.linalg.inv(precision)).to(rows)
    return (rows @ root).square().sum(dim=1) + (SHARE * value / per_mm).square()


def expected_error(variance: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean distance from the truth, mm, for a variance in mm^2; grows with it."""
    deviation = np.sqrt(variance)
    slope = (ERROR[-1] - ERROR[-2]) / (DEVIATION[-1] - DEVIATION[-2])
    beyond = slope * np.maximum(deviation - DEVIATION[-1], 0)
    return np.asarray(np.interp(deviation, DEVIATION, ERROR) + beyond)


def _own_precision(prior: HeadPrior) -> Tensor:
    """Of pose and latent before any photo (POSE_SIZE + K,)."""
    own = torch.full((POSE_SIZE + prior.size,), prior.stiffness, dtype=torch.float64)
    own[:POSE_SIZE] = torch.tensor(POSE_SPREAD, dtype=torch.float64) ** -2
    return own
