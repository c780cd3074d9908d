from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.photometry.windows import PATCH, WindowCorrelation


def literally(one: np.ndarray, other: np.ndarray, noise: float, order: int) -> float:
    """Correlation of two windows (PATCH, PATCH) after a least-squares polynomial is taken off each."""
    axis = np.arange(PATCH) - PATCH // 2
    v, u = (grid.ravel().astype(float) for grid in np.meshgrid(axis, axis, indexing="ij"))
    powers = np.stack([u**i * v**j for i in range(order + 1) for j in range(order + 1 - i)], axis=1)
    parts = []
    for window in (one.ravel(), other.ravel()):
        trend, *_ = np.linalg.lstsq(powers, window, rcond=None)
        rest = window - powers @ trend
        parts.append((rest, np.mean(rest**2) + noise**2))
    return float(np.mean(parts[0][0] * parts[1][0]) / np.sqrt(parts[0][1] * parts[1][1]))


@pytest.mark.parametrize("order", [0, 1, 2])
def test_every_window_is_the_literal_correlation(order: int) -> None:
    rng = np.random.default_rng(0)
    reference, warped = rng.uniform(-2, 0, (2, 12, 15)).astype(np.float32)
    found = WindowCorrelation(torch.from_numpy(reference), 0.1, order)(torch.from_numpy(warped)[None])[0]
    half = PATCH // 2
    for row in range(half, 12 - half):
        for column in range(half, 15 - half):
            window = (slice(row - half, row + half + 1), slice(column - half, column + half + 1))
            expected = literally(reference[window], warped[window], 0.1, order)
            assert float(found[row, column]) == pytest.approx(expected, abs=1e-4)


def test_light_that_changes_gently_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    reference = torch.from_numpy(rng.normal(0, 1, (20, 20)).astype(np.float32))
    v, u = torch.meshgrid(torch.linspace(-1, 1, 20), torch.linspace(-1, 1, 20), indexing="ij")
    lit = 0.5 * reference + 3 * u - v + 2 * u * v + u**2 - 4
    found = WindowCorrelation(reference, 1e-3, 2)(torch.stack([lit, -lit]))
    inner = found[:, 3:-3, 3:-3]
    np.testing.assert_allclose(inner[0], 1.0, atol=1e-3)
    np.testing.assert_allclose(inner[1], -1.0, atol=1e-3)


def test_flat_windows_are_no_match_and_finite() -> None:
    flat = torch.full((9, 9), -1.5)
    found = WindowCorrelation(flat, 0.01, 2)(torch.stack([flat, torch.rand(9, 9)]))
    assert found.abs().max() < 0.1
