from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import binary_erosion

from h3dstudio.photometry.image_noise import _well_inside
from h3dstudio.photometry.photo_consistency import (
    Comparison,
    PhotoOptions,
    PhotoReport,
    VisibleSources,
    _summed_slots,
    draw_source_pixels,
    find_visible,
    noise_levels,
    normalised_patch,
    photo_term,
    trend_basis,
)
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.surface.normal_equations import Quadratic, gauss_newton_step
from h3dstudio.surface.residual import ResidualPyramid
from h3dstudio.surface.surface_finder import MeshProxy
from tests.unit.methods.textured_ball import ball_views
from tests.unit.surface.analytic import BALL, cube, photos_of, sphere, surface

GRID = cube(80.0, 4.0)
RADIUS = BALL[0]
OPTIONS = PhotoOptions()


def photos(azimuths: tuple[float, ...] = (0, 30, -30, 150, 180, 210)) -> PhotoSet:
    return photos_of(ball_views(azimuths, (144, 144), radii=BALL))


PHOTOS = photos()


def through(photos: PhotoSet, samples: torch.Tensor, level: int = 0) -> Comparison:
    finder = MeshProxy(surface(GRID, samples), threads=1)
    noise = noise_levels(photos, OPTIONS)[level]
    return Comparison(photos, GRID, samples.reshape(-1), finder, noise, 2, OPTIONS)


def visible(photos: PhotoSet, samples: torch.Tensor, level: int = 0) -> tuple:
    sources = draw_source_pixels(photos, level, 400, np.random.default_rng(0))
    return sources, find_visible(through(photos, samples, level), sources)


def compared(photos: PhotoSet, samples: torch.Tensor, level: int = 0) -> tuple[Quadratic, PhotoReport]:
    sources, seen = visible(photos, samples, level)
    return photo_term(through(photos, samples, level), sources, seen)


def test_the_trend_is_what_a_quadratic_explains() -> None:
    basis = trend_basis(2)
    np.testing.assert_allclose(basis.T @ basis, np.eye(6), atol=1e-5)
    patch = torch.rand(10, len(basis))
    bent = 3 * patch + (basis @ torch.rand(6, 10)).T
    one, _ = normalised_patch(patch, basis, 0.0)
    other, _ = normalised_patch(bent, basis, 0.0)
    np.testing.assert_allclose(one, other, atol=1e-4)
    np.testing.assert_allclose((one**2).mean(dim=1), 1.0, atol=1e-4)
    flat, spread = normalised_patch(torch.ones(2, len(basis)), basis, 0.01)
    assert flat.abs().max() < 1e-3
    np.testing.assert_allclose(spread, 0.01, atol=1e-4)


