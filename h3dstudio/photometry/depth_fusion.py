"""Depth maps of several photos become one field.

Source: Curless & Levoy, "A volumetric method for building complex models from range images", SIGGRAPH 1996:
every map votes for the signed distance of the grid nodes near its surface, and the votes are averaged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.plane_sweep import DepthMap, level_rays
from h3dstudio.photometry.silhouettes import least_along_rays
from h3dstudio.surface.grid import Grid, refined

REACH = 4.0
"""Truncations from the base within which maps may vote."""
BASE_WEIGHT = 0.05
"""Of the base against one map's full vote."""
SPREAD = ((10.0, 1.0), (30.0, 0.1))
"""mm and share of the widths over which the votes' offset spreads."""
GLIMPSE_SPREAD = ((8.0, 1.0),)
RESTORE = 10.0
"""mm around a missed ray within which the base is put back."""
STRIDE = 4
"""Pixels between the rays that are checked, with up to four photos; more photos share them."""
FADE = 0.003
"""Votes below which the offset dies away."""


@dataclass(eq=False)
class _Votes:
    """One map, and what it says at the nodes that are voted on.

    Attributes:
        agreed: (h, w) bool: another map has a surface near this pixel's point.
        distance: (P,) mm in front of the map's surface, all of it; NaN outside the photo and where unknown.
        cell: (P,) the flat pixel each node falls on.
    """

    map: DepthMap
    agreed: Tensor
    distance: Tensor
    cell: Tensor


class Fusion:
    """Depth maps that come one by one, and the surface they make together.

    Each map is looked up once, as it comes, so that a look at the surface in between costs little, and does
    not change what comes out at the end.

    Args:
        base: (size,) the field the maps were made around, mm.
        level: pyramid level of the maps.
        truncation: mm around a map where it votes.
        carry: where nothing votes, move the base along with the voted surface around it.
        tolerance: mm within which two maps confirm each other; nothing else is believed.
        least_score: correlation that a pixel needs.
    """

    def __init__(
        self,
        photos: PhotoSet,
        grid: Grid,
        base: Tensor,
        level: int,
        *,
        truncation: float,
        carry: bool = True,
        tolerance: float = 3.0,
        least_score: float = 0.3,
    ) -> None:
        self._photos, self._grid, self._base, self._level = photos, grid, base, level
        self._truncation, self._tolerance, self._least_score = truncation, tolerance, least_score
        self._carry = carry
        self._near = torch.nonzero(base.abs() < REACH * truncation)[:, 0]
        self._points = torch.from_numpy(grid.nodes()).to(base.device)[self._near]
        self._on_coarse = _on_coarse(grid, self._near)
        self._votes: dict[int, _Votes] = {}

    def add(self, view: int, map_: DepthMap) -> None:
        """Take the depth map of photo `view`."""
        distance, cell = _signed_along_ray(self._photos, view, map_.depth, self._points, self._level)
        new = _Votes(map_, torch.zeros_like(map_.depth, dtype=torch.bool), distance, cell)
        for other, old in self._votes.items():
            self._confirm(view, new, other, old)
            self._confirm(other, old, view, new)
        self._votes[view] = new

    def confirmed(self, view: int) -> Tensor:
        """(h, w) bool: pixels of a map whose point another map has seen too."""
        return self._votes[view].agreed

    def field(self) -> Tensor:
        """The base (size,) corrected by the votes of all maps where they see it; mm.

        Where nothing votes the base is kept, but (with `carry`) moved along with the voted surface around it:
        a gap in the maps shall not leave a lump of the old surface standing.
        """
        base, truncation = self._base, self._truncation
        total, weight = self._summed(slice(None))
        moved = base
        if self._carry:
            moved = base + _spread_offset(self._grid, base, total, weight, truncation, SPREAD)
        out = (total + BASE_WEIGHT * moved.clamp(-truncation, truncation)) / (weight + BASE_WEIGHT)
        return torch.where(weight > 0, out, moved)

    def current_field(self) -> Tensor:
        """The base (size,) moved roughly to where the maps so far put it: to be looked at, no more."""
        total, weight = self._summed(self._on_coarse)
        return self._base + _spread_offset(
            self._grid, self._base, total, weight, self._truncation, GLIMPSE_SPREAD
        )

    def _confirm(self, view: int, own: _Votes, other: int, theirs: _Votes) -> None:
        photos, level = self._photos, self._level
        open_ = torch.isfinite(own.map.depth) & ~own.agreed
        points = photos.centers[view] + own.map.depth[open_][:, None] * level_rays(photos, view, level)[open_]
        distance, _ = _signed_along_ray(photos, other, theirs.map.depth, points, level)
        own.agreed[open_] = distance.abs() < self._tolerance

    def _summed(self, part: Tensor | slice) -> tuple[Tensor, Tensor]:
        """Weighted votes and weights (size,) of all maps at `part` of the nodes that are voted on."""
        near, truncation = self._near[part], self._truncation
        total, weight = torch.zeros_like(self._base), torch.zeros_like(self._base)
        for votes in self._votes.values():
            trusted = (votes.agreed & (votes.map.score > self._least_score)).reshape(-1)
            distance = votes.distance[part]
            known = torch.isfinite(distance) & trusted.index_select(0, votes.cell[part])
            distance = torch.where(known, distance, torch.zeros_like(distance))
            # Full weight in front of the surface, none beyond the truncation behind it.
            vote = (1 + distance / truncation).clamp(0, 1) * known
            total[near] += vote * distance.clamp(max=truncation)
            weight[near] += vote
        return total, weight


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


def _on_coarse(grid: Grid, nodes: Tensor) -> Tensor:
    """Which of the flat node indices (M,) are nodes of the next coarser grid too: their places (K,)."""
    _, y, z = grid.shape
    even = ((nodes // (y * z)) % 2 == 0) & ((nodes // z % y) % 2 == 0) & ((nodes % z) % 2 == 0)
    return torch.nonzero(even)[:, 0]


def _spread_offset(
    grid: Grid,
    base: Tensor,
    total: Tensor,
    weight: Tensor,
    truncation: float,
    spread: tuple[tuple[float, float], ...],
) -> Tensor:
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
    for width, share in spread:
        top += share * gaussian_filter(offsets, width / coarse.spacing)
        bottom += share * gaussian_filter(votes, width / coarse.spacing)
    return refined(torch.from_numpy(top / bottom)).reshape(-1).to(base.device)


def _signed_along_ray(
    photos: PhotoSet, view: int, depth: Tensor, points: Tensor, level: int
) -> tuple[Tensor, Tensor]:
    """How far points (M, 3) lie in front of a depth map (h, w), mm, and the flat pixel they fall on.

    NaN outside the photo and where the map knows nothing.
    """
    index = torch.full((len(points),), view, device=points.device)
    pixel, ahead = photos.project(index, points)
    cell = ((pixel + 0.5) / 2**level - 0.5).round()
    height, width = depth.shape
    inside = (cell >= 0).all(dim=1) & (cell[:, 0] < width) & (cell[:, 1] < height) & (ahead > 0)
    cell = torch.where(inside[:, None], cell, torch.zeros_like(cell)).long()
    flat = cell[:, 1] * width + cell[:, 0]
    distance = depth.reshape(-1).index_select(0, flat) - (points - photos.centers[view]).norm(dim=1)
    return torch.where(inside, distance, torch.full_like(distance, torch.nan)), flat
