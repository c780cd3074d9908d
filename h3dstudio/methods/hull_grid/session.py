"""The hull grid at work: IDR's structure (Yariv et al. 2020: masks, photos, one surface) on a grid.

Photo-consistency stands in place of a learned radiance, and Gauss-Newton in place of stochastic gradient
descent: seconds instead of hours.
"""

from __future__ import annotations

from collections.abc import Generator

from h3dstudio.grid_solver.hull_start import hull_start
from h3dstudio.grid_solver.schedule import Schedule, for_views, hull_schedule
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import Observations
from h3dstudio.methods.grid_session import GridSession
from h3dstudio.methods.grid_settings import GridSettings
from h3dstudio.methods.method import Capture, News


class HullGridSession(GridSession):
    """Begins with the visual hull."""

    def __init__(self, capture: Capture, settings: GridSettings) -> None:
        super().__init__(capture, settings, for_views(hull_schedule(settings.quality), len(capture.views)), 0)

    def begin(self, observed: Observations) -> Generator[News, None, SceneState]:
        yield self.news("hull of the masks")
        return hull_start(observed.photos, self.radius, self.expected)

    def schedule_of(self, scene: SceneState) -> Schedule:
        return self.expected
