from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.data.synthesis.cameras import camera_ring, head_axes, look_at, standard_view_lists
from h3dstudio.geometry.rendering import relative_azimuths

AXES = head_axes(np.array([0.0, 1, 0]), np.array([0.0, 0, 1]))


def test_view_lists_of_66_views_are_the_published_ones() -> None:
    lists = standard_view_lists(66)
    assert lists["1"] == (0,)
    assert lists["3"] == (0, 8, 58)
    assert lists["4"] == (8, 16, 50, 58)
    assert lists["8"] == (0, 8, 16, 25, 33, 41, 50, 58)
    assert lists["16"] == (0, 4, 8, 12, 16, 21, 25, 29, 33, 37, 41, 45, 50, 54, 58, 62)
    first = (0, 2, 4, 6, 8, 10, 12, 14, 16, 19, 21, 23, 25, 27, 29, 31)
    second = (33, 35, 37, 39, 41, 43, 45, 47, 50, 52, 54, 56, 58, 60, 62, 64)
    assert lists["32"] == first + second


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 15, 16, 40, 66])
def test_view_lists_name_existing_views_once(count: int) -> None:
    for name, numbers in standard_view_lists(count).items():
        assert len(set(numbers)) == len(numbers) == int(name)
        assert min(numbers) >= 0
        assert max(numbers) < count


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ring_sees_the_whole_sphere_upright_from_all_sides(seed: int) -> None:
    center, radius, size = np.array([3.0, -20, 8]), 190.0, 512
    cameras = camera_ring(24, center, radius, AXES, size, np.random.default_rng(seed))
    outline = center + radius * _directions(400)
    for k, camera in enumerate(cameras):
        pixel, depth = camera.project(outline)
        assert depth.min() > 100
        assert pixel.min() >= -0.5
        assert pixel.max() <= size - 0.5
        assert np.linalg.det(camera.rotation) == pytest.approx(1)
        np.testing.assert_allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-12)
        assert -camera.rotation[1] @ AXES[1] > 0.95  # upright
        towards = camera.center - center
        azimuth = np.degrees(np.arctan2(towards[0], towards[2]))
        assert abs((azimuth - 360 * k / 24 + 180) % 360 - 180) < 1.5
    step = np.diff(np.unwrap(np.radians(relative_azimuths(cameras))))
    assert (step > 0).all()


def test_look_at_puts_the_target_on_the_principal_point() -> None:
    intrinsics = np.array([[100.0, 0, 31], [0, 100.0, 24], [0, 0, 1]])
    target = np.array([1.0, 2, 3])
    camera = look_at(np.array([200.0, 50, 400]), target, AXES[1], intrinsics, roll=5)
    pixel, depth = camera.project(target[None])
    np.testing.assert_allclose(pixel[0], [31, 24], atol=1e-9)
    assert depth[0] == pytest.approx(np.linalg.norm(np.array([200.0, 50, 400]) - target))


def test_axes_follow_the_meshs_own_up_and_front() -> None:
    axes = head_axes(np.array([0.0, 0, 1]), np.array([0.0, -1, 0]))
    np.testing.assert_allclose(axes, [[1, 0, 0], [0, 0, 1], [0, -1, 0]], atol=1e-12)
    front = camera_ring(1, np.zeros(3), 100.0, axes, 64, np.random.default_rng(0))[0]
    assert front.center[1] < -200


def _directions(count: int) -> np.ndarray:
    vectors = np.random.default_rng(9).normal(size=(count, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
