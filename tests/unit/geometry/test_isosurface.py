from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.errors import MeshError
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh

ORIGIN, SPACING, COUNT = np.array([-30.0, 5.0, 100.0]), 3.0, 21


def nodes() -> np.ndarray:
    axis = SPACING * np.arange(COUNT)
    return ORIGIN + np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)


def ball(center: np.ndarray, radius: float) -> np.ndarray:
    return np.linalg.norm(nodes() - center, axis=-1) - radius


def signed_volume(mesh: TriangleMesh) -> float:
    corner = mesh.triangles
    return float(np.einsum("ij,ij->i", corner[:, 0], np.cross(corner[:, 1], corner[:, 2])).sum() / 6)


def open_edges(mesh: TriangleMesh) -> int:
    """Directed edges without exactly one counterpart."""
    edges = mesh.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2).astype(np.int64)
    key, counterpart = edges @ [len(mesh.vertices), 1], edges @ [1, len(mesh.vertices)]
    assert len(np.unique(key)) == len(key)
    return len(np.setxor1d(key, counterpart))


def test_a_sphere_has_its_radius_place_and_outside() -> None:
    center = ORIGIN + np.array([28.0, 31.0, 33.0])
    mesh = zero_level(ball(center, 20.0), ORIGIN, SPACING)
    np.testing.assert_allclose(np.linalg.norm(mesh.vertices - center, axis=1), 20.0, atol=0.12)
    assert open_edges(mesh) == 0
    assert signed_volume(mesh) == pytest.approx(4 / 3 * np.pi * 20**3, rel=0.02)
    outward = np.einsum("ij,ij->i", mesh.vertex_normals(), mesh.vertices - center)
    assert (outward > 0).all()


def test_the_axes_are_not_mixed_up() -> None:
    mesh = zero_level(np.abs(nodes()[..., 0] - ORIGIN[0] - 20) - 7.5, ORIGIN, SPACING)
    assert set(np.round(mesh.vertices[:, 0] - ORIGIN[0] - 20, 6)) <= {-7.5, 7.5}


def test_only_the_largest_part_is_kept() -> None:
    large, small = ball(ORIGIN + 20, 14.0), ball(ORIGIN + 50, 5.0)
    mesh = zero_level(np.minimum(large, small), ORIGIN, SPACING)
    assert np.linalg.norm(mesh.vertices - ORIGIN - 20, axis=1).max() < 15
    assert open_edges(mesh) == 0


@pytest.mark.parametrize("value", [-1.0, 0.0, 1.0])
def test_a_field_without_a_surface_is_an_error(value: float) -> None:
    with pytest.raises(MeshError, match="no surface"):
        zero_level(np.full((4, 4, 4), value), ORIGIN, SPACING)


def test_not_a_number_is_no_surface() -> None:
    samples = ball(ORIGIN + 30, 20.0)
    samples[3, 3, 3] = np.nan
    with pytest.raises(MeshError):
        zero_level(samples, ORIGIN, SPACING)
