from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from h3dstudio.errors import ReconstructionError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.working_frame import HEAD_RADIUS, mesh_back, photo_set, working_frame
from tests.unit.methods.textured_ball import CENTER, UNIT_SPHERE, ball_view, ball_views, ring_camera

POINTS = CENTER + np.random.default_rng(0).uniform(-80, 80, (50, 3))


def test_millimetres_stay_millimetres() -> None:
    frame, radius, warning = working_frame(UNIT_SPHERE)
    assert frame.scale == 1.0
    assert radius == UNIT_SPHERE.scale
    assert not warning
    np.testing.assert_allclose(frame.apply(CENTER[None]), 0, atol=1e-12)


@pytest.mark.parametrize("radius", [1.0, 0.19, 1e-6, 5000.0, 1e9])
def test_other_units_are_told_and_scaled(radius: float) -> None:
    frame, working, warning = working_frame(Similarity(radius, np.eye(3), CENTER))
    assert working == pytest.approx(HEAD_RADIUS)
    assert "unit" in warning
    assert frame.scale == pytest.approx(HEAD_RADIUS / radius)


@pytest.mark.parametrize("scale", [1.0, 1e-3])
def test_cameras_and_meshes_go_there_and_back(scale: float) -> None:
    sphere = Similarity(scale * UNIT_SPHERE.scale, np.eye(3), scale * CENTER)
    frame, _, _ = working_frame(sphere)
    camera = ring_camera(40.0)
    camera = replace(camera, translation=scale * camera.translation)
    pixel, _ = camera.project(scale * POINTS)
    moved, depth = camera.in_frame(frame).project(frame.apply(scale * POINTS))
    np.testing.assert_allclose(moved, pixel, atol=1e-8)
    assert (depth > 0).all()
    mesh = TriangleMesh(frame.apply(scale * POINTS), np.array([[0, 1, 2]]))
    np.testing.assert_allclose(mesh_back(mesh, frame).vertices, scale * POINTS, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("radius", [0.0, -1.0, np.nan, np.inf])
def test_an_impossible_sphere_is_an_error(radius: float) -> None:
    with pytest.raises(ReconstructionError, match="unit sphere"):
        working_frame(Similarity(radius, np.eye(3), CENTER))


def test_a_sphere_that_is_nowhere_is_an_error() -> None:
    with pytest.raises(ReconstructionError, match="unit sphere"):
        working_frame(Similarity(100.0, np.eye(3), np.full(3, np.nan)))


@pytest.mark.parametrize("side", [64, 61])
def test_smaller_photos_show_the_same_at_the_same_place(side: int) -> None:
    """The outline of the reduced mask is where the reduced camera sees the ball's outline."""
    frame, _, _ = working_frame(UNIT_SPHERE)
    view = ball_view(0, 30.0, (200, 150))
    photos = photo_set([view], frame, side, "cpu")
    small = ball_view(0, 30.0, (200, 150)).view.camera
    mask = photos.masks[0].numpy()
    row, column = np.nonzero(mask)
    middle = photos.cameras[0].project(np.zeros((1, 3)))[0][0]
    np.testing.assert_allclose([column.mean(), row.mean()], middle, atol=0.6)
    factor = side / 200
    np.testing.assert_allclose(mask.sum(), view.mask.sum() * factor**2, rtol=0.05)
    np.testing.assert_allclose(photos.cameras[0].intrinsics[0, 0], small.intrinsics[0, 0] * factor, rtol=0.02)


def test_small_photos_are_left_as_they_are() -> None:
    frame, _, _ = working_frame(UNIT_SPHERE)
    views = ball_views((0, 50), (72, 64))
    photos = photo_set(views, frame, 640, "cpu")
    assert photos.size == (72, 64)
    np.testing.assert_array_equal(photos.masks[1], views[1].mask)


def test_photos_of_different_sizes_see_the_same_ball() -> None:
    frame, _, _ = working_frame(UNIT_SPHERE)
    views = [ball_view(0, 0.0, (300, 211)), ball_view(1, 40.0, (57, 91)), ball_view(2, 80.0, (128, 128))]
    photos = photo_set(views, frame, 128, "cpu")
    for index in range(3):
        row, column = np.nonzero(photos.masks[index].numpy())
        middle = photos.cameras[index].project(np.zeros((1, 3)))[0][0]
        np.testing.assert_allclose([column.mean(), row.mean()], middle, atol=0.7)
