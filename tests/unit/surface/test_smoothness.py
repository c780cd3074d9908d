from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.surface.normal_equations import Quadratic, gauss_newton_step
from h3dstudio.surface.residual import ResidualPyramid
from h3dstudio.surface.smoothness import SmoothnessOptions, smoothness_term, tangents
from tests.unit.surface.analytic import cube, sphere, surface

GRID = cube(48.0, 3.0)
OPTIONS = SmoothnessOptions(reaches=(6.0,), samples=500)


def terms(samples: torch.Tensor, options: SmoothnessOptions = OPTIONS) -> list[Quadratic]:
    rng = np.random.default_rng(0)
    return smoothness_term(GRID, samples.reshape(-1), surface(GRID, samples), rng, options)


@settings(deadline=None, max_examples=60)
@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda vector: np.linalg.norm(vector) > 0.1))
def test_tangents_span_the_plane(normal: tuple[float, float, float]) -> None:
    unit = torch.tensor([normal])
    unit = unit / unit.norm()
    first, second = tangents(unit)
    frame = torch.cat([first, second, unit])
    np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=2e-5)


@pytest.mark.parametrize("normal", [[0, 0, 1.0], [0, 0, -1.0], [1.0, 0, 0]])
def test_tangents_of_the_axes_are_finite(normal: list[float]) -> None:
    assert all(torch.isfinite(part).all() for part in tangents(torch.tensor([normal])))


def test_a_plane_asks_for_nothing() -> None:
    slope = np.array([0.6, 0.0, 0.8])
    plane = torch.from_numpy((GRID.nodes() @ slope).astype(np.float32)).reshape(GRID.shape)
    (term,) = terms(plane)
    inner = (term.points.abs() < 40).all(dim=2).all(dim=1)
    assert inner.any()
    assert term.gradient[inner].abs().max() < 2e-3 * term.hessian.max()


def test_a_sphere_bends_by_its_curvature() -> None:
    """s = h^2 / R along both tangents: the middle is pulled by twice the sum, its neighbours by once."""
    radius, reach = 36.0, 6.0
    (term,) = terms(sphere(GRID, radius), SmoothnessOptions(reaches=(reach,), samples=500, robust=1e6))
    assert term.points.shape[1:] == (5, 3)
    np.testing.assert_allclose((term.points[:, 1] - term.points[:, 2]).norm(dim=1), 2 * reach, atol=1e-3)
    weight = term.hessian[:, 1, 1]
    bend = term.gradient[:, 1] / weight
    np.testing.assert_allclose(bend, reach**2 / radius, rtol=0.25)
    assert float(bend.mean()) == pytest.approx(reach**2 / radius, rel=0.05)
    np.testing.assert_allclose(term.gradient.sum(dim=1), 0, atol=1e-4)


def test_the_hessians_are_positive_semi_definite() -> None:
    (term,) = terms(sphere(GRID, 30.0))
    np.testing.assert_allclose(term.hessian, term.hessian.transpose(1, 2), atol=1e-6)
    assert torch.linalg.eigvalsh(term.hessian).min() > -1e-5


def test_a_step_irons_bumps_out() -> None:
    rng = np.random.default_rng(1)
    rough = sphere(GRID, 33.0) + torch.from_numpy(rng.normal(0, 0.8, GRID.shape).astype(np.float32))
    pyramid = ResidualPyramid.over(GRID, (1.0, 1.0))
    moved = np.zeros(pyramid.size, np.float32)
    options = SmoothnessOptions(reaches=(6.0,), samples=3000, strength=30.0, robust=1e6)
    gauss_newton_step(pyramid, moved, terms(rough, options))
    after = rough + pyramid.compose(torch.from_numpy(moved))
    before_spread, after_spread = (
        np.std(np.linalg.norm(surface(GRID, field).vertices, axis=1)) for field in (rough, after)
    )
    assert after_spread < 0.85 * before_spread


def test_redescending_weights_spare_creases() -> None:
    field = sphere(GRID, 15.0)  # tighter than any face: what the photos say must stand
    soft, stiff = (
        terms(field, SmoothnessOptions(reaches=(6.0,), samples=200, robust=robust, strength=1.0))[0]
        for robust in (0.5, 1e6)
    )
    assert soft.gradient.abs().mean() < 0.1 * stiff.gradient.abs().mean()
