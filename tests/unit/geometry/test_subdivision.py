from __future__ import annotations

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.sampling import face_areas
from h3dstudio.geometry.subdivision import refine
from tests.unit.geometry.shapes import head, sphere, square


def longest_edge(mesh: TriangleMesh) -> float:
    corner = mesh.triangles
    return float(np.linalg.norm(corner - np.roll(corner, 1, axis=1), axis=2).max())


@pytest.mark.parametrize("max_edge", [40.0, 9.0, 3.7])
def test_the_same_closed_surface_with_short_edges(max_edge: float) -> None:
    mesh = head(3)
    fine = refine(mesh, max_edge)
    assert longest_edge(fine) <= max_edge
    assert np.array_equal(fine.vertices[: len(mesh.vertices)], mesh.vertices)
    assert face_areas(fine).sum() == pytest.approx(face_areas(mesh).sum(), rel=1e-12)
    assert RayCaster(mesh).closest(fine.vertices).distance.max() < 1e-4
    ball = trimesh.Trimesh(fine.vertices, fine.faces, process=False)
    assert ball.is_watertight  # no cracks, no vertex on another face's edge
    assert ball.volume == pytest.approx(trimesh.Trimesh(mesh.vertices, mesh.faces).volume, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.4, 5.0))
def test_any_single_triangle_keeps_its_area_and_winding(seed: int, max_edge: float) -> None:
    triangle = TriangleMesh(np.random.default_rng(seed).normal(size=(3, 3)), np.array([[0, 1, 2]]))
    fine = refine(triangle, max_edge)
    assert longest_edge(fine) <= max_edge
    assert face_areas(fine).sum() == pytest.approx(face_areas(triangle).sum(), rel=1e-9)
    normals = fine.face_normals() @ triangle.face_normals()[0]
    assert normals.min() > 0.999


def test_a_dense_mesh_stays_as_it_is() -> None:
    mesh = sphere(100, 3)
    same = refine(mesh, 1000)
    assert np.array_equal(same.vertices, mesh.vertices)
    assert np.array_equal(same.faces, mesh.faces)


def test_colours_are_interpolated() -> None:
    colors = np.array([[0, 0, 0], [200, 0, 0], [200, 100, 0], [0, 100, 0]], dtype=np.uint8)
    fine = refine(square(10).with_colors(colors), 6)
    np.testing.assert_allclose(fine.colors[:, 0], fine.vertices[:, 0] * 20, atol=1)
    np.testing.assert_allclose(fine.colors[:, 1], fine.vertices[:, 1] * 10, atol=1)


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="max_edge"):
        refine(square(), 0)
    with pytest.raises(MeshError, match="more than 1000 faces"):
        refine(square(), 0.001, max_faces=1000)
    with pytest.raises(MeshError, match="NaN"):
        refine(square().with_vertices(square().vertices * np.nan), 1)
    assert len(refine(TriangleMesh(np.eye(3), np.zeros((0, 3))), 1).faces) == 0
