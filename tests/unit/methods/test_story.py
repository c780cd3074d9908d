"""What a run counts and tells, without running one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from h3dstudio.grid_solver.plan import Plan, kind_of
from h3dstudio.methods.story import Story

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import SweepNews
from h3dstudio.jobs.events import Log, MeshSnapshot, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.methods import story as telling
from h3dstudio.surface.residual import ResidualPyramid
from tests.unit.grid_solver.small_schedule import small_schedule
from tests.unit.methods.streams import ended
from tests.unit.surface.analytic import cube, sphere

SCHEDULE = small_schedule()
FRAME = Similarity(2.0, np.eye(3), np.array([1.0, 2.0, 3.0]))
CORNER = TriangleMesh(np.eye(3), np.array([[0, 1, 2]], dtype=np.int32))


def story() -> Story:
    return Story(Plan.of(SCHEDULE, 10), FRAME)


def test_steps_are_counted_through_all_stages() -> None:
    plan = Plan.of(SCHEDULE, 10)
    assert plan.total == 10 + SCHEDULE.total_steps + 1
    grid = cube(16.0, 4.0)
    pyramid = ResidualPyramid.over(grid, (1.0,))
    state = SceneState(pyramid, sphere(grid, 8.0), np.zeros(pyramid.size, np.float32))
    counted = [
        plan.done(replace(state, stage=place, step=step))
        for place, stage in enumerate(SCHEDULE.stages)
        for step in range(stage.steps)
    ]
    assert counted == list(range(10, 10 + SCHEDULE.total_steps))
    assert plan.done(replace(state, stage=len(SCHEDULE.stages))) == plan.total - 1
    assert len({kind_of(stage) for stage in SCHEDULE.stages}) == 3  # two of its sweeps are alike


def test_a_request_to_finish_is_remembered() -> None:
    one = story()
    part = one.tell(Log("said"))
    next(part)
    with pytest.raises(StopIteration):
        part.send(Request.FINISH)
    ended(one.tell(Log("said again")))
    assert one.finishing


def test_meshes_are_told_in_the_scans_frame() -> None:
    ((snapshot,), _) = ended(story().show(3, CORNER))
    assert isinstance(snapshot, MeshSnapshot)
    np.testing.assert_allclose(FRAME.apply(snapshot.mesh.vertices), CORNER.vertices, atol=1e-12)


def test_the_same_doubt_is_kept_once() -> None:
    one = story()
    for _ in range(2):
        ((log,), _) = ended(one.doubt("it is dark"))
        assert log == Log("Low confidence: it is dark.", "warning")
    assert one.caveats == ["it is dark"]


@pytest.mark.parametrize("age", [0.0, 10.0])
def test_a_sweep_is_shown_where_the_last_mesh_is_old(age: float) -> None:
    one = story()
    one.shown -= age
    told, _ = ended(one.follow(4, SweepNews("depth search 1/8", lambda: CORNER)))
    assert isinstance(told[0], Progress)
    assert (told[0].done, told[0].total, told[0].phase) == (4, one.plan.total, "depth search 1/8")
    assert [type(event) for event in told[1:]] == ([MeshSnapshot] if age > telling.LOOK_SECONDS else [])


def test_a_surface_that_is_gone_for_now_is_passed_over() -> None:
    def vanished() -> TriangleMesh:
        raise MeshError("there is no surface")

    one = story()
    one.shown -= 10
    told, _ = ended(one.follow(4, SweepNews("depth search 1/8", vanished)))
    assert [type(event) for event in told] == [Progress]
