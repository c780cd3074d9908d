from __future__ import annotations

import numpy as np
import torch

from h3dstudio.surface.redistance import FINE_BAND, redistance
from tests.unit.surface.analytic import cube, sphere, surface

GRID = cube(64.0, 4.0)
RADIUS = 40.0
TRUE = sphere(GRID, RADIUS)


def test_twice_the_distance_becomes_the_distance() -> None:
    field = redistance(GRID, 2 * TRUE, surface(GRID, 2 * TRUE))
    assert field.shape == TRUE.shape
    assert torch.equal(field < 0, TRUE < 0)
    near = TRUE.abs() < 0.8 * FINE_BAND * GRID.spacing  # the band itself is known from the coarser grid
    # The mesh of the zero level lies up to (spacing / 2)^2 / 2 / RADIUS inside the sphere.
    np.testing.assert_allclose(field[near], TRUE[near], atol=0.15)
    np.testing.assert_allclose(field, TRUE, atol=GRID.spacing)


def test_a_distance_stays_one() -> None:
    once = redistance(GRID, TRUE, surface(GRID, TRUE))
    twice = redistance(GRID, once, surface(GRID, once))
    near = TRUE.abs() < GRID.spacing
    np.testing.assert_allclose(twice[near], once[near], atol=0.1)


def test_it_is_steep_everywhere_after_a_flat_field() -> None:
    field = redistance(GRID, torch.tanh(TRUE / 5), surface(GRID, torch.tanh(TRUE / 5)))
    points = torch.from_numpy(GRID.nodes()[(TRUE.abs() < 5).ravel().numpy()]) + 0.1
    slope = GRID.smooth_gradient(field.reshape(-1), points, GRID.spacing).norm(dim=1)
    np.testing.assert_allclose(slope, 1.0, atol=0.06)


def test_what_is_not_part_of_the_largest_surface_goes() -> None:
    crumb = sphere(GRID, 7.0, (50, 50, 50))
    bubble = -sphere(GRID, 9.0)
    field = torch.maximum(torch.minimum(TRUE, crumb), bubble)
    cleaned = redistance(GRID, field, surface(GRID, field))
    assert torch.equal(cleaned < 0, TRUE < 0)
    np.testing.assert_allclose(cleaned, TRUE, atol=GRID.spacing)


def test_a_surface_that_leaves_the_grid_is_finite() -> None:
    field = sphere(GRID, 40.0, (40, 0, 0))
    assert torch.isfinite(redistance(GRID, field, surface(GRID, field))).all()
