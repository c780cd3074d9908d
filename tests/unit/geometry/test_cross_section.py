from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.geometry.cross_section import cross_section
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.geometry.shapes import sphere


@pytest.mark.parametrize("height", [-0.7, 0.0, 0.31])
def test_a_sphere_is_cut_in_a_closed_circle(height: float) -> None:
    normal = np.array([0.6, 0.0, 0.8])
    segments = cross_section(sphere(1.0, 5), height * normal, normal)
    assert np.allclose(segments @ normal, height, atol=1e-12)
    radius = np.linalg.norm(segments - height * normal, axis=2)
    assert np.allclose(radius, np.sqrt(1 - height**2), atol=2e-3)
    length = np.linalg.norm(np.diff(segments, axis=1), axis=2).sum()
    assert length == pytest.approx(2 * np.pi * np.sqrt(1 - height**2), rel=1e-3)
    # Every end is shared by two segments: the line is closed.
    _, times = np.unique(np.round(segments.reshape(-1, 3), 9), axis=0, return_counts=True)
    assert (times % 2 == 0).all()


def test_a_plane_beside_the_mesh_cuts_nothing() -> None:
    assert cross_section(sphere(1.0, 1), np.array([0, 0, 2.0]), np.array([0, 0, 1.0])).shape == (0, 2, 3)
    empty = TriangleMesh(np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int32))
    assert cross_section(empty, np.zeros(3), np.array([0, 0, 1.0])).shape == (0, 2, 3)


def test_a_vertex_in_the_plane_is_met_once() -> None:
    mesh = TriangleMesh(np.array([[0, 0, 0], [1, 0, 1], [1, 0, -1.0]]), np.array([[0, 1, 2]], dtype=np.int32))
    segments = cross_section(mesh, np.zeros(3), np.array([0, 0, 1.0]))
    assert np.allclose(np.sort(segments[0], axis=0), [[0, 0, 0], [1, 0, 0]])
