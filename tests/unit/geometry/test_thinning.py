from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.geometry.distances import surface_distances
from h3dstudio.geometry.thinning import thinned
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
