"""Phase B of H3D-Net, and all of IDR mode: the schedule's stages as events, resumable after every step."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from h3dstudio.grid_solver.plan import kind_of
from h3dstudio.grid_solver.schedule import RefineStage, Stage, SweepStage
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import Problem, refine_step, run_sweep, sources_of, with_spread
from h3dstudio.jobs.events import Checkpointed, Metrics
from h3dstudio.methods.checkpoints import Checkpoints
from h3dstudio.methods.story import Story, Told

MOST_LOSS = 0.85
"""1 - correlation above which photos do not see the same surface."""


class Refinement:
    """Takes a scene through the stages of its plan.

    Attributes:
        latest: the state after the last whole step.
        iterations: Gauss-Newton steps taken here.
    """

    def __init__(self, problem: Problem, state: SceneState, story: Story, checkpoints: Checkpoints) -> None:
        self.problem, self.latest, self.story, self.checkpoints = problem, state, story, checkpoints
        self.iterations = 0

    def run(self) -> Told[SceneState]:
        """The refined scene. Closed on its way, it keeps the latest state."""
        try:
            return (yield from self._stages(self.latest))
        except GeneratorExit:
            self.checkpoints.save(self.latest)
            raise

    def _stages(self, state: SceneState) -> Told[SceneState]:
        stages = self.story.plan.schedule.stages
        for stage in stages[state.stage :]:
            if self.story.finishing:  # asked for in the latent phase: the prior's head is the result
                return state
            if isinstance(stage, SweepStage):
                state = yield from self._sweep(state, stage)
            else:
                state = yield from self._refine(state, stage)
            if self.story.finishing:
                return state
            yield from self._keep(state)
        return (yield from self._judged(state))

    def _sweep(self, state: SceneState, stage: SweepStage) -> Told[SceneState]:
        story, begun = self.story, time.monotonic()
        done = story.plan.done(state)
        yield from story.tell(story.progress(done, "depth search"))
        if story.finishing:
            return state
        news = run_sweep(self.problem, state, stage)
        while True:
            try:
                latest = next(news)
            except StopIteration as finished:
                swept = with_spread(self.problem, finished.value)
                break
            yield from story.follow(done, latest)
            if story.finishing:
                return state
        state = self._moved_on(swept, stage, begun, "depth search")
        done = story.plan.done(state)
        yield from story.tell(story.progress(done, "depth search"))
        yield from story.show(done, state.mesh(state.field()))
        return state

    def _refine(self, state: SceneState, stage: RefineStage) -> Told[SceneState]:
        story = self.story
        count = round(stage.share * self.problem.schedule.sources)
        sources = sources_of(self.problem, state.stage, stage.level, count)
        for step in range(state.step, stage.steps):
            begun = time.monotonic()
            moved, mesh, metrics = refine_step(self.problem, state, stage, sources)
            first = metrics.photo if self._anew(state) else state.losses[0]
            moved = replace(moved, losses=(first, metrics.photo if metrics.pairs else math.nan))
            state = self._moved_on(replace(moved, step=step), stage, begun, "refinement")
            self.iterations += 1
            done = story.plan.done(state)
            yield from story.tell(story.progress(done, "refinement"))
            yield from story.tell(Metrics(done, metrics.as_dict()))
            yield from story.show(done, mesh)
            if story.finishing:
                break
            if self.checkpoints.due():
                yield from self._keep(state)
        return state

    def _anew(self, state: SceneState) -> bool:
        """Whether another kind of stage, or of photos, came before the step that comes next."""
        if state.step > 0 or state.stage == 0:
            return state.step == 0
        before, now = self.story.plan.schedule.stages[state.stage - 1 : state.stage + 1]
        return not (
            isinstance(before, RefineStage) and isinstance(now, RefineStage) and before.level == now.level
        )

    def _moved_on(self, state: SceneState, stage: Stage, begun: float, phase: str) -> SceneState:
        """The state after a step that began at `begun`: what is saved from now on never repeats it."""
        if state.step + 1 < stage.steps:
            state = replace(state, step=state.step + 1)
        else:
            state = replace(state, stage=state.stage + 1, step=0)
        self.latest = state
        self.story.plan.pace.took(kind_of(stage), time.monotonic() - begun)
        self.story.clock(phase, begun)
        return state

    def _keep(self, state: SceneState) -> Told[None]:
        if self.checkpoints.path is not None:
            self.checkpoints.save(state)
            yield from self.story.tell(Checkpointed(self.story.plan.done(state), self.checkpoints.path))

    def _judged(self, state: SceneState) -> Told[SceneState]:
        """Refinement that the photos do not reward is taken back; doubts are told."""
        before, after = state.losses
        if state.head is not None and after > before:
            state = replace(state, coefficients=np.zeros_like(state.coefficients))
            yield from self.story.doubt("the photos agreed less on the refined head, so it is the prior's")
        if after > MOST_LOSS:
            yield from self.story.doubt("the photos hardly agree on the surface: check masks and cameras")
        return replace(state, doubts=tuple(self.story.doubts))
