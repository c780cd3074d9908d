from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from h3dstudio.data.population.augment import augmented, scaled, scalp_weight, with_cut, with_hair
from h3dstudio.data.population.augmentation import NONE, Augmentation
from h3dstudio.data.population.caps import boundary_edges, fan, lowest_cap
from h3dstudio.data.population.head import Head
from h3dstudio.errors import UsageError
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.data.synthesis.heads import ball


def bust(subdivisions: int = 4) -> Head:
    """An egg open at y = -150, in the canonical frame."""
    mesh = ball(1.0, subdivisions, center=(0, 0, 0))
    mesh = mesh.with_vertices(mesh.vertices * [80, 165, 95] + [0, -20, 0])
    mesh = mesh.submesh(mesh.vertices[:, 1] > -150)
    landmarks = np.tile([0.0, 0.0, 95.0], (68, 1))
    return Head("bust", mesh, landmarks, cap=lowest_cap(mesh))


def volume(mesh: TriangleMesh) -> float:
    corner = mesh.triangles
    return float(np.einsum("ij,ij->i", corner[:, 0], np.cross(corner[:, 1], corner[:, 2])).sum() / 6)


def test_a_fan_closes_the_lowest_loop_facing_outward() -> None:
    head = bust()
    assert head.cap is not None
    assert len(boundary_edges(head.mesh.faces)) == len(head.cap.faces)
    assert head.cap.face_normals()[:, 1].mean() < -0.8


def test_a_closed_mesh_has_no_cap() -> None:
    assert lowest_cap(ball()) is None


def test_a_fan_keeps_to_its_points() -> None:
    square = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    closing = fan(square, np.array([[0, 1], [1, 2], [2, 3], [3, 0]]))
    np.testing.assert_allclose(closing.vertices[-1], [0.5, 0.5, 0])
    assert np.linalg.norm(closing.face_normals().mean(axis=0) - [0, 0, -1]) < 1e-9


def test_nothing_is_changed_without_augmentation() -> None:
    head = bust()
    same = augmented(head, NONE, np.random.default_rng(0))
    assert same is head


def test_size_changes_everything_alike() -> None:
    head = scaled(bust(), 1.1)
    np.testing.assert_allclose(head.mesh.vertices, 1.1 * bust().mesh.vertices)
    np.testing.assert_allclose(head.landmarks[0], [0, 0, 104.5])


def test_hair_grows_on_the_scalp_outward_and_nowhere_else() -> None:
    head = bust()
    hairy = with_hair(head, 30.0, np.random.default_rng(4))
    moved = np.linalg.norm(hairy.mesh.vertices - head.mesh.vertices, axis=1)
    face = (head.mesh.vertices[:, 2] > 60) & (head.mesh.vertices[:, 1] < 40)
    neck = head.mesh.vertices[:, 1] < -80
    assert moved[face | neck].max() == 0
    assert 2 < moved.max() <= 30
    assert volume(hairy.mesh) > volume(head.mesh)


def test_the_scalp_leaves_out_face_and_ears() -> None:
    places = np.array([[0, 140, 0], [0, 60, -95], [0, 0, 120], [75, 8, 3], [0, -120, -40]], dtype=float)
    np.testing.assert_allclose(scalp_weight(places), [1, 1, 0, 0, 0], atol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_cut_leaves_a_closed_head(seed: int) -> None:
    head = with_cut(bust(), np.random.default_rng(seed))
    assert head.cap is not None
    assert head.mesh.vertices[:, 1].min() > bust().mesh.vertices[:, 1].min()
    whole = TriangleMesh(
        np.vstack([head.mesh.vertices, head.cap.vertices]),
        np.vstack([head.mesh.faces, head.cap.faces + len(head.mesh.vertices)]),
    )
    # Closed, and facing outward all over: the volume does not depend on where one stands.
    shifted = whole.with_vertices(whole.vertices + np.array([500, -300, 200]))
    assert volume(shifted) == pytest.approx(volume(whole), rel=1e-3)
    assert 0 < volume(whole) < 4 / 3 * np.pi * 80 * 165 * 95


def test_the_same_stream_gives_the_same_head() -> None:
    options = Augmentation(hair=0.5, cut=0.5, scale=0.05)
    one, two = (augmented(bust(), options, np.random.default_rng([1, 7])) for _ in range(2))
    np.testing.assert_array_equal(one.mesh.vertices, two.mesh.vertices)


@pytest.mark.parametrize("wrong", [{"hair": 1.5}, {"scale": -0.1}, {"hair_mm": 100.0}, {"cut": -1.0}])
def test_shares_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        replace(Augmentation(), **wrong)
