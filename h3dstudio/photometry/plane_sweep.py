"""Depth by sweeping the surface through space: the wide look that linearised steps cannot take.

For one reference photo the current surface is moved by a series of offsets along its rays, the other photos
are warped onto the reference through each, and compared in windows. The cost of all offsets is then smoothed
by semi-global matching. Source: Collins, "A space-sweep approach to true multi-image matching", CVPR 1996,
around a surface instead of a plane.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor

from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.semi_global import aggregate
from h3dstudio.photometry.windows import WindowCorrelation

UNSEEN = 0.8
"""Cost of a pixel that another photo does not see, and the most a bad match can cost."""
MARGIN = 2
"""Pixels of the level from the silhouette where windows hold background: it says nothing about the head."""
BATCH = 3
"""Offsets compared at once: enough to keep the processor busy, few enough to stay in its cache."""


@dataclass(frozen=True)
class SweepOptions:
    """One sweep: pyramid level, offsets from -outward to +inward mm along the ray, and smoothness.

    Attributes:
        order: polynomial trend removed from windows.
        small: cost of a neighbour one offset away; `large`: further away.
    """

    level: int = 1
    outward: float = 15.0
    inward: float = 40.0
    step: float = 1.5
    order: int = 2
    small: float = 0.05
    large: float = 0.3
    least_cosine: float = 0.15


@dataclass(frozen=True, eq=False)
class DepthMap:
    """Depths of one photo at a pyramid level.

    Attributes:
        depth: (h, w) mm along the unit ray; NaN where unknown.
        score: (h, w) correlation at that depth.
    """

    depth: Tensor
    score: Tensor


def sweep(
    photos: PhotoSet,
    reference: int,
    others: list[int],
    surface_depth: Tensor,
    normal: Tensor,
    noise: float,
    options: SweepOptions,
) -> DepthMap:
    """Depth of the reference's level-sized image around a surface.

    Args:
        surface_depth: (h, w) mm along the unit ray, NaN off the surface.
        normal: (h, w, 3) of the surface.
    """
    level = options.level
    ray = level_rays(photos, reference, level)
    valid = torch.isfinite(surface_depth)
    rows, columns = (torch.nonzero(valid.any(dim=axis))[:, 0] for axis in (1, 0))
    window = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
    valid, ray, normal = valid[window], ray[window], normal[window]
    depth = torch.where(valid, surface_depth[window], torch.zeros((), device=valid.device))
    offsets = torch.arange(-options.outward, options.inward + 1e-6, options.step, device=photos.device)

    compare = WindowCorrelation(photos.pyramid[level][reference][window], noise, options.order)
    cost = torch.zeros((len(offsets), *valid.shape), device=photos.device)
    weight = torch.zeros(valid.shape, device=photos.device)
    points = photos.centers[reference] + depth[..., None] * ray
    for other in others:
        toward = functional.normalize(photos.centers[other] - points, dim=-1)
        seen = ((toward * normal).sum(-1) - options.least_cosine).clamp(0, 0.3) * valid
        weight += seen
        for batch in torch.arange(len(offsets), device=photos.device).split(BATCH):
            moved = points + offsets[batch][:, None, None, None] * ray
            correlation = compare(_sample_level(photos, other, level, moved))
            cost[batch] += seen * (1 - correlation).clamp(max=UNSEEN)
    usable = valid & (weight > 0.05)
    trusted = usable & ~_near(~valid, MARGIN)
    cost = torch.where(usable, cost / weight.clamp(min=0.05), torch.full_like(cost, 0.5 * UNSEEN))
    smooth = aggregate(cost, options.small, options.large)
    return _read_out(cost, smooth, offsets, trusted, depth, window, surface_depth)


def _read_out(cost, smooth, offsets, usable, depth, window, like) -> DepthMap:  # type: ignore[no-untyped-def]
    """The best offset of every usable pixel, refined by a parabola on the smoothed cost."""
    first = smooth.argmin(dim=0)
    best = first.clamp(1, len(offsets) - 2)
    before, here, after = (smooth.gather(0, (best + step)[None])[0] for step in (-1, 0, 1))
    curve = (before - 2 * here + after).clamp(min=1e-3)
    offset = offsets[best] + (0.5 * (before - after) / curve).clamp(-1, 1) * (offsets[1] - offsets[0])
    score = 1 - cost.gather(0, best[None])[0]
    usable = usable & (first == best)  # a minimum at the end of the range is not one
    out = torch.full_like(like, torch.nan)
    out[window] = torch.where(usable, depth + offset, out[window])
    scores = torch.zeros_like(like)
    scores[window] = torch.where(usable, score, scores[window])
    return DepthMap(out, scores)


def level_rays(photos: PhotoSet, view: int, level: int) -> Tensor:
    """(h, w, 3) unit directions of a level's pixel centres."""
    height, width = photos.pyramid[level].shape[1:]
    v, u = torch.meshgrid(
        torch.arange(height, device=photos.device), torch.arange(width, device=photos.device), indexing="ij"
    )
    pixel = (torch.stack([u, v], dim=-1).float() + 0.5) * 2**level - 0.5
    view_index = torch.full((pixel[..., 0].numel(),), view, device=photos.device)
    return photos.directions(view_index, pixel.reshape(-1, 2)).reshape(height, width, 3)


def _sample_level(photos: PhotoSet, view: int, level: int, points: Tensor) -> Tensor:
    """Intensity (K, h, w) of a view at the projections of points (K, h, w, 3)."""
    matrix = photos.projection[view]
    pixel = points @ matrix[:, :3].T + matrix[:, 3]
    image = photos.pyramid[level][view]
    height, width = image.shape
    at = (pixel[..., :2] / pixel[..., 2:] + 0.5) / 2**level
    grid = 2 * at / torch.tensor([width, height], device=points.device) - 1
    images = image.expand(len(points), 1, height, width)
    return functional.grid_sample(images, grid, align_corners=False, padding_mode="border")[:, 0]


def _near(mask: Tensor, distance: int) -> Tensor:
    """Pixels within `distance` (square neighbourhood) of a mask (h, w); the border counts as mask."""
    padded = functional.pad(mask[None, None].float(), (distance,) * 4, value=1.0)
    return functional.max_pool2d(padded, 2 * distance + 1, stride=1)[0, 0] > 0
