"""Masks that contradict the prior's head are heard, and only where they do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from h3dstudio.errors import MeshError
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.schedule import SweepStage
from h3dstudio.grid_solver.steps import Observations, refine_step, run_sweep, sources_of, with_spread
from h3dstudio.methods.h3d_grid.hull_blend import FEW, MOST, beyond, blended_with_hull, missed_outline
from h3dstudio.methods.h3d_grid.schedule import for_prior_mismatch, prior_schedule
from h3dstudio.priors.baking import baked
from h3dstudio.priors.posed_head import PosedHead
from h3dstudio.surface.grid import grid_over
from h3dstudio.surface.surface_finder import MeshProxy
from tests.unit.grid_solver.small_schedule import small_schedule
from tests.unit.methods.streams import ended
from tests.unit.priors.made_up_heads import (
    AZIMUTHS,
    POSE,
    apart,
    made_up_prior,
    photographed,
    true_head,
    true_mesh,
)
from tests.unit.surface.analytic import photos_of

SCHEDULE = replace(small_schedule(6.0), sources=3000)
RADIUS = 165.0
"""mm: of the sphere that holds head and bump."""
BUMP, BUMP_RADIUS = np.array([0.0, 105.0, -30.0]), 42.0
"""Canonical: a bun on the head."""
SCENE = grid_over(np.full(3, -168.0), np.full(3, 168.0), 6.0, 3)


def problem_of(
    mesh: TriangleMesh, azimuths: tuple[float, ...] = AZIMUTHS, texture: bool = True
) -> Observations:
    views = photographed(mesh, azimuths, (120, 120), 0.55)
    photos = photos_of(views)
    if not texture:
        photos = photos_of([type(one)(one.view, np.full_like(one.image, 90), one.mask) for one in views])
    return Observations.of(photos, SCHEDULE, 0)


def with_bump(head: PosedHead) -> TriangleMesh:
    field = baked(made_up_prior(), head, SCENE).numpy()
    middle = head.pose.inverse().apply(BUMP[None])
    bump = np.linalg.norm(SCENE.nodes() - middle, axis=1).reshape(SCENE.shape) - BUMP_RADIUS
    return zero_level(np.minimum(field, bump), SCENE.origin, SCENE.spacing)


def at(*canonical: tuple[float, float, float]) -> torch.Tensor:
    """Canonical points in the working frame."""
    return torch.from_numpy(POSE.inverse().apply(np.array(canonical, float))).float()


@pytest.fixture(scope="module")
def bumped() -> Observations:
    return problem_of(with_bump(true_head()))


def test_the_right_head_misses_no_outline() -> None:
    observed, mesh = problem_of(true_mesh(true_head())), true_mesh(true_head())
    missed = missed_outline(SCENE, baked(made_up_prior(), true_head(), SCENE), observed.rays)
    assert missed.short < 0.3 * FEW
    assert missed.share < 0.3 * FEW
    assert not beyond(observed.photos, MeshProxy(mesh), torch.from_numpy(SCENE.nodes())).any()


def test_rays_that_pass_the_head_are_marked_and_nothing_else(bumped: Observations) -> None:
    field = baked(made_up_prior(), true_head(), SCENE)
    missed = missed_outline(SCENE, field, bumped.rays)
    assert missed.short > FEW
    assert missed.share < MOST
    x, y, z = BUMP
    head = MeshProxy(true_mesh(true_head()))
    assert beyond(bumped.photos, head, at((x, y + 25, z), (x, y + 20, z - 15))).all()
    known = at((0, -10, 95), (0, -95, 0), (68, -20, 0), (0, 20, -95), (0, 0, 0))
    assert not beyond(bumped.photos, head, known).any()


def test_a_head_that_no_photo_shows_leaves_all_to_the_hull() -> None:
    observed = problem_of(true_mesh(true_head()))
    far = MeshProxy(true_mesh(true_head(pose=Similarity(1.0, np.eye(3), np.array([0, 0, 9000.0])) @ POSE)))
    assert beyond(observed.photos, far, at((0, 0, 0), (0, -60, 20), (30, 0, 0))).all()


def test_a_head_elsewhere_misses_too_much() -> None:
    observed, prior = problem_of(true_mesh(true_head())), made_up_prior()
    beside, gone = (
        true_head(pose=Similarity(1.0, np.eye(3), np.array([shift, 0, 0])) @ POSE) for shift in (35.0, 2000.0)
    )
    assert missed_outline(SCENE, baked(prior, beside, SCENE), observed.rays).share > MOST
    with pytest.raises(MeshError):
        blended_with_hull(observed.photos, prior, gone, SCHEDULE, RADIUS)


def test_the_hull_brings_the_bump_and_leaves_the_head(bumped: Observations) -> None:
    head, prior = true_head(), made_up_prior()
    state = blended_with_hull(bumped.photos, prior, head, SCHEDULE, RADIUS)
    assert state.head is head
    assert state.prior_mismatch
    mesh, truth, bald = state.mesh(state.field()), with_bump(head), true_mesh(head)
    canonical = POSE.apply(truth.vertices)
    bump = (canonical[:, 1] > 100) & (np.linalg.norm(canonical - BUMP, axis=1) < BUMP_RADIUS + 1)
    face = canonical[:, 2] > 40
    assert bump.sum() > 20
    missed = apart(truth, mesh)
    assert apart(truth, bald)[bump].mean() > 12.0
    assert missed[bump].mean() < 5.0  # voxels are 6 mm
    assert missed[face].mean() < 0.6


def test_a_head_that_only_sticks_out_lacks_nothing() -> None:
    small = true_head(pose=Similarity(1.12, np.eye(3), np.zeros(3)) @ POSE)
    observed = problem_of(true_mesh(small))
    missed = missed_outline(SCENE, baked(made_up_prior(), true_head(), SCENE), observed.rays)
    assert missed.share > 0.1
    assert missed.short < 0.3 * FEW


def test_what_sticks_out_of_the_masks_is_cut() -> None:
    head, prior = true_head(), made_up_prior()
    small = true_head(pose=Similarity(1.12, np.eye(3), np.zeros(3)) @ POSE)  # seen smaller than it is thought
    observed = problem_of(true_mesh(small))
    whole = np.linalg.norm(true_mesh(head).vertices, axis=1).mean()
    state = blended_with_hull(observed.photos, prior, head, SCHEDULE, RADIUS)
    cut = state.mesh(state.field())
    assert apart(cut, true_mesh(head)).mean() > 3.0
    assert apart(cut, true_mesh(small)).mean() < 3.0
    assert np.linalg.norm(cut.vertices, axis=1).mean() < whole


def test_the_photos_then_shape_the_bump_and_keep_the_face(bumped: Observations) -> None:
    truth = with_bump(true_head())
    face = POSE.apply(truth.vertices)[:, 2] > 40
    state = blended_with_hull(bumped.photos, made_up_prior(), true_head(), SCHEDULE, RADIUS)
    before = apart(truth, state.mesh(state.field()))
    state = with_spread(bumped, state)
    for stage in for_prior_mismatch(prior_schedule("draft")).stages:
        if isinstance(stage, SweepStage):
            state = ended(run_sweep(bumped, state, stage))[1]
        else:
            sources = sources_of(bumped, 1, stage.level)
            for step in range(stage.steps):
                state = refine_step(bumped, replace(state, step=step), stage, sources)[0]
    after = apart(truth, state.mesh(state.field()))
    assert after.mean() < before.mean()
    assert after[face].mean() < 0.8
