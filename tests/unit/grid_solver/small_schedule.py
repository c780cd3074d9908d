"""A schedule with every kind of stage that ends in about a second on small photos: for what must hold at any
size (resuming, requests, faults). What the real schedules reach is tested with these."""

from __future__ import annotations

from dataclasses import replace

import pytest

from h3dstudio.grid_solver.schedule import RefineStage, Schedule, SweepStage, hull_schedule
from h3dstudio.methods.h3d_grid import session as h3d_session
from h3dstudio.methods.hull_grid import session as hull_session

DRAFT = hull_schedule("draft")


def small_schedule(spacing: float = 8.0, steps: int = 2) -> Schedule:
    sweep = next(stage for stage in DRAFT.stages if isinstance(stage, SweepStage))
    coarse = replace(sweep, sweep=replace(sweep.sweep, step=4.0))
    return replace(
        DRAFT,
        stages=(coarse, RefineStage(1, steps, finest=1), coarse, RefineStage(0, steps)),
        spacing=spacing,
        sigmas=DRAFT.sigmas[-4:],
        sources=400,
        silhouettes=300,
        export_edge=8.0,
        smoothness=replace(DRAFT.smoothness, samples=300),
    )


def use_small(patch: pytest.MonkeyPatch) -> Schedule:
    """Every method's schedule, at every quality."""
    schedule = small_schedule()
    for module, name in (
        (hull_session, "hull_schedule"),
        (h3d_session, "hull_schedule"),
        (h3d_session, "prior_schedule"),
    ):
        patch.setattr(module, name, lambda quality: schedule)
    return schedule


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Schedule:
    """Use it for every quality."""
    return use_small(monkeypatch)
