from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.errors import MeshError
from h3dstudio.geometry.distances import surface_distances
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.session.evaluation.difference import difference
from tests.unit.geometry.shapes import head, sphere


def test_concentric_spheres_are_apart_by_the_difference_of_their_radii() -> None:
    assert np.allclose(difference(sphere(90.0), sphere(100.0, 5)), 10, atol=0.06)
    assert np.allclose(difference(sphere(90.0), sphere(90.0)), 0, atol=1e-9)


def test_it_agrees_with_the_exact_distance_to_the_surface() -> None:
    some, other = head(4), head(3)
    some = some.with_vertices(some.vertices * 1.02 + [1.0, -2.0, 0.5])
    exact = surface_distances(some.vertices, other).distance
    found = difference(some, other)
    assert (found >= exact - 1e-3).all()
    assert np.mean(found - exact) < 0.01


def test_nothing_to_compare_with_is_said() -> None:
    with pytest.raises(MeshError, match="no faces"):
        difference(sphere(1.0, 1), TriangleMesh(np.zeros((3, 3)), np.zeros((0, 3), dtype=np.int32)))
