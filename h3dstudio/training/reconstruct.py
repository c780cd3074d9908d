"""From photos to a head: the generator that the window, the command line and the tests all run.

H3D-Net (Ramon et al. 2021): first the head of a learned prior that the photos show, then its signed distance
unfrozen and refined on them; or IDR mode (Yariv et al. 2020), which starts from the visual hull. Both with
grids in place of the network, photo-consistency in place of a learned radiance, and Gauss-Newton in place of
stochastic gradient descent: seconds instead of hours.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import H3DError, MeshError, ReconstructionError
from h3dstudio.fields.appearance import Appearance, fit_appearance
from h3dstudio.fields.export_surface import export_surface
from h3dstudio.fields.photos import PhotoSet
from h3dstudio.fields.prior.head_prior import HeadPrior
from h3dstudio.fields.prior.posed_head import PosedHead
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import Checkpointed, Event, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.training.confidence import vertex_confidence
from h3dstudio.training.device import choose_device
from h3dstudio.training.fingerprint import fingerprint_of
from h3dstudio.training.head_start import (
    FoundHead,
    find_head,
    head_start,
    head_steps,
    hull_start,
    known_landmarks,
    suggested_landmarks,
)
from h3dstudio.training.hull_blend import FEW, blended_with_hull, doubts
from h3dstudio.training.image_scores import score_views
from h3dstudio.training.latent_fit import Landmarks
from h3dstudio.training.pace import Pace
from h3dstudio.training.prior.load import load_prior
from h3dstudio.training.result import ReconstructionResult
from h3dstudio.training.schedule import RefineStage, Schedule, Stage, SweepStage, for_views, schedule_for
from h3dstudio.training.settings import ReconstructionSettings
from h3dstudio.training.state import SceneState, load_state, save_state
from h3dstudio.training.steps import Problem, SweepNews, refine_step, run_sweep, sources_of, with_spread
from h3dstudio.training.working_frame import mesh_back, photo_set, working_frame

CHECKPOINT_SECONDS = 3.0
"""A killed run loses at most about this much work."""
LOOK_SECONDS = 0.5
"""Age of the latest mesh from which a sweep shows one of its own: with that, about one comes every second."""

MORPH_SECONDS = 0.25
"""Between two meshes of the latent phase."""
MOST_LOSS = 0.85
"""1 - correlation above which photos do not see the same surface."""
UNKNOWN_SCALES = (0.75, 1.0, 1.33)
"""Sizes to start from where the scan's unit is not mm."""
LEAST_SCALE, MOST_SCALE = 0.45, 2.2
"""Working frame -> canonical: outside, what was fitted is no head."""


Stream = Generator[Event, Request | None, ReconstructionResult]


def reconstruct(
    views: Sequence[LoadedView],
    unit_sphere: Similarity,
    settings: ReconstructionSettings,
    *,
    held_out: Sequence[LoadedView] = (),
    landmarks: Mapping[str, NDArray[np.float64]] | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
) -> Stream:
    """Reconstruct the head on `views`.

    Args:
        views: photos, masks and cameras (world of the scan -> pixel).
        unit_sphere: maps the unit sphere that holds the head to the scan's frame.
        held_out: views that only judge the result.
        landmarks: H3DS landmark name -> point (3,) of the scan, where they are known; a prior's head is
            placed by them, or by masks and photos alone.
        checkpoint: file that the run can be continued from; None keeps none.
        resume: continue from `checkpoint`; the mesh is the same as without the interruption.

    Raises:
        ReconstructionError: no views, masks and cameras that do not fit together, a checkpoint of another
            run.
        PriorError: the head prior cannot be read.
    """
    if not views:
        raise ReconstructionError("there are no views to reconstruct from", remedy="Choose at least one view")
    return _Run(views, unit_sphere, settings, held_out, landmarks or {}, checkpoint).events(resume)


