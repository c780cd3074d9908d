from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photos import build_photo_set, intensity_pyramid
from tests.unit.methods.textured_ball import ball_view, ball_views, ring_camera
from tests.unit.surface.analytic import photos_of

PHOTOS = photos_of(ball_views((0, 70, 200), (96, 64)))


def test_rays_and_projection_are_inverse() -> None:
    rng = np.random.default_rng(0)
    pixel = torch.from_numpy(rng.uniform(0, 60, (50, 2))).float()
    view = torch.from_numpy(rng.integers(0, 3, 50))
    direction = PHOTOS.directions(view, pixel)
    np.testing.assert_allclose(direction.norm(dim=1), 1.0, atol=1e-5)
    points = PHOTOS.centers[view] + 600.0 * direction
    back, depth = PHOTOS.project(view, points)
    np.testing.assert_allclose(back, pixel, atol=2e-3)
    assert ((depth > 500) & (depth <= 600.1)).all()
    patch, _ = PHOTOS.project(view, points[:, None].expand(-1, 4, -1))
    np.testing.assert_allclose(patch[:, 2], back, atol=1e-3)


def test_projection_is_the_cameras() -> None:
    points = np.random.default_rng(1).uniform(-50, 50, (20, 3))
    for index, camera in enumerate(PHOTOS.cameras):
        pixel, depth = PHOTOS.project(torch.full((20,), index), torch.from_numpy(points).float())
        expected, expected_depth = camera.project(points)
        np.testing.assert_allclose(pixel, expected, atol=2e-3)
        np.testing.assert_allclose(depth, expected_depth, rtol=1e-5)


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_sampling_a_ramp_gives_the_ramp_at_every_level(level: int) -> None:
    v, u = torch.meshgrid(torch.arange(64.0), torch.arange(96.0), indexing="ij")
    ramp = (0.25 * u - 0.5 * v).expand(3, -1, -1)
    photos = replace(PHOTOS, pyramid=intensity_pyramid(ramp, 4))
    rng = np.random.default_rng(2)
    pixel = torch.from_numpy(rng.uniform([24, 24], [70, 40], (30, 5, 2))).float()
    value, gradient = photos.sample(level, torch.zeros(30, dtype=torch.long), pixel)
    np.testing.assert_allclose(value, 0.25 * pixel[..., 0] - 0.5 * pixel[..., 1], atol=1e-3)
    np.testing.assert_allclose(gradient[..., 0], 0.25, atol=1e-3)
    np.testing.assert_allclose(gradient[..., 1], -0.5, atol=1e-3)


def test_the_sampled_gradient_is_the_derivative() -> None:
    rng = np.random.default_rng(3)
    cell = rng.integers(10, 50, (20, 4, 2))
    pixel = torch.from_numpy(cell + rng.uniform(0.1, 0.9, cell.shape)).float()
    view = torch.from_numpy(rng.integers(0, 3, 20))
    _, gradient = PHOTOS.sample(0, view, pixel)
    for axis in range(2):
        offset = torch.zeros(2)
        offset[axis] = 0.02
        ahead, behind = (PHOTOS.sample(0, view, pixel + sign * offset)[0] for sign in (1, -1))
        np.testing.assert_allclose(gradient[..., axis], (ahead - behind) / 0.04, atol=2e-3)


def test_the_smooth_gradient_is_the_interpolated_central_difference() -> None:
    rng = np.random.default_rng(3)
    pixel = torch.from_numpy(rng.uniform(10, 50, (20, 4, 2))).float()
    view = torch.from_numpy(rng.integers(0, 3, 20))
    value, gradient = PHOTOS.sample(0, view, pixel, smooth=True)
    for axis in range(2):
        offset = torch.zeros(2)
        offset[axis] = 1.0
        ahead, behind = (PHOTOS.intensity(0, view, pixel + sign * offset) for sign in (1, -1))
        np.testing.assert_allclose(gradient[..., axis], (ahead - behind) / 2, atol=1e-4)
    np.testing.assert_allclose(value, PHOTOS.sample(0, view, pixel)[0], atol=1e-4)


def test_photos_in_another_frame_share_their_slopes() -> None:
    moved = PHOTOS.in_frame(Similarity(1.5, np.eye(3), np.ones(3)))
    view, pixel = torch.tensor([0, 2]), torch.tensor([[[20.0, 30.0]], [[40.0, 15.0]]])
    own, others = (photos.sample(1, view, pixel, smooth=True) for photos in (PHOTOS, moved))
    for one, other in zip(own, others, strict=True):
        np.testing.assert_array_equal(one, other)


def test_far_outside_the_photo_is_finite() -> None:
    pixel = torch.tensor([[[-1e6, 1e6], [1e6, -5.0]]])
    for level in range(4):
        value, gradient = PHOTOS.sample(level, torch.zeros(1, dtype=torch.long), pixel)
        assert torch.isfinite(value).all()
        assert torch.isfinite(gradient).all()


def test_odd_and_different_sizes_are_padded_without_foreground() -> None:
    sizes = [(101, 67), (33, 90), (8, 8)]
    views = [ball_view(index, 50.0 * index, size) for index, size in enumerate(sizes)]
    photos = photos_of(views)
    assert photos.size == (104, 96)
    for level, image in enumerate(photos.pyramid):
        assert image.shape == (3, 96 >> level, 104 >> level)
        assert torch.isfinite(image).all()
    for index, view in enumerate(views):
        height, width = view.mask.shape
        np.testing.assert_array_equal(photos.masks[index, :height, :width], view.mask)
        assert int(photos.masks[index].sum()) == int(view.mask.sum())
        np.testing.assert_allclose(
            photos.rgb[index, :, :height, :width].permute(1, 2, 0) * 255, view.image, atol=1e-3
        )


def test_black_and_white_photos_are_finite() -> None:
    images = [np.full((16, 16, 3), value, np.uint8) for value in (0, 255)]
    masks = [np.ones((16, 16), bool)] * 2
    photos = build_photo_set(images, masks, [ring_camera(0, (16, 16)), ring_camera(40, (16, 16))])
    assert all(torch.isfinite(image).all() for image in photos.pyramid)
