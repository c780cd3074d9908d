from __future__ import annotations

import pickle

import numpy as np
import pytest

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.subdivision import refine

CORNERS = np.array([[0, 0, 0], [10, 0, 0], [10, 10, 0], [0, 10, 0], [50, 0, 0], [60, 0, 0], [50, 9, 0]])
QUALITY = np.array([0.0, 0.25, 0.5, 1.0, 0.1, 0.2, 0.3], dtype=np.float32)


def square_and_triangle() -> TriangleMesh:
    """A unit of two faces and, apart from it, one more."""
    faces = np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6]])
    return TriangleMesh(CORNERS.astype(float), faces.astype(np.int32), quality=QUALITY)


def test_quality_is_float32_and_stays_with_the_surface() -> None:
    mesh = square_and_triangle()
    assert mesh.quality is not None
    assert mesh.quality.dtype == np.float32
    np.testing.assert_array_equal(mesh.with_vertices(2 * mesh.vertices).quality, QUALITY)
    np.testing.assert_array_equal(mesh.with_colors(None).quality, QUALITY)
    np.testing.assert_array_equal(mesh.largest_component().quality, QUALITY[:4])
    assert mesh.with_quality(None).quality is None
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(mesh)).quality, QUALITY)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (np.zeros(6), "shape"),
        (np.zeros((7, 1)), "shape"),
        (np.full(7, 1.1), "expected 0..1"),
        (np.full(7, -0.1), "expected 0..1"),
        (np.array([0, 0, 0, np.nan, 0, 0, 0]), "expected 0..1"),
    ],
)
def test_a_quality_that_is_none_is_refused(values: np.ndarray, text: str) -> None:
    with pytest.raises(MeshError, match=text):
        square_and_triangle().with_quality(values)


def test_splitting_edges_interpolates_quality() -> None:
    # Quality = x / 10 over the square: linear, so every new vertex must lie on the same slope.
    square = square_and_triangle().largest_component()
    square = square.with_quality(square.vertices[:, 0] / 10)
    fine = refine(square, 3.0)
    assert fine.quality is not None
    assert len(fine.vertices) > 4
    np.testing.assert_allclose(fine.quality, fine.vertices[:, 0] / 10, atol=1e-6)
