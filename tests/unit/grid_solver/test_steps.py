from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch

from h3dstudio.errors import ReconstructionError
from h3dstudio.grid_solver.schedule import RefineStage, SweepStage
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import (
    LEAST_SPREAD,
    MOST_SPREAD,
    Observations,
    SweepNews,
    refine_step,
    run_sweep,
    sources_of,
    with_spread,
)
from h3dstudio.surface.residual import ResidualPyramid
from tests.unit.grid_solver.small_schedule import small_schedule
from tests.unit.methods.textured_ball import ball_views
from tests.unit.surface.analytic import BALL, cube, photos_of, sphere

SCHEDULE = replace(small_schedule(spacing=6.0), sigmas=(0.5, 1.0, 2.0, 4.0), sources=900)
GRID = cube(96.0, 6.0)
RADIUS = BALL[0]
RING = (0, 35, 70, 180, 215, 250)


def observed(azimuths: Sequence[float] = RING, side: int = 120) -> Observations:
    return Observations.of(photos_of(ball_views(azimuths, (side, side), radii=BALL)), SCHEDULE, seed=0)


def start(radius: float) -> SceneState:
    pyramid = ResidualPyramid.over(GRID, SCHEDULE.sigmas)
    return SceneState(pyramid, sphere(GRID, radius), np.zeros(pyramid.size, np.float32))


def error(state: SceneState) -> float:
    """Mean over the surface at the height of the ring, mm."""
    vertices = state.mesh(state.field()).vertices
    ring = np.abs(vertices[:, 1]) < 0.5 * RADIUS
    return float(np.abs(np.linalg.norm(vertices[ring], axis=1) - RADIUS).mean())


def sweep_stage() -> SweepStage:
    return next(stage for stage in SCHEDULE.stages if isinstance(stage, SweepStage))


def swept(task: Observations, state: SceneState, look: Callable[[SweepNews], object] = id) -> SceneState:
    """A whole sweep; `look` is shown its news."""
    done: list[SceneState] = []

    def driven() -> Generator[SweepNews, None, None]:
        done.append((yield from run_sweep(task, state, sweep_stage())))

    for news in driven():
        look(news)
    return done[0]


def test_a_sweep_can_be_watched_and_ends_the_same() -> None:
    task, before = observed(), start(RADIUS + 8)
    phases, errors = [], []

    def watch(news: SweepNews) -> None:
        vertices = news.mesh().vertices
        ring = np.abs(vertices[:, 1]) < 0.5 * RADIUS
        phases.append(news.phase)
        errors.append(np.abs(np.linalg.norm(vertices[ring], axis=1) - RADIUS).mean())

    watched = swept(task, before, watch)
    count = len(RING)
    assert phases == [f"depth search {n}/{count}" for n in range(1, count + 1)] + ["depth maps joined"]
    assert errors[-2] < 0.9 * errors[0]
    assert errors[-1] < 0.75 * errors[0]
    assert torch.equal(watched.base, swept(task, before).base)


def test_a_sweep_finds_a_surface_that_is_far_away() -> None:
    before = start(RADIUS + 8)
    after = swept(observed(), before)
    assert error(after) < 0.7 * error(before)
    assert not after.coefficients.any()
    slope = GRID.smooth_gradient(after.base.reshape(-1), torch.tensor([[RADIUS, 0, 0], [0, 0, -RADIUS]]), 6.0)
    np.testing.assert_allclose(slope.norm(dim=1), 1.0, atol=0.25)


def test_steps_finish_what_a_sweep_began() -> None:
    task, state = observed(), start(RADIUS + 1.5)
    before, stage = error(state), RefineStage(0, 4)
    sources = sources_of(task, 0, stage.level)
    for step in range(4):
        state, _, metrics = refine_step(task, replace(state, step=step), stage, sources)
        assert np.isfinite(list(metrics.as_dict().values())).all()
    assert error(state) < 0.5 * before
    assert metrics.pairs > 100
    assert metrics.photo < 0.4


