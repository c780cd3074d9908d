from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.geometry.distances import surface_distances
from h3dstudio.geometry.thinning import spread_points, thinned
from tests.unit.geometry.shapes import head


def test_a_small_mesh_is_left_alone() -> None:
    mesh = head(3)
    assert thinned(mesh, len(mesh.faces)) is None


@pytest.mark.parametrize("most", [5000, 1000, 100])
def test_the_surface_stays_within_what_is_said(most: int) -> None:
    mesh = head(5)
    thin = thinned(mesh, most)
    assert thin is not None
    assert most / 5 < len(thin.mesh.faces) <= most
    moved = np.linalg.norm(thin.mesh.vertices[thin.vertex] - mesh.vertices, axis=1)
    assert moved.max() == pytest.approx(thin.shift)
    assert surface_distances(mesh.vertices, thin.mesh).distance.max() <= thin.shift + 1e-5
    originals = {tuple(vertex) for vertex in mesh.vertices}
    assert all(tuple(vertex) in originals for vertex in thin.mesh.vertices)


def test_one_vertex_far_away_does_no_harm() -> None:
    mesh = head(4)
    far = mesh.vertices.copy()
    far[0] = 1e9
    thin = thinned(mesh.with_vertices(far), 500)
    assert thin is not None
    assert len(thin.mesh.faces) <= 500


def test_points_are_spread_evenly_however_densely_they_lie() -> None:
    random = np.random.default_rng(0)
    directions = random.normal(size=(60_000, 3))
    directions[:30_000] += [0, 0, 4]  # half of them about one pole
    points = 100 * directions / np.linalg.norm(directions, axis=1, keepdims=True)
    spread = spread_points(points, 1000)
    assert 1000 <= len(spread) < 1600
    assert np.linalg.norm(spread.mean(axis=0)) < 10 < np.linalg.norm(points.mean(axis=0))
    np.testing.assert_array_equal(spread_points(points[:50], 1000), points[:50])
    assert len(spread_points(np.zeros((500, 3)), 100)) == 500  # nothing tells them apart
