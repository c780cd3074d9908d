"""Which steps a run takes, and how many of them are done."""

from __future__ import annotations

from dataclasses import dataclass

from h3dstudio.grid_solver.schedule import Schedule, Stage, SweepStage
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.methods.eta import Pace


@dataclass(frozen=True, eq=False)
class Plan:
    """The steps of a run, in order: the latent phase's, the schedule's, and the final surface.

    Attributes:
        head_steps: of the latent phase; 0 without prior.
        pace: how long each kind of step takes.
    """

    schedule: Schedule
    head_steps: int
    pace: Pace

    @staticmethod
    def of(schedule: Schedule, head_steps: int) -> Plan:
        kinds = [kind_of(stage) for stage in schedule.stages for _ in range(stage.steps)]
        return Plan(schedule, head_steps, Pace([*["head"] * head_steps, *kinds, "surface and colours"]))

    @property
    def total(self) -> int:
        return self.head_steps + self.schedule.total_steps + 1

    def done(self, state: SceneState) -> int:
        """Steps that were taken to come to `state`."""
        before = sum(stage.steps for stage in self.schedule.stages[: state.stage])
        return self.head_steps + before + state.step


def kind_of(stage: Stage) -> str:
    """Steps of one kind take about the same time."""
    if isinstance(stage, SweepStage):
        return f"sweep {stage.sweep.level}"
    return f"refinement {stage.level} {stage.share}"
