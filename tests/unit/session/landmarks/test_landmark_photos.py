"""Clicks in photos: one waits for another, two give a point, each knows how far it is off."""

from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.surface_points import SurfacePoint
from h3dstudio.session.landmarks import photos as landmark_photos
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.table import RECONSTRUCTION, Sighting
from h3dstudio.session.project.commands import CommandStack
from tests.unit.data.tiny_scan import CENTER, world_mat

CAMERAS = {n: Camera.from_projection(world_mat(azimuth)) for n, azimuth in enumerate((0.0, 0.3, 45.0, -45.0))}
POINT = CENTER + np.array([10.0, 20.0, 70.0])


def click(view: int, off: float = 0.0) -> Sighting:
    x, y = CAMERAS[view].project(POINT[None])[0][0]
    return Sighting(view, float(x) + off, float(y))


def test_from_the_first_click_to_the_last() -> None:
    landmarks = LandmarkEditor(stack := CommandStack())
    see = landmark_photos.see
    assert "another photo" in see(landmarks, RECONSTRUCTION, "nose_tip", click(0), CAMERAS)
    assert "almost the same side" in see(landmarks, RECONSTRUCTION, "nose_tip", click(1), CAMERAS)
    assert landmarks.points(RECONSTRUCTION) == {}
    assert see(landmarks, RECONSTRUCTION, "nose_tip", click(2), CAMERAS) == ""
    np.testing.assert_allclose(landmarks.points(RECONSTRUCTION)["nose_tip"], POINT, atol=1e-6)
    assert see(landmarks, RECONSTRUCTION, "nose_tip", click(3, off=2.0), CAMERAS) == ""
    errors = landmark_photos.reprojection(landmarks.mark(RECONSTRUCTION, "nose_tip"), CAMERAS)
    assert list(errors) == [0, 1, 2, 3]
    assert max(errors, key=lambda view: errors[view]) == 3
    assert 0.5 < errors[3] < 2
    landmark_photos.unsee(landmarks, RECONSTRUCTION, "nose_tip", 3, CAMERAS)
    np.testing.assert_allclose(landmarks.points(RECONSTRUCTION)["nose_tip"], POINT, atol=1e-6)
    while stack.undo_label:
        stack.undo()
    assert landmarks.mark(RECONSTRUCTION, "nose_tip").sightings == ()


def test_a_locked_landmark_is_not_seen_anew() -> None:
    landmarks = LandmarkEditor(CommandStack())
    landmarks.place(RECONSTRUCTION, "nose_tip", SurfacePoint((1.0, 2.0, 3.0)))
    landmarks.lock(RECONSTRUCTION, "nose_tip")
    with pytest.raises(LandmarkError, match="locked"):
        landmark_photos.see(landmarks, RECONSTRUCTION, "nose_tip", click(0), CAMERAS)
    assert landmark_photos.reprojection(landmarks.mark(RECONSTRUCTION, "chin"), CAMERAS) == {}
