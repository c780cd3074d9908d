"""Depth maps of several photos become one field.

Source: Curless & Levoy, "A volumetric method for building complex models from range images", SIGGRAPH 1996:
every map votes for the signed distance of the grid nodes near its surface, and the votes are averaged.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.fields.grid import Grid, refined
from h3dstudio.fields.photos import PhotoSet
from h3dstudio.fields.plane_sweep import DepthMap, level_rays
from h3dstudio.fields.silhouettes import least_along_rays

REACH = 4.0
"""Truncations from the base within which maps may vote."""
BASE_WEIGHT = 0.05
"""Of the base against one map's full vote."""
SPREAD = ((10.0, 1.0), (30.0, 0.1))
"""mm and share of the widths over which the votes' offset spreads."""
RESTORE = 10.0
"""mm around a missed ray within which the base is put back."""
STRIDE = 4
"""Pixels between the rays that are checked, with up to four photos; more photos share them."""
FADE = 0.003
"""Votes below which the offset dies away."""


def confirmed(photos: PhotoSet, maps: dict[int, DepthMap], level: int, tolerance: float) -> dict[int, Tensor]:
    """For each map (h, w) bool: another map has a surface within `tolerance` mm of this pixel's point."""
    out = {}
    for view, own in maps.items():
        found = torch.isfinite(own.depth)
        points = photos.centers[view] + own.depth[found][:, None] * level_rays(photos, view, level)[found]
        agreed = torch.zeros(len(points), dtype=torch.bool, device=points.device)
        for other, map_ in maps.items():
            if other != view:
                agreed |= (_signed_along_ray(photos, other, map_.depth, points, level)).abs() < tolerance
        out[view] = torch.zeros_like(found)
        out[view][found] = agreed
    return out


def fuse(
    photos: PhotoSet,
    grid: Grid,
    base: Tensor,
    maps: dict[int, DepthMap],
    level: int,
    *,
    truncation: float,
    tolerance: float = 3.0,
    least_score: float = 0.3,
) -> Tensor:
    """The base field (size,) corrected by the votes of all maps where they see it; mm.

    Where nothing votes the base is kept, but moved along with the voted surface around it: a gap in the maps
    shall not leave a lump of the old surface standing.
    """
    agreed = confirmed(photos, maps, level, tolerance)
    near = torch.nonzero(base.abs() < REACH * truncation)[:, 0]
    points = torch.from_numpy(grid.nodes()).to(base.device)[near]
    total, weight = torch.zeros_like(base), torch.zeros_like(base)
    for view, map_ in maps.items():
        trusted = agreed[view] & (map_.score > least_score)
        depth = torch.where(trusted, map_.depth, torch.full_like(map_.depth, torch.nan))
        distance = _signed_along_ray(photos, view, depth, points, level)
        # Full weight in front of the surface, none beyond the truncation behind it.
        vote = torch.nan_to_num((1 + distance / truncation).clamp(0, 1)) * torch.isfinite(distance)
        total[near] += vote * torch.nan_to_num(distance).clamp(max=truncation)
        weight[near] += vote
    moved = base + _spread_offset(grid, base, total, weight, truncation)
    out = (total + BASE_WEIGHT * moved.clamp(-truncation, truncation)) / (weight + BASE_WEIGHT)
    return torch.where(weight > 0, out, moved)


def restore_missed(photos: PhotoSet, grid: Grid, base: Tensor, fused: Tensor) -> Tensor:
    """The fused field (size,), with the base put back where a foreground pixel would no longer see the head.

    Depth maps err where features run along the epipolar line (under a nose); masks do not, so what carries a
    silhouette stays.
    """
    from scipy.spatial import cKDTree

    missed = []
    stride = max(STRIDE, round(STRIDE * (photos.count / 4) ** 0.5))
    for view in range(photos.count):
        pixel = _foreground(photos.masks[view], stride)
        index = torch.full((len(pixel),), view, device=pixel.device)
        directions = photos.directions(index, pixel)
        at = least_along_rays(grid, fused, photos.centers[index], directions)
        missed.append(at[grid.value(fused, at) > 0.5])
    points = torch.cat(missed).cpu().numpy()
    if not len(points):
        return fused
    changed = torch.nonzero(fused > base)[:, 0]
    nodes = grid.nodes()[changed.cpu().numpy()]
    distance, _ = cKDTree(points).query(nodes, distance_upper_bound=RESTORE)
    kept = changed[torch.from_numpy(np.isfinite(distance)).to(changed.device)]
    out = fused.clone()
    out[kept] = base[kept]
    return out


def _foreground(mask: Tensor, stride: int) -> Tensor:
    """(M, 2) every stride-th foreground pixel that is not at the silhouette."""
    inner = torch.nn.functional.max_pool2d((~mask)[None, None].float(), 5, stride=1, padding=2)[0, 0] == 0
    row, column = torch.nonzero(inner[::stride, ::stride], as_tuple=True)
    return torch.stack([column, row], dim=1).float() * stride


def _spread_offset(grid: Grid, base: Tensor, total: Tensor, weight: Tensor, truncation: float) -> Tensor:
    """How far the voted surface lies from the base, carried on into the gaps (size,), mm.

    Normalised convolution (Knutsson & Westin, CVPR 1993) at two widths: the narrow one where there are votes
    nearby, the wide one where there are none, and nothing far from all votes.
    """
    from scipy.ndimage import gaussian_filter

    value = total / weight.clamp(min=1e-6)
    support = weight * (value.abs() < 0.9 * truncation)
    coarse = grid.coarser()

    def halved(samples: Tensor) -> NDArray[np.float32]:
        return samples.reshape(grid.shape)[::2, ::2, ::2].cpu().numpy()

    votes, offsets = halved(support), halved(support * (value - base))
    top, bottom = np.zeros_like(votes), np.full_like(votes, FADE)
    for width, share in SPREAD:
        top += share * gaussian_filter(offsets, width / coarse.spacing)
        bottom += share * gaussian_filter(votes, width / coarse.spacing)
    return refined(torch.from_numpy(top / bottom)).reshape(-1).to(base.device)


def _signed_along_ray(photos: PhotoSet, view: int, depth: Tensor, points: Tensor, level: int) -> Tensor:
    """How far points (M, 3) lie in front of a depth map (h, w), mm; NaN where the map knows nothing."""
    index = torch.full((len(points),), view, device=points.device)
    pixel, ahead = photos.project(index, points)
    cell = ((pixel + 0.5) / 2**level - 0.5).round()
    height, width = depth.shape
    inside = (cell >= 0).all(dim=1) & (cell[:, 0] < width) & (cell[:, 1] < height) & (ahead > 0)
    cell = torch.where(inside[:, None], cell, torch.zeros_like(cell)).long()
    found = depth[cell[:, 1], cell[:, 0]]
    distance = found - (points - photos.centers[view]).norm(dim=1)
    return torch.where(inside, distance, torch.full_like(distance, torch.nan))
