"""Derivatives of a posed head against finite differences, and the head as a scene's field."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photo_motion import pixel_by_point
from h3dstudio.photometry.photos import moved_points, turned
from h3dstudio.priors.baking import baked
from h3dstudio.priors.latent_equations import MOST_TURN, landmark_equations, normal_equations, solve
from h3dstudio.priors.linear.field import LinearPrior
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead, field_jacobian, rotation_of
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.normal_equations import Quadratic
from tests.unit.priors.made_up_heads import GRID, POSE, SIZE, SPACING, head_photos, made_up_prior, true_head

UNKNOWNS = POSE_SIZE + SIZE
SCALED = Similarity(1.2, POSE.rotation, POSE.translation)


def in_double() -> LinearPrior:
    """The made-up prior, in double precision for differences."""
    prior = made_up_prior()
    parts = (prior.mean, prior.basis, prior.landmark_mean, prior.landmark_basis)
    return LinearPrior(prior.grid, *(part.double() for part in parts))


def inside_cells(count: int, seed: int = 0) -> Tensor:
    """Canonical points (count, 3) away from cell faces, where the interpolant has kinks."""
    rng = np.random.default_rng(seed)
    cell = rng.integers(6, np.array(GRID.shape) - 7, (count, 3))
    place = np.asarray(GRID.origin) + SPACING * (cell + rng.uniform(0.2, 0.8, (count, 3)))
    return torch.from_numpy(place)


def unit_step(place: int, size: float) -> Tensor:
    step = torch.zeros(UNKNOWNS, dtype=torch.float64)
    step[place] = size
    return step


@pytest.mark.parametrize("place", range(UNKNOWNS))
def test_the_field_moves_as_its_derivative_says(place: int) -> None:
    prior, points = in_double(), inside_cells(300)
    head = PosedHead(true_head().latent.double(), SCALED)
    scene = SCALED.inverse().apply(points.numpy())
    told = field_jacobian(prior, prior.bake(head.latent), head.latent, points)[:, place]

    def value(step: Tensor) -> Tensor:
        moved = head.moved(step)
        return prior.grid.value(prior.bake(moved.latent), torch.from_numpy(moved.pose.apply(scene)))

    size = 1e-5 if place < 3 or place == 6 else 1e-3
    difference = (value(unit_step(place, size)) - value(unit_step(place, -size))) / (2 * size)
    torch.testing.assert_close(told.double(), difference, rtol=2e-3, atol=2e-3)
    assert told.abs().max() > 0.1, "it does move"


@pytest.mark.parametrize("place", range(UNKNOWNS))
def test_landmarks_move_as_their_derivative_says(place: int) -> None:
    prior = in_double()
    head = PosedHead(true_head().latent.double(), SCALED)
    index = torch.tensor([30, 33, 39, 42, 48, 54])
    scene = np.random.default_rng(1).uniform(-50, 50, (6, 3))

    def residual(step: Tensor) -> Tensor:
        moved = head.moved(step)
        return (torch.from_numpy(moved.pose.apply(scene)) - prior.landmarks(moved.latent)[0][index]) / 2.0

    points = torch.from_numpy(SCALED.apply(scene))
    matrix, gradient = landmark_equations(prior, head, index, points, 2.0)
    size = 1e-5
    rows = (residual(unit_step(place, size)) - residual(unit_step(place, -size))) / (2 * size)
    now = residual(torch.zeros(UNKNOWNS, dtype=torch.float64))
    assert float(gradient[place]) == pytest.approx(float((rows * now).sum()), rel=1e-4, abs=1e-3)
    assert float(matrix[place, place]) == pytest.approx(float((rows**2).sum()), rel=1e-4)


def test_a_step_moves_the_head_as_it_says() -> None:
    head = true_head()
    step = torch.tensor([0.1, -0.2, 0.3, 4.0, 5.0, -6.0, 0.05, 1.0, 2, 3, 4, 5])
    moved = head.moved(step)
    points = np.random.default_rng(0).normal(size=(9, 3)) * 50
    before = POSE.apply(points)
    expected = np.exp(0.05) * before @ rotation_of(np.array([0.1, -0.2, 0.3])).T + [4, 5, -6]
    np.testing.assert_allclose(moved.pose.apply(points), expected, atol=1e-5)
    torch.testing.assert_close(moved.latent - head.latent, torch.arange(1.0, 6))
    still = head.moved(torch.zeros(UNKNOWNS))
    np.testing.assert_allclose(still.pose.matrix, head.pose.matrix, atol=1e-12)


def test_normal_equations_are_those_of_the_terms_and_of_the_latents_prior() -> None:
    prior, head = made_up_prior(), true_head()
    samples = prior.bake(head.latent)
    empty = normal_equations(prior, head, samples, [])
    expected = torch.diag(torch.tensor([0.0] * POSE_SIZE + [1.0] * SIZE)).double()
    torch.testing.assert_close(empty.matrix, expected)
    torch.testing.assert_close(empty.gradient[POSE_SIZE:], head.latent.double())
    assert not empty.gradient[:POSE_SIZE].any()

    points = inside_cells(20).float().reshape(10, 2, 3)
    rng = torch.Generator().manual_seed(0)
    half = torch.randn(10, 2, 2, generator=rng)
    hessian, slope = half @ half.mT, torch.randn(10, 2, generator=rng)
    full = normal_equations(prior, head, samples, [Quadratic(points, hessian, slope)])
    rows = field_jacobian(prior, samples, head.latent, points.reshape(-1, 3)).reshape(10, 2, -1)
    matrix = sum(r.T @ h @ r for r, h in zip(rows, hessian, strict=True))
    torch.testing.assert_close(full.matrix - empty.matrix, matrix.double(), rtol=1e-4, atol=0.3)
    torch.testing.assert_close(
        full.gradient - empty.gradient,
        torch.einsum("mcu,mc->u", rows, slope).double(), rtol=1e-4, atol=1e-2,
    )  # fmt: skip


def test_a_step_solves_what_is_free_and_turns_no_further_than_it_may() -> None:
    prior, head = made_up_prior(), true_head()
    points, samples = inside_cells(400).float(), prior.bake(head.latent)
    weight = torch.ones(400, 1, 1)
    normals = normal_equations(prior, head, samples, [Quadratic(points[:, None], weight, weight[:, 0] * 0.1)])
    step = solve(normals).double()
    left = normals.matrix @ step + normals.gradient
    assert left.abs().max() < 1e-3 * normals.gradient.abs().max()
    only = solve(normals, POSE_SIZE)
    assert only[:POSE_SIZE].abs().max() > 0
    assert not only[POSE_SIZE:].any()
    far = normal_equations(prior, head, samples, [Quadratic(points[:, None], weight, weight[:, 0] * 1e4)])
    assert float(solve(far)[:3].norm()) == pytest.approx(MOST_TURN, rel=1e-3)


def test_pixels_move_with_points_as_their_derivative_says() -> None:
    photos = head_photos()
    rng = np.random.default_rng(0)
    points = torch.from_numpy(rng.uniform(-60, 60, (50, 3))).float()
    view = torch.from_numpy(rng.integers(0, photos.count, 50))
    told = pixel_by_point(photos, view, points).numpy()
    for number, (which, point) in enumerate(zip(view.tolist(), points.numpy().astype(float), strict=True)):
        for axis in range(3):
            step = 1e-3 * np.eye(3)[axis]
            ahead, behind = (photos.cameras[which].project((point + s)[None])[0][0] for s in (step, -step))
            np.testing.assert_allclose(told[number, :, axis], (ahead - behind) / 2e-3, atol=2e-4)


# In the scene -----------------------------------------------------------------------------------------


def test_where_scene_and_canonical_nodes_coincide_the_field_is_the_priors() -> None:
    prior = made_up_prior()
    head = true_head(pose=Similarity.identity())
    field = baked(prior, head, prior.grid)
    torch.testing.assert_close(field.reshape(-1), prior.bake(head.latent), rtol=1e-4, atol=2e-3)


@pytest.mark.parametrize("pose", [POSE, SCALED])
def test_nodes_that_lie_on_canonical_nodes_have_their_values_in_mm_of_the_scene(pose: Similarity) -> None:
    prior, head = made_up_prior(), true_head(pose=pose)
    own = GRID.nodes().reshape(*GRID.shape, 3)
    for i, j, k in [(18, 30, 38), (5, 20, 30), (18, 8, 22), (30, 36, 9)]:
        x, y, z = (float(at) for at in pose.inverse().apply(own[i, j, k][None])[0])
        here = baked(prior, head, Grid((x, y, z), 1.0, (1, 1, 1)))
        expected = prior.bake(head.latent).reshape(GRID.shape)[i, j, k] / pose.scale
        assert float(here) == pytest.approx(float(expected), abs=5e-3)


def test_outside_the_priors_box_the_way_to_it_is_added() -> None:
    prior, head = made_up_prior(), true_head(pose=Similarity.identity())
    samples = prior.bake(head.latent).reshape(GRID.shape)
    beyond = Grid((GRID.origin[0] - 50, 0.0, 0.0), 1.0, (1, 1, 1))
    assert float(baked(prior, head, beyond)) == pytest.approx(float(samples[0, 22, 22]) + 50, abs=1e-2)


def test_between_nodes_it_is_smoother_than_the_linear_interpolant() -> None:
    """A sphere's distance on a coarse grid: the cubic is many times nearer to the truth."""
    coarse = Grid((-60.0, -60.0, -60.0), 10.0, (13, 13, 13))
    truth = torch.from_numpy(np.linalg.norm(coarse.nodes(), axis=1) - 40).float()
    zero = torch.zeros
    prior = LinearPrior(coarse, truth, zero(coarse.size, 1), zero(68, 3), zero(68, 3, 1))
    fine = Grid((22.0, 22.0, 22.0), 0.5, (8, 8, 8))
    right = np.linalg.norm(fine.nodes(), axis=1) - 40
    cubic = baked(prior, PosedHead.mean(prior, Similarity.identity()), fine).numpy().ravel()
    linear = coarse.value(truth, torch.from_numpy(fine.nodes())).numpy()
    assert np.abs(cubic - right).mean() < 0.2 * np.abs(linear - right).mean()


