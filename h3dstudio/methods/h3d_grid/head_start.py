"""The prior's head that the photos show, as the base of a scene."""

from __future__ import annotations

import numpy as np

from h3dstudio.grid_solver.schedule import Schedule
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.priors.baking import baked
from h3dstudio.priors.fitting.head_finder import posed_mesh
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.posed_head import PosedHead
from h3dstudio.surface.grid import grid_over
from h3dstudio.surface.residual import ResidualPyramid

PADDING = 14.0
"""mm of free space kept around the head."""


def head_start(prior: HeadPrior, head: PosedHead, schedule: Schedule) -> SceneState:
    """The fitted head as the base of a scene of its own extent."""
    vertices = posed_mesh(prior, head).vertices
    lower, upper = vertices.min(axis=0) - PADDING, vertices.max(axis=0) + PADDING
    grid = grid_over(lower, upper, schedule.spacing, len(schedule.sigmas))
    pyramid = ResidualPyramid.over(grid, schedule.sigmas)
    base = baked(prior, head, grid).to(head.latent.device)
    return SceneState(pyramid, base, np.zeros(pyramid.size, np.float32), head=head)
