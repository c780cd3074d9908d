from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.geometry.closest_grid import ClosestGrid
from h3dstudio.geometry.global_start import global_starts
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.rotations import spread_rotations
from h3dstudio.geometry.sampling import sample_surface
from h3dstudio.geometry.subdivision import refine
from h3dstudio.geometry.surface_icp import icp_surface, largest_rms, surface_icp_steps
from h3dstudio.geometry.thinning import thinned
from h3dstudio.geometry.transforms import Similarity
from tests.unit.geometry.shapes import head, sphere

SHARED = Path(__file__).resolve().parents[4] / "shared"
SCANS = sorted(SHARED.glob("h3ds_*/*/full_head.obj"))
OTHERS = SHARED / "data" / "ict_heads.npz"


def turns(count: int, seed: int = 0, shift: float = 100.0) -> list[Similarity]:
    """Motions of 30 to 180 degrees, the last of 180."""
    random = np.random.default_rng(seed)
    angles = np.radians([*random.uniform(30, 180, count - 1), 180])
    axes = random.normal(size=(count, 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    rotations = Rotation.from_rotvec(angles[:, None] * axes).as_matrix()
    return [Similarity(1.0, rotation, shift * random.normal(size=3)) for rotation in rotations]


def largest_error(points: np.ndarray, prediction: TriangleMesh, motion: Similarity) -> tuple[float, bool]:
    """(mm, converged) of the points registered with the moved prediction, which lies right where it is."""
    surface = RayCaster(prediction.with_vertices(motion.apply(prediction.vertices)))
    found = icp_surface(points, surface)
    off = np.linalg.norm(found.transform.apply(points) - motion.apply(points), axis=1)
    return float(off.max()), found.converged


def other_head() -> TriangleMesh:
    """The mean of another population, in mm."""
    stored = np.load(OTHERS, allow_pickle=False)
    return TriangleMesh(10 * stored["mean"].astype(np.float64), stored["faces"])


def test_rotations_leave_no_gap() -> None:
    many = Rotation.from_matrix(spread_rotations(256)).as_quat()
    some = Rotation.random(5000, random_state=0).as_quat()
    away = np.degrees(2 * np.arccos(np.clip(np.abs(some @ many.T).max(axis=1), 0, 1)))
    assert away.max() < 37
    np.testing.assert_allclose(np.linalg.det(spread_rotations(7)), 1)


def test_the_table_is_wrong_by_a_cell_at_most() -> None:
    cloud = sphere(100, 4).vertices
    grid, random = ClosestGrid(cloud), np.random.default_rng(0)
    points = random.uniform(-125, 125, (2, 300, 3))
    found = grid.closest(points)
    assert found.shape == points.shape
    assert (cKDTree(cloud).query(found)[0] == 0).all()
    nearest, _ = cKDTree(cloud).query(points)
    cell = 200 * 1.3 / 36
    assert (np.linalg.norm(found - points, axis=2) <= nearest + np.sqrt(3) * cell).all()
    grid.closest(np.array([[1e9, -1e9, 0.0]]))  # outside is no error


def test_no_points_no_start() -> None:
    with pytest.raises(ValueError, match="no points"):
        global_starts(np.zeros((0, 3)), head(2).vertices)


@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_a_start_is_found_from_anywhere(scale: float) -> None:
    target = sample_surface(head(4), 4000).points
    for motion in turns(3, 1):
        source = motion.inverse().apply(target[::2]) / scale
        best = global_starts(source, target, scale)[0]
        assert np.linalg.norm(best.apply(source) - target[::2], axis=1).mean() < 6
        assert best.scale == scale


def test_one_point_is_enough_not_to_fail() -> None:
    assert global_starts(np.zeros((1, 3)), np.ones((1, 3)))


@pytest.mark.skipif(len(SCANS) < 5, reason="the sample scans of ../shared are not here")
@pytest.mark.parametrize("path", SCANS, ids=lambda path: path.parent.name[-2:])
def test_every_start_is_undone(path: Path) -> None:
    """A scan registered with itself and with a coarser self, from motions up to 180 degrees."""
    mesh = read_mesh(path)
    coarse = thinned(mesh, 4000)
    assert coarse is not None
    # All twenty on one scan: the others take as long, and fail no other way.
    motions = turns(20 if path == SCANS[-1] else 4)
    errors = [largest_error(mesh.vertices, mesh, motion) for motion in motions[::2]]
    assert max(error for error, _ in errors) < 1e-2
    assert all(converged for _, converged in errors)
    rough = [largest_error(mesh.vertices, coarse.mesh, motion) for motion in motions[1::2]]
    assert max(error for error, _ in rough) < 3
    assert all(converged for _, converged in rough)


@pytest.mark.skipif(not OTHERS.is_file(), reason="the heads of ../shared are not here")
def test_a_head_of_another_population_coarse_fine_and_in_part() -> None:
    mesh = other_head()
    coarse = thinned(mesh, 3000)
    assert coarse is not None
    face = mesh.submesh(mesh.vertices[:, 2] > 0)
    half = mesh.submesh(mesh.vertices[:, 0] > -10)
    for prediction, most in ((coarse.mesh, 3.0), (refine(mesh, 4.0), 0.01), (face, 0.01), (half, 0.01)):
        for motion in turns(2, 2):
            error, converged = largest_error(mesh.vertices, prediction, motion)
            assert error < most
            assert converged


@pytest.mark.parametrize("factor", [0.8, 1.4])
def test_size_and_place_at_once(factor: float) -> None:
    mesh, motion = head(4), turns(2, 3)[-1]
    wanted = motion @ Similarity(factor, np.eye(3), np.zeros(3))
    surface = RayCaster(mesh.with_vertices(wanted.apply(mesh.vertices)))
    *_, found = surface_icp_steps(mesh.vertices, surface, with_scale=True)
    assert found.transform.scale == pytest.approx(factor, abs=1e-4)
    assert np.abs(found.transform.apply(mesh.vertices) - wanted.apply(mesh.vertices)).max() < 0.05
    assert found.converged


def test_a_place_of_rest_that_is_wrong_has_not_converged() -> None:
    """Without other starts the search rests beside the right place: nothing may call that a registration."""
    mesh = head(4)
    left = []
    for motion in turns(6, 4, shift=0.0):
        surface = RayCaster(mesh.with_vertices(motion.apply(mesh.vertices)))
        found = icp_surface(mesh.vertices, surface, turned_starts=False)
        right = np.abs(found.transform.apply(mesh.vertices) - motion.apply(mesh.vertices)).max() < 1
        assert found.registered == right
        assert right or not found.converged
        left.append(found.rms)
    assert max(left) > 3  # or this shows nothing


def test_what_is_left_is_measured_by_the_size() -> None:
    assert largest_rms(sphere(100, 4)) == pytest.approx(4, rel=0.01)
    assert largest_rms(sphere(10, 3, center=(500, 0, 0))) == pytest.approx(0.4, rel=0.01)
    flat = TriangleMesh(np.zeros((3, 3)), np.array([[0, 1, 2]]))
    assert largest_rms(flat) == 0
    other = icp_surface(sphere(100, 3).vertices, RayCaster(sphere(120, 4)))
    assert not other.converged
    assert not other.registered


def test_a_vertex_that_no_face_uses_is_no_part_of_the_size() -> None:
    mesh = head(4)
    stray = TriangleMesh(np.vstack([mesh.vertices, [[9e4, 9e4, 9e4]]]), mesh.faces)
    found = icp_surface(mesh.vertices, RayCaster(stray))
    assert found.converged
    assert found.rms < 1e-6
