"""Which steps a grid reconstruction takes, how many are done, and how long the rest takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from h3dstudio.grid_solver.schedule import Schedule, Stage, SweepStage
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.methods.eta import Eta

HEAD = "head"
"""Kind of the steps before the schedule's."""


@dataclass(frozen=True, eq=False)
class GridPlan:
    """The steps in order: those that find the prior's head, the schedule's, and the final surface.

    Attributes:
        head_steps: 0 without a prior.
        done: steps taken.
    """

    schedule: Schedule
    head_steps: int
    eta: Eta
    done: int = 0

    @staticmethod
    def of(schedule: Schedule, head_steps: int) -> GridPlan:
        kinds = [kind_of(stage) for stage in schedule.stages for _ in range(stage.steps)]
        return GridPlan(schedule, head_steps, Eta([*[HEAD] * head_steps, *kinds, "surface and colours"]))

    @property
    def total(self) -> int:
        return self.head_steps + self.schedule.total_steps + 1

    @property
    def seconds_left(self) -> float | None:
        return self.eta.left(self.done)

    def with_schedule(self, schedule: Schedule) -> GridPlan:
        """The same head, then this schedule; what steps took so far stays known."""
        plan = GridPlan.of(schedule, self.head_steps)
        return replace(plan, eta=self.eta.over(plan.eta.kinds), done=self.done)

    def with_head(self, head_steps: int) -> GridPlan:
        """The same schedule after so many steps for the head."""
        return GridPlan.of(self.schedule, head_steps)

    def at(self, scene: SceneState) -> GridPlan:
        """With as many steps done as were taken to come to `scene`."""
        before = sum(stage.steps for stage in self.schedule.stages[: scene.stage])
        return replace(self, done=self.head_steps + before + scene.step)

    def refinements(self, scene: SceneState) -> int:
        """Steps that have changed the surface to come to `scene`, a run before that was stopped included."""
        stages = self.schedule.stages
        done = [*(stage.steps for stage in stages[: scene.stage]), scene.step]
        return sum(
            count for stage, count in zip(stages, done, strict=False) if not isinstance(stage, SweepStage)
        )

    def after_head_steps(self, count: int) -> GridPlan:
        """With so many steps of the head done."""
        return replace(self, done=min(count, self.head_steps))


def kind_of(stage: Stage) -> str:
    """Steps of one kind take about the same time."""
    if isinstance(stage, SweepStage):
        return f"sweep {stage.sweep.level}"
    return f"refinement {stage.level} {stage.share}"
