from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.errors import UsageError
from h3dstudio.grid_solver.schedule import (
    RefineStage,
    SweepStage,
    for_views,
    hull_schedule,
)
from h3dstudio.methods.grid_settings import QUALITIES
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.methods.h3d_grid.schedule import for_prior_mismatch, prior_schedule
from h3dstudio.surface.grid import grid_over
from h3dstudio.surface.residual import ResidualPyramid


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_quality_has_a_schedule_that_makes_sense(quality: str) -> None:
    schedule = hull_schedule(quality)
    assert schedule.total_steps == sum(stage.steps for stage in schedule.stages) > 0
    assert isinstance(schedule.stages[-1], RefineStage)
    assert list(schedule.sigmas) == sorted(schedule.sigmas), "coarse levels move further"
    for stage in schedule.stages:
        assert stage.steps >= 1
        level = stage.sweep.level if isinstance(stage, SweepStage) else stage.level
        assert 0 <= level < 4
        if isinstance(stage, RefineStage):
            assert 0 <= stage.finest < len(schedule.sigmas)
    box = np.full(3, 200.0)
    grid = grid_over(-box, box, schedule.spacing, len(schedule.sigmas))
    assert len(ResidualPyramid.over(grid, schedule.sigmas).grids) == len(schedule.sigmas)


def test_better_costs_more() -> None:
    draft, standard, high = (hull_schedule(quality) for quality in QUALITIES)
    assert draft.total_steps < standard.total_steps < high.total_steps
    assert draft.spacing >= standard.spacing >= high.spacing


def test_an_unknown_quality_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="expected one of draft"):
        hull_schedule("perfect")
    with pytest.raises(UsageError, match="quality"):
        H3DGridSettings(quality="perfect")


def test_few_photos_get_more_steps_at_the_end() -> None:
    standard = hull_schedule("standard")
    few, many = for_views(standard, 3), for_views(standard, 32)
    assert many == standard
    assert few.total_steps > standard.total_steps
    assert few.stages[:-1] == standard.stages[:-1]


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_prior_lets_photos_count_less_the_more_the_more_there_are(quality: str) -> None:
    few, many = (for_views(prior_schedule(quality), count).stages for count in (3, 32))
    for one, other in zip(few, many, strict=True):
        assert isinstance(one, RefineStage)
        assert isinstance(other, RefineStage)
        assert 1 < one.discount < other.discount
    alone = for_views(hull_schedule(quality), 3).stages[-1]
    assert isinstance(alone, RefineStage)
    assert alone.discount == 1


@pytest.mark.parametrize("quality", QUALITIES)
def test_with_a_prior_the_last_steps_take_the_most_pixels_and_each_draws_its_own(quality: str) -> None:
    near, *settle = for_views(prior_schedule(quality), 8).stages
    assert isinstance(near, RefineStage)
    assert settle
    for stage in settle:
        assert isinstance(stage, RefineStage)
        assert (stage.level, stage.steps) == (near.level, 1)
        assert stage.share > near.share


def test_extra_steps_come_before_the_last_pixels() -> None:
    few, many = (for_views(prior_schedule("standard"), count).stages for count in (8, 32))
    assert few[0].steps > many[0].steps
    assert few[1:] != many[1:]  # discounted more
    assert [stage.steps for stage in few[1:]] == [stage.steps for stage in many[1:]]


def test_many_photos_show_more_outline_and_more_surface() -> None:
    three, eight, all_ = (for_views(prior_schedule("standard"), count) for count in (3, 8, 32))
    assert three.silhouettes < eight.silhouettes < all_.silhouettes
    assert three.sources < eight.sources == all_.sources


@pytest.mark.parametrize("quality", QUALITIES)
def test_where_outlines_contradict_the_head_depth_is_looked_for_and_photos_are_believed(quality: str) -> None:
    usual = for_views(prior_schedule(quality), 8)
    mismatch = for_prior_mismatch(usual)
    assert mismatch.stages[: len(usual.mismatch_stages)] == usual.mismatch_stages
    assert not any(stage.carry for stage in mismatch.stages if isinstance(stage, SweepStage))
    assert any(isinstance(stage, SweepStage) for stage in mismatch.stages)
    last = mismatch.stages[-1]
    assert isinstance(last, RefineStage)
    assert last.discount == 1
    assert last.steps == usual.stages[-1].steps
    alone = for_views(prior_schedule(quality), 1)
    assert for_prior_mismatch(alone).stages == ()
