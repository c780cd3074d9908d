"""The differentiable intersection of a ray with the zero level.

IDR (Yariv et al. 2020, equation 3): x(theta) = x0 - d (f(x0; theta) - f(x0; theta0)) / (grad f(x0) . d),
exact in value and first derivative at theta0. Gauss-Newton uses its derivative: a change df moves the hit by
dt = -df / (grad f . d) along the ray.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from h3dstudio.surface.grid import Grid

GRAZING = 0.2
"""|cos| below which a hit is unusable: its depth is not determined by f."""


@dataclass(frozen=True, eq=False)
class Hits:
    """Hits of M rays.

    Attributes:
        points: (M, 3) on the surface, mm.
        depth: (M,) along the ray, mm.
        normal: (M, 3) outward unit normals.
        slope: (M,) grad f . d, at most -GRAZING: the derivative of depth by f is -1 / slope.
        good: (M,) bool: on the surface and not grazing.
    """

    points: Tensor
    depth: Tensor
    normal: Tensor
    slope: Tensor
    good: Tensor


def refine_hits(grid: Grid, samples: Tensor, origins: Tensor, directions: Tensor, depth: Tensor) -> Hits:
    """Two Newton steps from approximate depths (M,) of rays (M, 3) onto f = 0."""
    for _ in range(2):
        value, gradient = grid.value_and_gradient(samples, origins + depth[:, None] * directions)
        slope = (gradient * directions).sum(dim=1)
        step = torch.where(slope < -0.1, -value / slope, torch.zeros_like(value))
        depth = depth + step.clamp(-grid.spacing, grid.spacing)
    points = origins + depth[:, None] * directions
    value = grid.value(samples, points)
    gradient = grid.smooth_gradient(samples, points, grid.spacing)
    slope = (gradient * directions).sum(dim=1)
    normal = gradient / gradient.norm(dim=1, keepdim=True).clamp(min=1e-4)
    good = (value.abs() < 0.1 * grid.spacing) & (slope < -GRAZING)
    return Hits(points, depth, normal, slope.clamp(max=-GRAZING), good)
