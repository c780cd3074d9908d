"""Which photos look at the same part of the head, and what each sees of the current surface."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.plane_sweep import level_rays
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.surface_finder import SurfaceFinder

BEST_BASELINE = 30.0
WIDEST_BASELINE = 65.0
"""Degrees between viewing directions: about the best for matching, and where matching ends."""
NORMAL_STEP = 6.0
"""mm over which a window's normal is taken."""


def viewing_angles(photos: PhotoSet) -> Tensor:
    """(N, N) degrees between the photos' centres as seen from the head."""
    direction = functional.normalize(photos.centers, dim=1)
    return torch.rad2deg(torch.arccos((direction @ direction.T).clamp(-1, 1)))


def neighbours(photos: PhotoSet, view: int, count: int) -> list[int]:
    """Up to `count` other photos at a useful baseline, the best one first."""
    angle = viewing_angles(photos)[view]
    close = [other for other in range(photos.count) if other != view and angle[other] < WIDEST_BASELINE]
    return sorted(close, key=lambda other: (abs(float(angle[other]) - BEST_BASELINE), other))[:count]


def spread_views(photos: PhotoSet, count: int) -> list[int]:
    """At most `count` photos that cover all directions: farthest-point order from the first photo."""
    angle = viewing_angles(photos).cpu().numpy()
    chosen = [0]
    while len(chosen) < min(count, photos.count):
        gap = angle[chosen].min(axis=0)
        gap[chosen] = -1.0  # cameras may coincide; none is chosen twice
        chosen.append(int(gap.argmax()))
    return sorted(chosen)


def surface_map(
    photos: PhotoSet, grid: Grid, samples: Tensor, finder: SurfaceFinder, view: int, level: int
) -> tuple[Tensor, Tensor]:
    """Depth (h, w) and normal (h, w, 3) of the surface on the foreground of one photo's pyramid level.

    Foreground pixels whose ray misses the surface take the nearest depth, so that what sticks out of the
    current surface (a nose) is looked for as well. Depth is NaN on the background.
    """
    from scipy.ndimage import distance_transform_edt

    ray = level_rays(photos, view, level)
    start = 2**level // 2
    mask = photos.masks[view][start :: 2**level, start :: 2**level]
    origins = photos.centers[view].expand(int(mask.sum()), 3)
    found = torch.full(mask.shape, torch.nan, device=photos.device)
    found[mask] = finder.depth(origins, ray[mask])
    known = found.cpu().numpy()
    missing = ~np.isfinite(known)
    if missing.all():
        return torch.full_like(found, torch.nan), torch.zeros_like(ray)
    nearest = distance_transform_edt(missing, return_distances=False, return_indices=True)
    filled = torch.from_numpy(known[tuple(nearest)]).to(photos.device)
    depth = torch.where(mask, filled, torch.full_like(filled, torch.nan))
    points = origins + depth[mask][:, None] * ray[mask]
    normal = torch.zeros_like(ray)
    normal[mask] = functional.normalize(grid.smooth_gradient(samples, points, NORMAL_STEP), dim=1)
    return depth, normal
