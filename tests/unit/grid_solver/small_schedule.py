"""A schedule with every kind of stage that ends in about a second on small photos: for what must hold at any
size (resuming, requests, faults). What the real schedules reach is tested with these."""

from __future__ import annotations

from dataclasses import replace

import pytest

from h3dstudio.grid_solver.schedule import RefineStage, Schedule, SweepStage, schedule_for
from h3dstudio.methods.h3d_grid import latent_phase

DRAFT = schedule_for("draft")


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


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Schedule:
    """Use it for every quality."""
    schedule = small_schedule()
    monkeypatch.setattr(latent_phase, "schedule_for", lambda quality, method="hull-grid": schedule)
    return schedule
