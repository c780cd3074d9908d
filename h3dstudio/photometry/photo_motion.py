"""Photos compared through the surface, as a term in the image motion of each compared patch.

`photo_consistency` asks how the surface should move; here the two-dimensional motion of the warped patch in
the other photo is kept, so that the cameras can move as well: |J^(u + du) - I^|^2 as a quadratic in du (2,).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from h3dstudio.photometry.image_noise import agreement
from h3dstudio.photometry.photo_consistency import (
    Comparison,
    SourcePixels,
    VisibleSources,
    compare_patches,
)
from h3dstudio.photometry.photos import PhotoSet


@dataclass(frozen=True, eq=False)
class PatchMotion:
    """P pairs of a source patch and another photo.

    Attributes:
        points: (P, 3) on the surface.
        directions: (P, 3) of the source rays; `slope` (P,) = grad f . direction.
        source, other: (P,) photos.
        pixel_by_point: (P, 2, 3) d u / d x in the other photo.
        hessian, gradient: (P, 2, 2) and (P, 2) in pixels.
        correlation: mean over the pairs; `agreement` is its share of what noise leaves attainable.
    """

    points: Tensor
    directions: Tensor
    slope: Tensor
    source: Tensor
    other: Tensor
    pixel_by_point: Tensor
    hessian: Tensor
    gradient: Tensor
    correlation: float
    agreement: float


def patch_motion(
    comparison: Comparison, sources: SourcePixels, visible: VisibleSources, finest: float
) -> PatchMotion:
    """Compare at the sources' pyramid level; no patch is believed to better than `finest` pixels."""
    hits, basis = visible.hits, comparison.basis
    pairs = compare_patches(comparison, sources, visible)
    row, error = pairs.row, pairs.error
    moving = torch.stack([pairs.slope(pairs.image_gradient[..., axis], basis) for axis in range(2)], dim=2)
    hessian = torch.einsum("mqa,mqb->mab", moving, moving) / (2 * pairs.variance)
    residual = pairs.values - pairs.intensity
    gradient = torch.einsum("mqa,mq->ma", moving, residual) / (2 * pairs.variance)
    known = hessian.diagonal(dim1=1, dim2=2).sum(dim=1)
    weight = pairs.texture / (1 + (error / comparison.options.robust) ** 2) / (1 + known * finest**2)
    return PatchMotion(
        hits.points[row],
        sources.directions[visible.index][row],
        hits.slope[row],
        sources.view[visible.index][row],
        pairs.other,
        pixel_by_point(comparison.photos, pairs.other, hits.points[row]),
        hessian * weight[:, None, None],
        gradient * weight[:, None],
        pairs.correlation,
        agreement(pairs.correlation, pairs.attainable),
    )


def pixel_by_point(photos: PhotoSet, view: Tensor, points: Tensor) -> Tensor:
    """(M, 2, 3) how pixels of photos (M,) move with points (M, 3)."""
    matrix = photos.projection[view]
    pixel, depth = photos.project(view, points)
    return (matrix[:, :2, :3] - pixel[:, :, None] * matrix[:, 2:, :3]) / depth[:, None, None]
