from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from h3dstudio.geometry.visual_hull import SilhouetteDistance, hull_distance
from tests.unit.methods.textured_ball import CENTER, ball_view

RADIUS = 80.0
BALL = (RADIUS, RADIUS, RADIUS)


def silhouettes(count: int, size: tuple[int, int] = (120, 90)) -> list[SilhouetteDistance]:
    views = [ball_view(index, 360 / count * index, size, radii=BALL) for index in range(count)]
    return [SilhouetteDistance.of(view.mask, view.view.camera) for view in views]


def shell(radius: float, count: int = 500) -> np.ndarray:
    direction = np.random.default_rng(0).normal(size=(count, 3))
    return CENTER + radius * direction / np.linalg.norm(direction, axis=1, keepdims=True)


@pytest.mark.parametrize("count", [1, 2, 8])
def test_the_hull_holds_the_ball(count: int) -> None:
    hull = silhouettes(count)
    assert (hull_distance(hull, shell(RADIUS - 3)) < 0).all()
    assert (hull_distance(hull, CENTER[None]) < -0.85 * RADIUS).all()


def test_many_silhouettes_leave_little_more_than_the_ball() -> None:
    ring = np.radians(np.arange(0, 360, 5))
    around = CENTER + (RADIUS + 6) * np.column_stack([np.sin(ring), 0 * ring, np.cos(ring)])
    assert (hull_distance(silhouettes(12), around) > 0).all()


def test_the_distance_is_in_millimetres_near_the_silhouette() -> None:
    """Sideways from the ball, as its camera sees it, where the cone's side is the ball's tangent."""
    (side,) = silhouettes(1, size=(480, 480))
    offset = np.arange(-8.0, 9.0)
    points = CENTER + np.column_stack([RADIUS + offset, 0 * offset, 0 * offset])
    np.testing.assert_allclose(side(points), offset, atol=1.5)


def test_a_head_cut_off_by_the_frame_goes_on_beyond_it() -> None:
    view = ball_view(0, 0.0, (100, 100), radii=BALL, zoom=1.4)
    mask = view.mask.copy()
    mask[60:] = mask[60]  # a torso down to the lower border
    hull = SilhouetteDistance.of(mask, view.view.camera)
    assert hull(CENTER[None] - [0, RADIUS * 1.1, 0])[0] < 0


def test_full_masks_and_points_behind_the_camera_are_finite() -> None:
    view = ball_view(0, 0.0, (40, 30))
    for mask in (np.ones((30, 40), bool), view.mask):
        hull = SilhouetteDistance.of(mask, view.view.camera)
        points = np.concatenate([shell(50), view.view.camera.center[None], shell(1e5)])
        assert np.isfinite(hull(points)).all()


def test_no_points_and_no_silhouettes() -> None:
    assert hull_distance(silhouettes(1), np.empty((0, 3))).shape == (0,)
    assert (hull_distance([], np.zeros((2, 3))) == -np.inf).all()


@pytest.mark.parametrize("box", [(10, 30, 5, 25), (0, 40, 12, 14), (39, 40, 29, 30), (0, 1, 0, 30)])
def test_the_distance_is_that_of_the_whole_image(box: tuple[int, int, int, int]) -> None:
    top, bottom, left, right = box
    mask = np.zeros((40, 30), bool)
    mask[top:bottom, left:right] = np.random.default_rng(0).random((bottom - top, right - left)) > 0.2
    mask[top, left] = True
    hull = SilhouetteDistance.of(mask, ball_view(0, 0.0, (30, 40)).view.camera)
    wide = np.pad(mask, hull.pad, mode="edge")
    expected = distance_transform_edt(~wide) - distance_transform_edt(wide)
    np.testing.assert_allclose(hull.distance, expected, atol=1e-5)
