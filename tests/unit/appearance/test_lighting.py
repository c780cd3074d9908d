from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from h3dstudio.appearance.lighting import (
    Lights,
    LightSystem,
    fit_lights,
    harmonics,
    light_between,
    nearness,
    shading,
    turned,
)
from tests.unit.photometry.lit_ball import ring


def directions(count: int = 400, seed: int = 0) -> torch.Tensor:
    vectors = np.random.default_rng(seed).normal(size=(count, 3))
    return torch.from_numpy(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).float()


def test_the_harmonics_are_orthogonal_over_the_sphere() -> None:
    basis = harmonics(directions(200_000)).double()
    gram = (basis.T @ basis / len(basis)).numpy()
    scale = np.sqrt(np.diag(gram))
    assert np.abs(gram / np.outer(scale, scale) - np.eye(9)).max() < 0.02


def test_a_known_light_is_fitted() -> None:
    normals = directions()
    truth = torch.randn(9, 3, generator=torch.Generator().manual_seed(1)) * 0.1
    truth[0] = 1.0
    albedo = torch.rand(len(normals), 3, generator=torch.Generator().manual_seed(2)) + 0.2
    color = albedo * (harmonics(normals) @ truth)
    system = LightSystem.of(harmonics(normals), albedo, color, torch.ones(len(normals)))
    found = fit_lights([system], ring([0])).coefficients[0]
    assert (found - truth).abs().max() < 0.02


def test_an_unseen_half_does_not_make_light_run_away() -> None:
    normals = directions()
    cap = normals[normals[:, 2] > 0.9]
    color = torch.full((len(cap), 3), 0.5) + 0.01 * directions(len(cap), 3)
    system = LightSystem.of(harmonics(cap), torch.full((len(cap), 3), 0.5), color, torch.ones(len(cap)))
    found = fit_lights([system], ring([0])).coefficients[0]
    assert (harmonics(normals) @ found).abs().max() < 3


def test_turning_the_light_is_turning_the_normals() -> None:
    rotation = Rotation.from_rotvec([0.4, -1.1, 0.7]).as_matrix()
    light = torch.randn(9, 3, generator=torch.Generator().manual_seed(3))
    normals = directions()
    moved = normals @ torch.from_numpy(rotation.T).float()
    expected = harmonics(normals) @ light
    assert torch.allclose(harmonics(moved) @ turned(light, rotation), expected, atol=1e-4)


def test_shading_never_reaches_zero() -> None:
    light = torch.zeros(9, 3)
    light[0], light[3] = 1.0, 5.0
    assert shading(harmonics(directions()), light).min() > 0.03


@pytest.mark.parametrize("with_camera", [False, True])
def test_light_between_photos_follows_its_law(with_camera: bool) -> None:
    cameras = ring([-20, 0, 20])
    lamp = torch.zeros(9, 3)
    lamp[0], lamp[1], lamp[4] = 1.0, 0.4, 0.2
    own = [turned(lamp, camera.rotation.T) if with_camera else lamp for camera in cameras]
    lights = Lights(torch.stack(own), tuple(cameras), with_camera)
    between = ring([10])[0]
    expected = turned(lamp, between.rotation.T) if with_camera else lamp
    assert torch.allclose(lights.seen_from(between), expected, atol=1e-3)
    other = light_between(lights, between, not with_camera, without=None)
    assert not torch.allclose(other, expected, atol=1e-2)


def test_the_nearest_camera_counts_most_and_a_left_out_one_not_at_all() -> None:
    cameras = ring([0, 30, 60])
    share = nearness(cameras, ring([5])[0], 10.0)
    assert share.sum() == pytest.approx(1)
    assert share.argmax() == 0
    assert nearness(cameras, cameras[0], 10.0, without=0)[0] == 0
    assert nearness(cameras[:1], cameras[0], 10.0, without=0).tolist() == [1.0]
