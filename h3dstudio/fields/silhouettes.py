"""Masks as a term: the silhouette grazes the surface, rays outside miss it, rays inside meet it.

The least value of f along a ray is differentiated at its arg min (envelope theorem): a contour ray wants
min f = 0, a background ray min f >= margin, a foreground ray min f <= -margin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.fields.grid import Grid
from h3dstudio.fields.normal_equations import Quadratic
from h3dstudio.fields.photos import PhotoSet

CONTOUR, OUTSIDE, INSIDE = 0, 1, 2
BAND = 40.0
"""Pixels: background further from the silhouette than this is left to the hull."""
SAMPLES = 96


@dataclass(frozen=True, eq=False)
class SilhouetteRays:
    """M rays: origins and unit directions (M, 3), and what each wants (M,): CONTOUR, OUTSIDE or INSIDE."""

    origins: Tensor
    directions: Tensor
    kind: Tensor


def silhouette_rays(photos: PhotoSet, rng: np.random.Generator, per_view: int) -> SilhouetteRays:
    """Draw up to `per_view` rays of each kind from every mask."""
    from scipy.ndimage import binary_erosion, distance_transform_edt

    pixels, views, kinds = [], [], []
    for view, mask in enumerate(photos.masks.cpu().numpy()):
        to_mask = distance_transform_edt(~mask)
        sets = (
            contour_points(mask),
            np.argwhere((to_mask > 2) & (to_mask < BAND))[:, ::-1],
            np.argwhere(binary_erosion(mask, iterations=3))[:, ::-1],
        )
        for kind, points in enumerate(sets):
            chosen = points[rng.permutation(len(points))[:per_view]]
            pixels.append(chosen.astype(np.float32))
            views.append(np.full(len(chosen), view))
            kinds.append(np.full(len(chosen), kind))
    device = photos.device
    owner = torch.from_numpy(np.concatenate(views)).to(device)
    pixel = torch.from_numpy(np.concatenate(pixels)).to(device)
    wanted = torch.from_numpy(np.concatenate(kinds)).to(device)
    return SilhouetteRays(photos.centers[owner], photos.directions(owner, pixel), wanted)


def contour_points(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Sub-pixel silhouette points (M, 2): the middles between foreground and background neighbours.

    Where the mask meets the image border nothing is known about the outline, so no point lies there.
    """
    row, column = np.nonzero(mask[:, 1:] != mask[:, :-1])
    horizontal = np.column_stack([column + 0.5, row])
    row, column = np.nonzero(mask[1:] != mask[:-1])
    points = np.concatenate([horizontal, np.column_stack([column, row + 0.5])])
    height, width = mask.shape
    inside = (points > 1).all(axis=1) & (points[:, 0] < width - 2) & (points[:, 1] < height - 2)
    return points[inside]


def least_along_rays(grid: Grid, samples: Tensor, origins: Tensor, directions: Tensor) -> Tensor:
    """Points (M, 3) where the field is least along each ray, refined by a parabola."""
    center = torch.from_numpy(grid.center).float().to(origins.device)
    middle = ((center - origins) * directions).sum(dim=1)
    half = 0.5 * grid.diagonal
    depth = middle[:, None] + torch.linspace(-half, half, SAMPLES, device=origins.device)
    points = origins[:, None] + depth[..., None] * directions[:, None]
    value = grid.value(samples, points.reshape(-1, 3)).reshape(depth.shape)
    best = value.argmin(dim=1).clamp(1, SAMPLES - 2)[:, None]
    before, here, after = (value.gather(1, best + step)[:, 0] for step in (-1, 0, 1))
    shift = 0.5 * (before - after) / (before - 2 * here + after).clamp(min=1e-3)
    step = 2 * half / (SAMPLES - 1)
    at = depth.gather(1, best)[:, 0] + shift.clamp(-1, 1) * step
    return origins + at[:, None] * directions


@dataclass(frozen=True)
class SilhouetteOptions:
    """How much masks count.

    Attributes:
        margin: mm by which background rays miss and foreground rays meet.
        correlation: neighbouring mask pixels err together: their weight is divided by this.
        robust: mm (Geman-McClure): a ray that misses by more pulls at what is not its surface.
    """

    margin: float = 0.5
    correlation: float = 4.0
    robust: float = 4.0


def silhouette_term(
    grid: Grid, samples: Tensor, rays: SilhouetteRays, sigma: float, options: SilhouetteOptions
) -> Quadratic:
    """Redescending weight on the violated amount of each ray; sigma in mm."""
    points = least_along_rays(grid, samples, rays.origins, rays.directions)
    value = grid.value(samples, points)
    residual = torch.where(
        rays.kind == CONTOUR,
        value,
        torch.where(
            rays.kind == OUTSIDE, (value - options.margin).clamp(max=0), (value + options.margin).clamp(min=0)
        ),
    )
    keep = (rays.kind == CONTOUR) | (residual != 0)
    residual, points = residual[keep], points[keep]
    weight = 1 / (1 + (residual / options.robust) ** 2) ** 2 / (sigma**2 * options.correlation)
    return Quadratic(points[:, None], weight[:, None, None], (weight * residual)[:, None])


def contour_spread(grid: Grid, samples: Tensor, rays: SilhouetteRays) -> float:
    """Robust standard deviation of the contour residual, mm: how well the masks agree with the field."""
    contour = rays.kind == CONTOUR
    points = least_along_rays(grid, samples, rays.origins[contour], rays.directions[contour])
    value = grid.value(samples, points)
    return 1.48 * float(value.abs().median()) if len(value) else 0.0
