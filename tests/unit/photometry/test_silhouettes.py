from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.photometry import silhouettes
from h3dstudio.photometry.silhouettes import (
    CONTOUR,
    INSIDE,
    OUTSIDE,
    SilhouetteOptions,
    SilhouetteRays,
    contour_points,
    contour_spread,
    least_along_rays,
    silhouette_rays,
    silhouette_term,
)
from tests.unit.methods.textured_ball import ball_views
from tests.unit.surface.analytic import BALL, cube, photos_of, sphere

GRID = cube(96.0, 4.0)
RADIUS = BALL[0]


@pytest.fixture(scope="module")
def rays() -> SilhouetteRays:
    photos = photos_of(ball_views((0, 90, 200), (160, 120), radii=BALL))
    return silhouette_rays(photos, np.random.default_rng(0), 200)


def test_least_is_where_a_ray_passes_the_middle(rays: SilhouetteRays) -> None:
    points = least_along_rays(GRID, sphere(GRID, RADIUS).reshape(-1), rays.origins, rays.directions)
    along = -(rays.origins * rays.directions).sum(dim=1, keepdim=True)
    closest = rays.origins + along * rays.directions
    edge = rays.kind == CONTOUR  # deep inside, the interpolated cone of the distance is blunt
    assert (points - closest).norm(dim=1)[edge].median() < 0.5
    assert (points.norm(dim=1) - closest.norm(dim=1)).abs()[edge].max() < 0.3


def test_masks_of_a_ball_agree_with_the_ball(rays: SilhouetteRays) -> None:
    samples = sphere(GRID, RADIUS).reshape(-1)
    value = GRID.value(samples, least_along_rays(GRID, samples, rays.origins, rays.directions))
    assert value[rays.kind == CONTOUR].abs().max() < 1.2  # mm; a pixel is 1.2
    assert value[rays.kind == OUTSIDE].min() > 0
    assert value[rays.kind == INSIDE].max() < 0
    assert contour_spread(GRID, samples, rays) < 0.7


@pytest.mark.parametrize("error", [-5.0, 5.0])
def test_a_wrong_size_is_felt_and_pulled_back(rays: SilhouetteRays, error: float) -> None:
    samples = sphere(GRID, RADIUS + error).reshape(-1)
    assert contour_spread(GRID, samples, rays) == pytest.approx(1.48 * abs(error), abs=0.7)
    term = silhouette_term(GRID, samples, rays, 1.0, SilhouetteOptions())
    # Descent changes f by -gradient / hessian: up where the ball is too large.
    change = -(term.gradient / term.hessian[:, 0])[:, 0]
    assert float(change.median()) == pytest.approx(error, abs=0.7)
    assert (term.hessian > 0).all()


def test_a_perfect_field_is_hardly_moved(rays: SilhouetteRays) -> None:
    term = silhouette_term(GRID, sphere(GRID, RADIUS).reshape(-1), rays, 1.0, SilhouetteOptions())
    change = -(term.gradient / term.hessian[:, 0])[:, 0]
    assert float(change.mean().abs()) < 0.3


def test_contours_keep_off_the_image_border() -> None:
    mask = np.zeros((20, 30), bool)
    mask[5:, 10:20] = True
    points = contour_points(mask)
    assert points[:, 1].max() < 18  # the torso is cut off there; that is no outline
    assert {9.5, 19.5} == set(points[points[:, 1] > 6, 0])
    assert 4.5 in points[:, 1]


@pytest.mark.parametrize("value", [False, True])
def test_masks_without_an_outline_give_a_quiet_term(value: bool) -> None:
    photos = photos_of(ball_views((0, 90), (40, 40), radii=BALL))
    photos.masks[:] = value
    rays = silhouette_rays(photos, np.random.default_rng(0), 50)
    assert not (rays.kind == CONTOUR).any()
    samples = sphere(GRID, RADIUS).reshape(-1)
    assert contour_spread(GRID, samples, rays) == 0.0
    term = silhouette_term(GRID, samples, rays, 1.0, SilhouetteOptions())
    assert torch.isfinite(term.gradient).all()
    assert torch.isfinite(term.hessian).all()


def test_rays_taken_in_portions_are_the_same(rays: SilhouetteRays, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = sphere(GRID, RADIUS).reshape(-1)
    whole = least_along_rays(GRID, samples, rays.origins, rays.directions)
    monkeypatch.setattr(silhouettes, "TOGETHER", 7)
    assert torch.equal(least_along_rays(GRID, samples, rays.origins, rays.directions), whole)
    assert least_along_rays(GRID, samples, rays.origins[:0], rays.directions[:0]).shape == (0, 3)
