from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.geometry.distances import (
    f_score,
    hausdorff95,
    interpolated_normals,
    normal_angles,
    surface_distances,
    vertex_distances,
)
from h3dstudio.geometry.raycasting import RayCaster
from tests.unit.geometry.shapes import sphere, square


def test_concentric_spheres_are_their_radii_apart() -> None:
    inner, outer = sphere(100, 4), sphere(103, 6)
    closest = surface_distances(inner.vertices, outer)
    # The faces of a subdivided icosahedron lie up to edge^2 / 8 r below its sphere.
    assert np.all((closest.distance > 2.98) & (closest.distance < 3.001))
    assert surface_distances(inner.vertices, RayCaster(outer)).distance == pytest.approx(closest.distance)


def test_the_same_surface_at_another_density() -> None:
    """Vertex distances grow with the spacing; surface distances do not."""
    points = sphere(100, 6).vertices
    coarse, fine = sphere(100, 3), sphere(100, 5)
    assert (
        vertex_distances(points, coarse.vertices).mean() > 3 * vertex_distances(points, fine.vertices).mean()
    )
    assert surface_distances(points, coarse).distance.mean() < 0.5


def test_f_score_is_the_harmonic_mean() -> None:
    score = f_score(np.array([0.5, 0.5, 3, 3]), np.array([0.5, 0.5, 0.5, 3]), 1.0)
    assert (score.recall, score.precision) == (0.5, 0.75)
    assert score.f == pytest.approx(0.6)
    assert f_score(np.array([9.0]), np.array([]), 1.0).f == 0


def test_hausdorff95_takes_the_worse_direction() -> None:
    assert hausdorff95(np.arange(101.0), np.zeros(5)) == 95
    assert hausdorff95(np.zeros(5), np.arange(101.0)) == 95


def test_angles_keep_their_digits_and_know_nothing_of_zero_vectors() -> None:
    angles = np.radians([0.0, 1e-6, 30, 90, 180])
    turned = np.stack([np.cos(angles), np.sin(angles), np.zeros(5)], axis=1)
    ahead = np.broadcast_to([1.0, 0, 0], (5, 3))
    np.testing.assert_allclose(normal_angles(ahead, turned), np.degrees(angles), rtol=1e-9, atol=1e-12)
    assert np.isnan(normal_angles(ahead[:1], np.zeros((1, 3)))).all()


def test_interpolated_normals_of_a_sphere_point_outwards() -> None:
    ball = sphere(100, 4)
    outward = np.random.default_rng(0).normal(size=(200, 3))
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    closest = surface_distances(110 * outward, ball)
    assert (
        normal_angles(interpolated_normals(ball.vertex_normals(), ball.faces, closest), outward).max() < 1.0
    )
    flat = square()
    above = interpolated_normals(flat.vertex_normals(), flat.faces, surface_distances([[3, 3, 1]], flat))
    assert above.tolist() == [[0, 0, 1]]
