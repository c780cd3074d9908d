"""Triangulation against cameras that know where the point is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.triangulation import triangulate
from tests.unit.data.tiny_scan import CENTER, world_mat

COORDINATE = st.floats(-80, 80)


def cameras(*azimuths: float) -> list[Camera]:
    return [Camera.from_projection(world_mat(azimuth)) for azimuth in azimuths]


def seen(rig: list[Camera], point: np.ndarray) -> np.ndarray:
    return np.array([camera.project(point[None])[0][0] for camera in rig])


@settings(deadline=None)
@given(COORDINATE, COORDINATE, COORDINATE, st.lists(st.floats(-80, 80), min_size=2, max_size=5))
def test_exact_clicks_give_the_point(x: float, y: float, z: float, azimuths: list[float]) -> None:
    if np.ptp(azimuths) < 5:
        return
    rig, point = cameras(*azimuths), CENTER + np.array([x, y, z])
    found = triangulate(rig, seen(rig, point))
    np.testing.assert_allclose(found.point, point, atol=1e-6)
    assert found.errors.max() < 1e-8


def test_the_error_in_pixels_is_least() -> None:
    rig, point = cameras(0, 40, -35), CENTER + np.array([10.0, 20.0, 60.0])
    clicks = seen(rig, point) + np.random.default_rng(0).normal(size=(3, 2))
    found = triangulate(rig, clicks)
    best = (found.errors**2).sum()
    np.testing.assert_allclose(np.linalg.norm(seen(rig, found.point) - clicks, axis=1), found.errors)
    for step in np.vstack([np.eye(3), -np.eye(3)]) * 0.05:
        assert ((seen(rig, found.point + step) - clicks) ** 2).sum() > best
    assert 70 < found.angle < 90


def test_what_cannot_be_triangulated_says_why() -> None:
    with pytest.raises(LandmarkError, match="1 clicks"):
        triangulate(cameras(0), np.zeros((1, 2)))
    rig = cameras(0, 0.2)
    with pytest.raises(LandmarkError, match="almost the same side"):
        triangulate(rig, seen(rig, CENTER))
    rig = cameras(0, 40)
    clicks = seen(rig, CENTER)
    clicks[0, 0] -= 400  # Rays that part cross behind the cameras.
    clicks[1, 0] += 400
    with pytest.raises(LandmarkError, match="front of the cameras"):
        triangulate(rig, clicks)
