from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.surface.surface_finder import MeshProxy, SphereTracer, SurfaceFinder
from tests.unit.surface.analytic import cube, parallel_rays, sphere, surface

RADIUS = 50.0
GRID = cube(64.0, 2.0)
SAMPLES = sphere(GRID, RADIUS)
FINDERS = {
    "mesh": MeshProxy(surface(GRID, SAMPLES), threads=1),
    "tracer": SphereTracer(lambda points: GRID.value(SAMPLES.reshape(-1), points), 0.0, 500.0),
}


@pytest.mark.parametrize("finder", FINDERS.values(), ids=FINDERS.keys())
def test_depths_are_the_spheres(finder: SurfaceFinder) -> None:
    origins, directions = parallel_rays(300, 0.9 * RADIUS)
    expected = 200.0 - np.sqrt(RADIUS**2 - (origins[:, 1:] ** 2).sum(dim=1).numpy())
    np.testing.assert_allclose(finder.depth(origins, directions), expected, atol=0.1)


@pytest.mark.parametrize("finder", FINDERS.values(), ids=FINDERS.keys())
def test_rays_that_miss_are_infinitely_deep(finder: SurfaceFinder) -> None:
    origins, directions = parallel_rays(20, 5.0)
    assert torch.isinf(finder.depth(origins, -directions)).all()
    origins[:, 1] += RADIUS + 10
    assert torch.isinf(finder.depth(origins, directions)).all()
    assert finder.depth(origins[:0], directions[:0]).shape == (0,)


@pytest.mark.parametrize("finder", FINDERS.values(), ids=FINDERS.keys())
def test_the_far_side_is_occluded(finder: SurfaceFinder) -> None:
    points = torch.tensor([[-RADIUS - 2, 0, 0], [RADIUS + 2, 0, 0], [0, RADIUS + 2, 0]])
    toward = torch.tensor([[-1.0, 0, 0]]).expand(3, 3)
    assert finder.occluded(points, toward).tolist() == [False, True, False]


def test_both_finders_agree_from_anywhere() -> None:
    rng = np.random.default_rng(0)
    origins = torch.from_numpy(rng.normal(size=(500, 3)))
    origins = (300 * origins / origins.norm(dim=1, keepdim=True)).float()
    aim = torch.from_numpy(rng.uniform(-28, 28, (500, 3))).float()
    directions = torch.nn.functional.normalize(aim - origins, dim=1)
    mesh, tracer = (FINDERS[name].depth(origins, directions) for name in ("mesh", "tracer"))
    np.testing.assert_allclose(mesh, tracer, atol=0.15)
