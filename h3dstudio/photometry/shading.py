"""Shading tells how the surface is inclined, wherever light turns with the subject.

Photometric stereo (Woodham, "Photometric method for determining surface orientation from multiple images",
Optical Engineering 1980) with a light that is learned from the head as it is (`light_map`): what is left of
a point's log intensities wants its normal turned. The turn is a change of f at four points around it,

    dn = t1 df1 + t2 df2,  df1 = (f(x + h t1) - f(x - h t1)) / 2h  (|grad f| = 1),

which makes the term one more quadratic beside those of photos and masks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from h3dstudio.geometry.sampling import face_areas
from h3dstudio.photometry.light_map import LightMap, blocked_light, fit_light_map
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.sightings import Sightings, look
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.normal_equations import Quadratic
from h3dstudio.surface.smoothness import tangents
from h3dstudio.surface.surface_finder import MeshProxy


@dataclass(frozen=True)
class ShadingOptions:
    """How shading is read.

    Attributes:
        points: vertices a step; 0 = shading is not read.
        reach: h, mm.
        least_cosine: photos must see the surface at least this frontally.
        fewest: photos that must see a point.
        model: standard deviation of the log intensity by which the light is known at best: shadows and gloss
            that the map does not hold, which no number of points averages away.
    """

    points: int = 8000
    reach: float = 2.0
    least_cosine: float = 0.35
    fewest: int = 2
    model: float = 0.02


def shading_term(
    photos: PhotoSet,
    grid: Grid,
    samples: Tensor,
    finder: MeshProxy,
    rng: np.random.Generator,
    options: ShadingOptions,
) -> Quadratic:
    """The quadratic of shading at vertices drawn from the surface: groups of 4 points."""
    chosen = np.sort(rng.permutation(len(finder.mesh.vertices))[: options.points])
    points = torch.from_numpy(finder.mesh.vertices[chosen]).float().to(samples.device)
    normals = functional.normalize(grid.smooth_gradient(samples, points, options.reach), dim=1)
    seen = look(photos, finder, points, normals, least_cosine=options.least_cosine, fewest=options.fewest)
    rotations = torch.stack([torch.from_numpy(camera.rotation) for camera in photos.cameras]).to(points)
    blocked = blocked_light(finder, points, normals, seen, rotations)
    light = fit_light_map(seen, normals, rotations, blocked)
    across = torch.stack(tangents(normals), dim=1)  # (M, 2, 3)
    overlap = max(1.0, len(points) * (2 * options.reach) ** 2 / float(face_areas(finder.mesh).sum()))
    hessian, gradient = _by_turn(seen, light, across, options.model, overlap)
    around = torch.cat([across, -across], dim=1)[:, [0, 2, 1, 3]] * options.reach
    to_turn = torch.tensor([[1.0, -1, 0, 0], [0, 0, 1, -1]], device=points.device) / (2 * options.reach)
    told = hessian.diagonal(dim1=1, dim2=2).sum(dim=1) > 1e-6
    return Quadratic(
        (points[:, None] + around)[told],
        to_turn.T @ hessian[told] @ to_turn,
        gradient[told] @ to_turn,
    )


def _by_turn(
    seen: Sightings, light: LightMap, across: Tensor, model: float, overlap: float
) -> tuple[Tensor, Tensor]:
    """Second and first derivative (M, 2, 2), (M, 2) of the misfit by the turn along both tangents."""
    slope = torch.einsum("rki,ri->rk", across[seen.point], light.slope)
    weight = light.weight / ((light.spread**2 + model**2) * overlap)
    products = (slope[:, :, None] * slope[:, None] * weight[:, None, None]).reshape(-1, 4)
    pulls = -slope * (light.residual * weight)[:, None]
    hessian, gradient = (
        torch.segment_reduce(each, "sum", lengths=seen.times, axis=0) for each in (products, pulls)
    )
    return hessian.reshape(-1, 2, 2), gradient
