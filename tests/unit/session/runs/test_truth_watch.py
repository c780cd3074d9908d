from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.errors import EvaluationError
from h3dstudio.evaluation.ground_truth import load_ground_truth
from h3dstudio.evaluation.strict import evaluate_strict
from h3dstudio.evaluation.visibility import visible
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import MeshSnapshot
from h3dstudio.session.runs.truth_watch import NAME, TruthWatch, visible_points
from tests.unit.geometry.shapes import sphere

DEMO = Path(__file__).resolve().parents[4] / "resources" / "demo_scan"


def watch(path: Path | None) -> TruthWatch:
    views = [SimpleNamespace(camera=SimpleNamespace(center=np.array([0, 0, side]))) for side in (-600, 600)]
    sphere = Similarity(150.0, np.eye(3), np.zeros(3))
    scan: Any = SimpleNamespace(ground_truth=path, unit_sphere=sphere, views=views)
    return TruthWatch(scan)


def test_what_no_camera_sees_is_not_measured() -> None:
    """A ball inside the ball, and a rim that the two cameras pass by."""
    outer, inner = sphere(100.0), sphere(60.0)
    faces = np.vstack([outer.faces, inner.faces + len(outer.vertices)])
    both = TriangleMesh(np.vstack([outer.vertices, inner.vertices]), faces)
    points = visible_points(both, np.array([[0, 0, 600], [0, 0, -600]]))
    assert np.linalg.norm(points, axis=1) == pytest.approx(100, abs=0.1)
    # The horizon of a camera at 600 mm lies at 100 ** 2 / 600; rays start a little off the surface.
    assert 12 < np.abs(points[:, 2]).min() < 18
    with pytest.raises(EvaluationError, match="no camera"):
        visible_points(inner, np.zeros((0, 3)))


@pytest.mark.skipif(not DEMO.is_dir(), reason="the demo scan is not in this checkout")
def test_it_is_the_score_of_the_finished_mesh() -> None:
    """Of a mesh that is good where the cameras look: the figure of a run is the one it ends with."""
    scan = read_scan(DEMO)
    truth = load_ground_truth(scan)
    wave = 2 * np.sin(truth.mesh.vertices / 9.0)[:, [1, 2, 0]]
    mesh = truth.mesh.with_vertices(truth.mesh.vertices + np.where(visible(truth)[:, None], wave, 5 * wave))
    measured = TruthWatch(scan).measure(MeshSnapshot(0, mesh))
    assert measured is not None
    assert measured.values[NAME] == pytest.approx(evaluate_strict(truth, mesh).head.mean, rel=0.03)


def test_a_snapshot_is_measured_and_the_next_one_is_too_soon(tmp_path: Path) -> None:
    write_mesh(tmp_path / "truth.ply", sphere(100.0))
    it = watch(tmp_path / "truth.ply")
    first = it.measure(MeshSnapshot(7, sphere(95.0)))
    assert first is not None
    assert first.step == 7
    assert first.values[NAME] == pytest.approx(5, abs=0.1)
    assert it.measure(MeshSnapshot(8, sphere(96.0))) is None


def test_without_a_truth_that_can_be_read_nothing_is_measured(tmp_path: Path) -> None:
    assert watch(None).measure(MeshSnapshot(0, sphere(1.0))) is None
    (tmp_path / "truth.ply").write_bytes(b"ply nonsense")
    it = watch(tmp_path / "truth.ply")
    assert it.measure(MeshSnapshot(0, sphere(1.0))) is None
    assert it.measure(MeshSnapshot(0, sphere(1.0))) is None


def test_a_truth_in_another_unit_is_not_measured_against(tmp_path: Path) -> None:
    write_mesh(tmp_path / "truth.ply", sphere(0.1))
    it = watch(tmp_path / "truth.ply")
    assert it.measure(MeshSnapshot(0, sphere(95.0))) is None
    assert it.measure(MeshSnapshot(1, sphere(95.0))) is None