def test_a_step_tells_how_far_the_outlines_are_off() -> None:
    task, stage = observed(), RefineStage(0, 1)
    far, near = (
        refine_step(task, start(RADIUS + by), stage, sources_of(task, 0, 0))[2].silhouette
        for by in (3.0, 0.0)
    )
    assert far == pytest.approx(1.48 * 3.0, rel=0.15)
    assert near < 0.3 * far


def test_a_step_leaves_its_state_alone_and_repeats_exactly() -> None:
    task, state, stage = observed(), start(RADIUS + 2), RefineStage(1, 1, finest=1)
    sources = sources_of(task, 1, stage.level)
    one, _, _ = refine_step(task, state, stage, sources)
    assert not state.coefficients.any()
    other, _, _ = refine_step(observed(), state, stage, sources_of(observed(), 1, stage.level))
    assert np.array_equal(one.coefficients, other.coefficients)
    assert not one.coefficients[: int(one.pyramid.offsets[1])].any(), "finer levels stay"


@pytest.mark.parametrize("azimuths", [(0,), (0, 180), (0, 120, 240)])
def test_photos_that_cannot_be_compared_are_lived_with(azimuths: tuple[float, ...]) -> None:
    task, state = observed(azimuths, side=64), start(RADIUS + 2)
    fused = swept(task, state)
    assert torch.isfinite(fused.field()).all()
    stage = RefineStage(0, 1)
    stepped, _, metrics = refine_step(task, fused, stage, sources_of(task, 0, 0))
    assert torch.isfinite(stepped.field()).all()
    assert np.isfinite(list(metrics.as_dict().values())).all()
    assert metrics.pairs == 0


def test_a_head_that_fills_the_photos_is_lived_with() -> None:
    views = ball_views((0, 35, 70), (61, 75), radii=BALL, zoom=2.4)
    assert all(view.mask[0].any() and view.mask[:, 0].any() for view in views)
    task = Observations.of(photos_of(views), SCHEDULE, seed=0)
    state = with_spread(task, swept(task, start(RADIUS + 2)))
    stepped, _, metrics = refine_step(task, state, RefineStage(0, 1), sources_of(task, 0, 0))
    assert torch.isfinite(stepped.field()).all()
    assert np.isfinite(list(metrics.as_dict().values())).all()


def test_the_spread_is_bounded() -> None:
    task = observed(side=64)
    assert with_spread(task, start(RADIUS)).spread >= LEAST_SPREAD
    assert with_spread(task, start(RADIUS + 20)).spread == MOST_SPREAD


def test_draws_depend_on_the_seed_and_the_place_alone() -> None:
    task = observed(side=64)
    assert torch.equal(sources_of(task, 3, 0).pixel, sources_of(task, 3, 0).pixel)
    assert not torch.equal(sources_of(task, 3, 0).pixel, sources_of(task, 4, 0).pixel)
    assert not torch.equal(sources_of(task, 3, 0).pixel, sources_of(replace(task, seed=1), 3, 0).pixel)


def test_a_surface_that_vanishes_is_an_error_with_a_remedy() -> None:
    task, state = observed(side=64), start(RADIUS)
    gone = state.rebased(state.base.abs() + 1)
    with pytest.raises(ReconstructionError, match="the surface vanished") as caught:
        refine_step(task, gone, RefineStage(0, 1), sources_of(task, 0, 0))
    assert caught.value.remedy
    with pytest.raises(ReconstructionError, match="the surface vanished"):
        swept(task, gone)


def test_photos_are_doubted_as_the_stage_says() -> None:
    task, wrong = observed(RING[:3]), start(RADIUS + 2.0)
    sources = sources_of(task, 0, 0)

    def moved(stage: RefineStage, state: SceneState) -> float:
        return refine_step(task, state, stage, sources)[2].moved

    plain, doubted = RefineStage(0, 1), RefineStage(0, 1, discount=1e4)
    assert moved(doubted, wrong) != moved(plain, wrong)
    assert moved(replace(doubted, discount=1.0), wrong) == moved(plain, wrong)
