"""What a grid reconstruction counts, without running one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from h3dstudio.grid_solver.state import SceneState
from h3dstudio.methods.grid_plan import GridPlan, kind_of
from h3dstudio.surface.residual import ResidualPyramid
from tests.unit.grid_solver.small_schedule import small_schedule
from tests.unit.surface.analytic import cube, sphere

SCHEDULE = small_schedule()


def test_steps_are_counted_through_all_stages() -> None:
    plan = GridPlan.of(SCHEDULE, 10)
    assert plan.total == 10 + SCHEDULE.total_steps + 1
    grid = cube(16.0, 4.0)
    pyramid = ResidualPyramid.over(grid, (1.0,))
    state = SceneState(pyramid, sphere(grid, 8.0), np.zeros(pyramid.size, np.float32))
    counted = [
        plan.at(replace(state, stage=place, step=step)).done
        for place, stage in enumerate(SCHEDULE.stages)
        for step in range(stage.steps)
    ]
    assert counted == list(range(10, 10 + SCHEDULE.total_steps))
    assert plan.at(replace(state, stage=len(SCHEDULE.stages))).done == plan.total - 1
    assert len({kind_of(stage) for stage in SCHEDULE.stages}) == 3  # two of its sweeps are alike


def test_another_schedule_knows_what_steps_took_before() -> None:
    plan = GridPlan.of(SCHEDULE, 4)
    assert plan.seconds_left is None
    plan.eta.took("head", 2.0)
    plan = plan.after_head_steps(1)
    assert plan.seconds_left == pytest.approx(2.0 * (plan.total - 1))
    shorter = plan.with_schedule(replace(SCHEDULE, stages=SCHEDULE.stages[:1]))
    assert shorter.done == 1
    assert shorter.seconds_left == pytest.approx(2.0 * (shorter.total - 1))