def test_sources_lie_on_the_head_and_follow_the_seed() -> None:
    one, same, other = (draw_source_pixels(PHOTOS, 0, 300, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(one.pixel, same.pixel)
    assert torch.equal(one.priority, same.priority)
    assert not torch.equal(one.pixel, other.pixel)
    column, row = one.pixel.long().unbind(dim=1)
    assert PHOTOS.masks[one.view, row, column].all()
    assert one.coverage >= 1.0


def test_pairs_see_the_same_side() -> None:
    _, seen = visible(PHOTOS, sphere(GRID, RADIUS))
    assert len(seen.index) > 200
    np.testing.assert_allclose(seen.hits.points.norm(dim=1), RADIUS, atol=0.3)
    row, slot = torch.nonzero(seen.seen, as_tuple=True)
    toward = PHOTOS.centers[seen.other[row, slot]] - seen.hits.points[row]
    assert ((toward * seen.hits.normal[row]).sum(dim=1) > 0).all()


def test_photos_correlate_on_the_true_surface_only() -> None:
    _, exact = compared(PHOTOS, sphere(GRID, RADIUS))
    _, off = compared(PHOTOS, sphere(GRID, RADIUS + 5))
    assert exact.pairs > 300
    assert exact.correlation > 0.85
    assert off.correlation < exact.correlation - 0.3


@pytest.mark.parametrize(("level", "error"), [(0, 0.7), (0, -0.7), (1, 1.5)])
def test_a_step_moves_a_wrong_surface_to_the_right_one(level: int, error: float) -> None:
    samples = sphere(GRID, RADIUS + error)
    pyramid = ResidualPyramid.over(GRID, (0.5, 1.0, 2.0, 4.0))
    coefficients = np.zeros(pyramid.size, np.float32)
    for _ in range(3):
        now = samples + pyramid.compose(torch.from_numpy(coefficients))
        term, _ = compared(PHOTOS, now, level)
        gauss_newton_step(pyramid, coefficients, [term])
    now = samples + pyramid.compose(torch.from_numpy(coefficients))
    _, seen = visible(PHOTOS, now)
    off = seen.hits.points.norm(dim=1) - RADIUS
    assert float(off.abs().median()) < 0.4 * abs(error)


def test_sums_over_views_do_not_depend_on_an_order_of_arrival() -> None:
    seen = torch.rand(50, 4, generator=torch.Generator().manual_seed(0)) > 0.4
    row, slot = torch.nonzero(seen, as_tuple=True)
    values = torch.randn(len(row), 3, generator=torch.Generator().manual_seed(1))
    shuffled = torch.randperm(len(row), generator=torch.Generator().manual_seed(2))
    total = _summed_slots(seen.shape, row, slot, values)
    assert torch.equal(total, torch.zeros(50, 3).index_add_(0, row, values))
    assert torch.equal(total, _summed_slots(seen.shape, row[shuffled], slot[shuffled], values[shuffled]))


def test_the_quadratic_is_one() -> None:
    term, _ = compared(PHOTOS, sphere(GRID, RADIUS + 1))
    groups = len(term.points)
    assert term.points.shape == (groups, 4, 3)
    assert term.hessian.shape == (groups, 4, 4)
    assert term.gradient.shape == (groups, 4)
    assert torch.linalg.eigvalsh(term.hessian).min() > -1e-3
    assert all(torch.isfinite(part).all() for part in (term.points, term.hessian, term.gradient))


@pytest.mark.parametrize("azimuths", [(0.0, 180.0), (0.0, 90.0)])
def test_photos_that_share_nothing_give_an_empty_term(azimuths: tuple[float, ...]) -> None:
    apart = photos(azimuths)
    samples = sphere(GRID, RADIUS)
    sources, seen = visible(apart, samples)
    assert isinstance(seen, VisibleSources)
    term, report = photo_term(through(apart, samples), sources, seen)
    assert report.pairs == len(term.points) == 0
    assert np.isfinite([report.correlation, report.texture]).all()


def test_an_empty_drawing_and_a_full_mask() -> None:
    two = photos((0.0, 30.0))
    two.masks[:] = False
    sources = draw_source_pixels(two, 0, 100, np.random.default_rng(0))
    assert len(sources.view) == 0
    assert np.isfinite(sources.coverage)
    assert all(level > 0 for level in noise_levels(two, OPTIONS))
    two.masks[:] = True  # the head touches the image border everywhere
    term, report = compared(two, sphere(GRID, RADIUS))
    assert report.pairs > 0
    assert torch.isfinite(term.gradient).all()


def test_noise_is_measured() -> None:
    quiet = photos((0.0, 30.0))
    rng = np.random.default_rng(0)
    loud = photos((0.0, 30.0))
    loud.pyramid[0][:] = torch.from_numpy(rng.normal(-1, 0.1, loud.pyramid[0].shape)).float()
    options = PhotoOptions(noise_factor=1.0, least_noise=1e-6)
    assert noise_levels(loud, options)[0] == pytest.approx(0.1, rel=0.1)
    assert noise_levels(quiet, options)[0] < 0.1


@pytest.mark.parametrize("shape", [(2, 40, 31), (1, 3, 50)])
def test_well_inside_is_what_an_erosion_leaves(shape: tuple[int, int, int]) -> None:
    masks = np.random.default_rng(0).random(shape) > 0.02
    expected = [binary_erosion(mask, np.ones((9, 9)), border_value=1) for mask in masks]
    np.testing.assert_array_equal(_well_inside(torch.from_numpy(masks), 4), expected)
