from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.data.synthesis.albedo import PaintedAlbedo, SurfaceSamples, UvAlbedo, VertexAlbedo
from h3dstudio.data.synthesis.cameras import camera_ring, head_axes
from h3dstudio.data.synthesis.solid_noise import SolidNoise
from h3dstudio.data.synthesis.subject import UvTexture
from h3dstudio.geometry.fragments import Fragments, cast_fragments
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.rendering import linear_light
from tests.unit.data.synthesis.heads import egg


def fragments(mesh: TriangleMesh, view: int = 0) -> Fragments:
    axes = head_axes(np.array([0.0, 1, 0]), np.array([0.0, 0, 1]))
    camera = camera_ring(8, np.zeros(3), 130.0, axes, 128, np.random.default_rng(0))[view]
    return cast_fragments(mesh, camera, (128, 128))


def test_samples_lie_on_their_faces_and_are_dense() -> None:
    mesh = egg()
    samples = SurfaceSamples(mesh)
    assert samples.barycentric.min() >= -1e-6
    np.testing.assert_allclose(samples.barycentric.sum(axis=1), 1, atol=1e-6)
    count = (samples.steps + 1) * (samples.steps + 2) // 2
    assert len(samples) == count.sum()
    # Each face's own corners are among its samples.
    at = samples.interpolate(mesh.vertices)
    np.testing.assert_allclose(at[samples.start[:-1]], mesh.vertices[mesh.faces[:, 0]], atol=1e-4)
    np.testing.assert_allclose(at[samples.start[1:] - 1], mesh.vertices[mesh.faces[:, 1]], atol=1e-4)


def test_look_up_is_exact_for_linear_paint() -> None:
    mesh = egg()
    samples, seen = SurfaceSamples(mesh), fragments(mesh, 1)
    found = samples.look_up(samples.interpolate(mesh.vertices), seen)
    np.testing.assert_allclose(found, seen.position, atol=2e-3)


def test_paint_is_the_same_from_every_camera() -> None:
    # The same surface point, seen from two cameras, has the colour of the solid noise there.
    mesh, noise = egg(4), SolidNoise(np.random.default_rng(1))
    samples = SurfaceSamples(mesh)
    values = noise(samples.interpolate(mesh.vertices), 4.0)[:, None].repeat(3, axis=1)
    paint = PaintedAlbedo(samples, values)
    for view in (0, 1, 7):
        seen = fragments(mesh, view)
        expected = noise(seen.position.astype(np.float32), 4.0)
        assert np.abs(paint(seen)[:, 0] - expected).max() < 0.15
        assert np.abs(paint(seen)[:, 0] - expected).mean() < 0.02


def test_noise_has_zero_mean_unit_size_and_its_grain() -> None:
    noise = SolidNoise(np.random.default_rng(3))
    points = np.random.default_rng(4).uniform(-100, 100, (20000, 3)).astype(np.float32)
    value = noise(points, 5.0)
    assert abs(value.mean()) < 0.1
    assert value.std() == pytest.approx(1, abs=0.15)
    near, far = noise(points + np.float32(0.5), 5.0), noise(points + np.float32(20), 5.0)
    assert np.corrcoef(value, near)[0, 1] > 0.9
    assert abs(np.corrcoef(value, far)[0, 1]) < 0.1
    assert noise.octaves(points, (8.0, 4.0, 2.0)).std() == pytest.approx(1, abs=0.15)


def test_vertex_colors_become_linear_light() -> None:
    mesh = egg()
    gray = mesh.with_colors(np.full(mesh.vertices.shape, 128, np.uint8))
    np.testing.assert_allclose(
        VertexAlbedo(gray)(fragments(mesh)), linear_light(np.array(128 / 255)), atol=1e-9
    )


def test_uv_picture_lies_with_v_upwards() -> None:
    square = TriangleMesh(
        np.array([[-50.0, -50, 0], [50, -50, 0], [50, 50, 0], [-50, 50, 0]]),
        np.array([[0, 1, 2], [0, 2, 3]]),
    )
    uv = (square.vertices[:, :2] + 50) / 100
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:32, :, 0] = 255  # upper half red
    picture[:, 32:, 2] = 255  # right half blue
    albedo = UvAlbedo(UvTexture(picture, uv[square.faces]))
    seen = fragments(square)
    color, (x, y, _) = albedo(seen), seen.position.T
    inner = (np.abs(x) > 3) & (np.abs(y) > 3) & (np.abs(x) < 46) & (np.abs(y) < 46)
    np.testing.assert_allclose(color[inner, 0], (y > 0)[inner], atol=1e-6)
    np.testing.assert_allclose(color[inner, 2], (x > 0)[inner], atol=1e-6)
