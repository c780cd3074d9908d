from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.photometry.photos import LOG_OFFSET
from h3dstudio.photometry.sightings import Sightings, look
from h3dstudio.surface.surface_finder import MeshProxy
from tests.unit.methods.textured_ball import CENTER
from tests.unit.photometry.lit_ball import RADIUS, albedo, ball, photo_set_of, photograph, ring, sun_from

CAMERAS = ring([-40.0, 0.0, 40.0])
BALL = ball(3)
NORMALS = BALL.vertex_normals()


def sightings(least_cosine: float = 0.35, fewest: int = 1) -> Sightings:
    photos = photo_set_of([photograph(camera, sun_from([0, 1, 1])) for camera in CAMERAS])
    points, normals = (torch.from_numpy(part).float() for part in (BALL.vertices, NORMALS))
    return look(photos, MeshProxy(BALL), points, normals, least_cosine=least_cosine, fewest=fewest)


def cosines() -> np.ndarray:
    """(N, M) between normals and the directions to the cameras."""
    towards = np.stack([camera.center - BALL.vertices for camera in CAMERAS])
    towards /= np.linalg.norm(towards, axis=2, keepdims=True)
    return np.einsum("nmi,mi->nm", towards, NORMALS)


@pytest.mark.parametrize("least", [0.3, 0.6])
def test_a_ball_is_seen_where_it_faces_the_camera(least: float) -> None:
    seen, cosine = sightings(least), cosines()
    found = np.zeros(cosine.shape, dtype=bool)
    found[seen.view, seen.point] = True
    np.testing.assert_array_equal(found, cosine > least)
    np.testing.assert_allclose(seen.weight, cosine[seen.view, seen.point], atol=1e-5)


def test_they_are_sorted_by_point_and_counted() -> None:
    seen = sightings()
    assert (seen.point.diff() >= 0).all()
    np.testing.assert_array_equal(seen.times, (cosines() > 0.35).sum(axis=0))


def test_points_that_too_few_photos_see_are_left_out() -> None:
    seen = sightings(fewest=3)
    assert set(seen.times.tolist()) == {0, 3}


def test_what_stands_behind_is_not_seen() -> None:
    points = torch.from_numpy(BALL.vertices).float()
    photos = photo_set_of([photograph(camera, sun_from([0, 1, 1])) for camera in CAMERAS])
    inward = -torch.from_numpy(NORMALS).float()
    assert not len(look(photos, MeshProxy(BALL), points, inward, least_cosine=0.35, fewest=1).point)


def test_intensities_are_those_of_the_surface() -> None:
    """Background that bled in would be far off."""
    seen = sightings(0.5)
    local = BALL.vertices - CENTER
    true = albedo(local) * sun_from([0, 1, 1])(local / RADIUS)[:, None]
    expected = np.log(np.clip(true, 0, 1).mean(axis=1) + LOG_OFFSET)[seen.point]
    np.testing.assert_allclose(seen.intensity, expected, atol=0.03)
