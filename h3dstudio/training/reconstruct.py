"""From photos to a head: the generator that the window, the command line and the tests all run.

IDR mode (Yariv et al. 2020: one signed distance per scene, differentiable surface points, masks and photos),
with grids in place of the network, photo-consistency in place of a learned radiance, and Gauss-Newton in
place of stochastic gradient descent: seconds instead of hours.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import H3DError, ReconstructionError
from h3dstudio.fields.appearance import Appearance, fit_appearance
from h3dstudio.fields.export_surface import export_surface
from h3dstudio.fields.initial import hull_field
from h3dstudio.fields.residual import ResidualPyramid
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import Checkpointed, Event, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.training.image_scores import score_views
from h3dstudio.training.pace import Pace
from h3dstudio.training.schedule import RefineStage, Schedule, Stage, SweepStage, for_views, schedule_for
from h3dstudio.training.settings import ReconstructionSettings
from h3dstudio.training.state import SceneState, load_state, save_state
from h3dstudio.training.steps import Problem, refine_step, run_sweep, sources_of, with_spread
from h3dstudio.training.working_frame import camera_in, mesh_back, photo_set, working_frame

CHECKPOINT_SECONDS = 3.0
"""A killed run loses at most about this much work."""


@dataclass(frozen=True, eq=False)
class ReconstructionResult:
    """A head.

    Attributes:
        mesh: in the scan's own frame and unit, with vertex colours.
        iterations: Gauss-Newton steps taken.
        image_metrics: PSNR and SSIM inside the mask, on training and held-out views.
        timings: seconds by phase.
    """

    mesh: TriangleMesh
    iterations: int
    image_metrics: dict[str, object] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    appearance: Appearance | None = None
    frame: Similarity = field(default_factory=Similarity.identity)

    def render(self, camera: Camera, size: tuple[int, int]) -> NDArray[np.uint8]:
        """The head as a photo (H, W, 3) from a camera in the scan's frame; size is (width, height)."""
        from h3dstudio.geometry.rendering import render_mesh

        if self.appearance is None:
            return render_mesh(self.mesh, camera, size, colors="vertex")
        return self.appearance.render(camera_in(self.frame, camera), size)


Stream = Generator[Event, Request | None, ReconstructionResult]


def reconstruct(
    views: Sequence[LoadedView],
    unit_sphere: Similarity,
    settings: ReconstructionSettings,
    *,
    held_out: Sequence[LoadedView] = (),
    checkpoint: Path | None = None,
    resume: bool = False,
) -> Stream:
    """Reconstruct the head on `views`.

    Args:
        views: photos, masks and cameras (world of the scan -> pixel).
        unit_sphere: maps the unit sphere that holds the head to the scan's frame.
        held_out: views that only judge the result.
        checkpoint: file that the run can be continued from; None keeps none.
        resume: continue from `checkpoint`; the mesh is the same as without the interruption.

    Raises:
        ReconstructionError: no views, masks and cameras that do not fit together, a checkpoint of another
            run.
    """
    if not views:
        raise ReconstructionError("there are no views to reconstruct from", remedy="Choose at least one view")
    return _Run(views, unit_sphere, settings, held_out, checkpoint).events(resume)


