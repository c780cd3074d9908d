"""Camera errors and confidence deciles against known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from h3dstudio.data.synthesis.cameras import camera_ring
from h3dstudio.data.synthesis.noise import disturb_camera
from h3dstudio.evaluation.ground_truth import GroundTruth
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.raycasting import RayCaster
from tests.benchmarks.measuring import camera_error, confidence_deciles, distances, rigid_face, rises
from tests.unit.data.synthesis.heads import ball


@pytest.fixture
def ring() -> list[Camera]:
    return camera_ring(16, np.zeros(3), 120.0, np.eye(3), 512, np.random.default_rng(0))


def test_exact_cameras_have_no_error(ring: list[Camera]) -> None:
    error = camera_error(ring, ring)
    assert max(error.as_dict().values()) < 1e-5


def test_a_common_motion_is_absolute_but_not_relative(ring: list[Camera]) -> None:
    turn = Rotation.from_rotvec(np.radians([0, 3.0, 0])).as_matrix()
    shift = np.array([4.0, 0, -3])
    moved = [
        Camera(c.intrinsics, c.rotation @ turn.T, -c.rotation @ turn.T @ (turn @ c.center + shift))
        for c in ring
    ]
    error = camera_error(moved, ring)
    assert error.degrees == pytest.approx(3.0, abs=1e-4)
    assert error.relative_degrees < 1e-4
    assert error.relative_mm < 1e-6
    still = [Camera(c.intrinsics, c.rotation, -c.rotation @ (c.center + shift)) for c in ring]
    assert camera_error(still, ring).mm == pytest.approx(5.0)


def test_noise_has_the_error_it_was_made_with() -> None:
    many = camera_ring(800, np.zeros(3), 120.0, np.eye(3), 512, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    error = camera_error([disturb_camera(c, 0.5, 2.0, rng) for c in many], many)
    assert error.degrees == pytest.approx(0.5, rel=0.05)
    assert error.mm == pytest.approx(2.0, rel=0.05)
    # Of so many independent errors next to nothing is common.
    assert error.relative_degrees == pytest.approx(0.5, rel=0.06)
    assert error.relative_mm == pytest.approx(2.0, rel=0.06)


def _truth() -> GroundTruth:
    mesh = ball(90, center=(0, 0, 0))
    eyes = np.array([[0, 0, 900.0], [0, 0, -900], [900, 0, 0], [-900, 0, 0], [0, 900, 0], [0, -900, 0]])
    return GroundTruth("ball", mesh, {}, {}, eyes, RayCaster(mesh))


def test_a_confidence_that_knows_the_error_lets_it_fall() -> None:
    mesh = ball(90, 4, center=(0, 0, 0))
    wrong = 4 * (mesh.vertices[:, 1] / 90 + 1)  # mm too large, from the bottom to the top
    found = mesh.with_vertices(mesh.vertices * (1 + wrong / 90)[:, None])
    honest = confidence_deciles(found, -wrong, _truth())
    assert len(honest) == 10
    assert rises(honest) == 0
    assert honest[0] > 6
    assert honest[-1] < 1
    assert rises(confidence_deciles(found, wrong, _truth())) == 9
    blind = confidence_deciles(found, np.random.default_rng(0).random(len(wrong)), _truth())
    assert max(blind) - min(blind) < 2.5


def test_small_rises_can_be_forgiven() -> None:
    assert rises([3, 2, 2.05, 1]) == 1
    assert rises([3, 2, 2.05, 1], slack=0.1) == 0


def test_the_rigid_error_is_that_of_the_shape_alone() -> None:
    sphere = ball(90, center=(0, 0, 0))
    mesh = sphere.with_vertices(sphere.vertices * [0.8, 1.0, 1.1])
    truth = replace(_truth(), mesh=mesh, caster=RayCaster(mesh), regions={"face_sphere": np.arange(200)})
    moved = mesh.with_vertices(mesh.vertices + np.array([3.0, -2.0, 1.0]))
    assert distances(truth, RayCaster(moved))[0].mean() > 1
    assert rigid_face(truth, RayCaster(moved)) < 0.05


def test_equal_confidences_share_their_error() -> None:
    mesh = ball(90, 4, center=(0, 0, 0))
    wrong = 4 * (mesh.vertices[:, 1] / 90 + 1)
    found = mesh.with_vertices(mesh.vertices * (1 + wrong / 90)[:, None])
    constant = confidence_deciles(found, np.zeros(len(wrong)), _truth())
    assert max(constant) - min(constant) < 1e-9
