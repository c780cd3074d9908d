from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.surface.grid import Grid, grid_over, refined

GRID = Grid((-3.0, 1.0, 10.0), 2.5, (5, 7, 9))


def inside(count: int, seed: int = 0) -> torch.Tensor:
    """Points strictly inside GRID, double precision, none on a cell's face."""
    rng = np.random.default_rng(seed)
    cell = rng.integers(0, np.array(GRID.shape) - 1, (count, 3))
    return torch.from_numpy(
        np.array(GRID.origin) + GRID.spacing * (cell + rng.uniform(0.02, 0.98, cell.shape))
    )


def noise(seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=GRID.size))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-10, 10), min_size=4, max_size=4))
def test_linear_functions_are_reproduced(coefficients: list[float]) -> None:
    offset, slope = coefficients[0], np.array(coefficients[1:])
    samples = torch.from_numpy(GRID.nodes().astype(np.float64) @ slope + offset)
    points = inside(50)
    value, gradient = GRID.value_and_gradient(samples, points)
    np.testing.assert_allclose(value, points.numpy() @ slope + offset, atol=1e-4)
    np.testing.assert_allclose(gradient, np.broadcast_to(slope, (50, 3)), atol=1e-4)
    np.testing.assert_allclose(GRID.value(samples, points), value, atol=1e-9)


def test_nodes_carry_their_samples() -> None:
    nodes = GRID.nodes()
    np.testing.assert_allclose(nodes[1] - nodes[0], [0, 0, GRID.spacing], err_msg="k is fastest")
    samples = noise().float()
    inner = [GRID.shape[2] * (GRID.shape[1] * 2 + 3) + 4]
    np.testing.assert_allclose(GRID.value(samples, torch.from_numpy(nodes[inner])), samples[inner], atol=1e-5)


def test_the_gradient_is_the_derivative_of_the_value() -> None:
    samples, points, step = noise(), inside(200), 1e-6
    _, gradient = GRID.value_and_gradient(samples, points)
    for axis in range(3):
        offset = torch.zeros(3, dtype=torch.float64)
        offset[axis] = step
        slope = (GRID.value(samples, points + offset) - GRID.value(samples, points - offset)) / (2 * step)
        np.testing.assert_allclose(gradient[:, axis], slope, atol=1e-6)


def test_weights_are_the_value_as_a_linear_map() -> None:
    samples, points = noise(), inside(100)
    index, weight = GRID.weights(points)
    np.testing.assert_allclose(weight.sum(dim=1), 1.0, atol=1e-12)
    np.testing.assert_allclose((samples[index] * weight).sum(dim=1), GRID.value(samples, points))


def test_outside_the_box_the_distance_to_it_is_added() -> None:
    lower = np.array(GRID.origin)
    upper = lower + GRID.spacing * (np.array(GRID.shape) - 1)
    points = torch.from_numpy(
        np.stack([lower - [3, 0, 0], [upper[0], upper[1], upper[2] + 40], lower - [3, 4, 0]])
    )
    value = GRID.value(torch.ones(GRID.size), points)
    np.testing.assert_allclose(value, [4.0, 41.0, 6.0], atol=0.01)
    far = torch.tensor([[1e6, -1e6, 1e6]], dtype=torch.float64)
    assert torch.isfinite(GRID.value_and_gradient(torch.ones(GRID.size), far)[1]).all()


def test_smooth_gradient_is_a_central_difference() -> None:
    slope = np.array([0.5, -2.0, 1.0])
    samples = torch.from_numpy((GRID.nodes() @ slope).astype(np.float32))
    middle = torch.from_numpy(GRID.center[None]).float()
    np.testing.assert_allclose(GRID.smooth_gradient(samples, middle, 2.0)[0], slope, atol=1e-4)


def test_no_points_are_fine() -> None:
    nothing = torch.empty(0, 3)
    value, gradient = GRID.value_and_gradient(noise(), nothing)
    assert value.shape == (0,)
    assert gradient.shape == (0, 3)
    assert GRID.weights(nothing)[0].shape == (0, 8)


def test_refining_is_the_interpolation_of_the_coarser_grid() -> None:
    coarse = GRID.coarser()
    assert coarse.shape == (3, 4, 5)
    samples = torch.from_numpy(np.random.default_rng(3).normal(size=coarse.shape))
    fine = refined(samples)
    assert fine.shape == GRID.shape
    keep = (GRID.nodes() < GRID.center + 0.4 * GRID.spacing * (np.array(GRID.shape) - 1)).all(axis=1)
    nodes = torch.from_numpy(GRID.nodes()[keep].astype(np.float64))
    np.testing.assert_allclose(fine.ravel()[keep], coarse.value(samples.ravel(), nodes), atol=1e-5)


def test_even_counts_cannot_be_halved() -> None:
    with pytest.raises(ValueError, match="odd"):
        Grid((0, 0, 0), 1.0, (4, 5, 5)).coarser()


@settings(deadline=None, max_examples=50)
@given(
    lower=st.tuples(*[st.floats(-300, 300)] * 3),
    size=st.tuples(*[st.floats(0.1, 400)] * 3),
    spacing=st.floats(2, 20),
    levels=st.integers(1, 6),
)
def test_a_grid_over_a_box_covers_it_and_can_be_halved(
    lower: tuple[float, ...], size: tuple[float, ...], spacing: float, levels: int
) -> None:
    upper = np.array(lower) + size
    grid = grid_over(np.array(lower), upper, spacing, levels)
    assert (np.array(grid.origin) <= np.array(lower) + 1e-6).all()
    assert (np.array(grid.origin) + spacing * (np.array(grid.shape) - 1) >= upper - 1e-6).all()
    np.testing.assert_allclose(grid.center, 0.5 * (np.array(lower) + upper), atol=1e-6)
    for _ in range(levels - 1):
        grid = grid.coarser()
    assert min(grid.shape) >= 2
