"""The banded prior is the dense one, from a third of the numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.priors.file_header import PriorFile
from h3dstudio.priors.linear.banded import BandedPrior
from h3dstudio.priors.linear.field import LinearPrior
from h3dstudio.priors.linear.file import (
    LinearPriorArrays,
    pack_linear_prior,
    unpack_factors,
    unpack_linear_prior,
)
from h3dstudio.surface.grid import Grid

SIZE = 5


def pair(shape: tuple[int, int, int]) -> tuple[LinearPrior, BandedPrior]:
    """The same made-up file, dense and banded."""
    rng = np.random.default_rng(4)
    nodes = int(np.prod(shape))
    arrays = LinearPriorArrays(
        origin=(-20.0, 3.0, 7.0),
        spacing=4.0,
        shape=shape,
        mean=rng.normal(0, 9, nodes).astype(np.float32),
        basis=rng.normal(0, 1, (nodes, SIZE)).astype(np.float32),
        landmark_mean=rng.normal(0, 50, (68, 3)).astype(np.float32),
        landmark_basis=rng.normal(0, 1, (68, 3, SIZE)).astype(np.float32),
        spectrum=np.ones(SIZE, np.float32),
        band=rng.random(nodes) < 0.4,
    )
    file = PriorFile("linear", pack_linear_prior(arrays))
    dense, factors = unpack_linear_prior(file, "memory"), unpack_factors(file, "memory")
    grid = Grid(dense.origin, dense.spacing, dense.shape)
    marks = (torch.from_numpy(factors.landmark_mean), torch.from_numpy(factors.landmark_basis))
    whole = LinearPrior(grid, torch.from_numpy(dense.mean), torch.from_numpy(dense.basis), *marks)
    parts = (torch.from_numpy(part) for part in (factors.mean, factors.coarse, factors.band, factors.fine))
    return whole, BandedPrior(grid, factors.steps, *parts, *marks)


@pytest.mark.parametrize("shape", [(7, 10, 13), (7, 9, 8), (6, 4, 4)])
def test_fields_derivatives_and_landmarks_are_the_dense_ones(shape: tuple[int, int, int]) -> None:
    dense, banded = pair(shape)
    latent = torch.linspace(-1, 2, SIZE)
    np.testing.assert_allclose(banded.bake(latent), dense.bake(latent), atol=1e-4)
    rng = np.random.default_rng(5)
    upper = np.array(dense.grid.origin) + 4.0 * (np.array(shape) - 1)
    points = torch.from_numpy(rng.uniform(dense.grid.origin, upper, (200, 3))).float()
    np.testing.assert_allclose(banded.jacobian(points, latent), dense.jacobian(points, latent), atol=5e-3)
    for one, other in zip(banded.landmarks(latent), dense.landmarks(latent), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (banded.size, banded.reach, banded.stiffness) == (SIZE, dense.reach, dense.stiffness)


def test_far_from_the_band_the_coarse_nodes_speak() -> None:
    dense, banded = pair((7, 10, 13))
    outside = torch.tensor([[-500.0, 0.0, 0.0], [500.0, 500.0, 500.0]])
    latent = torch.zeros(SIZE)
    np.testing.assert_allclose(banded.jacobian(outside, latent), dense.jacobian(outside, latent), atol=5e-3)
    assert banded.jacobian(torch.zeros(0, 3), latent).shape == (0, SIZE)
