"""The variance that photos leave of a prior's head, against what a formula says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.expected_error import MISFIT, PATCH, SHARE, expected_error, variance_left
from h3dstudio.priors.linear.field import LinearPrior
from h3dstudio.priors.posed_head import PosedHead
from h3dstudio.surface.grid import Grid

GRID = Grid((-60.0, -60.0, -60.0), 5.0, (25, 25, 25))
RADIUS = 40.0


def two_halves(front: float = 2.0, back: float = 3.0) -> LinearPrior:
    """A ball whose halves z > 0 and z < 0 swell by one latent each, mm per standard deviation."""
    nodes = torch.from_numpy(GRID.nodes())
    ahead = (nodes[:, 2] / 20 + 0.5).clamp(0, 1)
    basis = torch.stack([-front * ahead, -back * (1 - ahead)], dim=1)
    return LinearPrior(GRID, nodes.norm(dim=1) - RADIUS, basis, torch.zeros(68, 3), torch.zeros(68, 3, 2))


def around(count: int = 600) -> torch.Tensor:
    """Points (N, 3) of the ball."""
    points = np.random.default_rng(0).normal(size=(count, 3))
    return torch.from_numpy(RADIUS * points / np.linalg.norm(points, axis=1, keepdims=True)).float()


def left(information: torch.Tensor, points: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    head = PosedHead(torch.zeros(2), Similarity(scale, np.eye(3), np.zeros(3)))
    area = 4 * np.pi * (RADIUS / scale) ** 2 / len(points)
    return variance_left(two_halves(), head, points / scale, area, information)


def test_without_photos_all_of_the_priors_variance_is_left() -> None:
    points = around()
    found = left(torch.zeros(len(points)), points)
    assert found[points[:, 2] > 15].min() > 2.0**2  # and that of the pose
    assert found[points[:, 2] < -15].min() > 3.0**2


def test_photos_pin_the_half_that_they_see() -> None:
    points = around()
    front, back = points[:, 2] > 15, points[:, 2] < -15
    seen = 1000.0 * (points[:, 2] > 12)
    found = left(seen, points)
    # At best one observation a patch, each as wrong as the prior's heads are.
    patches = 2 * np.pi * RADIUS**2 / PATCH**2
    assert MISFIT**2 / patches < found[front].mean() < 10 * MISFIT**2
    assert found[back].min() > 3.0**2
    assert found[front].max() < 0.2 * found[back].min()


@given(some.floats(0.0, 1e4), some.floats(0.0, 1e4))
def test_more_photos_never_leave_more(one: float, other: float) -> None:
    points = around(100)
    less, more = (left(torch.full((len(points),), known), points) for known in sorted((one, other)))
    assert (more <= less * 1.001 + 1e-6).all()


def test_lengths_are_those_of_the_scene() -> None:
    points = around()
    unseen = torch.zeros(len(points))
    twice = left(unseen, points, scale=0.5)  # the scene is twice as large as the canonical head
    np.testing.assert_allclose(twice, 4 * left(unseen, points), rtol=1e-3)


def test_the_distance_from_the_priors_head_counts() -> None:
    points = around()
    seen = torch.full((len(points),), 1e4)
    off = left(seen, points * (RADIUS + 3) / RADIUS)
    assert torch.sqrt(off).min() > 0.95 * SHARE * 3


@given(some.lists(some.floats(0.0, 400.0), min_size=2, max_size=9))
def test_the_expected_error_grows_with_the_variance(variance: list[float]) -> None:
    error = expected_error(np.sort(variance))
    assert (np.diff(error) >= 0).all()
    assert error.min() >= 0.1


def test_far_beyond_what_was_seen_the_error_still_grows() -> None:
    assert expected_error(np.array([4.0, 100.0])) == pytest.approx([2.39, 9.5], abs=0.1)
