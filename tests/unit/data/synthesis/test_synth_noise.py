from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.data.synthesis.noise import disturb_camera, disturb_mask, grow_mask, sensor_noise
from h3dstudio.geometry.camera import Camera

CAMERA = Camera(np.diag([700.0, 700, 1]), np.diag([1.0, -1, -1]), np.array([3.0, 4, 600]))


def test_camera_noise_has_the_stated_size() -> None:
    rng = np.random.default_rng(0)
    angles, ways = [], []
    for _ in range(2000):
        noisy = disturb_camera(CAMERA, 0.5, 2.0, rng)
        cosine = (np.trace(noisy.rotation @ CAMERA.rotation.T) - 1) / 2
        angles.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
        ways.append(np.linalg.norm(noisy.center - CAMERA.center))
        assert np.linalg.det(noisy.rotation) == pytest.approx(1)
    assert np.sqrt(np.mean(np.square(angles))) == pytest.approx(0.5, rel=0.05)
    assert np.sqrt(np.mean(np.square(ways))) == pytest.approx(2.0, rel=0.05)


def test_no_noise_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    same = disturb_camera(CAMERA, 0, 0, rng)
    np.testing.assert_allclose(same.projection, CAMERA.projection, atol=1e-9)
    image = np.full((4, 4, 3), 7.0)
    assert (sensor_noise(image, 0, rng) == 7).all()
    mask = np.zeros((9, 9), bool)
    mask[3:6, 3:6] = True
    assert (disturb_mask(mask, 0, rng) == mask).all()


def test_sensor_noise_has_the_stated_size() -> None:
    noisy = sensor_noise(np.full((200, 200, 3), 128.0), 4.0, np.random.default_rng(1))
    assert noisy.std() == pytest.approx(4.0, rel=0.02)
    assert noisy.mean() == pytest.approx(128, abs=0.1)


@pytest.mark.parametrize("px", [1.0, 3.0])
def test_mask_edge_moves_by_the_stated_way(px: float) -> None:
    # The edge of a half plane moves by the row at which each column changes.
    mask = np.zeros((400, 2000), bool)
    mask[200:] = True
    noisy = disturb_mask(mask, px, np.random.default_rng(2))
    edge = 200 - (noisy.sum(axis=0) - 200)
    assert np.sqrt(np.mean((edge - 200.0) ** 2)) == pytest.approx(px, rel=0.2)
    assert abs((edge - 200.0).mean()) < 0.35 * px
    far = np.ones_like(mask)
    far[200 - int(6 * px) : 200 + int(6 * px)] = False
    assert (noisy == mask)[far].all()


@pytest.mark.parametrize("px", [-3.0, -1.0, 0.0, 2.0])
def test_masks_grow_and_shrink_by_whole_pixels(px: float) -> None:
    y, x = np.mgrid[:200, :200]
    disc = np.hypot(x - 100, y - 100) < 60
    changed = grow_mask(disc, px)
    radius = np.sqrt(changed.sum() / np.pi)
    assert radius == pytest.approx(60 + px, abs=0.4)
    assert changed[disc].all() if px >= 0 else not changed[~disc].any()


@pytest.mark.parametrize("value", [True, False])
def test_full_or_empty_masks_stay_as_they_are(value: bool) -> None:
    mask = np.full((20, 20), value)
    assert (disturb_mask(mask, 3, np.random.default_rng(0)) == value).all()
    assert (grow_mask(mask, 3) == value).all()
