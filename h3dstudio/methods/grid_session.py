"""What the grid methods share: a scene of photos, masks and a residual grid, refined stage by stage.

A method adds how its scene begins (`begin`) and which schedule fits it (`schedule_of`). Working frame: see
`photometry.working_frame`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.appearance.model import Appearance, fit_appearance
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.rendering import render_mesh
from h3dstudio.grid_solver.confidence import vertex_confidence
from h3dstudio.grid_solver.schedule import Schedule
from h3dstudio.grid_solver.state import SceneState, state_arrays, state_from
from h3dstudio.grid_solver.steps import Observations
from h3dstudio.jobs.events import Log
from h3dstudio.methods.grid_plan import GridPlan
from h3dstudio.methods.grid_refinement import Refinement
from h3dstudio.methods.grid_settings import GridSettings
from h3dstudio.methods.method import BLACK, Capture, Findings, News, SessionState
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.working_frame import mesh_back, photo_set, working_frame
from h3dstudio.priors.cut_edge import mended_cut_edge
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.surface.device import choose_device
from h3dstudio.surface.export_surface import export_surface

Steps = Generator[News, None, SceneState]
SCENE = 1
"""First number of the place of a state that holds a scene; smaller ones are a method's own, before it."""


class GridSession(ABC):
    """A grid method at work on one head; see `method.Session`.

    Attributes:
        frame, radius: scan -> working frame; of the sphere that holds the head, mm.
        plan: steps and their pace: expected ones, until the scene has begun.
        scene: None before it has begun.
        caveats: why the head may be wrong, in words.
        finishing: the user wants what there is.
    """

    prior_in_use: HeadPrior | None = None

    def __init__(self, capture: Capture, settings: GridSettings, expected: Schedule, head_steps: int) -> None:
        self.capture, self.settings = capture, settings
        self.frame, self.radius, self._warning = working_frame(capture.unit_sphere)
        self.device = choose_device(settings.device)
        self.expected, self._head_steps = expected, head_steps
        self.plan = GridPlan.of(expected, head_steps)
        self.scene: SceneState | None = None
        self.caveats: list[str] = []
        self.finishing = False
        self.iterations = 0
        self._observed: Observations | None = None
        self._work: Generator[News, None, None] | None = None
        self._latest: Callable[[], TriangleMesh] = self.scene_mesh
        self._surface: TriangleMesh | None = None
        self._appearance: Appearance | None = None

    # What a method adds ------------------------------------------------------------------------------

    @abstractmethod
    def begin(self, observed: Observations) -> Steps:
        """The scene to refine. Ends soon with one of lower quality when `finishing`."""

    @abstractmethod
    def schedule_of(self, scene: SceneState) -> Schedule:
        """The schedule that fits a scene that has begun; the same for every later state of it."""

    # The work ----------------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        return self.plan.total

    @property
    def seconds_left(self) -> float | None:
        return self.plan.seconds_left

    def step(self) -> News | None:
        if self._work is None:
            self._work = self._steps()
        news = next(self._work, None)
        if news is not None and news.mesh is not None:
            self._latest = news.mesh
        return news

    def finish(self) -> None:
        self.finishing = True

    def news(self, phase: str, **more: Any) -> News:
        """News at the step that the plan is at."""
        return News(self.plan.done, phase, **more)

    def caveat(self, why: str) -> Log:
        """Note why the head may be wrong; the line that says so."""
        if why not in self.caveats:  # a resumed run comes to the same one again
            self.caveats.append(why)
        return Log(f"Low confidence: {why}.", "warning")

    def _steps(self) -> Generator[News, None, None]:
        logs = (Log(self._warning, "warning"),) if self._warning else ()
        yield self.news("silhouettes", logs=logs, timing="start")
        photos = photo_set(self.capture.views, self.frame, self.expected.image_side, self.device)
        observed = Observations.of(photos, self.expected, self.settings.seed)
        scene = self.scene
        if scene is None:
            scene = yield from self.begin(observed)
        else:
            self.caveats = list(scene.caveats)
        self.plan = self.plan.with_schedule(self.schedule_of(scene)).at(scene)
        self.iterations = self.plan.refinements(scene)
        if scene.cameras is not None:
            photos = photos.with_cameras(scene.cameras)
            observed = Observations.of(photos, self.plan.schedule, self.settings.seed)
        observed = replace(observed, schedule=self.plan.schedule)
        self._observed, self.scene = observed, scene
        yield self._begun(photos)
        yield from Refinement(self, observed).run(scene)

    def _begun(self, photos: PhotoSet) -> News:
        logs: tuple[Log, ...] = ()
        if photos.count < 2:
            told = (
                "a likely head with its outline" if self.plan.schedule.with_prior else "only its silhouette"
            )
            logs = (Log(f"One view shows an outline, not a shape: expect {told}.", "warning"),)
        return self.news("surface", logs=logs, mesh=self.scene_mesh, worth_showing=True, timing="start")

    # What comes of it --------------------------------------------------------------------------------

    def mesh(self) -> TriangleMesh:
        return self._latest()

    def scene_mesh(self) -> TriangleMesh:
        """The scene's surface, scan's frame."""
        scene = self._there()
        return self.back(scene.mesh(scene.field()))

    def surface(self) -> TriangleMesh:
        scene = self._there()
        field = scene.field()
        if scene.head is not None and self.prior_in_use is not None:
            field = mended_cut_edge(self.prior_in_use, scene.head, scene.grid, field)
        edge = self.plan.schedule.export_edge
        self._surface = export_surface(scene.grid, field, scene.mesh(field), edge)
        return self.back(self._surface)

    def confidence(self) -> NDArray[np.float32] | None:
        assert self._surface is not None
        assert self._observed is not None
        return vertex_confidence(self._observed, self._there(), self._surface, self._own_prior())

    def colors(self) -> NDArray[np.uint8] | None:
        assert self._surface is not None
        assert self._observed is not None
        self._appearance = fit_appearance(self._observed.photos, self._surface)
        return self._appearance.vertex_colors()

    def render(
        self, camera: Camera, size: tuple[int, int], *, photo: int | None = None, background: Any = BLACK
    ) -> NDArray[np.uint8]:
        if self._appearance is None:
            return render_mesh(self.mesh(), camera, size, background=background)
        there = camera.in_frame(self.frame)
        return self._appearance.render(there, size, light=photo, detail=photo is None, background=background)

    def findings(self) -> Findings:
        scene = self._there()
        return Findings(self.iterations, cameras=self._cameras(scene), caveats=tuple(self.caveats))

    def back(self, mesh: TriangleMesh) -> TriangleMesh:
        """A mesh of the working frame in the scan's own."""
        return mesh_back(mesh, self.frame)

    def _own_prior(self) -> HeadPrior | None:
        return None if self._there().head is None else self.prior_in_use

    def _cameras(self, scene: SceneState) -> tuple[Camera, ...] | None:
        """Corrected cameras (scan's frame) of the photos as given; None where none was corrected."""
        if scene.cameras is None:
            return None
        back = [camera.in_frame(self.frame.inverse()) for camera in scene.cameras]  # of reduced photos
        return tuple(
            Camera(view.view.camera.intrinsics, camera.rotation, camera.translation)
            for view, camera in zip(self.capture.views, back, strict=True)
        )

    def _there(self) -> SceneState:
        assert self.scene is not None, "the scene has not begun"
        return self.scene

    # Going on ----------------------------------------------------------------------------------------

    def state(self) -> SessionState | None:
        if self.scene is None:
            return None
        scene = replace(self.scene, caveats=tuple(self.caveats))
        return SessionState((SCENE, scene.stage, scene.step), state_arrays(scene))

    def restore(self, state: SessionState) -> None:
        self.scene = state_from(state.arrays, self.device)
