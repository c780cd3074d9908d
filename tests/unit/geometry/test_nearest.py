from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from h3dstudio.geometry.nearest import NearestVertices


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    vertices=st.integers(1, 60),
    steps=st.lists(st.floats(1e-6, 3.0), min_size=1, max_size=8),
)
def test_moving_points_always_find_what_a_search_finds(seed: int, vertices: int, steps: list[float]) -> None:
    random = np.random.default_rng(seed)
    tree = cKDTree(random.normal(size=(vertices, 3)))
    nearest, points = NearestVertices(tree), random.normal(size=(40, 3))
    for step in steps:
        found = np.linalg.norm(nearest.to(points) - points, axis=1)
        np.testing.assert_allclose(found, tree.query(points)[0], atol=1e-12)
        points = points + step * random.normal(size=points.shape)


def test_points_that_hardly_move_are_not_searched_again() -> None:
    random = np.random.default_rng(0)
    tree = cKDTree(random.normal(size=(5000, 3)))
    asked: list[int] = []

    class Counting:
        data, n = tree.data, tree.n

        def query(self, points, **options):
            asked.append(len(points))
            return tree.query(points, **options)

    nearest, points = NearestVertices(Counting()), random.normal(size=(500, 3))
    for step in range(10):
        nearest.to(points + 0.001 * step)
    assert asked[0] == 500
    assert sum(asked[1:]) < 100
