"""Where masks contradict the prior's head: hair, hats, worn things, and heads that no prior knows.

A foreground pixel whose ray passes the fitted head by millimetres is evidence of something the prior does not
know. All along such rays the visual hull takes the head's place; where the head sticks out of the masks it is
cut; everything else, and above all what no photo sees, stays the prior's. Photos then correct the whole, with
the stages of `schedule.for_prior_mismatch`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.grid_solver.hull_start import hull_start
from h3dstudio.grid_solver.schedule import Schedule
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.silhouettes import CONTOUR, INSIDE, OUTSIDE, SilhouetteRays, least_along_rays
from h3dstudio.priors.baking import baked
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.posed_head import PosedHead
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.redistance import redistance
from h3dstudio.surface.surface_finder import MeshProxy, SurfaceFinder

WRONG = 4.0
"""mm by which a head misses an outline where it is wrong; masks are not that bad."""
FEW, MOST = 0.012, 0.2
"""Share of the masks' rays that may pass the head: heads like the population's lack 0 to 0.007, those with
hair, beards, hats or glasses 0.018 to 0.16. And share of all rays that it may miss one way or the other:
beyond, it is no head that the prior knows."""
STRIDE = 2
"""Pixels between the rays that are looked at."""
SEAM = 1.5
"""mm of the Gaussian over the field, for head and hull to meet without a step."""
FAR = 20.0
"""mm: no added field counts from further away."""
RECESS = 3.0
"""mm by which the smoothed hull may be too small: noses and ears stay whole."""


@dataclass(frozen=True)
class Missed:
    """How much of the outlines a head misses.

    Attributes:
        short: share of the rays inside and along the masks that pass it: what it lacks. Where it sticks out,
            refinement cuts it.
        share: of all rays, those that it misses one way or the other.
    """

    short: float
    share: float


def missed_outline(grid: Grid, field: Tensor, rays: SilhouetteRays) -> Missed:
    """Compare field (X, Y, Z) with what the rays want."""
    flat = field.reshape(-1)
    points = least_along_rays(grid, flat, rays.origins, rays.directions)
    value = grid.value(flat, points)
    sticks_out, falls_short = value < -WRONG, value > WRONG
    off = torch.where(rays.kind == INSIDE, falls_short, sticks_out)
    off = torch.where(rays.kind == CONTOUR, sticks_out | falls_short, off)
    own = rays.kind != OUTSIDE
    return Missed(float((off & falls_short)[own].float().mean()), float(off.float().mean()))


def blended_with_hull(
    photos: PhotoSet, prior: HeadPrior, head: PosedHead, schedule: Schedule, radius: float
) -> SceneState:
    """The head cut to the masks, with the hull (in the sphere of `radius` mm) where it falls short of them.

    Raises ReconstructionError when there is no hull, MeshError when the head is not in it.
    """
    start = hull_start(photos, radius, schedule)
    grid, hull = start.grid, start.base
    own = baked(prior, head, grid).to(hull.device)
    finder = MeshProxy(zero_level(own.cpu().numpy(), grid.origin, grid.spacing))
    near = torch.nonzero(hull.reshape(-1) < FAR)[:, 0]
    unknown = beyond(photos, finder, torch.from_numpy(grid.nodes()).to(hull.device)[near])
    added = torch.full_like(hull, FAR)
    added.view(-1)[near[unknown]] = hull.reshape(-1)[near[unknown]]
    mixed = torch.minimum(torch.maximum(own, hull - RECESS), added)
    smooth = _smooth(mixed, SEAM / grid.spacing)
    state = replace(start, head=head, prior_mismatch=True)
    return state.rebased(redistance(grid, smooth, state.mesh(smooth)))


def beyond(photos: PhotoSet, finder: SurfaceFinder, points: Tensor) -> Tensor:
    """(M,) bool: which points (M, 3) lie on rays of foreground pixels that pass the surface by `WRONG`."""
    out = torch.zeros(len(points), dtype=torch.bool, device=photos.device)
    for view in range(photos.count):
        missed = torch.from_numpy(_missed(photos, finder, view)).to(photos.device)
        pixel, ahead = photos.project(torch.full((len(points),), view, device=photos.device), points)
        cell = (pixel / STRIDE).round().long()
        height, width = missed.shape
        inside = (cell >= 0).all(dim=1) & (cell[:, 0] < width) & (cell[:, 1] < height) & (ahead > 0)
        at = torch.where(inside, cell[:, 1] * width + cell[:, 0], 0)
        out |= inside & missed.reshape(-1)[at]
    return out


def _missed(photos: PhotoSet, finder: SurfaceFinder, view: int) -> NDArray[np.bool_]:
    """(h, w) every STRIDE-th pixel: foreground, but further than `WRONG` from the surface's own outline."""
    from scipy.ndimage import distance_transform_edt

    mask = photos.masks[view][::STRIDE, ::STRIDE]
    height, width = mask.shape
    row, column = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    pixel = STRIDE * torch.stack([column, row], dim=-1).reshape(-1, 2).float().to(photos.device)
    index = torch.full((len(pixel),), view, device=photos.device)
    depth = finder.depth(photos.centers[index], photos.directions(index, pixel))
    hit = torch.isfinite(depth).reshape(mask.shape).cpu().numpy()
    if not hit.any():
        return mask.cpu().numpy()
    cell = float(photos.centers[view].norm()) / photos.cameras[view].intrinsics[0, 0] * STRIDE
    return np.asarray((distance_transform_edt(~hit) * cell > WRONG) & mask.cpu().numpy())


def _smooth(field: Tensor, nodes: float) -> Tensor:
    from scipy.ndimage import gaussian_filter

    return torch.from_numpy(gaussian_filter(field.cpu().numpy(), nodes)).to(field.device)
