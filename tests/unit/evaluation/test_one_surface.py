from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.evaluation.one_surface import one_surface
from h3dstudio.geometry import equal_rows
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.geometry.shapes import head


def soup(mesh: TriangleMesh) -> TriangleMesh:
    """As an STL has it: three vertices of its own for every face."""
    return TriangleMesh(mesh.triangles.reshape(-1, 3), np.arange(3 * len(mesh.faces)).reshape(-1, 3))


def test_a_clean_mesh_stays_what_it_is() -> None:
    mesh = head(3)
    once = one_surface(mesh)
    np.testing.assert_array_equal(once.mesh.vertices, mesh.vertices)
    np.testing.assert_array_equal(once.mesh.faces, mesh.faces)
    np.testing.assert_array_equal(once.number, np.arange(len(mesh.vertices)))
    np.testing.assert_array_equal(once.vertex_normals(), mesh.vertex_normals())


def test_a_soup_of_triangles_is_the_surface_again() -> None:
    mesh = head(3)
    once = one_surface(soup(mesh))
    np.testing.assert_array_equal(once.mesh.triangles, mesh.triangles)
    assert len(once.mesh.vertices) == len(mesh.vertices)
    np.testing.assert_allclose(once.vertex_normals(), mesh.vertex_normals()[mesh.faces.ravel()], atol=1e-12)


def test_faces_that_repeat_another_count_once() -> None:
    mesh = head(2)
    turned = np.roll(mesh.faces[::2], 1, axis=1)
    flipped = mesh.faces[:50, ::-1]
    flat = np.array([[0, 0, 1], [3, 5, 3]])
    once = one_surface(TriangleMesh(mesh.vertices, np.vstack([mesh.faces, turned, flipped, flat])))
    np.testing.assert_array_equal(once.mesh.faces, mesh.faces)


def test_the_two_zeros_are_equal_and_a_thousandth_is_not() -> None:
    points = np.array([[0.0, 1, 2], [-0.0, 1, 2], [1e-3, 1, 2], [0, 1, 2]])
    np.testing.assert_array_equal(one_surface(TriangleMesh(points, np.zeros((0, 3)))).number, [0, 0, 1, 0])
    assert len(one_surface(TriangleMesh(np.zeros((0, 3)), np.zeros((0, 3)))).number) == 0


def test_two_kinds_with_one_key_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equal_rows, "_mixed", lambda rows: np.zeros(len(rows), dtype=np.uint64))
    mesh = head(2)
    np.testing.assert_array_equal(one_surface(soup(mesh)).mesh.triangles, mesh.triangles)
