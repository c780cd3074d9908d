from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.geometry.framing import distance_to_fit, fitting_camera


def test_fit_sees_every_point_and_touches_one() -> None:
    points = np.random.default_rng(1).normal(size=(200, 3)) * [100, 40, 60]
    distance = distance_to_fit(points, np.eye(3), 30.0, 1.6)
    depth = distance + points[:, 2]
    slope = np.tan(np.radians(15.0))
    reach = np.maximum(np.abs(points[:, 1]) / slope, np.abs(points[:, 0]) / (1.6 * slope)) / depth
    assert reach.max() == pytest.approx(1.0)


def test_a_fitting_camera_sees_all_of_it_in_the_middle() -> None:
    points = np.random.default_rng(2).normal(size=(300, 3)) * [60, 120, 90] + [10, 20, 30]
    forward, up = np.array([0.6, 0.0, -0.8]), np.array([0.0, 1.0, 0.0])
    camera = fitting_camera(points, forward, up, (640, 480))
    pixels, depth = camera.project(points)
    assert (depth > 0).all()
    assert pixels.min() > 0
    assert (pixels < [639, 479]).all()
    assert np.ptp(pixels[:, 1]) > 0.7 * 480
    assert np.allclose(camera.forward, forward)