class _Run:
    """One reconstruction; the generator's local state, split over a few short methods."""

    def __init__(
        self,
        views: Sequence[LoadedView],
        unit_sphere: Similarity,
        settings: ReconstructionSettings,
        held_out: Sequence[LoadedView],
        landmarks: Mapping[str, NDArray[np.float64]],
        checkpoint: Path | None,
    ) -> None:
        self.views, self.held_out, self.landmarks = views, held_out, landmarks
        self.settings, self.checkpoint = settings, checkpoint
        self.schedule: Schedule = for_views(schedule_for(settings.quality, settings.method), len(views))
        self.frame, self.radius, self.warning = working_frame(unit_sphere)
        self.device = choose_device(settings.device)
        self.begun = time.monotonic()
        self.saved = self.shown = self.begun
        self.timings: dict[str, float] = {}
        self.known = self._known_landmarks()
        self._plan()
        self.latest: SceneState | None = None
        self.iterations = 0
        self.finishing = False
        self.doubts: list[str] = []
        assert self.fingerprint  # of the schedule that was asked for, whatever the photos make of it

    @cached_property
    def prior(self) -> HeadPrior:
        return load_prior(Path(self.settings.prior) if self.settings.prior else None, self.device)

    def _known_landmarks(self) -> Landmarks | None:
        wanted = self.settings.method != "idr" and self.settings.landmarks == "auto"
        return known_landmarks(self.landmarks, self.frame, self.device) if wanted else None

    def _plan(self, *, with_head: bool = True) -> None:
        """Count the steps, as the schedule has them now."""
        self.before = 0
        if self.settings.method != "idr" and with_head:
            self.before = head_steps(self.known, self.schedule.fit, self.scales)
        kinds = [_kind(stage) for stage in self.schedule.stages for _ in range(stage.steps)]
        self.pace = Pace([*["head"] * self.before, *kinds, "surface and colours"])
        self.total = self.before + len(kinds) + 1

    @property
    def scales(self) -> tuple[float, ...]:
        return (1.0,) if self.frame.scale == 1 else UNKNOWN_SCALES

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
        state = self.latest = yield from self._start(problem, resume)
        if state.cameras is not None:
            photos = photos.with_cameras(state.cameras)
            problem = Problem.of(photos, self.schedule, self.settings.seed)
        problem = replace(problem, schedule=self.schedule)  # another one, where the prior is not used
        if photos.count < 2:
            told = "a likely head with its outline" if self.schedule.with_prior else "only its silhouette"
            yield Log(f"One view shows an outline, not a shape: expect {told}.", "warning")
        yield from self._show(self._done(state), state.mesh(state.field()))
        self._clock("start", self.begun + self.timings.get("prior's head", 0.0))
        try:
            state = yield from self._stages(problem, state)
        except GeneratorExit:
            self._save(self.latest)
            raise
        return (yield from self._finish(problem, state))

    def _start(self, problem: Problem, resume: bool) -> Generator[Event, Request | None, SceneState]:
        if resume and self.checkpoint is not None and self.checkpoint.exists():
            state = load_state(self.checkpoint, self.fingerprint, self.device)
            if self.settings.method != "idr" and state.head is None:
                self._without_prior(problem)
            return state
        if self.settings.method == "idr":
            return hull_start(problem.photos, self.radius, self.schedule)
        begun = time.monotonic()
        found = yield from self._fit_head(problem.photos, self.prior)
        if found.moved:
            problem = Problem.of(found.photos, self.schedule, self.settings.seed)
            yield from self._tell(Log("The cameras were off and have been corrected.", "warning"))
        state = yield from self._checked(problem, self.prior, found.head)
        state = replace(state, cameras=found.photos.cameras if found.moved else None)
        self._clock("prior's head", begun)
        return state

    def _fit_head(self, photos: PhotoSet, prior: HeadPrior) -> Generator[Event, Request | None, FoundHead]:
        """Phase A; "finish" takes the head as it is and refines no more."""
        if self.known is None:
            yield Log("There are no landmarks to start from: the head's pose is found from masks and photos.")
        news = find_head(
            photos,
            prior,
            self.known,
            self.settings.seed,
            self.schedule.fit,
            self.scales,
            self.settings.refine_cameras,
        )
        count, begun = 0, time.monotonic()
        while True:
            try:
                latest = next(news)
            except StopIteration as found:
                return found.value  # type: ignore[no-any-return]
            again, count = count == self.before, min(count + 1, self.before)
            self.pace.took("head", time.monotonic() - begun)
            begun = time.monotonic()
            yield from self._tell(self.progress(count, latest.phase))
            if latest.metrics and not again:  # looking at the cameras is not counted
                yield from self._tell(Metrics(count, latest.metrics))
            if count == 1 or time.monotonic() - self.shown >= MORPH_SECONDS:
                yield from self._show(count, latest.look())

    def _checked(
        self, problem: Problem, prior: HeadPrior, head: PosedHead
    ) -> Generator[Event, Request | None, SceneState]:
        """The fitted head as the scene's base; with the hull where outlines contradict it."""
        if not LEAST_SCALE < head.pose.scale < MOST_SCALE:  # its grid would take all memory there is
            yield from self._doubt("no head of human size fits the masks: the prior is not used")
            return self._without_prior(problem)
        state = head_start(prior, head, self.schedule)
        missed = doubts(state.grid, state.base, problem.rays).share
        if missed > FEW and not self.finishing:
            yield from self._doubt(
                f"the prior's head misses {missed:.0%} of the outline: the masks decide there"
            )
            news = blended_with_hull(problem, prior, head, self.schedule, self.radius)
            mixed = yield from self._followed(news)
            if mixed is None:
                yield from self._doubt("it misses too much of it: the prior is not used")
                return self._without_prior(problem)
            state = mixed
        return with_spread(problem, state)

    def _followed(
        self, news: Generator[SweepNews, None, SceneState | None]
    ) -> Generator[Event, Request | None, SceneState | None]:
        while True:
            try:
                latest = next(news)
            except StopIteration as found:
                return found.value  # type: ignore[no-any-return]
            yield from self._tell(self.progress(self.before, latest.phase))
            yield from self._look(self.before, latest)

    def _without_prior(self, problem: Problem) -> SceneState:
        """The prior knows no such head: go on as in IDR mode, from where the counted steps stand."""
        self.schedule = for_views(schedule_for(self.settings.quality), len(self.views))
        self._plan()
        return hull_start(problem.photos, self.radius, self.schedule)

    def _stages(self, problem: Problem, state: SceneState) -> Generator[Event, Request | None, SceneState]:
        for place in range(state.stage, len(self.schedule.stages)):
            if self.finishing:  # asked for in the latent phase: the prior's head is the result
                return state
            stage = self.schedule.stages[place]
            if isinstance(stage, SweepStage):
                state = yield from self._sweep(problem, state, stage)
            else:
                state = yield from self._refine(problem, state, stage)
            if self.finishing:
                return state
            yield from self._checkpointed(state, force=True)
        return (yield from self._judged(state))

    def _judged(self, state: SceneState) -> Generator[Event, Request | None, SceneState]:
        """Refinement that the photos do not reward is taken back; doubts are told."""
        before, after = state.losses
        if state.head is not None and after > before:
            state = replace(state, coefficients=np.zeros_like(state.coefficients))
            yield from self._doubt("the photos agreed less on the refined head, so it is the prior's")
        if after > MOST_LOSS:
            yield from self._doubt("the photos hardly agree on the surface: check masks and cameras")
        return state

    def _doubt(self, why: str) -> Generator[Event, Request | None, None]:
        self.doubts.append(why)
        yield from self._tell(Log(f"Low confidence: {why}.", "warning"))

    def _sweep(
        self, problem: Problem, state: SceneState, stage: SweepStage
    ) -> Generator[Event, Request | None, SceneState]:
        begun = time.monotonic()
        yield from self._tell(self.progress(self._done(state), "depth search"))
        if self.finishing:
            return state
        news = run_sweep(problem, state, stage)
        while True:
            try:
                latest = next(news)
            except StopIteration as finished:
                swept = with_spread(problem, finished.value)
                break
            yield from self._tell(self.progress(self._done(state), latest.phase))
            yield from self._look(self._done(state), latest)
            if self.finishing:
                return state
        state = self._moved_on(swept, stage, begun, "depth search")
        done = self._done(state)
        yield from self._tell(self.progress(done, "depth search"))
        yield from self._show(done, state.mesh(state.field()))
        return state

    def _look(self, done: int, news: SweepNews) -> Generator[Event, Request | None, None]:
        """Show what a sweep has so far, where the last mesh is old enough."""
        if time.monotonic() - self.shown < LOOK_SECONDS:
            return
        try:
            mesh = news.look()
        except MeshError:  # it may yet come back; if not, the sweep ends in an error of its own
            return
        yield from self._show(done, mesh)

    def _refine(
        self, problem: Problem, state: SceneState, stage: RefineStage
    ) -> Generator[Event, Request | None, SceneState]:
        sources = sources_of(problem, state.stage, stage.level)
        for step in range(state.step, stage.steps):
            begun = time.monotonic()
            moved, mesh, metrics = refine_step(problem, state, stage, sources)
            first = metrics.photo if step == 0 else state.losses[0]
            moved = replace(moved, losses=(first, metrics.photo if metrics.pairs else math.nan))
            state = self._moved_on(replace(moved, step=step), stage, begun, "refinement")
            self.iterations += 1
            done = self._done(state)
            yield from self._tell(self.progress(done, "refinement"))
            yield from self._tell(Metrics(done, metrics.as_dict()))
            yield from self._show(done, mesh)
            if self.finishing:
                break
            yield from self._checkpointed(state)
        return state

    def _finish(self, problem: Problem, state: SceneState) -> Stream:
        begun, done = time.monotonic(), self._done(state)
        yield self.progress(done, "final surface")
        field_now = state.field()
        mesh = export_surface(state.grid, field_now, state.mesh(field_now), self.schedule.export_edge)
        self._save(state)
        yield MeshSnapshot(done, mesh_back(mesh, self.frame))
        self._clock("surface", begun)
        begun = time.monotonic()
        yield self.progress(done, "confidence")
        mesh = mesh.with_quality(vertex_confidence(problem, state, mesh))
        landmarks = None if state.head is None else suggested_landmarks(self.prior, state.head, mesh)
        self._clock("confidence", begun)
        begun = time.monotonic()
        yield self.progress(done, "colours")
        appearance = fit_appearance(problem.photos, mesh)
        mesh = mesh_back(mesh.with_colors(appearance.vertex_colors()), self.frame)
        self._clock("colours", begun)
        yield MeshSnapshot(done, mesh)
        yield self.progress(done, "comparing pictures with photos")
        cameras = self._cameras_back(state)
        if cameras is not None:
            self.views = [_seen_by(view, camera) for view, camera in zip(self.views, cameras, strict=True)]
        scores = yield from self._scores(appearance, done + 1)
        whole = state.stage == len(self.schedule.stages)
        yield self.progress(self.total if whole else done, "done")
        return ReconstructionResult(
            mesh,
            self.iterations,
            scores,
            self.timings,
            appearance,
            self.frame,
            None if state.head is None else state.head.latent.cpu().numpy(),
            None if state.head is None else state.head.pose @ self.frame,
            None if landmarks is None else self.frame.inverse().apply(landmarks),
            tuple(self.doubts),
            cameras,
        )

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

    def _cameras_back(self, state: SceneState) -> tuple[Camera, ...] | None:
        if state.cameras is None:
            return None
        back = [camera.in_frame(self.frame.inverse()) for camera in state.cameras]  # of reduced photos
        return tuple(
            Camera(view.view.camera.intrinsics, camera.rotation, camera.translation)
            for view, camera in zip(self.views, back, strict=True)
        )

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

    def _show(self, done: int, mesh: TriangleMesh) -> Generator[Event, Request | None, None]:
        """Tell of a mesh of the working frame."""
        yield from self._tell(MeshSnapshot(done, mesh_back(mesh, self.frame)))
        self.shown = time.monotonic()

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
        before = sum(stage.steps for stage in self.schedule.stages[: state.stage]) + state.step
        return self.before + before

    def progress(self, done: int, phase: str) -> Progress:
        seconds = time.monotonic() - self.begun
        return Progress(done, self.total, phase, seconds, self.pace.left(done))

    def _clock(self, phase: str, begun: float) -> None:
        self.timings[phase] = self.timings.get(phase, 0.0) + time.monotonic() - begun

    @cached_property
    def fingerprint(self) -> str:
        """Names the inputs, settings and schedule that a checkpoint belongs to."""
        return fingerprint_of(self.views, self.settings, self.schedule, self.frame, self.radius)


def _seen_by(view: LoadedView, camera: Camera) -> LoadedView:
    return replace(view, view=replace(view.view, camera=camera))


def _kind(stage: Stage) -> str:
    return f"{type(stage).__name__} {stage.sweep.level if isinstance(stage, SweepStage) else stage.level}"
