from __future__ import annotations

import numpy as np
import pytest
import trimesh

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster, barycentric_points, closest_barycentric
from tests.unit.geometry.shapes import head, sphere, square


def exact_distances(mesh: TriangleMesh, points: np.ndarray) -> np.ndarray:
    """trimesh's exact point-triangle distance against every face: slow and independent."""
    triangles = mesh.triangles

    def one(point: np.ndarray) -> float:
        nearest = trimesh.triangles.closest_point(triangles, np.broadcast_to(point, (len(triangles), 3)))
        return float(np.linalg.norm(nearest - point, axis=1).min())

    return np.array([one(point) for point in points])


def test_closest_equals_trimesh_exactly_on_a_head_and_far_from_the_origin() -> None:
    random = np.random.default_rng(0)
    for offset in (0.0, 1500.0):
        mesh = head(4)
        mesh = mesh.with_vertices(mesh.vertices + offset)
        near = mesh.vertices[::20] + random.normal(0, 5, mesh.vertices[::20].shape)
        points = np.concatenate([near, random.uniform(-200, 200, (60, 3)) + offset])
        found = RayCaster(mesh).closest(points)
        np.testing.assert_allclose(found.distance, exact_distances(mesh, points), atol=1e-5)
        corners = mesh.vertices[mesh.faces[found.face]]
        np.testing.assert_allclose(barycentric_points(corners, found.barycentric), found.point, atol=1e-9)
        np.testing.assert_allclose(np.linalg.norm(points - found.point, axis=1), found.distance, atol=1e-12)


def test_nearest_point_of_a_triangle_in_every_region_equals_trimesh() -> None:
    random = np.random.default_rng(1)
    corners, points = random.normal(size=(5000, 3, 3)), 3 * random.normal(size=(5000, 3))
    nearest = barycentric_points(corners, closest_barycentric(points, corners))
    np.testing.assert_allclose(nearest, trimesh.triangles.closest_point(corners, points), atol=1e-7)


def test_nearest_point_of_degenerate_triangles_is_finite() -> None:
    corner = np.array([[0.0, 0, 0], [1, 0, 0], [1, 0, 0]])
    corners = np.stack([corner, np.zeros((3, 3)), corner[[1, 1, 0]]])
    points = np.array([[0.5, 2, 0]] * 3)
    nearest = barycentric_points(corners, closest_barycentric(points, corners))
    np.testing.assert_allclose(nearest[[0, 2]], [[0.5, 0, 0]] * 2, atol=1e-12)
    np.testing.assert_allclose(nearest[1], 0, atol=1e-12)


def test_rays_meet_a_sphere_where_they_should() -> None:
    caster = RayCaster(sphere(100, 6))
    directions = np.random.default_rng(2).normal(size=(500, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    hits = caster.cast(-500 * directions, directions)
    assert hits.hit.all()
    np.testing.assert_allclose(hits.depth, 400, atol=0.05)
    np.testing.assert_allclose(np.sum(hits.normal * directions, axis=1), -1, atol=1e-3)
    corners = caster.mesh.vertices[caster.mesh.faces[hits.face]]
    points = directions * (hits.depth - 500)[:, None]
    np.testing.assert_allclose(barycentric_points(corners, hits.barycentric), points, atol=2e-3)


def test_rays_that_miss_say_so() -> None:
    caster = RayCaster(square())
    hits = caster.cast([5, 5, 3], [[0, 0, -1], [0, 0, 1], [0, 0, -2]])
    assert hits.hit.tolist() == [True, False, True]
    assert hits.depth.tolist() == [3, np.inf, 1.5]
    assert hits.face[1] == -1
    assert hits.normal.tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 1]]


def test_occlusion_stops_at_the_far_end() -> None:
    caster = RayCaster(square())
    rays = [[2.0, 5, 3]], [[0.0, 0, -1]]
    assert caster.occluded(*rays).tolist() == [True]
    assert caster.occluded(*rays, far=2.9).tolist() == [False]


def test_no_rays_and_no_points_give_empty_answers() -> None:
    caster = RayCaster(square())
    assert caster.cast(np.zeros((0, 3)), np.zeros((0, 3))).depth.shape == (0,)
    assert caster.occluded(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0,)
    assert caster.closest(np.zeros((0, 3))).point.shape == (0, 3)


def test_unusable_meshes_and_points_are_refused() -> None:
    with pytest.raises(MeshError, match="no faces"):
        RayCaster(TriangleMesh(np.zeros((3, 3)), np.zeros((0, 3))))
    broken = square().vertices.copy()
    broken[0, 0] = np.nan
    with pytest.raises(MeshError, match="NaN"):
        RayCaster(square().with_vertices(broken))
    with pytest.raises(MeshError, match="NaN"):
        RayCaster(square()).closest([[np.nan, 0, 0]])


def test_an_unused_vertex_may_be_broken() -> None:
    flat = square()
    mesh = TriangleMesh(np.vstack([flat.vertices, [np.nan] * 3]), flat.faces)
    assert RayCaster(mesh).closest([[5, 5, 2]]).distance == pytest.approx(2)
