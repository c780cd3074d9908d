from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from h3dstudio.surface.grid import Grid
from h3dstudio.surface.normal_equations import MAX_STEP, Quadratic, gauss_newton_step
from h3dstudio.surface.residual import ResidualPyramid

PYRAMID = ResidualPyramid.over(Grid((-4.0, -4.0, -4.0), 2.0, (5, 5, 5)), (0.5, 1.5))


def term(groups: int, corners: int, seed: int, strength: float = 1.0) -> Quadratic:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(groups, corners, corners)).astype(np.float32)
    return Quadratic(
        torch.from_numpy(rng.uniform(-3.5, 3.5, (groups, corners, 3)).astype(np.float32)),
        torch.from_numpy(strength * np.einsum("mab,mcb->mac", root, root)),
        torch.from_numpy(strength * rng.normal(size=(groups, corners)).astype(np.float32)),
    )


def dense(terms: list[Quadratic], start: NDArray[np.float32], finest: int = 0) -> NDArray[np.float64]:
    """The step by numpy.linalg, block by block."""
    matrix = np.diag(PYRAMID.precision().astype(np.float64))
    right = -PYRAMID.precision().astype(np.float64) * start
    for one in terms:
        for group in range(len(one.points)):
            rows = PYRAMID.jacobian(one.points[group], finest).toarray().astype(np.float64)
            matrix += rows.T @ one.hessian[group].double().numpy() @ rows
            right -= rows.T @ one.gradient[group].double().numpy()
    first = int(PYRAMID.offsets[finest])
    out = np.zeros(PYRAMID.size)
    out[first:] = np.linalg.solve(matrix[first:, first:], right[first:])
    return out


@pytest.mark.parametrize("finest", [0, 1])
def test_a_step_is_the_exact_solution(finest: int) -> None:
    terms = [term(12, 4, seed=1), term(30, 1, seed=2), term(7, 5, seed=3)]
    start = np.random.default_rng(4).normal(size=PYRAMID.size).astype(np.float32) * 0.1
    start[: int(PYRAMID.offsets[finest])] = 0
    moved = start.copy()
    report = gauss_newton_step(PYRAMID, moved, terms, finest=finest, max_iterations=500, tolerance=1e-12)
    np.testing.assert_allclose(moved - start, dense(terms, start, finest), atol=2e-4)
    assert 0 < report.mean <= report.largest < MAX_STEP
    assert report.unknowns <= PYRAMID.size


def test_a_minimum_is_not_left() -> None:
    moved = np.zeros(PYRAMID.size, np.float32)
    one = term(20, 4, seed=5)
    report = gauss_newton_step(PYRAMID, moved, [Quadratic(one.points, one.hessian, 0 * one.gradient)])
    assert report.largest == 0.0
    assert not moved.any()


def test_a_long_step_is_shortened() -> None:
    one = term(20, 1, seed=6, strength=1e-3)
    far = Quadratic(one.points, one.hessian, 1e4 * torch.ones_like(one.gradient))
    moved = np.zeros(PYRAMID.size, np.float32)
    report = gauss_newton_step(PYRAMID, moved, [far])
    assert report.largest > MAX_STEP
    change = PYRAMID.jacobian(far.points.reshape(-1, 3)) @ moved
    assert np.abs(change).max() == pytest.approx(MAX_STEP, rel=1e-4)


def test_without_data_the_prior_pulls_to_zero() -> None:
    nothing = Quadratic(torch.empty(0, 4, 3), torch.empty(0, 4, 4), torch.empty(0, 4))
    moved = np.random.default_rng(7).normal(size=PYRAMID.size).astype(np.float32)
    with np.errstate(all="raise"):
        report = gauss_newton_step(PYRAMID, moved, [nothing], max_iterations=200, tolerance=1e-12)
    np.testing.assert_allclose(moved, 0, atol=1e-5)
    assert np.isfinite([report.largest, report.mean]).all()
