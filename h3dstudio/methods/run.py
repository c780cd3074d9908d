"""From photos to a head: the generator that the window, the command line and the tests all run.

H3D-Net (Ramon et al. 2021): first the head of a learned prior that the photos show, then its signed distance
unfrozen and refined on them; or IDR mode (Yariv et al. 2020), which starts from the visual hull. Both with
grids in place of the network, photo-consistency in place of a learned radiance, and Gauss-Newton in place of
stochastic gradient descent: seconds instead of hours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import OutOfMemory, ReconstructionError
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.refinement import Refinement
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import Problem
from h3dstudio.jobs.events import Log
from h3dstudio.methods.checkpoints import Checkpoints
from h3dstudio.methods.fingerprint import fingerprint_of
from h3dstudio.methods.h3d_grid.latent_phase import UNKNOWN_SCALES, LatentPhase, planned
from h3dstudio.methods.outcome import Outcome
from h3dstudio.methods.result import ReconstructionResult
from h3dstudio.methods.settings import ReconstructionSettings
from h3dstudio.methods.story import Story, Told
from h3dstudio.photometry.working_frame import photo_set, working_frame
from h3dstudio.priors.fitting.head_finder import known_landmarks
from h3dstudio.surface.device import choose_device

Stream = Told[ReconstructionResult]


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
            run; OutOfMemory of the GPU.
        PriorError: the head prior cannot be read.
    """
    if not views:
        raise ReconstructionError("there are no views to reconstruct from", remedy="Choose at least one view")
    return _Run(views, unit_sphere, settings, held_out, landmarks or {}, checkpoint).events(resume)


class _Run:
    """One reconstruction: its inputs, and what its parts share."""

    def __init__(
        self,
        views: Sequence[LoadedView],
        unit_sphere: Similarity,
        settings: ReconstructionSettings,
        held_out: Sequence[LoadedView],
        landmarks: Mapping[str, NDArray[np.float64]],
        checkpoint: Path | None,
    ) -> None:
        self.views, self.held_out, self.settings = views, held_out, settings
        self.frame, radius, self.warning = working_frame(unit_sphere)
        self.device = choose_device(settings.device)
        wanted = settings.method != "idr" and settings.landmarks == "auto"
        known = known_landmarks(landmarks, self.frame, self.device) if wanted else None
        scales = (1.0,) if self.frame.scale == 1 else UNKNOWN_SCALES
        plan = planned(settings, len(views), known, scales)
        self.story = Story(plan, self.frame)
        self.latent_phase = LatentPhase(settings, known, radius, scales, self.device)
        named = fingerprint_of(views, settings, plan.schedule, self.frame, radius)
        self.checkpoints = Checkpoints(checkpoint, named)

    def events(self, resume: bool) -> Stream:
        try:
            return (yield from self._events(resume))
        except torch.OutOfMemoryError as error:
            raise OutOfMemory(
                f"the GPU's memory ran out at quality {self.settings.quality}",
                remedy="Choose a lower quality, close other programs that use the GPU, or use --device cpu",
            ) from error

    def _events(self, resume: bool) -> Stream:
        story = self.story
        if self.warning:
            yield Log(self.warning, "warning")
        yield story.progress(0, "silhouettes")
        photos = photo_set(self.views, self.frame, story.plan.schedule.image_side, self.device)
        problem = Problem.of(photos, story.plan.schedule, self.settings.seed)
        state = yield from self._start(problem, resume)
        if state.cameras is not None:
            photos = photos.with_cameras(state.cameras)
            problem = Problem.of(photos, story.plan.schedule, self.settings.seed)
        problem = replace(problem, schedule=story.plan.schedule)  # another one, where the prior is not used
        if photos.count < 2:
            told = "a likely head with its outline" if problem.schedule.with_prior else "only its silhouette"
            yield Log(f"One view shows an outline, not a shape: expect {told}.", "warning")
        yield from story.show(story.plan.done(state), state.mesh(state.field()))
        story.clock("start", story.begun + story.timings.get("prior's head", 0.0))
        refinement = Refinement(problem, state, story, self.checkpoints)
        state = yield from refinement.run()
        self.checkpoints.save(state)
        prior = None if state.head is None else self.latent_phase.prior
        outcome = Outcome(problem, state, story, self.views, self.held_out, prior)
        return (yield from outcome.result(refinement.iterations))

    def _start(self, problem: Problem, resume: bool) -> Told[SceneState]:
        """Where the checkpoint stands, or the beginning."""
        kept = self.checkpoints.load(self.device) if resume else None
        if kept is None:
            return (yield from self.latent_phase.begin(problem, self.story))
        self.story.doubts = list(kept.doubts)
        if self.settings.method != "idr" and kept.head is None:
            self.latent_phase.without_prior(self.story, problem.photos.count)
        if kept.contradicted:
            self.latent_phase.contradicted(self.story)
        return kept
