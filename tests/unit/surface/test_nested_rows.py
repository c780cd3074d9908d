from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.surface.grid import Grid
from h3dstudio.surface.nested_rows import NestedRows
from h3dstudio.surface.residual import ResidualPyramid

PYRAMID = ResidualPyramid.over(Grid((-4.0, 1.0, -4.0), 0.7, (9, 17, 13)), (0.5, 1.5, 3.0))


def points(count: int) -> torch.Tensor:
    rng = np.random.default_rng(1)
    place = rng.uniform(0.05, 0.6, (count, 3)) * (np.asarray(PYRAMID.grids[0].shape) - 1)
    return torch.from_numpy((np.asarray(PYRAMID.grids[0].origin) + 0.7 * place).astype(np.float32))


@pytest.mark.parametrize("finest", [0, 1, 2])
def test_the_chain_is_the_jacobian(finest: int) -> None:
    rng = np.random.default_rng(2)
    at = points(50)
    coefficients = np.where(rng.random(PYRAMID.size) < 0.05, 1.0, 0.0).astype(np.float32)
    rows = NestedRows(PYRAMID, at, coefficients, finest)
    written_out = PYRAMID.jacobian(at, finest).toarray()
    start = int(PYRAMID.offsets[finest])
    needed = (written_out != 0).any(axis=0) | (coefficients != 0) & (np.arange(PYRAMID.size) >= start)
    assert set(np.flatnonzero(needed)) <= set(rows.active)
    assert (np.diff(rows.active) > 0).all()
    assert rows.active.min() >= start
    dense = written_out[:, rows.active]
    change = rng.normal(size=len(rows.active)).astype(np.float32)
    values = rng.normal(size=len(at)).astype(np.float32)
    np.testing.assert_allclose(rows.apply(torch.from_numpy(change)), dense @ change, atol=1e-5)
    np.testing.assert_allclose(rows.transposed(torch.from_numpy(values)), values @ dense, atol=1e-5)
    np.testing.assert_allclose(
        rows.squared_transposed(torch.from_numpy(values)), values @ dense**2, atol=1e-5
    )


def test_a_node_of_the_grid_needs_its_own_coefficients_alone() -> None:
    pyramid = ResidualPyramid.over(Grid((0.0, 0.0, 0.0), 1.0, (5, 5, 5)), (1.0, 1.0))
    rows = NestedRows(pyramid, torch.tensor([[2.0, 2.0, 2.0]]), np.zeros(pyramid.size, np.float32))
    change = rows.transposed(torch.ones(1)).numpy()
    strong = rows.active[change > 1e-6]
    np.testing.assert_array_equal(strong, [2 * 25 + 2 * 5 + 2, 125 + 9 + 3 + 1])
    np.testing.assert_allclose(change[change > 1e-6], 1.0)


def test_without_points_only_what_is_not_zero_is_left() -> None:
    coefficients = np.zeros(PYRAMID.size, np.float32)
    coefficients[[3, PYRAMID.size - 1]] = 1.0
    rows = NestedRows(PYRAMID, torch.empty(0, 3), coefficients)
    np.testing.assert_array_equal(rows.active, [3, PYRAMID.size - 1])
    assert rows.apply(torch.ones(2)).shape == (0,)
    np.testing.assert_array_equal(rows.transposed(torch.empty(0)), [0.0, 0.0])
