"""The H3D grid at work: H3D-Net's two phases (Ramon et al. 2021, section 3.3) on grids.

First the head of a learned prior that the photos show, then its signed distance unfrozen and refined on them.
Photo-consistency stands in place of a learned radiance, and Gauss-Newton in place of Adam: seconds instead of
hours.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from h3dstudio.errors import MeshError
from h3dstudio.grid_solver.hull_start import hull_start
from h3dstudio.grid_solver.schedule import Schedule, for_views, hull_schedule
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import Observations, with_spread
from h3dstudio.jobs.events import Log
from h3dstudio.methods.grid_plan import HEAD
from h3dstudio.methods.grid_session import GridSession, Steps
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.methods.h3d_grid.camera_words import about_changed_cameras
from h3dstudio.methods.h3d_grid.head_fit_state import fit_from, fit_state
from h3dstudio.methods.h3d_grid.head_start import head_start
from h3dstudio.methods.h3d_grid.hull_blend import FEW, MOST, blended_with_hull, missed_outline
from h3dstudio.methods.h3d_grid.schedule import for_prior_mismatch, prior_schedule
from h3dstudio.methods.method import Capture, Findings, News, SessionState
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.priors.fitting.head_finder import (
    FoundHead,
    HeadFit,
    find_head,
    head_steps,
    known_landmarks,
    suggested_landmarks,
)
from h3dstudio.priors.fitting.latent_fit import fit_hair
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.load import load_prior
from h3dstudio.priors.posed_head import PosedHead

UNKNOWN_SCALES = (0.75, 1.0, 1.33)
"""Sizes to start from where the scan's unit is not mm."""
LEAST_SCALE, MOST_SCALE = 0.45, 2.2
"""Working frame -> canonical: outside, what was fitted is no head."""
TIMING = "prior's head"


