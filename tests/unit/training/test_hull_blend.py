"""Masks that contradict the prior's head are heard, and only where they do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from h3dstudio.fields.grid import Grid, grid_over
from h3dstudio.fields.prior.baking import baked
from h3dstudio.fields.prior.posed_head import PosedHead
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.training.hull_blend import FEW, MOST, blended_with_hull, doubts
from h3dstudio.training.steps import Problem
from tests.unit.fields.analytic import photos_of
from tests.unit.training.made_up_heads import (
    AZIMUTHS,
    POSE,
    apart,
    made_up_prior,
    photographed,
    true_head,
    true_mesh,
)
from tests.unit.training.small_schedule import small_schedule
from tests.unit.training.streams import ended

SCHEDULE = replace(small_schedule(6.0), sources=3000)
RADIUS = 165.0
"""mm: of the sphere that holds head and bump."""
BUMP, BUMP_RADIUS = np.array([0.0, 105.0, -30.0]), 42.0
"""Canonical: a bun on the head."""
SCENE = grid_over(np.full(3, -168.0), np.full(3, 168.0), 6.0, 3)


def problem_of(mesh: TriangleMesh, azimuths: tuple[float, ...] = AZIMUTHS, texture: bool = True) -> Problem:
    views = photographed(mesh, azimuths, (120, 120), 0.55)
    photos = photos_of(views)
    if not texture:
        photos = photos_of([type(one)(one.view, np.full_like(one.image, 90), one.mask) for one in views])
    return Problem.of(photos, SCHEDULE, 0)


def with_bump(head: PosedHead) -> TriangleMesh:
    field = baked(made_up_prior(), head, SCENE).numpy()
    middle = head.pose.inverse().apply(BUMP[None])
    bump = np.linalg.norm(SCENE.nodes() - middle, axis=1).reshape(SCENE.shape) - BUMP_RADIUS
    return zero_level(np.minimum(field, bump), SCENE.origin, SCENE.spacing)


def weight_at(grid: Grid, weight: torch.Tensor, canonical: np.ndarray) -> float:
    point = torch.from_numpy(POSE.inverse().apply(canonical[None])).float()
    return float(grid.value(weight.reshape(-1), point))


@pytest.fixture(scope="module")
def bumped() -> Problem:
    return problem_of(with_bump(true_head()))


def test_the_right_head_is_not_doubted() -> None:
    problem = problem_of(true_mesh(true_head()))
    field = baked(made_up_prior(), true_head(), SCENE)
    doubt = doubts(SCENE, field, problem.rays)
    assert doubt.share < 0.003
    assert float(doubt.weight.max()) < 0.05


def test_what_the_prior_does_not_know_is_marked_and_nothing_else(bumped: Problem) -> None:
    field = baked(made_up_prior(), true_head(), SCENE)
    doubt = doubts(SCENE, field, bumped.rays)
    assert FEW < doubt.share < MOST
    assert doubt.weight.shape == SCENE.shape
    assert float(doubt.weight.min()) >= 0
    assert float(doubt.weight.max()) <= 1
    assert weight_at(SCENE, doubt.weight, BUMP + np.array([0, 25, 0])) > 0.9
    for place in ([0, -10, 100], [0, -95, 0], [68, -20, 0], [0, 20, -95]):
        assert weight_at(SCENE, doubt.weight, np.array(place, float)) < 0.1


def test_a_head_elsewhere_is_doubted_everywhere() -> None:
    problem = problem_of(true_mesh(true_head()))
    away = Similarity(1.0, np.eye(3), np.array([35.0, 0, 0])) @ POSE
    doubt = doubts(SCENE, baked(made_up_prior(), true_head(pose=away), SCENE), problem.rays)
    assert doubt.share > MOST
    assert (
        ended(blended_with_hull(problem, made_up_prior(), true_head(pose=away), SCHEDULE, RADIUS))[1] is None
    )


def test_the_hull_brings_the_bump_and_leaves_the_head(bumped: Problem) -> None:
    head, prior = true_head(), made_up_prior()
    state = ended(blended_with_hull(bumped, prior, head, SCHEDULE, RADIUS))[1]
    assert state is not None
    assert state.head is head
    assert state.contradicted
    mesh = state.mesh(state.field())
    truth, bald = with_bump(head), true_mesh(head)
    canonical = POSE.apply(truth.vertices)
    bump = (canonical[:, 1] > 100) & (np.linalg.norm(canonical - BUMP, axis=1) < BUMP_RADIUS + 1)
    face = canonical[:, 2] > 40
    assert bump.sum() > 20
    missed = apart(truth, mesh)
    assert apart(truth, bald)[bump].mean() > 12.0
    assert missed[bump].mean() < 5.0  # voxels are 6 mm
    assert missed[face].mean() < 0.6
