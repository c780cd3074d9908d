"""The stages of a schedule as steps of a session, resumable after every one of them."""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from h3dstudio.grid_solver.schedule import RefineStage, Stage, SweepStage
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import Observations, refine_step, run_sweep, sources_of, with_spread
from h3dstudio.jobs.events import Log
from h3dstudio.methods.grid_plan import kind_of
from h3dstudio.methods.method import News

if TYPE_CHECKING:
    from h3dstudio.methods.grid_session import GridSession

MOST_LOSS = 0.85
"""1 - correlation above which photos do not see the same surface."""
SWEEP, REFINE = "depth search", "refinement"

Steps = Generator[News, None, SceneState]


class Refinement:
    """Takes a session's scene through the stages of its plan."""

    def __init__(self, session: GridSession, observed: Observations) -> None:
        self.session, self.observed = session, observed

    def run(self, scene: SceneState) -> Generator[News, None, None]:
        """Every stage from the scene's place on; `session.scene` is the last whole step's at any time."""
        session = self.session
        for stage in session.plan.schedule.stages[scene.stage :]:
            if session.finishing:  # asked for before this: what there is is the result
                return
            if isinstance(stage, SweepStage):
                scene = yield from self._sweep(scene, stage)
            else:
                scene = yield from self._refine(scene, stage)
            if session.finishing:
                return
        yield self._judged(scene)

    def _sweep(self, scene: SceneState, stage: SweepStage) -> Steps:
        session, begun = self.session, time.monotonic()
        yield session.news(SWEEP)
        if session.finishing:
            return scene
        sweep = run_sweep(self.observed, scene, stage)
        while True:
            try:
                latest = next(sweep)
            except StopIteration as finished:
                swept = with_spread(self.observed, finished.value)
                break
            make = latest.mesh
            yield session.news(latest.phase, mesh=lambda make=make: session.back(make()), timing=SWEEP)
            if session.finishing:
                return scene
        scene = self._moved_on(swept, stage, begun)
        yield session.news(SWEEP, mesh=session.scene_mesh, worth_showing=True, timing=SWEEP)
        return scene

    def _refine(self, scene: SceneState, stage: RefineStage) -> Steps:
        session = self.session
        count = round(stage.share * self.observed.schedule.sources)
        sources = sources_of(self.observed, scene.stage, stage.level, count)
        yield session.news(REFINE, timing=REFINE)
        for step in range(scene.step, stage.steps):
            if session.finishing:
                break
            begun = time.monotonic()
            moved, mesh, metrics = refine_step(self.observed, scene, stage, sources)
            first = metrics.photo if self._anew(scene) else scene.losses[0]
            moved = replace(moved, losses=(first, metrics.photo if metrics.pairs else math.nan))
            scene = self._moved_on(replace(moved, step=step), stage, begun)
            session.iterations += 1
            back = session.back(mesh)
            yield session.news(REFINE, metrics=metrics.as_dict(), mesh=lambda back=back: back, timing=REFINE)
        return scene

    def _anew(self, scene: SceneState) -> bool:
        """Whether another kind of stage, or of photos, came before the step that comes next."""
        if scene.step > 0 or scene.stage == 0:
            return scene.step == 0
        before, now = self.session.plan.schedule.stages[scene.stage - 1 : scene.stage + 1]
        return not (
            isinstance(before, RefineStage) and isinstance(now, RefineStage) and before.level == now.level
        )

    def _moved_on(self, scene: SceneState, stage: Stage, begun: float) -> SceneState:
        """The scene after a step that began at `begun`: what is saved from now on never repeats it."""
        if scene.step + 1 < stage.steps:
            scene = replace(scene, step=scene.step + 1)
        else:
            scene = replace(scene, stage=scene.stage + 1, step=0)
        session = self.session
        session.scene = scene
        session.plan.eta.took(kind_of(stage), time.monotonic() - begun)
        session.plan = session.plan.at(scene)
        return scene

    def _judged(self, scene: SceneState) -> News:
        """Refinement that the photos do not reward is taken back; what speaks against the head is told."""
        session, logs = self.session, list[Log]()
        before, after = scene.losses
        if scene.head is not None and after > before:
            scene = replace(scene, coefficients=np.zeros_like(scene.coefficients))
            logs.append(session.caveat("the photos agreed less on the refined head, so it is the prior's"))
        if after > MOST_LOSS:
            logs.append(session.caveat("the photos hardly agree on the surface: check masks and cameras"))
        session.scene = scene
        return session.news(REFINE, logs=tuple(logs))
