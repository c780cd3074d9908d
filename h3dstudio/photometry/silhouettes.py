"""Masks as a term: the silhouette grazes the surface, rays outside miss it, rays inside meet it.

The least value of f along a ray is differentiated at its arg min (envelope theorem): a contour ray wants
min f = 0, a background ray min f >= margin, a foreground ray min f <= -margin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photos import PhotoSet, moved_points, turned
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.normal_equations import Quadratic

CONTOUR, OUTSIDE, INSIDE = 0, 1, 2
BAND = 40.0
"""Pixels: background further from the silhouette than this is left to the hull."""
SAMPLES = 96
TOGETHER = 1024
"""Rays: what is computed for so many at once stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class SilhouetteRays:
    """M rays: origins and unit directions (M, 3), and what each wants (M,): CONTOUR, OUTSIDE or INSIDE."""

    origins: Tensor
    directions: Tensor
    kind: Tensor

    def in_frame(self, frame: Similarity) -> SilhouetteRays:
        """The same rays where `frame` has moved the world."""
        return replace(
            self, origins=moved_points(frame, self.origins), directions=turned(frame, self.directions)
        )


def silhouette_rays(
    photos: PhotoSet,
    rng: np.random.Generator,
    per_view: int,
    kinds: Sequence[int] = (CONTOUR, OUTSIDE, INSIDE),
) -> SilhouetteRays:
    """Draw up to `per_view` rays of each kind from every mask."""
    pixels, views, drawn = [], [], []
    for view, mask in enumerate(photos.masks.cpu().numpy()):
        for kind in kinds:
            points = _pixels_of(mask, kind)
            chosen = points[rng.permutation(len(points))[:per_view]]
            pixels.append(chosen.astype(np.float32))
            views.append(np.full(len(chosen), view))
            drawn.append(np.full(len(chosen), kind))
    device = photos.device
    owner = torch.from_numpy(np.concatenate(views)).to(device)
    pixel = torch.from_numpy(np.concatenate(pixels)).to(device)
    wanted = torch.from_numpy(np.concatenate(drawn)).to(device)
    return SilhouetteRays(photos.centers[owner], photos.directions(owner, pixel), wanted)


def _pixels_of(mask: NDArray[np.bool_], kind: int) -> NDArray[np.float64] | NDArray[np.int64]:
    """The points (M, 2) of a mask that a kind of ray is drawn from."""
    from scipy.ndimage import binary_erosion, distance_transform_edt

    if kind == CONTOUR:
        return contour_points(mask)
    part, corner = _around(mask, round(BAND))
    if kind == INSIDE:
        return np.argwhere(binary_erosion(part, iterations=3, border_value=0))[:, ::-1] + corner
    to_mask = distance_transform_edt(~part)
    return np.argwhere((to_mask > 2) & (to_mask < BAND))[:, ::-1] + corner


def _around(mask: NDArray[np.bool_], margin: int) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """The part of a mask (H, W) within `margin` pixels of its foreground's box, and its first (u, v)."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return mask, np.zeros(2, np.int64)
    top, left = max(rows[0] - margin, 0), max(columns[0] - margin, 0)
    part = mask[top : rows[-1] + margin + 1, left : columns[-1] + margin + 1]
    return part, np.array([left, top])


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
    if not len(origins):
        return origins
    rays = zip(origins.split(TOGETHER), directions.split(TOGETHER), strict=True)
    return torch.cat([_least_along(grid, samples, start, ahead) for start, ahead in rays])


def _least_along(grid: Grid, samples: Tensor, origins: Tensor, directions: Tensor) -> Tensor:
    center = torch.from_numpy(grid.center).float().to(origins.device)
    middle = ((center - origins) * directions).sum(dim=1)
    half = 0.5 * grid.diagonal
    depth = middle[:, None] + torch.linspace(-half, half, SAMPLES, device=origins.device)
    axes = [
        (start[:, None] + depth * ahead[:, None]).reshape(-1)
        for start, ahead in zip(origins.unbind(dim=1), directions.unbind(dim=1), strict=True)
    ]
    value = grid.value_at(samples, axes).reshape(depth.shape)
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
    return measured_silhouette_term(grid, samples, rays, sigma, options)[0]


def measured_silhouette_term(
    grid: Grid, samples: Tensor, rays: SilhouetteRays, sigma: float, options: SilhouetteOptions
) -> tuple[Quadratic, float]:
    """The term, and how far the outlines are off now: `contour_spread` of the same rays."""
    points = least_along_rays(grid, samples, rays.origins, rays.directions)
    value = grid.value(samples, points)
    contour = rays.kind == CONTOUR
    violated = torch.where(
        rays.kind == OUTSIDE, (value - options.margin).clamp(max=0), (value + options.margin).clamp(min=0)
    )
    residual = torch.where(contour, value, violated)
    keep = contour | (residual != 0)
    residual, points = residual[keep], points[keep]
    weight = 1 / (1 + (residual / options.robust) ** 2) ** 2 / (sigma**2 * options.correlation)
    term = Quadratic(points[:, None], weight[:, None, None], (weight * residual)[:, None])
    return term, _spread(value[contour])


def contour_spread(grid: Grid, samples: Tensor, rays: SilhouetteRays) -> float:
    """Robust standard deviation of the contour residual, mm: how well the masks agree with the field."""
    contour = rays.kind == CONTOUR
    points = least_along_rays(grid, samples, rays.origins[contour], rays.directions[contour])
    return _spread(grid.value(samples, points))


def _spread(residual: Tensor) -> float:
    return 1.48 * float(residual.abs().median()) if len(residual) else 0.0
