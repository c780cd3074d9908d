"""The face index against Embree, against looking at every face, and on awkward meshes."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.geometry import face_index
from h3dstudio.geometry.face_index import FaceIndex, Ray, first_face_on, plane_depths
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster, barycentric_points, closest_barycentric
from tests.gui.fakes import bumpy_sphere


def rays(count: int) -> list[Ray]:
    """From around, from inside, along the axes, and past the mesh."""
    random = np.random.default_rng(3)
    origins = random.normal(size=(count, 3)) * 120
    aims = random.normal(size=(count, 3)) * 60
    out = [
        Ray(origin, (aim - origin) / np.linalg.norm(aim - origin), 500.0)
        for origin, aim in zip(origins, aims, strict=True)
    ]
    return [*out, Ray(np.array([3.0, 2.0, 300.0]), np.array([0.0, 0.0, -1.0]), 150.0)]


@pytest.mark.parametrize("find", ["index", "no index"])
def test_the_first_face_on_a_ray(find: str) -> None:
    mesh = bumpy_sphere(0)
    index = FaceIndex(mesh)
    hits = 0
    for ray in rays(120):
        face = index.face_on(ray) if find == "index" else first_face_on(mesh, ray)
        true = RayCaster(mesh).cast(ray.origin, ray.direction[None])
        there = bool(true.hit[0] and true.depth[0] < ray.length)
        assert (face is not None) is there
        if face is not None:
            corners = mesh.vertices[mesh.faces[face]]
            assert plane_depths(corners[None], ray)[0] == pytest.approx(true.depth[0], abs=1e-3)
        hits += there
    assert 60 < hits < 120


def all_distances(mesh: TriangleMesh, point: np.ndarray) -> np.ndarray:
    corners = mesh.triangles
    spots = barycentric_points(corners, closest_barycentric(np.tile(point, (len(corners), 1)), corners))
    return np.linalg.norm(spots - point, axis=1)


@pytest.mark.parametrize(("leaf", "branch"), [(1, 2), (3, 5), (32, 64), (10_000, 1)])
def test_boxes_of_any_size_hold_the_same_faces(
    leaf: int, branch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_index, "LEAF", leaf)
    monkeypatch.setattr(face_index, "BRANCH", branch)
    mesh = bumpy_sphere(0)
    index = FaceIndex(mesh)
    for ray in rays(25):
        assert index.face_on(ray) == first_face_on(mesh, ray)
        far = all_distances(mesh, ray.origin)
        assert far[index.nearest_face(ray.origin)] == far.min()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 200), flat=st.booleans(), whole=st.booleans())
def test_triangle_soups(seed: int, count: int, flat: bool, whole: bool) -> None:
    """Also flat ones, with corners on whole numbers: boxes without a volume, rays along their sides, ties."""
    random = np.random.default_rng(seed)
    vertices = random.normal(size=(count + 2, 3)) * 50
    if whole:
        vertices = np.round(vertices / 10)
    if flat:
        vertices[:, seed % 3] = 0.0
    faces = np.sort(random.permuted(np.tile(np.arange(count + 2), (count, 1)), axis=1)[:, :3], axis=1)
    mesh = TriangleMesh(vertices, faces)
    index = FaceIndex(mesh)
    direction = np.eye(3)[seed % 3] if whole else random.normal(size=3)
    origin = np.round(random.normal(size=3) * 5) if whole else random.normal(size=3) * 60
    ray = Ray(origin, direction / np.linalg.norm(direction), 300.0)
    one, other = index.face_on(ray), first_face_on(mesh, ray)
    assert (one is None) is (other is None)
    if one is not None and other is not None:
        depths = plane_depths(mesh.triangles[[one, other]], ray)
        assert depths[0] == pytest.approx(depths[1], abs=1e-9)
    far = all_distances(mesh, origin)
    assert far[index.nearest_face(origin)] == pytest.approx(far.min(), abs=1e-9)


def test_corners_that_are_not_finite_are_never_found() -> None:
    mesh = bumpy_sphere(0)
    vertices = mesh.vertices.copy()
    vertices[7] = np.nan
    index = FaceIndex(mesh.with_vertices(vertices))
    broken = set(np.flatnonzero((mesh.faces == 7).any(axis=1)).tolist())
    for ray in rays(40):
        face, true = index.face_on(ray), FaceIndex(mesh).face_on(ray)
        assert face == true or true in broken
        assert index.nearest_face(ray.origin) not in broken


def test_a_worker_needs_no_vtk_and_no_embree_for_it() -> None:
    """The window's process builds indices on threads, where VTK must not be touched."""
    code = (
        "import sys\n"
        "from tests.gui.fakes import bumpy_sphere\n"
        "from h3dstudio.geometry.face_index import FaceIndex, Ray\n"
        "import numpy as np\n"
        "index = FaceIndex(bumpy_sphere(0))\n"
        "assert index.face_on(Ray(np.array([0, 0, 300.0]), np.array([0, 0, -1.0]), 500.0)) is not None\n"
        "index.nearest_face(np.zeros(3))\n"
        "print({'vtkmodules', 'pyvista', 'open3d', 'PySide6'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
