from __future__ import annotations

import numpy as np
import torch

from h3dstudio.surface.grid import Grid
from h3dstudio.surface.intersection import GRAZING, refine_hits
from tests.unit.surface.analytic import cube, parallel_rays, sphere

RADIUS = 50.0
GRID = cube(64.0, 2.0)
BALL = sphere(GRID, RADIUS).reshape(-1)


def depth_of(radius: float, origins: torch.Tensor) -> torch.Tensor:
    return 200.0 - (radius**2 - (origins[:, 1:] ** 2).sum(dim=1)).sqrt()


def test_hits_land_on_the_surface() -> None:
    origins, directions = parallel_rays(300, 0.85 * RADIUS)
    rough = depth_of(RADIUS, origins) + torch.linspace(-1.5, 1.5, 300)
    hits = refine_hits(GRID, BALL, origins, directions, rough)
    assert hits.good.all()
    assert GRID.value(BALL, hits.points).abs().max() < 0.02
    np.testing.assert_allclose(hits.depth, depth_of(RADIUS, origins), atol=0.1)
    np.testing.assert_allclose(hits.points, origins + hits.depth[:, None] * directions, atol=1e-4)
    outward = torch.nn.functional.normalize(hits.points, dim=1)
    assert ((hits.normal * outward).sum(dim=1) > 0.998).all()


def test_depth_changes_by_minus_one_over_the_slope_on_a_plane() -> None:
    """IDR's equation 3, checked by moving the field."""
    normal = np.array([-0.6, 0.64, 0.48])
    plane = torch.from_numpy((GRID.nodes() @ normal).astype(np.float32))
    origins, directions = parallel_rays(40, 20.0)
    exact = 200.0 + (origins[:, 1:].double() @ torch.from_numpy(normal[1:]) / 0.6).float()
    start = refine_hits(GRID, plane, origins, directions, exact + 1.5)
    np.testing.assert_allclose(start.depth, exact, atol=1e-3)
    for change in (0.25, -0.5):
        moved = refine_hits(GRID, plane + change, origins, directions, start.depth)
        np.testing.assert_allclose(moved.depth - start.depth, -change / start.slope, atol=2e-3)
    np.testing.assert_allclose(start.slope, -0.6, atol=1e-3)


def test_depth_changes_by_minus_one_over_the_slope_on_a_sphere() -> None:
    origins, directions = parallel_rays(200, 0.8 * RADIUS)
    start = refine_hits(GRID, BALL, origins, directions, depth_of(RADIUS, origins))
    bump = 0.05 * torch.cos(torch.from_numpy(GRID.nodes()) / 15).sum(dim=1)
    change = GRID.value(bump, start.points)
    ahead, behind = (
        refine_hits(GRID, BALL + sign * bump, origins, directions, start.depth).depth for sign in (1, -1)
    )
    np.testing.assert_allclose((ahead - behind) / 2, -change / start.slope, atol=0.012)


def test_the_same_by_automatic_differentiation() -> None:
    """x = x0 - d (f(x0) - f0) / (grad f . d), differentiated by torch through the samples."""
    origins, directions = parallel_rays(20, 30.0)
    samples = BALL.double().clone().requires_grad_(True)
    start = refine_hits(GRID, BALL, origins, directions, depth_of(RADIUS, origins))
    value, gradient = GRID.value_and_gradient(samples, start.points.double())
    slope = (gradient * directions).sum(dim=1).detach()
    depth = start.depth.double() - (value - value.detach()) / slope
    (derivative,) = torch.autograd.grad(depth.sum(), samples)
    change = torch.from_numpy(np.random.default_rng(0).normal(size=GRID.size)) * 1e-3
    predicted = float((derivative * change).sum())
    moved = -GRID.value(change, start.points.double()) / start.slope.double()
    assert abs(predicted - float(moved.sum())) < 0.03 * float(moved.abs().sum())


def test_grazing_and_missing_rays_are_not_good() -> None:
    origins, directions = parallel_rays(3, 0.0)
    origins[:, 1] = torch.tensor([0.0, 0.997 * RADIUS, 1.5 * RADIUS])
    hits = refine_hits(GRID, BALL, origins, directions, torch.tensor([150.0, 197.0, 200.0]))
    assert hits.good.tolist() == [True, False, False]
    assert (hits.slope <= -GRAZING).all()
    assert all(torch.isfinite(part).all() for part in (hits.points, hits.depth, hits.normal))


def test_a_flat_field_and_no_rays_are_finite() -> None:
    origins, directions = parallel_rays(5, 10.0)
    hits = refine_hits(GRID, torch.zeros(GRID.size), origins, directions, torch.full((5,), 200.0))
    assert not hits.good.any()
    assert torch.isfinite(hits.normal).all()
    assert refine_hits(GRID, BALL, origins[:0], directions[:0], torch.empty(0)).points.shape == (0, 3)
    tiny = Grid((0, 0, 0), 1.0, (2, 2, 2))
    assert torch.isfinite(
        refine_hits(tiny, torch.ones(8), origins, directions, torch.full((5,), 200.0)).depth
    ).all()