class H3DGridSession(GridSession):
    """Begins with the prior's head; with the hull where outlines contradict it, or with that alone."""

    def __init__(self, capture: Capture, settings: H3DGridSettings) -> None:
        expected = for_views(prior_schedule(settings.quality), len(capture.views))
        super().__init__(capture, settings, expected, 0)
        self.choices = settings
        wanted = settings.landmarks == "auto"
        self.landmarks = known_landmarks(capture.landmarks, self.frame, self.device) if wanted else None
        self.scales = (1.0,) if self.frame.scale == 1 else UNKNOWN_SCALES
        self.plan = self.plan.with_head(head_steps(self.landmarks, expected.fit, self.scales))
        self._fit: HeadFit | None = None
        self._fit_steps = 0

    @property
    def prior(self) -> HeadPrior:
        """Read when it is first needed. Raises PriorError."""
        if self.prior_in_use is None:
            file = self.choices.prior
            self.prior_in_use = load_prior(Path(file) if file else None, self.device)
        return self.prior_in_use

    def schedule_of(self, scene: SceneState) -> Schedule:
        if scene.head is None:  # the prior knows no such head
            return for_views(hull_schedule(self.settings.quality), len(self.capture.views))
        return for_prior_mismatch(self.expected) if scene.prior_mismatch else self.expected

    def begin(self, observed: Observations) -> Steps:
        found = yield from self._found(observed.photos)
        if found.moved:
            observed = Observations.of(found.photos, self.expected, self.settings.seed)
        scene = yield from self._checked(observed, found.head)
        if found.moved:
            told = Log(about_changed_cameras(found.agreement, self.caveats), "warning")
            yield self.news("checking the cameras", logs=(told,), timing=TIMING)
        cameras = found.photos.cameras if found.moved else None
        return replace(scene, cameras=cameras)

    def _found(self, photos: PhotoSet) -> Generator[News, None, FoundHead]:
        """The prior's head in the photos; "finish" takes it as it is and refines no more."""
        if self.landmarks is None:
            told = Log(
                "There are no landmarks to start from: the head's pose is found from masks and photos."
            )
            yield self.news("looking for the head", logs=(told,))
        prior, choices = self.prior, self.choices
        search = find_head(
            photos,
            prior,
            self.landmarks,
            choices.seed,
            self.expected.fit,
            self.scales,
            choices.refine_cameras,
            self._fit,
        )
        begun = time.monotonic()
        while True:
            try:
                latest = next(search)
            except StopIteration as found:
                return found.value  # type: ignore[no-any-return]
            if latest.reached is not None:
                self._fit, self._fit_steps = latest.reached, self.plan.done
                yield self.news(latest.phase, timing=TIMING)
                continue
            counted = self.plan.done < self.plan.head_steps  # looking at the cameras is not
            self.plan = self.plan.after_head_steps(self.plan.done + 1)
            self.plan.eta.took(HEAD, time.monotonic() - begun)
            begun = time.monotonic()
            make = latest.mesh
            yield self.news(
                latest.phase,
                metrics=latest.metrics if counted else {},
                mesh=lambda make=make: self.back(make()),
                worth_showing=self.plan.done == 1 and counted,
                timing=TIMING,
            )

    def _checked(self, observed: Observations, head: PosedHead) -> Steps:
        """The fitted head as the scene's base; with the hull where outlines contradict it."""
        yield self.news("comparing the head with the outlines", timing=TIMING)
        if not LEAST_SCALE < head.pose.scale < MOST_SCALE:  # its grid would take all memory there is
            return (yield from self._hull(observed, "no head of human size fits the masks"))
        scene = head_start(self.prior, head, self.expected)
        missed = missed_outline(scene.grid, scene.base, observed.rays)
        if missed.short > FEW and self.prior.hair:
            yield self.news("fitting hair to the outlines", timing=TIMING)
            head = self._with_hair(observed.photos, head)
            scene = head_start(self.prior, head, self.expected)
            missed = missed_outline(scene.grid, scene.base, observed.rays)
        if max(missed.short - FEW, missed.share - MOST) > 0 and not self.finishing:
            why = f"the prior's head misses {missed.share:.0%} of the outline: the masks decide there"
            yield self.news("joining head and hull", logs=(self.caveat(why),), timing=TIMING)
            mixed = self._blended(observed.photos, head) if missed.share < MOST else None
            if mixed is None:
                return (yield from self._hull(observed, "it misses too much of it"))
            scene = mixed
        return with_spread(observed, scene)

    def _with_hair(self, photos: PhotoSet, head: PosedHead) -> PosedHead:
        rng = np.random.default_rng([self.settings.seed, 13])
        return fit_hair(photos, self.prior, head, rng, self.expected.fit)

    def _blended(self, photos: PhotoSet, head: PosedHead) -> SceneState | None:
        try:
            return blended_with_hull(photos, self.prior, head, self.expected, self.radius)
        except MeshError:  # the head lies outside the hull
            return None

    def _hull(self, observed: Observations, why: str) -> Steps:
        told = self.caveat(f"{why}: the prior is not used")
        yield self.news("hull of the masks", logs=(told,), timing=TIMING)
        schedule = for_views(hull_schedule(self.settings.quality), len(self.capture.views))
        return hull_start(observed.photos, self.radius, schedule)

    def findings(self) -> Findings:
        found, head = super().findings(), self._there().head
        if head is None or self._surface is None:
            return found
        landmarks = suggested_landmarks(self.prior, head, self._surface)
        return replace(
            found,
            latent=head.latent.cpu().numpy(),
            pose=head.pose @ self.frame,
            landmarks68=self.frame.inverse().apply(landmarks),
        )

    def state(self) -> SessionState | None:
        if self.scene is not None or self._fit is None:
            return super().state()
        return fit_state(self._fit, self._fit_steps)

    def restore(self, state: SessionState) -> None:
        found = fit_from(state, self.device)
        if found is None:
            super().restore(state)
            if self.scene is not None and self.scene.head is not None:
                self.prior  # noqa: B018  the final surface needs it; missing, it is told at once
            return
        self._fit, self._fit_steps = found
        self.plan = self.plan.after_head_steps(self._fit_steps)
