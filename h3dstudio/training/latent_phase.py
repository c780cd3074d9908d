"""How a run begins: phase A of H3D-Net as events, or the hull where the prior knows no such head."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import torch

from h3dstudio.errors import MeshError
from h3dstudio.fields.photos import PhotoSet
from h3dstudio.fields.prior.head_prior import HeadPrior
from h3dstudio.fields.prior.posed_head import PosedHead
from h3dstudio.jobs.events import Log, Metrics
from h3dstudio.training.head_start import CLEAR, FoundHead, find_head, head_start, head_steps, hull_start
from h3dstudio.training.latent_fit import Landmarks
from h3dstudio.training.outlined_head import FEW, MOST, missed_outline, outlined
from h3dstudio.training.plan import Plan
from h3dstudio.training.prior.load import load_prior
from h3dstudio.training.schedule import Schedule, for_views, schedule_for, where_contradicted
from h3dstudio.training.settings import ReconstructionSettings
from h3dstudio.training.state import SceneState
from h3dstudio.training.steps import Problem, with_spread
from h3dstudio.training.story import Story, Told

MORPH_SECONDS = 0.25
"""Between two meshes of the latent phase."""
UNKNOWN_SCALES = (0.75, 1.0, 1.33)
"""Sizes to start from where the scan's unit is not mm."""
LEAST_SCALE, MOST_SCALE = 0.45, 2.2
"""Working frame -> canonical: outside, what was fitted is no head."""


def planned(
    settings: ReconstructionSettings, views: int, landmarks: Landmarks | None, scales: tuple[float, ...]
) -> Plan:
    """The steps of a run on so many views."""
    schedule = for_views(schedule_for(settings.quality, settings.method), views)
    if settings.method == "idr":
        return Plan.of(schedule, 0)
    return Plan.of(schedule, head_steps(landmarks, schedule.fit, scales))


def said_of_cameras(correlation: float, doubts: Sequence[str]) -> str:
    """What a run may claim of cameras that it changed: that they are right only where photos agree now.

    Args:
        correlation: of the photos on the head, with the changed cameras.
        doubts: why the head may be wrong.
    """
    check = "check that photos, masks and cameras belong together"
    if correlation <= CLEAR:
        return f"The cameras were changed, but the photos still disagree ({correlation:.2f} of 1): {check}."
    if doubts:
        return f"The cameras were changed and the photos agree better, but confidence stays low: {check}."
    return "The cameras were off and have been corrected."


class LatentPhase:
    """The start of one run.

    Args:
        landmarks: of the scan, to place the head by; None places it by masks and photos.
        radius: mm, of the sphere that holds the head.
        scales: sizes of the head to start from, where they are not known.
    """

    def __init__(
        self,
        settings: ReconstructionSettings,
        landmarks: Landmarks | None,
        radius: float,
        scales: tuple[float, ...],
        device: torch.device,
    ) -> None:
        self.settings, self.landmarks = settings, landmarks
        self.radius, self.scales, self.device = radius, scales, device

    @cached_property
    def prior(self) -> HeadPrior:
        return load_prior(Path(self.settings.prior) if self.settings.prior else None, self.device)

    def begin(self, problem: Problem, story: Story) -> Told[SceneState]:
        """The scene to refine: its head, and its cameras where they were corrected."""
        if self.settings.method == "idr":
            return hull_start(problem.photos, self.radius, story.plan.schedule)
        begun = time.monotonic()
        found = yield from self._fitted(problem.photos, story)
        if found.moved:
            problem = Problem.of(found.photos, story.plan.schedule, self.settings.seed)
        state = yield from self._checked(problem, found.head, story)
        if found.moved:
            yield from story.tell(Log(said_of_cameras(found.correlation, story.doubts), "warning"))
        cameras = found.photos.cameras if found.moved else None
        state = replace(state, cameras=cameras, doubts=tuple(story.doubts))
        story.clock("prior's head", begun)
        return state

    def without_prior(self, story: Story, views: int) -> Schedule:
        """The prior knows no such head: go on as in IDR mode, from where the counted steps stand."""
        schedule = for_views(schedule_for(self.settings.quality), views)
        self._plan(story, schedule)
        return schedule

    def contradicted(self, story: Story) -> None:
        """Outlines contradict the prior's head: more is to be looked for, from where the steps stand."""
        self._plan(story, where_contradicted(story.plan.schedule))

    def _plan(self, story: Story, schedule: Schedule) -> None:
        story.plan = Plan.of(schedule, head_steps(self.landmarks, schedule.fit, self.scales))

    def _fitted(self, photos: PhotoSet, story: Story) -> Told[FoundHead]:
        """Phase A; "finish" takes the head as it is and refines no more."""
        if self.landmarks is None:
            yield Log("There are no landmarks to start from: the head's pose is found from masks and photos.")
        plan, settings = story.plan, self.settings
        news = find_head(
            photos,
            self.prior,
            self.landmarks,
            settings.seed,
            plan.schedule.fit,
            self.scales,
            settings.refine_cameras,
        )
        count, begun = 0, time.monotonic()
        while True:
            try:
                latest = next(news)
            except StopIteration as found:
                return found.value  # type: ignore[no-any-return]
            again, count = count == plan.head_steps, min(count + 1, plan.head_steps)
            plan.pace.took("head", time.monotonic() - begun)
            begun = time.monotonic()
            yield from story.tell(story.progress(count, latest.phase))
            if latest.metrics and not again:  # looking at the cameras is not counted
                yield from story.tell(Metrics(count, latest.metrics))
            if count == 1 or time.monotonic() - story.shown >= MORPH_SECONDS:
                yield from story.show(count, latest.look())

    def _checked(self, problem: Problem, head: PosedHead, story: Story) -> Told[SceneState]:
        """The fitted head as the scene's base; with the hull where outlines contradict it."""
        schedule = story.plan.schedule
        if not LEAST_SCALE < head.pose.scale < MOST_SCALE:  # its grid would take all memory there is
            yield from story.doubt("no head of human size fits the masks: the prior is not used")
            return self._hull(problem.photos, story)
        state = head_start(self.prior, head, schedule)
        missed = missed_outline(state.grid, state.base, problem.rays)
        if max(missed.short - FEW, missed.share - MOST) > 0 and not story.finishing:
            yield from story.doubt(
                f"the prior's head misses {missed.share:.0%} of the outline: the masks decide there"
            )
            mixed = self._outlined(problem.photos, head, schedule) if missed.share < MOST else None
            if mixed is None:
                yield from story.doubt("it misses too much of it: the prior is not used")
                return self._hull(problem.photos, story)
            state = mixed
            self.contradicted(story)
        return with_spread(problem, state)

    def _outlined(self, photos: PhotoSet, head: PosedHead, schedule: Schedule) -> SceneState | None:
        try:
            return outlined(photos, self.prior, head, schedule, self.radius)
        except MeshError:  # the head lies outside the hull
            return None

    def _hull(self, photos: PhotoSet, story: Story) -> SceneState:
        return hull_start(photos, self.radius, self.without_prior(story, photos.count))
