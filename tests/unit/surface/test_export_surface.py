from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.surface.export_surface import export_surface
from tests.unit.geometry.test_isosurface import open_edges, signed_volume
from tests.unit.surface.analytic import cube, sphere, surface

RADIUS = 40.0


def errors(mesh: TriangleMesh) -> np.ndarray:
    return np.abs(np.linalg.norm(mesh.vertices, axis=1) - RADIUS)


def test_the_tricubic_surface_is_much_nearer_to_a_sphere() -> None:
    grid = cube(56.0, 4.0)
    samples = sphere(grid, RADIUS)
    rough = surface(grid, samples)
    fine = export_surface(grid, samples, rough, 2.0)
    # A few vertices of slivers, whose normals mean little, lag behind.
    assert np.percentile(errors(fine), 99.5) < 0.02
    assert errors(fine).mean() < 0.2 * errors(rough).mean()


def test_it_is_as_dense_as_asked_closed_and_outward() -> None:
    grid = cube(56.0, 4.0)
    samples = sphere(grid, RADIUS)
    fine = export_surface(grid, samples, surface(grid, samples), 1.5)
    corner = fine.triangles
    edges = np.linalg.norm(corner - np.roll(corner, 1, axis=1), axis=2)
    assert edges.max() < 1.7
    assert open_edges(fine) == 0
    assert signed_volume(fine) == pytest.approx(4 / 3 * np.pi * RADIUS**3, rel=0.005)


def test_a_rough_field_moves_no_vertex_far() -> None:
    grid = cube(56.0, 4.0)
    rng = np.random.default_rng(0)
    samples = sphere(grid, RADIUS)
    samples += samples.new_tensor(rng.normal(0, 3.0, grid.shape))
    rough = surface(grid, samples)
    fine = export_surface(grid, samples, rough, 3.0)
    assert np.isfinite(fine.vertices).all()
    moved = np.linalg.norm(fine.vertices[: len(rough.vertices)] - rough.vertices, axis=1)
    assert moved.max() <= 2 * 0.5 * grid.spacing + 1e-6
