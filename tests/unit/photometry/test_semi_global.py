from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from h3dstudio.photometry.semi_global import aggregate

DIRECTIONS = [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)]


def literally(cost: NDArray[np.float64], small: float, large: float) -> NDArray[np.float64]:
    """Equation 13 of Hirschmueller 2008, a pixel at a time; every path begins at the image's border."""
    labels, height, width = cost.shape
    total = np.zeros_like(cost)
    for down, right in DIRECTIONS:
        path = np.zeros_like(cost)
        for row in range(height) if down >= 0 else reversed(range(height)):
            for column in range(width) if right >= 0 else reversed(range(width)):
                before_row, before_column = row - down, column - right
                if not (0 <= before_row < height and 0 <= before_column < width):
                    path[:, row, column] = cost[:, row, column]
                    continue
                before = path[:, before_row, before_column]
                for label in range(labels):
                    choices = [before[label], before.min() + large]
                    choices += [
                        before[other] + small for other in (label - 1, label + 1) if 0 <= other < labels
                    ]
                    path[label, row, column] = cost[label, row, column] + min(choices) - before.min()
        total += path
    return total


@pytest.mark.parametrize("shape", [(5, 6, 7), (3, 1, 4), (4, 5, 1), (1, 3, 3), (2, 2, 2)])
def test_the_fast_way_is_the_literal_one(shape: tuple[int, int, int]) -> None:
    cost = np.random.default_rng(0).uniform(0, 1, shape)
    found = aggregate(torch.from_numpy(cost), 0.1, 0.5)
    np.testing.assert_allclose(found, literally(cost, 0.1, 0.5), atol=1e-9)


def test_the_input_is_left_alone() -> None:
    cost = torch.rand(4, 5, 6)
    before = cost.clone()
    aggregate(cost, 0.1, 0.5)
    assert torch.equal(cost, before)


def test_neighbours_decide_where_a_pixel_cannot() -> None:
    cost = torch.ones(5, 9, 9)
    cost[2] = 0.0
    cost[:, 4, 4] = 0.5  # knows nothing
    cost[4, 4, 4] = 0.49  # but likes another label a little
    assert int(cost[:, 4, 4].argmin()) == 4
    assert (aggregate(cost, 0.1, 0.8).argmin(dim=0) == 2).all()
