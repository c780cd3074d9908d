"""How a run ends: the final surface with confidence, landmarks and colours, judged by its pictures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from h3dstudio.appearance.model import Appearance, fit_appearance
from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import H3DError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.confidence import vertex_confidence
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import Problem
from h3dstudio.jobs.events import Log, MeshSnapshot, Metrics
from h3dstudio.methods.image_scores import score_views
from h3dstudio.methods.result import ReconstructionResult
from h3dstudio.methods.story import Story, Told
from h3dstudio.photometry.lpips import find_lpips
from h3dstudio.photometry.working_frame import mesh_back
from h3dstudio.priors.cut_edge import mended_rim
from h3dstudio.priors.fitting.head_finder import suggested_landmarks
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.surface.export_surface import export_surface


@dataclass(frozen=True, eq=False)
class Outcome:
    """Makes a run's result of its last state.

    Attributes:
        prior: None without one.
    """

    problem: Problem
    state: SceneState
    story: Story
    views: Sequence[LoadedView]
    held_out: Sequence[LoadedView]
    prior: HeadPrior | None

    def result(self, iterations: int) -> Told[ReconstructionResult]:
        """The head after `iterations` steps."""
        story, state, frame = self.story, self.state, self.story.frame
        done = story.plan.done(state)
        mesh = yield from self._surface(done)
        yield story.progress(done, "confidence")
        mesh, landmarks = self._annotated(mesh)
        begun = time.monotonic()
        yield story.progress(done, "colours")
        appearance = fit_appearance(self.problem.photos, mesh)
        mesh = mesh_back(mesh.with_colors(appearance.vertex_colors()), frame)
        story.clock("colours", begun)
        yield MeshSnapshot(done, mesh)
        yield story.progress(done, "comparing pictures with photos")
        cameras = cameras_back(state, self.views, frame)
        scores = yield from self._scores(appearance, cameras, done + 1)
        whole = state.stage == len(story.plan.schedule.stages)
        yield story.progress(story.plan.total if whole else done, "done")
        return ReconstructionResult(
            mesh,
            iterations,
            scores,
            story.timings,
            appearance,
            frame,
            None if state.head is None else state.head.latent.cpu().numpy(),
            None if state.head is None else state.head.pose @ frame,
            landmarks,
            tuple(story.doubts),
            cameras,
        )

    def _surface(self, done: int) -> Told[TriangleMesh]:
        """The mesh of the last field, finely; shown before it has colours."""
        story, state = self.story, self.state
        begun = time.monotonic()
        yield story.progress(done, "final surface")
        field = state.field()
        if state.head is not None and self.prior is not None:
            field = mended_rim(self.prior, state.head, state.grid, field)
        mesh = export_surface(state.grid, field, state.mesh(field), story.plan.schedule.export_edge)
        yield MeshSnapshot(done, mesh_back(mesh, story.frame))
        story.clock("surface", begun)
        return mesh

    def _annotated(self, mesh: TriangleMesh) -> tuple[TriangleMesh, NDArray[np.float64] | None]:
        """The mesh with confidence, and the landmarks (68, 3) of the scan that its head suggests."""
        begun, head = time.monotonic(), self.state.head
        mesh = mesh.with_quality(vertex_confidence(self.problem, self.state, mesh, self.prior))
        landmarks = None
        if head is not None and self.prior is not None:
            landmarks = self.story.frame.inverse().apply(suggested_landmarks(self.prior, head, mesh))
        self.story.clock("confidence", begun)
        return mesh, landmarks

    def _scores(
        self, appearance: Appearance, cameras: tuple[Camera, ...] | None, step: int
    ) -> Told[dict[str, object]]:
        """Judge the pictures, where that can be done: a head is no worse for photos too small to compare."""
        begun, views = time.monotonic(), self.views
        if cameras is not None:
            views = [_seen_by(view, camera) for view, camera in zip(views, cameras, strict=True)]
        lpips = None
        try:
            lpips = find_lpips()
        except H3DError as error:
            yield Log(f"The pictures of the head are judged without LPIPS: {error}", "warning")
        try:
            scores = score_views(appearance, views, self.held_out, self.story.frame, lpips=lpips)
        except H3DError as error:
            yield Log(f"The pictures of the head were not judged: {error}", "warning")
            return {}
        self.story.clock("image scores", begun)
        yield Metrics(step, {name.replace("_", " "): x for name, x in scores.items() if name != "views"})
        return scores


def cameras_back(
    state: SceneState, views: Sequence[LoadedView], frame: Similarity
) -> tuple[Camera, ...] | None:
    """Corrected cameras (scan's frame) of the photos as they were given; None where none was corrected.

    Args:
        frame: scan -> working frame.
    """
    if state.cameras is None:
        return None
    back = [camera.in_frame(frame.inverse()) for camera in state.cameras]  # of reduced photos
    return tuple(
        Camera(view.view.camera.intrinsics, camera.rotation, camera.translation)
        for view, camera in zip(views, back, strict=True)
    )


def _seen_by(view: LoadedView, camera: Camera) -> LoadedView:
    return replace(view, view=replace(view.view, camera=camera))
