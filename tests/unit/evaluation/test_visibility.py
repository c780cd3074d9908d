from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.errors import EvaluationError
from h3dstudio.evaluation.strict import visible_vertices
from h3dstudio.evaluation.visibility import seen_by_any
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from tests.unit.evaluation.head_scan import make_scan
from tests.unit.geometry.shapes import sphere

SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "h3ds_sample"


def test_a_camera_sees_the_cap_of_a_sphere_up_to_its_tangent() -> None:
    ball, distance = sphere(100, 5), 400.0
    seen = seen_by_any(RayCaster(ball), ball.vertices, np.array([[0, 0, distance]]))
    height = ball.vertices[:, 2]
    tangent = 100**2 / distance  # height of the circle where lines of sight graze the sphere
    assert seen[height > tangent + 3].all()
    assert not seen[height < tangent - 3].any()


def test_more_cameras_see_the_union() -> None:
    ball = sphere(100, 4)
    caster, centers = RayCaster(ball), np.array([[0, 0, 400.0], [300.0, 0, 0], [0, -500.0, 20]])
    each = [seen_by_any(caster, ball.vertices, center[None]) for center in centers]
    assert np.array_equal(seen_by_any(caster, ball.vertices, centers), np.any(each, axis=0))
    assert not seen_by_any(caster, ball.vertices, np.zeros((0, 3))).any()


def test_what_lies_inside_is_never_seen() -> None:
    outer, inner = sphere(100, 4), sphere(50, 3)
    both = TriangleMesh(
        np.vstack([outer.vertices, inner.vertices]),
        np.vstack([outer.faces, inner.faces + len(outer.vertices)]),
    )
    centers = 500 * np.vstack([np.eye(3), -np.eye(3)])
    seen = seen_by_any(RayCaster(both), both.vertices, centers)
    assert seen[: len(outer.vertices)].mean() > 0.95
    assert not seen[len(outer.vertices) :].any()


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample scans of ../shared are not here")
@pytest.mark.parametrize("name", ["5a3c0e11d2b47f01", "5a3c0e11d2b47f02"])
def test_the_definition_taken_literally(name: str) -> None:
    """A ray per vertex and camera, 0.3 mm off the vertex, through the tracer with nothing around it."""
    import open3d as o3d

    scan = read_scan(SAMPLE / name)
    mesh = read_mesh(scan.ground_truth)
    tracer = o3d.t.geometry.RaycastingScene()
    tracer.add_triangles(
        o3d.core.Tensor(mesh.vertices.astype(np.float32)), o3d.core.Tensor(mesh.faces.astype(np.uint32))
    )
    seen = np.zeros(len(mesh.vertices), dtype=bool)
    for view in scan.views:
        towards = view.camera.center - mesh.vertices
        towards /= np.linalg.norm(towards, axis=1, keepdims=True)
        rays = np.hstack([mesh.vertices + 0.3 * towards, towards]).astype(np.float32)
        seen |= ~tracer.test_occlusions(o3d.core.Tensor(rays)).numpy()
    assert len(scan.views) == 66
    # Single precision about another centre may decide a ray along an edge otherwise.
    assert (seen != visible_vertices(scan)).sum() <= 2


def test_it_is_kept_until_the_file_changes(tmp_path: Path) -> None:
    scan = make_scan(tmp_path)
    first = visible_vertices(scan)
    assert visible_vertices(scan) is first
    other = make_scan(tmp_path, mesh=sphere(90, 3), regions=False)
    assert len(visible_vertices(other)) == len(sphere(90, 3).vertices)


def test_cameras_that_see_nothing(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no camera sees"):
        visible_vertices(make_scan(tmp_path, azimuths=()))
