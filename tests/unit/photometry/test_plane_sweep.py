from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.plane_sweep import DepthMap, SweepOptions, level_rays, sweep
from tests.unit.methods.textured_ball import ball_views, hit_depth, ring_camera
from tests.unit.surface.analytic import BALL, photos_of

SIZE = (144, 136)
AZIMUTHS = (0.0, 25.0, -25.0, 180.0)
PHOTOS = photos_of(ball_views(AZIMUTHS, SIZE, radii=BALL))
OPTIONS = SweepOptions(level=0, outward=12.0, inward=12.0, step=1.0)


def start(error: float, radii: tuple[float, ...] = BALL) -> tuple[torch.Tensor, torch.Tensor, np.ndarray]:
    """Depth and normal of the ball from the first camera, off by `error` mm, and the true depth."""
    depth, points = hit_depth(ring_camera(0.0, SIZE), SIZE, radii)
    normal = points - np.array([3.0, -5.0, 7.0])
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    return (
        torch.from_numpy(depth + error).float(),
        torch.from_numpy(np.nan_to_num(normal)).float(),
        depth,
    )


def swept(photos: PhotoSet, others: list[int], error: float) -> tuple[DepthMap, np.ndarray]:
    depth, normal, truth = start(error)
    return sweep(photos, 0, others, depth, normal, 0.02, OPTIONS), truth


@pytest.mark.parametrize("error", [-7.0, 0.0, 7.0])
def test_the_depth_is_found_from_afar(error: float) -> None:
    found, truth = swept(PHOTOS, [1, 2], error)
    v, u = np.mgrid[: SIZE[1], : SIZE[0]]
    middle = np.hypot(u - SIZE[0] / 2, v - SIZE[1] / 2) < 0.6 * 0.8 * min(SIZE) / 2 * 60 / 95
    assert middle.sum() > 300
    off = found.depth.numpy()[middle] - truth[middle]
    assert np.isfinite(off).mean() > 0.95
    assert np.nanmedian(np.abs(off)) < 0.6
    assert np.nanpercentile(np.abs(off), 90) < 2.0
    assert np.nanmedian(found.score.numpy()[middle]) > 0.6


def test_the_background_stays_unknown() -> None:
    found, truth = swept(PHOTOS, [1], 2.0)
    assert torch.isnan(found.depth)[torch.from_numpy(np.isnan(truth))].all()
    assert found.depth.shape == found.score.shape == (SIZE[1], SIZE[0])
    assert torch.isfinite(found.score).all()


def test_a_photo_from_behind_says_nothing() -> None:
    found, _ = swept(PHOTOS, [3], 0.0)
    assert torch.isnan(found.depth).all()


def test_photos_without_texture_give_low_scores() -> None:
    flat = photos_of(ball_views(AZIMUTHS[:2], SIZE, radii=BALL))
    for image in flat.pyramid:
        image[:] = -1.0
    found, _ = swept(flat, [1], 0.0)
    assert torch.isfinite(found.score).all()
    assert found.score.max() < 0.5


def test_a_single_foreground_pixel_is_enough_not_to_fail() -> None:
    depth, normal, _ = start(0.0)
    lone = torch.full_like(depth, torch.nan)
    row, column = SIZE[1] // 2, SIZE[0] // 2
    lone[row, column] = depth[row, column]
    found = sweep(PHOTOS, 0, [1, 2], lone, normal, 0.02, OPTIONS)
    assert int(torch.isfinite(found.depth).sum()) <= 1


@pytest.mark.parametrize("level", [0, 1, 2])
def test_level_rays_go_through_their_pixels(level: int) -> None:
    rays = level_rays(PHOTOS, 1, level)
    assert rays.shape == (SIZE[1] >> level, SIZE[0] >> level, 3)
    points = PHOTOS.centers[1] + 600 * rays[3, 5]
    pixel, _ = PHOTOS.project(torch.tensor([1]), points[None])
    np.testing.assert_allclose((pixel[0] + 0.5) / 2**level - 0.5, [5, 3], atol=2e-3)
