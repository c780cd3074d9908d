"""The visual hull as the base of a scene."""

from __future__ import annotations

import numpy as np

from h3dstudio.grid_solver.schedule import Schedule
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.photometry.hull_field import hull_field
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.surface.residual import ResidualPyramid


def hull_start(photos: PhotoSet, radius: float, schedule: Schedule) -> SceneState:
    """The visual hull in the unit sphere of `radius` mm. Raises ReconstructionError when it is empty."""
    initial = hull_field(
        photos,
        radius,
        spacing=schedule.spacing,
        levels=len(schedule.sigmas),
        smoothing=schedule.hull_smoothing,
    )
    pyramid = ResidualPyramid.over(initial.grid, schedule.sigmas)
    return SceneState(pyramid, initial.samples, np.zeros(pyramid.size, np.float32))