class _Run:
    """One reconstruction; the generator's local state, split over a few short methods."""

    def __init__(
        self,
        views: Sequence[LoadedView],
        unit_sphere: Similarity,
        settings: ReconstructionSettings,
        held_out: Sequence[LoadedView],
        checkpoint: Path | None,
    ) -> None:
        self.views, self.held_out = views, held_out
        self.settings, self.checkpoint = settings, checkpoint
        self.schedule: Schedule = for_views(schedule_for(settings.quality), len(views))
        self.frame, self.radius, self.warning = working_frame(unit_sphere)
        self.device = choose_device(settings.device)
        self.begun = time.monotonic()
        self.saved = self.begun
        self.timings: dict[str, float] = {}
        kinds = [_kind(stage) for stage in self.schedule.stages for _ in range(stage.steps)]
        self.pace = Pace([*kinds, "surface and colours"])
        self.total = len(kinds) + 1
        self.latest: SceneState | None = None
        self.iterations = 0
        self.finishing = False

    def events(self, resume: bool) -> Stream:
        try:
            return (yield from self._events(resume))
        except torch.OutOfMemoryError as error:
            raise ReconstructionError(
                f"the GPU's memory ran out at quality {self.settings.quality}",
                remedy="Choose a lower quality, close other programs that use the GPU, or use --device cpu",
            ) from error

    def _events(self, resume: bool) -> Stream:
        if self.warning:
            yield Log(self.warning, "warning")
        yield self.progress(0, "silhouettes")
        photos = photo_set(self.views, self.frame, self.schedule.image_side, self.device)
        problem = Problem.of(photos, self.schedule, self.settings.seed)
        state = self.latest = self._first_state(problem, resume)
        if photos.count < 2:
            yield Log("One view shows an outline, not a shape: expect only its silhouette.", "warning")
        yield MeshSnapshot(self._done(state), mesh_back(state.mesh(state.field()), self.frame))
        self._clock("start", self.begun)
        try:
            state = yield from self._stages(problem, state)
        except GeneratorExit:
            self._save(self.latest)
            raise
        return (yield from self._finish(problem, state))

    def _first_state(self, problem: Problem, resume: bool) -> SceneState:
        if resume and self.checkpoint is not None and self.checkpoint.exists():
            return load_state(self.checkpoint, self.fingerprint, self.device)
        schedule = self.schedule
        initial = hull_field(
            problem.photos,
            self.radius,
            spacing=schedule.spacing,
            levels=len(schedule.sigmas),
            smoothing=schedule.hull_smoothing,
        )
        pyramid = ResidualPyramid.over(initial.grid, schedule.sigmas)
        return SceneState(pyramid, initial.samples, np.zeros(pyramid.size, np.float32))

    def _stages(self, problem: Problem, state: SceneState) -> Generator[Event, Request | None, SceneState]:
        for place in range(state.stage, len(self.schedule.stages)):
            stage = self.schedule.stages[place]
            if isinstance(stage, SweepStage):
                state = yield from self._sweep(problem, state, stage)
            else:
                state = yield from self._refine(problem, state, stage)
            if self.finishing:
                return state
            yield from self._checkpointed(state, force=True)
        return state

    def _sweep(
        self, problem: Problem, state: SceneState, stage: SweepStage
    ) -> Generator[Event, Request | None, SceneState]:
        begun = time.monotonic()
        yield from self._tell(self.progress(self._done(state), "depth search"))
        if self.finishing:
            return state
        maps = run_sweep(problem, state, stage)
        while True:
            try:
                made, wanted = next(maps)
            except StopIteration as finished:
                swept = with_spread(problem, finished.value)
                break
            phase = f"depth search {made}/{wanted}"
            yield from self._tell(self.progress(self._done(state), phase))
            if self.finishing:
                return state
        state = self._moved_on(swept, stage, begun, "depth search")
        done = self._done(state)
        yield from self._tell(self.progress(done, "depth search"))
        yield from self._tell(MeshSnapshot(done, mesh_back(state.mesh(state.field()), self.frame)))
        return state

    def _refine(
        self, problem: Problem, state: SceneState, stage: RefineStage
    ) -> Generator[Event, Request | None, SceneState]:
        sources = sources_of(problem, state.stage, stage.level)
        for step in range(state.step, stage.steps):
            begun = time.monotonic()
            moved, mesh, metrics = refine_step(problem, state, stage, sources)
            state = self._moved_on(replace(moved, step=step), stage, begun, "refinement")
            self.iterations += 1
            done = self._done(state)
            yield from self._tell(self.progress(done, "refinement"))
            yield from self._tell(Metrics(done, metrics.as_dict()))
            yield from self._tell(MeshSnapshot(done, mesh_back(mesh, self.frame)))
            if self.finishing:
                break
            yield from self._checkpointed(state)
        return state

    def _finish(self, problem: Problem, state: SceneState) -> Stream:
        begun = time.monotonic()
        yield self.progress(self._done(state), "surface and colours")
        field_now = state.field()
        mesh = export_surface(state.grid, field_now, state.mesh(field_now), self.schedule.export_edge)
        self._save(state)
        self._clock("surface", begun)
        begun = time.monotonic()
        appearance = fit_appearance(problem.photos, mesh)
        mesh = mesh_back(mesh.with_colors(appearance.vertex_colors()), self.frame)
        self._clock("colours", begun)
        yield MeshSnapshot(self._done(state), mesh)
        scores = yield from self._scores(appearance, self._done(state) + 1)
        whole = state.stage == len(self.schedule.stages)
        yield self.progress(self.total if whole else self._done(state), "done")
        return ReconstructionResult(mesh, self.iterations, scores, self.timings, appearance, self.frame)

    def _scores(
        self, appearance: Appearance, step: int
    ) -> Generator[Event, Request | None, dict[str, object]]:
        """Judge the pictures, where that can be done: a head is no worse for photos too small to compare."""
        begun = time.monotonic()
        try:
            scores = score_views(appearance, self.views, self.held_out, self.frame)
        except H3DError as error:
            yield Log(f"The pictures of the head were not judged: {error}", "warning")
            return {}
        self._clock("image scores", begun)
        yield Metrics(step, {name.replace("_", " "): x for name, x in scores.items() if name != "views"})
        return scores

    def _moved_on(self, state: SceneState, stage: Stage, begun: float, phase: str) -> SceneState:
        """The state after a step that began at `begun`: what is saved from now on never repeats it."""
        if state.step + 1 < stage.steps:
            state = replace(state, step=state.step + 1)
        else:
            state = replace(state, stage=state.stage + 1, step=0)
        self.latest = state
        self.pace.took(_kind(stage), time.monotonic() - begun)
        self._clock(phase, begun)
        return state

    def _tell(self, event: Event) -> Generator[Event, Request | None, None]:
        request = yield event
        self.finishing = self.finishing or request is Request.FINISH

    def _checkpointed(self, state: SceneState, force: bool = False) -> Generator[Event, Request | None, None]:
        if self.checkpoint is None or (not force and time.monotonic() - self.saved < CHECKPOINT_SECONDS):
            return
        self._save(state)
        yield from self._tell(Checkpointed(self._done(state), self.checkpoint))

    def _save(self, state: SceneState | None) -> None:
        if self.checkpoint is not None and state is not None:
            save_state(self.checkpoint, state, self.fingerprint)
        self.saved = time.monotonic()

    def _done(self, state: SceneState) -> int:
        return sum(stage.steps for stage in self.schedule.stages[: state.stage]) + state.step

    def progress(self, done: int, phase: str) -> Progress:
        seconds = time.monotonic() - self.begun
        return Progress(done, self.total, phase, seconds, self.pace.left(done))

    def _clock(self, phase: str, begun: float) -> None:
        self.timings[phase] = self.timings.get(phase, 0.0) + time.monotonic() - begun

    @cached_property
    def fingerprint(self) -> str:
        """Names the inputs, settings and schedule that a checkpoint belongs to."""
        digest = hashlib.sha256(json.dumps(self.settings.as_dict(), sort_keys=True).encode())
        digest.update(repr(self.schedule).encode())
        digest.update(self.frame.matrix.tobytes() + np.float64(self.radius).tobytes())
        for view in self.views:
            digest.update(np.ascontiguousarray(view.view.camera.projection).tobytes())
            digest.update(np.ascontiguousarray(view.image).tobytes())
            digest.update(np.packbits(view.mask).tobytes())
        return digest.hexdigest()


def _kind(stage: Stage) -> str:
    return f"{type(stage).__name__} {stage.sweep.level if isinstance(stage, SweepStage) else stage.level}"


def choose_device(wanted: str) -> torch.device:
    """The torch device of a setting. Raises ReconstructionError when a GPU is asked for and there is none."""
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if wanted.startswith("cuda") and not torch.cuda.is_available():
        raise ReconstructionError(
            "a GPU was asked for, but torch sees none",
            remedy="Use --device cpu, or install a CUDA build of torch",
        )
    device = torch.device(wanted)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ReconstructionError(
            f"the GPU {wanted} was asked for, but there are {torch.cuda.device_count()}",
            remedy="Use --device cuda:0 or --device cpu",
        )
    return device
