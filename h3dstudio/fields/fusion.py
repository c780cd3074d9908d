"""Depth maps of several photos become one field.

Source: Curless & Levoy, "A volumetric method for building complex models from range images", SIGGRAPH 1996:
every map votes for the signed distance of the grid nodes near its surface, and the votes are averaged.
"""

from __future__ import annotations

import torch
from torch import Tensor

from h3dstudio.fields.grid import Grid
from h3dstudio.fields.photos import PhotoSet
from h3dstudio.fields.plane_sweep import DepthMap, level_rays


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
    base_weight: float = 0.02,
) -> Tensor:
    """The base field (size,) corrected by the votes of all maps where they see it; mm."""
    agreed = confirmed(photos, maps, level, tolerance)
    nodes = torch.from_numpy(grid.nodes()).to(base.device)
    near = torch.nonzero(base.abs() < 4 * truncation)[:, 0]
    points = nodes[near]
    total = base_weight * base[near].clamp(-truncation, truncation)
    weight = torch.full_like(total, base_weight)
    for view, map_ in maps.items():
        trusted = agreed[view] & (map_.score > least_score)
        depth = torch.where(trusted, map_.depth, torch.full_like(map_.depth, torch.nan))
        distance = _signed_along_ray(photos, view, depth, points, level)
        # Full weight in front of the surface, none beyond the truncation behind it.
        vote = torch.nan_to_num((1 + distance / truncation).clamp(0, 1)) * torch.isfinite(distance)
        total += vote * torch.nan_to_num(distance).clamp(max=truncation)
        weight += vote
    out = base.clone()
    out[near] = total / weight
    return out


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
