from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster, barycentric_points
from h3dstudio.geometry.sampling import face_areas, sample_surface
from tests.unit.geometry.shapes import sphere, square


def test_areas() -> None:
    assert face_areas(square(10)).tolist() == [50, 50]
    assert face_areas(sphere(100, 5)).sum() == pytest.approx(4 * np.pi * 100**2, rel=1e-3)


def test_samples_lie_on_the_surface_and_spread_evenly() -> None:
    ball = sphere(100, 4)
    samples = sample_surface(ball, 20_000)
    assert RayCaster(ball).closest(samples.points).distance.max() < 1e-5
    corners = ball.vertices[ball.faces[samples.face]]
    np.testing.assert_allclose(barycentric_points(corners, samples.barycentric), samples.points)
    # Archimedes: heights on a sphere are uniform.
    counts, _ = np.histogram(samples.points[:, 2], bins=10, range=(-100, 100))
    assert np.abs(counts - 2000).max() < 60


def test_large_faces_get_their_share_and_degenerate_ones_none() -> None:
    vertices = np.array([[0, 0, 0], [9, 0, 0], [0, 9, 0], [0, 0, 3], [3, 0, 0], [0, 3, 0]], dtype=float)
    mesh = TriangleMesh(vertices, np.array([[0, 1, 2], [0, 0, 1], [3, 4, 5]]))
    samples = sample_surface(mesh, 1000)
    share = np.bincount(samples.face, minlength=3) / 1000
    areas = face_areas(mesh)
    np.testing.assert_allclose(share, areas / areas.sum(), atol=1e-3)


def test_the_seed_decides() -> None:
    first, again, other = (sample_surface(sphere(), 100, seed=seed).points for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_mesh_without_area_is_refused() -> None:
    for faces in (np.zeros((0, 3)), np.array([[0, 1, 1]])):
        with pytest.raises(MeshError, match="no surface"):
            sample_surface(TriangleMesh(np.eye(3), faces), 10)
