from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from h3dstudio.data.readers import read_scan
from h3dstudio.evaluation.ground_truth import GroundTruth, load_ground_truth
from h3dstudio.evaluation.strict import evaluate_strict
from h3dstudio.evaluation.visibility import visible
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.subdivision import refine
from tests.unit.evaluation.head_scan import make_scan
from tests.unit.geometry.shapes import head, sphere
from tests.unit.geometry.test_raycasting import exact_distances

SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "h3ds_sample"


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> GroundTruth:
    return load_ground_truth(make_scan(tmp_path_factory.mktemp("scan")))


def turned(mesh: TriangleMesh, degrees: float, shift: float = 10.0) -> TriangleMesh:
    rotation = Rotation.from_rotvec(np.radians(degrees) * np.array([0.36, 0.8, 0.48])).as_matrix()
    return mesh.with_vertices(mesh.vertices @ rotation.T + [shift, -shift, shift])


def test_the_ground_truth_itself_is_perfect(truth: GroundTruth) -> None:
    scores = evaluate_strict(truth, truth.mesh)
    for score in (scores.face, scores.head, scores.face_rigid, scores.head_rigid):
        assert score.mean < 1e-6
        assert score.reverse < 1e-4
        assert score.hausdorff95 < 1e-4
        assert score.normal_angle < 0.01
        assert score.completeness == 1
        assert [s.f for s in score.f_scores] == [1, 1, 1]


def test_concentric_spheres(tmp_path: Path) -> None:
    """A ball 3 mm too large: every figure is known, and moving it as a whole cannot help."""
    scan = make_scan(tmp_path, mesh=sphere(100, 4), azimuths=range(0, 360, 30))
    scores = evaluate_strict(load_ground_truth(scan), sphere(103, 5))
    for score in (scores.face, scores.head, scores.head_rigid):
        assert score.mean == pytest.approx(3, abs=0.05)
        assert score.reverse == pytest.approx(3, abs=0.25)  # the ground truth's facets lie below its sphere
        assert score.hausdorff95 == pytest.approx(3, abs=0.4)
        assert [s.f for s in score.f_scores] == [0, 0, 1]
        assert score.normal_angle < 1.5
        assert score.distances.shape == (len(sphere(100, 4).vertices),)
    assert scores.face_rigid.mean < 1  # a cap can move out by 3 mm


def test_distances_are_exact(truth: GroundTruth) -> None:
    """Against trimesh's exact closest point on every face."""
    noise = np.random.default_rng(0).normal(0, 2, truth.mesh.vertices.shape)
    prediction = truth.mesh.with_vertices(truth.mesh.vertices + noise)
    scores = evaluate_strict(truth, prediction)
    some = np.arange(0, len(noise), 10)
    exact = exact_distances(prediction, truth.mesh.vertices[some])
    np.testing.assert_allclose(scores.head.distances[some], exact, atol=1e-5)
    seen = visible(truth)
    assert scores.head.mean == pytest.approx(scores.head.distances[seen].mean())
    assert scores.head.mean_all == pytest.approx(scores.head.distances.mean())
    face = seen & truth.region_mask("face_sphere")
    assert scores.face.mean == pytest.approx(scores.face.distances[face].mean())
    assert scores.face.vertices == face.sum()


def test_a_rigid_motion_counts_as_given_and_is_undone_by_registration(truth: GroundTruth) -> None:
    scores = evaluate_strict(truth, turned(truth.mesh, 30))
    assert scores.head.mean > 5
    assert scores.head_rigid.mean < 1e-3
    assert scores.face_rigid.mean < 1e-3
    back = scores.head_rigid.registration.transform.apply(turned(truth.mesh, 30).vertices)
    np.testing.assert_allclose(back, truth.mesh.vertices, atol=1e-3)
    assert scores.as_dict()["rigid_icp"]["head"]["registration"]["rotation_deg"] == pytest.approx(
        30, abs=0.01
    )


@pytest.mark.parametrize("degrees", [90, 180])
def test_landmarks_start_the_registration_from_anywhere(truth: GroundTruth, degrees: float) -> None:
    prediction = turned(truth.mesh, degrees, shift=400)
    scores = evaluate_strict(truth, prediction, dict(truth.landmarks))
    assert scores.face_rigid.mean < 1e-3
    assert scores.head_rigid.reverse < 1e-3
    assert scores.head_rigid.registration.converged


