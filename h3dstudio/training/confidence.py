"""How far the photos, rather than the prior, decided each point of the surface.

Every compared patch and every outline ray tells the surface's place with some precision: its term's second
derivative by a move of the surface along its normal. No patch is believed beyond a limit, as neighbours err
together; an outline says less still. What arrives around a vertex, I, is weighed against what it takes to
believe a place, I0: confidence = I / (I + I0). Where photos see nothing it is 0: there the prior holds.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.errors import MeshError
from h3dstudio.fields.grid import Grid
from h3dstudio.fields.normal_equations import Quadratic
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.training.schedule import RefineStage
from h3dstudio.training.state import SceneState
from h3dstudio.training.steps import Problem, data_terms, sources_of

PATCH_ERROR, OUTLINE_ERROR = 1.0, 4.0
"""mm: no patch, and no outline ray, is believed to know better."""
ENOUGH = 50.0
"""I0, 1/mm^2: about 50 good patches within REACH make a confidence of a half."""
REACH = 8.0
"""mm over which patches speak for the surface; at the border of what is seen they are few."""
PLACE = 1000
"""Of the draw of source pixels among the run's draws: none of the steps uses it."""


def vertex_confidence(problem: Problem, state: SceneState, mesh: TriangleMesh) -> NDArray[np.float32]:
    """Confidence (V,) in [0, 1] of the vertices of `mesh` (working frame)."""
    field = state.field()
    try:
        surface = state.mesh(field)
    except MeshError:
        return np.zeros(len(mesh.vertices), np.float32)
    stage = RefineStage(0, 1)
    terms = data_terms(problem, state, stage, field, surface, sources_of(problem, PLACE, stage.level)).terms
    limits = [PATCH_ERROR] * (len(terms) - 1) + [OUTLINE_ERROR]
    gathered = _gathered(state.grid, terms, limits)
    points = torch.from_numpy(mesh.vertices).float().to(field.device)
    information = state.grid.value(gathered.reshape(-1), points).clamp(min=0)
    return (information / (information + ENOUGH)).cpu().numpy().astype(np.float32)


def _gathered(grid: Grid, terms: list[Quadratic], limits: list[float]) -> Tensor:
    """Precision (X, Y, Z) that arrives at each node, 1/mm^2."""
    from scipy.ndimage import gaussian_filter

    total = np.zeros(grid.size)
    for term, limit in zip(terms, limits, strict=True):
        corners, weights = grid.weights(term.points.mean(dim=1))
        precision = term.hessian.sum(dim=(1, 2)).clamp(min=0)
        precision = precision / (1 + limit**2 * precision)
        np.add.at(total, corners.cpu().numpy().ravel(), (weights * precision[:, None]).cpu().numpy().ravel())
    width = REACH / grid.spacing
    # The blur spreads a patch over its neighbourhood; scaled so that at its middle it still counts in full.
    blurred = gaussian_filter(total.reshape(grid.shape), width) * (2 * np.pi) ** 1.5 * width**3
    return torch.from_numpy(blurred.astype(np.float32)).to(terms[0].points.device)
