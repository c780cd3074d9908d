"""Nearest surface points against the ray caster and against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster, barycentric_points, closest_barycentric
from h3dstudio.geometry.surface_points import NO_FACE, SurfaceIndex, SurfacePoint, nearest_vertex
from tests.gui.fakes import bumpy_sphere


def test_the_same_points_as_the_ray_caster() -> None:
    mesh = bumpy_sphere(3)
    queries = np.random.default_rng(0).normal(size=(200, 3)) * 90
    found, distance = SurfaceIndex(mesh).nearest(queries)
    expected = RayCaster(mesh).closest(queries)
    np.testing.assert_allclose(distance, expected.distance, atol=1e-4)
    for point in found:
        corners = mesh.vertices[mesh.faces[[point.face]]]
        np.testing.assert_allclose(
            point.position, barycentric_points(corners, np.array([point.barycentric]))[0], atol=1e-12
        )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_never_farther_than_any_face_however_unlike_the_triangles(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 10.0 ** rng.uniform(-2, 2, (30, 1, 1))
    corners = rng.normal(size=(30, 1, 3)) * 50 + rng.normal(size=(30, 3, 3)) * size
    mesh = TriangleMesh(corners.reshape(-1, 3), np.arange(90).reshape(-1, 3))
    query = rng.normal(size=3) * 60
    _, distance = SurfaceIndex(mesh).nearest(query)
    everywhere = barycentric_points(corners, closest_barycentric(np.tile(query, (30, 1)), corners))
    assert distance[0] == pytest.approx(np.linalg.norm(everywhere - query, axis=1).min(), abs=1e-9)


def test_the_vertex_of_a_point_is_derived_from_its_face() -> None:
    mesh = bumpy_sphere(0)
    for vertex in (0, 17, len(mesh.vertices) - 1):
        point = SurfacePoint.of_vertex(mesh, vertex)
        assert point.position == tuple(mesh.vertices[vertex])
        assert nearest_vertex(mesh, point) == vertex
        assert nearest_vertex(mesh, SurfacePoint(point.position)) == vertex
    inside = SurfacePoint.at(mesh, 5, np.array([0.1, 0.2]))
    assert nearest_vertex(mesh, inside) == mesh.faces[5][0]


def test_a_vertex_without_a_face_is_a_point_in_space() -> None:
    mesh = TriangleMesh(np.vstack([np.eye(3), [[9.0, 9, 9]]]), np.array([[0, 1, 2]]))
    assert SurfacePoint.of_vertex(mesh, 3) == SurfacePoint((9.0, 9.0, 9.0), NO_FACE)


def test_meshes_that_have_no_surface_are_refused() -> None:
    with pytest.raises(MeshError, match="no faces"):
        SurfaceIndex(TriangleMesh(np.eye(3), np.empty((0, 3)))).build()
    with pytest.raises(MeshError, match="NaN"):
        SurfaceIndex(TriangleMesh(np.full((3, 3), np.nan), np.array([[0, 1, 2]]))).build()
    with pytest.raises(MeshError, match="query"):
        SurfaceIndex(bumpy_sphere(0)).nearest(np.array([[np.nan, 0, 0]]))
