"""How sure each point of the surface is, from 0 to 1.

Every compared patch and every outline ray tells the surface's place with some precision: its term's second
derivative by a move of the surface along its normal. No patch is believed beyond a limit, as neighbours err
together; an outline says less still. Without a prior, what arrives around a vertex, I, is weighed against
what it takes to believe a place, I0: confidence = I / (I + I0). A prior's head is known far beyond what
photos show, as they tell of its latent: there the expected error e decides (`expected_error`),
and confidence = 1 / (1 + (e / e0)^2).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.sampling import face_areas, sample_surface
from h3dstudio.grid_solver.expected_error import expected_error, variance_left
from h3dstudio.grid_solver.schedule import RefineStage
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import Observations, data_terms, sources_of
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.posed_head import PosedHead
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.normal_equations import Quadratic
from h3dstudio.surface.surface_finder import MeshProxy

PATCH_ERROR, OUTLINE_ERROR = 1.0, 4.0
"""mm: no patch, and no outline ray, is believed to know better."""
ENOUGH = 50.0
"""I0, 1/mm^2: about 50 good patches within REACH make a confidence of a half."""
HALF = 0.6
"""e0, mm: the expected error that makes a confidence of a half."""
REACH, NEAR = 8.0, 4.0
"""mm over which patches speak for the surface, as at the border of what is seen they are few; and over which
expected errors are alike."""
SAMPLES = 8000
"""Points of the surface whose expected error is computed."""
PIXELS = 20_000
"""Source pixels that show where photos decide."""
PLACE = 1000
"""Of the draw of source pixels among the run's draws: none of the steps uses it."""


def vertex_confidence(
    observed: Observations, state: SceneState, mesh: TriangleMesh, prior: HeadPrior | None = None
) -> NDArray[np.float32]:
    """Confidence (V,) in [0, 1] of the vertices of `mesh` (working frame).

    Args:
        prior: that the state's head is of; only the photos and masks count without one.
    """
    field = state.field()
    try:
        surface = state.mesh(field)
    except MeshError:
        return np.zeros(len(mesh.vertices), np.float32)
    stage = RefineStage(0, 1)
    sources = sources_of(observed, PLACE, stage.level, min(PIXELS, observed.schedule.sources))
    terms = data_terms(observed, state, stage, field, MeshProxy(surface), sources).terms
    information = _information(state.grid, terms)
    points = torch.from_numpy(mesh.vertices).float().to(field.device)
    if prior is None or state.head is None:
        known = state.grid.value(information, points).clamp(min=0)
        return (known / (known + ENOUGH)).cpu().numpy().astype(np.float32)
    variance = state.grid.value(_variance(prior, state.head, state.grid, surface, information), points)
    error = expected_error(variance.clamp(min=0).cpu().numpy())
    return (1 / (1 + (error / HALF) ** 2)).astype(np.float32)


def _information(grid: Grid, terms: list[Quadratic]) -> Tensor:
    """Precision (nodes,) 1/mm^2 that arrives at each node."""
    total = torch.zeros(grid.size, device=terms[0].points.device)
    for term, limit in zip(terms, [PATCH_ERROR] * (len(terms) - 1) + [OUTLINE_ERROR], strict=True):
        precision = term.hessian.sum(dim=(1, 2)).clamp(min=0)
        total += _spread(grid, term.points.mean(dim=1), precision / (1 + limit**2 * precision), REACH)
    return total


def _variance(
    prior: HeadPrior, head: PosedHead, grid: Grid, surface: TriangleMesh, information: Tensor
) -> Tensor:
    """Variance (nodes,) mm^2 of the surface near each node."""
    sampled = sample_surface(surface, SAMPLES).points
    points = torch.from_numpy(sampled).float().to(information.device)
    area = float(face_areas(surface).sum()) / SAMPLES
    variance = variance_left(prior, head, points, area, grid.value(information, points))
    weight = _spread(grid, points, torch.ones_like(variance), NEAR)
    least = 1e-6 * weight.max()
    return (_spread(grid, points, variance, NEAR) + least * variance.mean()) / (weight + least)


def _spread(grid: Grid, points: Tensor, values: Tensor, width: float) -> Tensor:
    """Sum (nodes,) of what points (M, 3) say (M,), fading over `width` mm; in its place each counts full."""
    from scipy.ndimage import gaussian_filter

    total = np.zeros(grid.size)
    corners, weights = grid.weights(points)
    np.add.at(total, corners.cpu().numpy().ravel(), (weights * values[:, None]).cpu().numpy().ravel())
    sigma = width / grid.spacing
    blurred = gaussian_filter(total.reshape(grid.shape), sigma) * (2 * np.pi) ** 1.5 * sigma**3
    return torch.from_numpy(blurred.astype(np.float32)).reshape(-1).to(points.device)