# Photos in another frame ------------------------------------------------------------------------------


def test_photos_of_a_moved_world_see_the_moved_points_at_the_same_pixels() -> None:
    photos = head_photos()
    there = photos.in_frame(SCALED)
    rng = np.random.default_rng(0)
    points = torch.from_numpy(rng.uniform(-60, 60, (40, 3))).float()
    view = torch.from_numpy(rng.integers(0, photos.count, 40))
    pixel, depth = photos.project(view, points)
    moved_pixel, moved_depth = there.project(view, moved_points(SCALED, points))
    torch.testing.assert_close(moved_pixel, pixel, rtol=0, atol=1e-3)
    torch.testing.assert_close(moved_depth, 1.2 * depth, rtol=1e-5, atol=0)
    torch.testing.assert_close(there.centers, moved_points(SCALED, photos.centers), rtol=0, atol=1e-3)
    directions = turned(SCALED, photos.directions(view, pixel))
    torch.testing.assert_close(there.directions(view, pixel), directions, rtol=0, atol=1e-5)
    torch.testing.assert_close(directions.norm(dim=1), torch.ones(40))
    assert there.rgb is photos.rgb
    assert there.pyramid is photos.pyramid


def test_points_far_from_the_origin_are_moved_without_loss() -> None:
    far = Similarity(1.0, POSE.rotation, -POSE.rotation @ np.array([1e5, 2e5, -3e5]))
    points = torch.tensor([[1e5, 2e5, -3e5]]) + torch.tensor([[0.0, 0, 0], [8, 0, 0]])
    expected = far.apply(points.double().numpy())
    np.testing.assert_allclose(moved_points(far, points).numpy(), expected, atol=1e-5)
