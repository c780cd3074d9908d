from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.photometry.view_geometry import (
    BEST_BASELINE,
    WIDEST_BASELINE,
    neighbours,
    spread_views,
    surface_map,
    viewing_angles,
)
from h3dstudio.surface.surface_finder import MeshProxy
from tests.unit.methods.textured_ball import ball_views, hit_depth
from tests.unit.surface.analytic import BALL, cube, photos_of, sphere, surface

AZIMUTHS = (0.0, 10.0, 35.0, 180.0, 320.0, 100.0)
PHOTOS = photos_of(ball_views(AZIMUTHS, (72, 64), radii=BALL))
GRID = cube(88.0, 4.0)


def apart(one: int, other: int) -> float:
    angle = abs(AZIMUTHS[one] - AZIMUTHS[other])
    return min(angle, 360 - angle)


def test_angles_are_those_of_the_ring() -> None:
    angles = viewing_angles(PHOTOS)
    expected = [[apart(one, other) for other in range(6)] for one in range(6)]
    np.testing.assert_allclose(angles, expected, atol=0.1)


@pytest.mark.parametrize("view", range(6))
def test_neighbours_are_near_and_best_first(view: int) -> None:
    found = neighbours(PHOTOS, view, 6)
    assert found == neighbours(PHOTOS, view, 6)
    assert set(found) == {at for at in range(6) if at != view and apart(view, at) < WIDEST_BASELINE}
    off = [abs(apart(view, other) - BEST_BASELINE) for other in found]
    assert off == sorted(off)
    assert neighbours(PHOTOS, view, 1) == found[:1]


def test_opposite_photos_have_no_neighbours() -> None:
    assert neighbours(photos_of(ball_views((0, 180), (40, 40))), 0, 3) == []
    assert neighbours(photos_of(ball_views((0,), (40, 40))), 0, 3) == []


def test_spread_views_cover_all_sides() -> None:
    assert spread_views(PHOTOS, 1) == [0]
    assert spread_views(PHOTOS, 2) == [0, 3]
    assert spread_views(PHOTOS, 3) == [0, 3, 5]
    assert spread_views(PHOTOS, 99) == list(range(6))


def test_coinciding_cameras_are_drawn_once_each() -> None:
    twice = photos_of(ball_views((0, 0, 0), (40, 40)))
    assert len(set(spread_views(twice, 3))) == 3
    assert torch.isfinite(viewing_angles(twice)).all()


@pytest.mark.parametrize("level", [0, 1])
def test_the_surface_map_is_the_surface_on_the_foreground(level: int) -> None:
    samples = sphere(GRID, BALL[0] - 3)  # smaller than the masks: the rim has to be filled
    finder = MeshProxy(surface(GRID, samples), threads=1)
    depth, normal = surface_map(PHOTOS, GRID, samples.reshape(-1), finder, 2, level)
    start = 2**level // 2
    mask = PHOTOS.masks[2][start :: 2**level, start :: 2**level]
    assert torch.equal(torch.isfinite(depth), mask)
    truth, _ = hit_depth(PHOTOS.cameras[2], PHOTOS.size, (57.0,) * 3)
    assert np.isnan(truth).all() or depth.shape == mask.shape
    lengths = normal[mask].norm(dim=1)
    np.testing.assert_allclose(lengths, 1.0, atol=1e-4)
    center = depth.shape[0] // 2, depth.shape[1] // 2
    assert float(depth[center]) == pytest.approx(600 - 57, abs=1.0)
    toward = torch.nn.functional.normalize(PHOTOS.centers[2], dim=0)
    assert float(normal[center] @ toward) > 0.98


def test_a_surface_that_no_ray_meets_gives_an_empty_map() -> None:
    samples = sphere(GRID, 8.0, (0, 78, 0))
    finder = MeshProxy(surface(GRID, samples), threads=1)
    depth, normal = surface_map(PHOTOS, GRID, samples.reshape(-1), finder, 0, 1)
    assert torch.isnan(depth).all()
    assert not normal.any()
