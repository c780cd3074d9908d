from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.surface.grid import Grid
from h3dstudio.surface.residual import ResidualPyramid

PYRAMID = ResidualPyramid.over(Grid((-8.0, -8.0, -16.0), 2.0, (9, 9, 17)), (0.3, 0.6, 1.2))


def coefficients(seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=PYRAMID.size).astype(np.float32))


def points(count: int = 300) -> torch.Tensor:
    rng = np.random.default_rng(1)
    return torch.from_numpy(rng.uniform([-7.9, -7.9, -15.9], [7.9, 7.9, 15.9], (count, 3)).astype(np.float32))


def test_levels_halve_and_follow_one_another() -> None:
    assert [grid.shape for grid in PYRAMID.grids] == [(9, 9, 17), (5, 5, 9), (3, 3, 5)]
    assert PYRAMID.size == 9 * 9 * 17 + 5 * 5 * 9 + 3 * 3 * 5
    assert list(PYRAMID.offsets) == [0, 9 * 9 * 17, 9 * 9 * 17 + 5 * 5 * 9, PYRAMID.size]


def test_the_jacobian_is_the_interpolated_sum_of_all_levels() -> None:
    residual, at = coefficients(), points()
    composed = PYRAMID.grids[0].value(PYRAMID.compose(residual).reshape(-1), at)
    rows = PYRAMID.jacobian(at)
    assert rows.shape == (len(at), PYRAMID.size)
    assert (rows.indptr[1:] - rows.indptr[:-1] == 8 * 3).all()
    np.testing.assert_allclose(rows @ residual.numpy(), composed, atol=2e-5)


@pytest.mark.parametrize("finest", [1, 2])
def test_finer_levels_can_be_left_out(finest: int) -> None:
    residual, at = coefficients(), points()
    start = int(PYRAMID.offsets[finest])
    rows = PYRAMID.jacobian(at, finest)
    assert rows[:, :start].nnz == 0
    residual[:start] = 0
    composed = PYRAMID.grids[0].value(PYRAMID.compose(residual).reshape(-1), at)
    np.testing.assert_allclose(rows @ residual.numpy(), composed, atol=2e-5)


def test_precision_is_the_inverse_variance() -> None:
    precision = PYRAMID.precision()
    assert len(precision) == PYRAMID.size
    for level, sigma in enumerate(PYRAMID.sigmas):
        part = precision[PYRAMID.offsets[level] : PYRAMID.offsets[level + 1]]
        np.testing.assert_allclose(part, sigma**-2, rtol=1e-6)


def test_one_level_and_no_points() -> None:
    single = ResidualPyramid.over(PYRAMID.grids[2], (1.0,))
    own = torch.arange(single.size, dtype=torch.float32)
    np.testing.assert_array_equal(single.compose(own).ravel(), own)
    assert PYRAMID.jacobian(torch.empty(0, 3)).shape == (0, PYRAMID.size)
