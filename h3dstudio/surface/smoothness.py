"""Surfaces bend gently where nothing says otherwise.

The second difference of f along two tangents, s = f(x + h e) - 2 f(x) + f(x - h e), is h^2 times the normal
curvature of the level set. It is held small with a redescending weight, so that noses and lips keep their
creases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.normal_equations import Quadratic


@dataclass(frozen=True)
class SmoothnessOptions:
    """How stiff the surface is.

    Attributes:
        reaches: h of the second differences, mm.
        curvature: standard deviation of the normal curvature, 1/mm.
        robust: in standard deviations, where the weight has fallen to a quarter.
        samples: surface points a step.
        strength: factor on the whole term; below 1 because the photos already hold most of the surface.
    """

    reaches: tuple[float, ...] = (4.5, 9.0)
    curvature: float = 0.02
    robust: float = 3.0
    samples: int = 3000
    strength: float = 0.15


def smoothness_term(
    grid: Grid, samples: Tensor, mesh: TriangleMesh, rng: np.random.Generator, options: SmoothnessOptions
) -> list[Quadratic]:
    """One quadratic a reach, each over points (M, 3) drawn from the mesh's vertices: groups of 5 points."""
    terms = []
    area = 0.5 * float(
        np.linalg.norm(
            np.cross(
                mesh.triangles[:, 1] - mesh.triangles[:, 0], mesh.triangles[:, 2] - mesh.triangles[:, 0]
            ),
            axis=1,
        ).sum()
    )
    for reach in options.reaches:
        chosen = rng.permutation(len(mesh.vertices))[: options.samples]
        points = torch.from_numpy(mesh.vertices[chosen]).float().to(samples.device)
        independent = max(1.0, len(chosen) * reach**2 / area)
        sigma = options.curvature * reach**2
        terms.append(
            _second_differences(
                grid, samples, points, reach, sigma, options.robust, options.strength / independent
            )
        )
    return terms


def _second_differences(
    grid: Grid, samples: Tensor, points: Tensor, reach: float, sigma: float, robust: float, share: float
) -> Quadratic:
    normal = functional.normalize(grid.smooth_gradient(samples, points, reach), dim=1)
    first, second = tangents(normal)
    groups = torch.stack(
        [
            points,
            points + reach * first,
            points - reach * first,
            points + reach * second,
            points - reach * second,
        ],
        dim=1,
    )
    value = grid.value(samples, groups.reshape(-1, 3)).reshape(-1, 5)
    pattern = torch.tensor([[-2.0, 1, 1, 0, 0], [-2, 0, 0, 1, 1]], device=points.device)
    bend = value @ pattern.T
    weight = share / sigma**2 / (1 + (bend / (robust * sigma)) ** 2) ** 2
    hessian = torch.einsum("mk,ka,kb->mab", weight, pattern, pattern)
    return Quadratic(groups, hessian, (weight * bend) @ pattern)


def tangents(normal: Tensor) -> tuple[Tensor, Tensor]:
    """Two unit vectors (M, 3) that span the plane of each normal (M, 3).

    Source: Duff et al., "Building an orthonormal basis, revisited", JCGT 2017.
    """
    x, y, z = normal.unbind(dim=1)
    sign = torch.where(z >= 0, 1.0, -1.0)
    a = -1 / (sign + z)
    b = x * y * a
    first = torch.stack([1 + sign * x * x * a, sign * b, -sign * x], dim=1)
    return first, torch.stack([b, sign + y * y * a, -y], dim=1)
