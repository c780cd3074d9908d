from __future__ import annotations

import numpy as np
import pytest
import trimesh
import trimesh.registration
from scipy.spatial.transform import Rotation

from h3dstudio.errors import EvaluationError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.registration import icp_points, procrustes
from h3dstudio.geometry.surface_icp import icp_surface, surface_icp_steps
from h3dstudio.geometry.transforms import Similarity
from tests.unit.geometry.shapes import head, sphere


def motion(degrees: float, seed: int, shift: float = 10.0) -> Similarity:
    random = np.random.default_rng(seed)
    axis = random.normal(size=3)
    rotation = Rotation.from_rotvec(np.radians(degrees) * axis / np.linalg.norm(axis)).as_matrix()
    return Similarity(1.0, rotation, shift * random.normal(size=3))


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("reflection", [True, False])
def test_procrustes_equals_trimesh(scale: bool, reflection: bool) -> None:
    random = np.random.default_rng(0)
    source = random.normal(size=(50, 3))
    for target in (random.normal(size=(50, 3)), source * [-2, 2, 2] + random.normal(size=(50, 3)) / 9):
        expected, _, _ = trimesh.registration.procrustes(source, target, scale=scale, reflection=reflection)
        np.testing.assert_allclose(
            procrustes(source, target, scale=scale, reflection=reflection), expected, atol=1e-12
        )


def test_procrustes_onto_a_point_is_refused() -> None:
    with pytest.raises(EvaluationError, match="collapsed"):
        procrustes(np.eye(3), np.ones((3, 3)))


@pytest.mark.parametrize("options", [{}, {"scale": False, "reflection": False}, {"reflection": False}])
@pytest.mark.parametrize("factor", [1.0, 1.1, -1.0])
def test_icp_points_is_trimeshs_icp(options: dict, factor: float) -> None:
    random = np.random.default_rng(1)
    source = head(3).vertices
    target = motion(6, 2).apply(head(4).vertices) * [factor, abs(factor), abs(factor)]
    target = target + random.normal(0, 0.3, target.shape)
    expected, _, cost = trimesh.registration.icp(source, target, **options)
    found = icp_points(source, target, **options)
    np.testing.assert_allclose(found.transform.matrix, expected, atol=1e-9)
    assert found.rms == pytest.approx(np.sqrt(cost), rel=1e-9)
    assert found.iterations <= 20
    assert found.mirrored == (np.linalg.det(expected[:3, :3]) < 0)


def test_icp_points_says_when_it_was_cut_short() -> None:
    target = motion(15, 3).apply(head(4).vertices)
    assert not icp_points(head(4).vertices, target, max_iterations=2).converged
    assert icp_points(head(4).vertices, head(4).vertices).converged


@pytest.mark.parametrize("seed", range(8))
def test_a_known_motion_of_30_degrees_is_undone(seed: int) -> None:
    mesh, moved = head(4), motion(30, seed)
    surface = RayCaster(mesh.with_vertices(moved.apply(mesh.vertices)))
    found = icp_surface(mesh.vertices, surface)
    assert found.converged
    assert np.abs(found.transform.apply(mesh.vertices) - moved.apply(mesh.vertices)).max() < 1e-3
    assert found.rms < 1e-3


def test_a_start_makes_any_motion_easy() -> None:
    mesh, moved = head(4), motion(180, 4, shift=300)
    surface = RayCaster(mesh.with_vertices(moved.apply(mesh.vertices)))
    found = icp_surface(mesh.vertices, surface, start=motion(4, 5, shift=2) @ moved)
    assert np.abs(found.transform.apply(mesh.vertices) - moved.apply(mesh.vertices)).max() < 1e-3


def test_parts_that_are_missing_or_wrong_do_not_pull() -> None:
    mesh, moved = head(5), motion(10, 6)
    dented = mesh.vertices.copy()
    dented[dented[:, 1] < -70] *= 1.3  # a fifth of the head is somewhere else
    front = mesh.vertices[:, 2] > -60  # and a fifth is missing
    target = mesh.with_vertices(moved.apply(dented)).submesh(front)
    found = icp_surface(mesh.vertices, RayCaster(target))
    assert np.abs(found.transform.apply(mesh.vertices) - moved.apply(mesh.vertices)).max() < 0.05


def test_rigid_never_scales_and_survives_symmetry() -> None:
    found = icp_surface(sphere(100, 3).vertices, RayCaster(sphere(110, 5, center=(3, 0, -2))))
    assert found.transform.scale == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(found.transform.apply(np.zeros((1, 3))), [[3, 0, -2]], atol=0.3)
    assert found.rms == pytest.approx(10, abs=0.2)


def test_nothing_to_register() -> None:
    with pytest.raises(EvaluationError, match="no points"):
        icp_surface(np.zeros((0, 3)), RayCaster(sphere()))
    flat = TriangleMesh(np.array([[0, 0, 0], [50, 0, 0], [0, 50, 0]]), np.array([[0, 1, 2]]))
    grid = np.stack([*np.meshgrid(np.arange(5.0), np.arange(5.0), [2.0])], axis=-1).reshape(-1, 3) + 5
    found = icp_surface(grid, RayCaster(flat))  # a plane leaves three directions free
    assert found.rms < 1e-3


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.15])
def test_with_scale_a_resized_head_is_found(factor: float) -> None:
    mesh, moved = head(4), motion(8, 7)
    wanted = moved @ Similarity(factor, np.eye(3), np.zeros(3))
    surface = RayCaster(mesh.with_vertices(wanted.apply(mesh.vertices)))
    steps = list(surface_icp_steps(mesh.vertices, surface, with_scale=True))
    assert steps[-1].converged
    assert steps[-1].transform.scale == pytest.approx(factor, abs=1e-5)
    assert np.abs(steps[-1].transform.apply(mesh.vertices) - wanted.apply(mesh.vertices)).max() < 1e-2


def test_every_step_tells_how_far_it_is() -> None:
    mesh, moved = head(4), motion(10, 8)
    surface = RayCaster(mesh.with_vertices(moved.apply(mesh.vertices)))
    steps = list(surface_icp_steps(mesh.vertices, surface))
    assert [step.iterations for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].rms < 1e-3 < steps[0].rms
    whole = icp_surface(mesh.vertices, surface)
    np.testing.assert_array_equal(whole.transform.matrix, steps[-1].transform.matrix)


def test_a_rough_surface_is_no_reason_to_doubt() -> None:
    """Noise of the size of the triangles keeps every step from becoming small."""
    mesh = head(6)
    rough = mesh.with_vertices(mesh.vertices + np.random.default_rng(0).normal(0, 0.5, mesh.vertices.shape))
    assert icp_surface(head(4).vertices, RayCaster(rough)).converged
