"""Where masks contradict the prior's head: hair, hats, shoulders, and heads that no prior knows.

A silhouette that the fitted head misses by millimetres is evidence that the prior is wrong there. Around such
rays the visual hull takes the head's place, and depth is looked for in the photos, as without a prior; where
outlines and head agree, the head stays.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from h3dstudio.errors import MeshError
from h3dstudio.fields.grid import Grid, refined
from h3dstudio.fields.initial import hull_field
from h3dstudio.fields.prior.baking import baked
from h3dstudio.fields.prior.head_prior import HeadPrior
from h3dstudio.fields.prior.posed_head import PosedHead
from h3dstudio.fields.redistance import redistance
from h3dstudio.fields.residual import ResidualPyramid
from h3dstudio.fields.silhouettes import CONTOUR, INSIDE, SilhouetteRays, least_along_rays
from h3dstudio.training.schedule import LOCAL_SWEEPS, Schedule
from h3dstudio.training.state import SceneState
from h3dstudio.training.steps import Problem, SweepNews, run_sweep

WRONG = 4.0
"""mm by which a head misses an outline where it is wrong; masks are not that bad."""
REACH = 30.0
"""mm over which rays are taken together."""
FEW, MOST = 0.02, 0.2
"""Shares of the rays that the head misses: below, it is right; above, it is no head that the prior knows."""
SURE = (0.25, 0.6)
"""Share of the rays near a place that must miss for the hull to begin, and to take over entirely."""


@dataclass(frozen=True, eq=False)
class Doubt:
    """Where the head is wrong.

    Attributes:
        share: of all rays, how many it misses.
        weight: (X, Y, Z) of the hull in [0, 1], on the scene's grid.
    """

    share: float
    weight: Tensor


def doubts(grid: Grid, field: Tensor, rays: SilhouetteRays) -> Doubt:
    """Compare field (X, Y, Z) with what every ray wants of it."""
    flat = field.reshape(-1)
    points = least_along_rays(grid, flat, rays.origins, rays.directions)
    value = grid.value(flat, points)
    sticks_out, falls_short = value < -WRONG, value > WRONG
    off = torch.where(rays.kind == INSIDE, falls_short, sticks_out)
    off = torch.where(rays.kind == CONTOUR, sticks_out | falls_short, off)
    coarse = grid
    while coarse.spacing < 0.3 * REACH and all(count % 2 for count in coarse.shape):
        coarse = coarse.coarser()
    hit, seen = (_spread(coarse, points[chosen]) for chosen in (off, torch.ones_like(off)))
    ratio = np.where(seen > 1e-4 * seen.max(), hit / np.maximum(seen, 1e-12), 0.0)
    weight = np.clip((ratio - SURE[0]) / (SURE[1] - SURE[0]), 0, 1).astype(np.float32)
    fine = torch.from_numpy(weight)
    while fine.shape != grid.shape:
        fine = refined(fine)
    return Doubt(float(off.float().mean()), fine.to(field.device))


def _spread(grid: Grid, points: Tensor) -> np.ndarray:
    """Points (M, 3) counted at the grid's nodes and blurred by REACH."""
    from scipy.ndimage import gaussian_filter

    counts = np.zeros(grid.size)
    if len(points):
        corners, weights = grid.weights(points)
        np.add.at(counts, corners.cpu().numpy().ravel(), weights.cpu().numpy().ravel())
    return np.asarray(gaussian_filter(counts.reshape(grid.shape), REACH / grid.spacing))


def blended_with_hull(
    problem: Problem, prior: HeadPrior, head: PosedHead, schedule: Schedule, radius: float
) -> Generator[SweepNews, None, SceneState | None]:
    """The head with the hull where it is wrong, its depth looked for in the photos.

    Returns None when the head is wrong everywhere.
    """
    initial = hull_field(
        problem.photos,
        radius,
        spacing=schedule.spacing,
        levels=len(schedule.sigmas),
        smoothing=schedule.hull_smoothing,
    )
    grid = initial.grid
    own = baked(prior, head, grid).to(initial.samples.device)
    doubt = doubts(grid, own, problem.rays)
    if doubt.share > MOST:
        return None
    pyramid = ResidualPyramid.over(grid, schedule.sigmas)
    state = SceneState(pyramid, own, np.zeros(pyramid.size, np.float32), head=head, contradicted=True)
    mixed = own + doubt.weight * (initial.samples - own)
    state = _redistanced(state, mixed)
    for stage in LOCAL_SWEEPS:
        swept = yield from run_sweep(problem, state, stage)
        base = state.base + doubt.weight * (swept.base - state.base)
        state = _redistanced(state, base)
    return state


def _redistanced(state: SceneState, field: Tensor) -> SceneState:
    try:
        return state.rebased(redistance(state.grid, field, state.mesh(field)))
    except MeshError:
        return replace(state, base=field)