def test_size_and_handedness_are_never_forgiven(truth: GroundTruth) -> None:
    larger = evaluate_strict(truth, truth.mesh.with_vertices(truth.mesh.vertices * 1.1))
    assert larger.head.mean > 3
    assert larger.head_rigid.mean > 3
    flipped = truth.mesh.with_vertices(truth.mesh.vertices * [-1, 1, 1])
    mirrored = evaluate_strict(truth, TriangleMesh(flipped.vertices, flipped.faces[:, ::-1]))
    assert mirrored.head_rigid.mean > 1
    for scores in (larger, mirrored):
        assert scores.head_rigid.mean <= scores.head.mean


def test_density_does_not_matter(truth: GroundTruth) -> None:
    noise = np.random.default_rng(0).normal(0, 0.5, truth.mesh.vertices.shape)
    coarse = truth.mesh.with_vertices(truth.mesh.vertices + noise)
    few, many = evaluate_strict(truth, coarse), evaluate_strict(truth, refine(coarse, 3.0))
    assert few.head.mean == pytest.approx(many.head.mean, abs=1e-5)
    assert few.head.reverse == pytest.approx(many.head.reverse, rel=0.03)


def test_a_part_that_is_missing_shows_in_recall_not_in_precision(truth: GroundTruth) -> None:
    half = truth.mesh.submesh(truth.mesh.vertices[:, 0] > 0)
    scores = evaluate_strict(truth, half)
    at_one = scores.head.f_scores[0]
    assert at_one.precision > 0.999
    assert at_one.recall == pytest.approx(0.5, abs=0.1)
    assert 0.4 < scores.head.completeness < 0.7
    assert scores.head.reverse < 1e-4
    assert scores.head.mean > 10


def test_what_the_cameras_cannot_see_does_not_count(truth: GroundTruth) -> None:
    inside = sphere(30, 3)
    count = len(truth.mesh.vertices)
    both = TriangleMesh(
        np.vstack([truth.mesh.vertices, inside.vertices]), np.vstack([truth.mesh.faces, inside.faces + count])
    )
    assert evaluate_strict(truth, both).head.reverse < 1e-4


def test_without_a_face_region(tmp_path: Path) -> None:
    from dataclasses import replace

    scan = replace(make_scan(tmp_path, regions=False), landmarks={})
    scores = evaluate_strict(load_ground_truth(scan), head(4))
    assert scores.face is None
    assert scores.face_rigid is None
    assert scores.as_dict()["as_given"]["face"] is None
    assert scores.head.mean < 1e-6


def test_the_face_by_its_region_where_no_nose_tip_is_known(truth: GroundTruth, tmp_path: Path) -> None:
    from dataclasses import replace

    scan = replace(make_scan(tmp_path), landmarks={})
    noise = np.random.default_rng(0).normal(0, 1, truth.mesh.vertices.shape)
    prediction = truth.mesh.with_vertices(truth.mesh.vertices + noise)
    by_region = evaluate_strict(load_ground_truth(scan), prediction).face
    by_sphere = evaluate_strict(truth, prediction).face
    assert by_region.mean == pytest.approx(by_sphere.mean)
    assert by_region.reverse == pytest.approx(by_sphere.reverse, rel=0.05)


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample scans of ../shared are not here")
@pytest.mark.parametrize("name", ["5a3c0e11d2b47f01", "5a3c0e11d2b47f02"])
def test_the_figure_as_it_is_defined_for_the_samples(name: str) -> None:
    """Mean of open3d's own distances over visible vertices, within 95 mm of the nose tip or all."""
    import open3d as o3d

    truth = load_ground_truth(read_scan(SAMPLE / name))
    vertices = truth.mesh.vertices
    wave = np.sin(vertices / 9.0)[:, [1, 2, 0]]
    prediction = refine(truth.mesh.with_vertices(vertices + wave), 4.0)
    tracer = o3d.t.geometry.RaycastingScene()
    tracer.add_triangles(
        o3d.core.Tensor(prediction.vertices.astype(np.float32)),
        o3d.core.Tensor(prediction.faces.astype(np.uint32)),
    )
    distance = tracer.compute_distance(o3d.core.Tensor(vertices.astype(np.float32))).numpy()
    near = np.linalg.norm(vertices - vertices[truth.landmarks["nose_tip"]], axis=1) < 95
    seen = visible(truth)
    scores = evaluate_strict(truth, prediction)
    assert scores.head.mean == pytest.approx(distance[seen].mean(), abs=1e-4)
    assert scores.face.mean == pytest.approx(distance[seen & near].mean(), abs=1e-4)
    assert scores.head.mean_all == pytest.approx(distance.mean(), abs=1e-4)
