from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.shading import ShadingOptions, shading_term
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.normal_equations import Quadratic, gauss_newton_step
from h3dstudio.surface.residual import ResidualPyramid
from h3dstudio.surface.surface_finder import MeshProxy
from tests.unit.methods.textured_ball import CENTER
from tests.unit.photometry.lit_ball import (
    RADIUS,
    Light,
    photo_set_of,
    photograph,
    ring,
    sun_from,
    turning_with,
)
from tests.unit.surface.analytic import surface

CAMERAS = ring(np.arange(0.0, 360.0, 15.0))
SUN = sun_from([0.3, 0.5, 0.6])
HALF, SPACING = 104.0, 4.0
COUNT = 2 * round(HALF / SPACING) + 1
ORIGIN = CENTER - HALF
GRID = Grid((float(ORIGIN[0]), float(ORIGIN[1]), float(ORIGIN[2])), SPACING, (COUNT,) * 3)
FRONT = np.array([0.0, 0.0, 1.0])


def dented(depth: float, width: float = 18.0) -> Tensor:
    """Signed distance (X, Y, Z) of the ball, `depth` mm pressed in at its front."""
    local = GRID.nodes() - CENTER
    aside = np.linalg.norm(local - RADIUS * FRONT, axis=1)
    distance = np.linalg.norm(local, axis=1) - RADIUS + depth * np.exp(-0.5 * (aside / width) ** 2)
    return torch.from_numpy(distance.astype(np.float32)).reshape(GRID.shape)


def photos(turning: bool) -> PhotoSet:
    """Of the true ball."""
    views = []
    for camera in CAMERAS:
        light: Light = turning_with(camera, SUN) if turning else SUN
        views.append(photograph(camera, light))
    return photo_set_of(views)


def term(field: Tensor, turning: bool, options: ShadingOptions) -> Quadratic:
    finder, rng = MeshProxy(surface(GRID, field)), np.random.default_rng(0)
    return shading_term(photos(turning), GRID, field.reshape(-1), finder, rng, options)


def tilt(field: Tensor) -> float:
    """Root mean square angle, degrees, between the front's normals and the ball's."""
    mesh = surface(GRID, field)
    towards = mesh.vertices - CENTER
    towards /= np.linalg.norm(towards, axis=1, keepdims=True)
    front = towards @ FRONT > np.cos(np.radians(30.0))
    cosine = (mesh.vertex_normals() * towards).sum(axis=1)[front]
    return float(np.degrees(np.sqrt(np.mean(np.arccos(np.clip(cosine, -1, 1)) ** 2))))


def refined(field: Tensor, turning: bool, steps: int = 3) -> Tensor:
    pyramid = ResidualPyramid.over(GRID, (1.0, 2.0, 4.0))
    coefficients = np.zeros(pyramid.size, np.float32)
    for _ in range(steps):
        now = field + pyramid.compose(torch.from_numpy(coefficients))
        gauss_newton_step(pyramid, coefficients, [term(now, turning, ShadingOptions(points=3000))])
    return field + pyramid.compose(torch.from_numpy(coefficients))


def test_turning_light_raises_a_dent() -> None:
    start = dented(3.0)
    assert tilt(refined(start, turning=True)) < 0.6 * tilt(start)


def test_standing_light_leaves_it_alone() -> None:
    start = dented(3.0)
    assert tilt(refined(start, turning=False, steps=1)) == pytest.approx(tilt(start), rel=0.05)


def test_a_right_surface_stays() -> None:
    assert tilt(refined(dented(0.0), turning=True)) < tilt(dented(0.0)) + 0.5


def test_only_turns_count() -> None:
    """Moved as a whole, f changes nothing: shading knows no place."""
    found = term(dented(2.0), True, ShadingOptions(points=500))
    assert found.points.shape[1:] == (4, 3)
    scale = float(found.hessian.abs().max())
    assert found.hessian.sum(dim=2).abs().max() < 1e-5 * scale
    np.testing.assert_allclose(found.gradient.sum(dim=1), 0, atol=1e-4 * float(found.gradient.abs().max()))
    assert torch.linalg.eigvalsh(found.hessian).min() > -1e-5 * scale


def test_the_four_points_lie_across_the_normal() -> None:
    found = term(dented(0.0), True, ShadingOptions(points=500, reach=3.0))
    middle = found.points.mean(dim=1)
    np.testing.assert_allclose((found.points - middle[:, None]).norm(dim=2), 3.0, atol=1e-3)
    out = torch.nn.functional.normalize(middle - torch.from_numpy(CENTER).float(), dim=1)
    lifted = ((found.points - middle[:, None]) * out[:, None]).sum(dim=2)
    assert lifted.abs().max() < 0.2


def test_surfaces_that_too_few_photos_see_say_nothing() -> None:
    found = term(dented(1.0), True, ShadingOptions(points=300, fewest=len(CAMERAS) + 1))
    assert not len(found.points)
