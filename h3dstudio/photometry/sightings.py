"""Which photos see which points of a surface, and how bright they show them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor

from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.vertex_observations import eroded, project_one
from h3dstudio.surface.surface_finder import SurfaceFinder

EDGE = 3
"""Pixels at the mask's contour that mix head and background."""
LIFT = 0.5
"""mm along the normal, so that a point is not hidden by its own faces."""


@dataclass(frozen=True, eq=False)
class Sightings:
    """R times that a photo sees a point, sorted by point.

    Attributes:
        count: of the points.
        point, view: (R,) who sees whom; each pair once.
        weight: (R,) in (0, 1]: cosine between normal and viewing direction.
        intensity: (R,) log intensity, as the photos' pyramid holds it.
    """

    count: int
    point: Tensor
    view: Tensor
    weight: Tensor
    intensity: Tensor

    @property
    def times(self) -> Tensor:
        """(count,) how many photos see each point."""
        return torch.bincount(self.point, minlength=self.count)


def look(
    photos: PhotoSet,
    finder: SurfaceFinder,
    points: Tensor,
    normals: Tensor,
    *,
    least_cosine: float,
    fewest: int,
) -> Sightings:
    """Sightings of points (M, 3) with unit normals (M, 3): not hidden, not grazing, away from contours.

    Points that fewer than `fewest` photos see are left out.
    """
    inner = eroded(photos.masks, EDGE)
    found = [
        _seen_by(photos, finder, points, normals, inner, view, least_cosine) for view in range(photos.count)
    ]
    point, cosine, pixel = (torch.cat(part) for part in zip(*found, strict=True))
    view = torch.repeat_interleave(
        torch.arange(photos.count, device=points.device),
        torch.tensor([len(one[0]) for one in found], device=points.device),
    )
    enough = torch.bincount(point, minlength=len(points))[point] >= fewest
    order = torch.argsort(point[enough], stable=True)
    point, view, cosine, pixel = (part[enough][order] for part in (point, view, cosine, pixel))
    intensity = photos.intensity(0, view, pixel[:, None])[:, 0]
    return Sightings(len(points), point, view, cosine, intensity)


def _seen_by(
    photos: PhotoSet,
    finder: SurfaceFinder,
    points: Tensor,
    normals: Tensor,
    inner: Tensor,
    view: int,
    least_cosine: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Of one photo: the points it sees (R,), their cosines (R,) and pixels (R, 2)."""
    pixel, depth = project_one(photos, view, points)
    towards = functional.normalize(photos.centers[view] - points, dim=1)
    cosine = (towards * normals).sum(dim=1)
    height, width = inner.shape[1:]
    x, y = pixel.round().unbind(dim=1)
    inside = (depth > 0) & (x >= 0) & (y >= 0) & (x <= width - 1) & (y <= height - 1)
    at = (inside & (cosine > least_cosine)).nonzero()[:, 0]
    at = at[inner[view, y[at].long(), x[at].long()]]
    at = at[~finder.occluded(points[at] + LIFT * normals[at], towards[at])]
    return at, cosine[at], pixel[at]
