"""Whole evaluations: what is reported, what is warned of, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from h3dstudio.data.regions import write_region
from h3dstudio.data.scan import Scan
from h3dstudio.errors import EvaluationError, LandmarkError, MeshError
from h3dstudio.evaluation import evaluate_scan
from h3dstudio.evaluation.options import EvaluationOptions
from h3dstudio.evaluation.table import format_evaluation
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.subdivision import refine
from tests.unit.evaluation.head_scan import landmarks_of, make_scan
from tests.unit.geometry.shapes import head

HEAD = head(4)
DENSE = refine(HEAD, 2.5)


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    return make_scan(tmp_path_factory.mktemp("scan"))


def codes(scan: Scan, mesh: TriangleMesh, landmarks: dict | None = None) -> set[str]:
    return {caution.code for caution in evaluate_scan(scan, mesh, landmarks).cautions}


def turned(mesh: TriangleMesh, degrees: float) -> TriangleMesh:
    rotation = Rotation.from_rotvec(np.radians(degrees) * np.array([0.0, 0.6, 0.8])).as_matrix()
    return mesh.with_vertices(mesh.vertices @ rotation.T)


def test_a_good_mesh_raises_no_warning(scan: Scan) -> None:
    evaluation = evaluate_scan(scan, DENSE)
    assert evaluation.cautions == ()
    assert evaluation.h3ds.face.mean < 1e-6
    assert evaluation.strict.head.mean < 1e-5
    assert evaluation.counts["cameras"] == 4
    assert evaluation.counts["prediction_vertices"] == len(DENSE.vertices)


def test_a_mesh_of_the_wrong_size(scan: Scan) -> None:
    larger = DENSE.with_vertices(DENSE.vertices * 1.06)
    evaluation = evaluate_scan(scan, larger, landmarks_of(HEAD))
    assert "rescaled" in {caution.code for caution in evaluation.cautions}
    assert evaluation.h3ds.head.scale == pytest.approx(1 / 1.06, rel=1e-3)
    assert evaluation.h3ds.head.mean < 0.1  # what the published protocol hides
    assert evaluation.strict.head.mean > 2


def test_a_mirrored_mesh(scan: Scan) -> None:
    mirrored = TriangleMesh(HEAD.vertices * [-1, 1, 1], HEAD.faces[:, ::-1])
    evaluation = evaluate_scan(scan, mirrored, landmarks_of(HEAD))
    assert "mirrored" in {caution.code for caution in evaluation.cautions}
    assert evaluation.strict.head_rigid.mean > 1
    assert "mirrored" not in codes(scan, turned(HEAD, 170), landmarks_of(HEAD))


def test_a_sparse_mesh(scan: Scan) -> None:
    assert "sparse" in codes(scan, head(3))
    assert "sparse" not in codes(scan, DENSE)


def test_icp_that_runs_out_of_iterations(scan: Scan) -> None:
    assert "not_converged" in codes(scan, turned(DENSE, 20))


@pytest.mark.parametrize(("factor", "unit"), [(1e-3, "metres"), (0.1, "centimetres")])
def test_other_units_are_suggested_and_never_applied(scan: Scan, factor: float, unit: str) -> None:
    evaluation = evaluate_scan(scan, HEAD.with_vertices(HEAD.vertices * factor))
    texts = [caution.text for caution in evaluation.cautions if caution.code == "units"]
    assert len(texts) == 1
    assert f"in {unit}" in texts[0]
    assert evaluation.strict.head.mean > 20


def test_a_mesh_in_another_place_and_inside_out(scan: Scan) -> None:
    assert "misplaced" in codes(scan, turned(DENSE, 25))
    assert "inside_out" in codes(scan, TriangleMesh(DENSE.vertices, DENSE.faces[:, ::-1]))


def test_regions_that_are_missing(scan: Scan) -> None:
    bare = replace(scan, regions={})
    evaluation = evaluate_scan(bare, DENSE)
    assert evaluation.h3ds.head is None  # its alignment needs regions/face.txt
    assert evaluation.h3ds.face.mean < 1e-6  # face_sphere follows from the nose tip
    assert [caution.code for caution in evaluation.cautions] == ["regions"]
    assert "-" in format_evaluation(evaluation)
    nothing = evaluate_scan(replace(bare, landmarks={}), DENSE)
    assert nothing.h3ds.face is None
    assert nothing.strict.face is None
    format_evaluation(nothing)


def test_everything_is_plain_json(scan: Scan) -> None:
    evaluation = evaluate_scan(scan, head(3), landmarks_of(head(3)))
    again = json.loads(json.dumps(evaluation.as_dict(), allow_nan=False))
    assert again["landmarks_used"] is True
    assert again["strict"]["as_given"]["head"]["mean_mm"] == evaluation.strict.head.mean
    assert {warning["code"] for warning in again["warnings"]} == {c.code for c in evaluation.cautions}


def test_the_table_names_both_protocols_and_the_warnings(scan: Scan) -> None:
    text = format_evaluation(evaluate_scan(scan, head(3)))
    assert "STRICT" in text
    assert "H3DS" in text
    assert "warning: h3ds face" in text
    assert max(len(line) for line in text.splitlines() if not line.startswith("warning")) < 100


def test_meshes_that_cannot_be_scored(scan: Scan) -> None:
    with pytest.raises(MeshError, match="0 faces"):
        evaluate_scan(scan, TriangleMesh(HEAD.vertices, np.zeros((0, 3))))
    with pytest.raises(MeshError, match="0 vertices"):
        evaluate_scan(scan, TriangleMesh(np.zeros((0, 3)), np.zeros((0, 3))))
    broken = HEAD.vertices.copy()
    broken[[5, 9]] = np.nan
    with pytest.raises(MeshError, match=r"2 of \d+ vertices .* vertex 5"):
        evaluate_scan(scan, HEAD.with_vertices(broken))
    with pytest.raises(MeshError, match="no surface"):
        evaluate_scan(scan, TriangleMesh(HEAD.vertices, np.array([[0, 1, 1]])))


def test_landmarks_that_cannot_be_used(scan: Scan) -> None:
    good = landmarks_of(HEAD)
    with pytest.raises(LandmarkError, match="unknown landmarks chin"):
        evaluate_scan(scan, HEAD, {**good, "chin": 3})
    with pytest.raises(LandmarkError, match="missing: nose_tip"):
        evaluate_scan(scan, HEAD, {name: index for name, index in good.items() if name != "nose_tip"})
    for index in (len(HEAD.vertices), -1):
        with pytest.raises(LandmarkError, match="nose_tip is vertex"):
            evaluate_scan(scan, HEAD, {**good, "nose_tip": index})


def test_a_mesh_far_away_ends_in_a_clear_error(scan: Scan) -> None:
    with pytest.raises(EvaluationError, match="collapsed"):
        evaluate_scan(scan, HEAD.with_vertices(HEAD.vertices * 1e3))
    with pytest.raises(EvaluationError, match="metres"):
        evaluate_scan(scan, HEAD.with_vertices(HEAD.vertices / 1000 + 5000))


def test_ground_truth_that_is_not_there_or_does_not_fit(scan: Scan, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no ground-truth mesh"):
        evaluate_scan(replace(scan, ground_truth=None), HEAD)
    with pytest.raises(MeshError, match="no such file"):
        evaluate_scan(replace(scan, ground_truth=tmp_path / "gone.obj"), HEAD)
    with pytest.raises(LandmarkError, match="vertices"):
        evaluate_scan(replace(scan, landmarks={"nose_tip": 10**6}), HEAD)
    write_region(tmp_path / "face.txt", [10**6])
    with pytest.raises(MeshError, match="region holds vertex"):
        evaluate_scan(replace(scan, regions={"face": tmp_path / "face.txt"}), HEAD)
    backwards = make_scan(tmp_path, azimuths=(180.0,))
    from_nose = np.linalg.norm(HEAD.vertices - HEAD.vertices[landmarks_of(HEAD)["nose_tip"]], axis=1)
    write_region(tmp_path / "face_sphere.txt", np.argsort(from_nose)[:30])
    with pytest.raises(EvaluationError, match="face region"):
        evaluate_scan(backwards, HEAD)


def test_a_mesh_too_fine_for_memory_is_thinned_aloud(scan: Scan, monkeypatch) -> None:
    before = evaluate_scan(scan, DENSE, landmarks_of(HEAD))
    monkeypatch.setattr("h3dstudio.evaluation.evaluate.MOST_FACES", len(DENSE.faces) // 2)
    after = evaluate_scan(scan, DENSE, landmarks_of(HEAD))
    texts = [caution.text for caution in after.cautions if caution.code == "thinned"]
    assert len(texts) == 1
    assert f"{len(DENSE.faces)} faces" in texts[0]
    assert after.h3ds.face.mean == before.h3ds.face.mean  # it needs no faces
    assert len(after.errors.prediction) == len(DENSE.vertices)
    assert 0 < after.strict.head.mean < 1


def test_a_region_of_ones_own_and_one_that_nothing_reaches(scan: Scan, tmp_path: Path) -> None:
    write_region(tmp_path / "brow.txt", np.flatnonzero(HEAD.vertices[:, 2] > 60))
    options = EvaluationOptions(regions=(str(tmp_path / "brow.txt"),))
    evaluation = evaluate_scan(scan, DENSE, None, options)
    assert list(evaluation.strict.as_given) == ["face", "head", "brow"]
    assert evaluation.strict.rigid["brow"].mean < 1e-3
    assert evaluation.h3ds.scores["brow"].alignment_region == "brow"
    assert "brow" in format_evaluation(evaluation)
    behind = DENSE.submesh(DENSE.vertices[:, 2] < -20)
    missing = evaluate_scan(scan, behind, None, EvaluationOptions("none", options.regions))
    assert any(one.code == "empty" and "brow" in one.text for one in missing.cautions)
    (tmp_path / "front").mkdir()
    hidden = make_scan(tmp_path / "front", azimuths=(0.0,))
    write_region(tmp_path / "back.txt", np.argsort(HEAD.vertices[:, 2])[:5])
    with pytest.raises(EvaluationError, match="no camera sees any vertex of the back region"):
        evaluate_scan(hidden, DENSE, None, EvaluationOptions(regions=(str(tmp_path / "back.txt"),)))


def test_no_alignment_measures_the_mesh_where_it_is(scan: Scan) -> None:
    moved = DENSE.with_vertices(DENSE.vertices + np.array([0.0, 0.0, 3.0]))
    evaluation = evaluate_scan(scan, moved, None, EvaluationOptions("none"))
    assert evaluation.h3ds.head.icp.iterations == 0
    assert evaluation.h3ds.head.scale == 1
    assert evaluation.h3ds.head.alignment_region is None
    assert 0.5 < evaluation.h3ds.head.mean < 3.01
    assert evaluation.strict.head_rigid is None
    assert evaluation.errors.truth_rigid is None
    assert evaluate_scan(scan, moved).strict.head_rigid.mean < 1e-3


def test_a_motion_by_hand_is_the_same_as_a_moved_mesh(scan: Scan) -> None:
    motion = np.eye(4)
    motion[:3, 3] = [1.0, -2.0, 3.0]
    by_option = evaluate_scan(scan, DENSE, None, EvaluationOptions(moved_by=tuple(motion.ravel())))
    by_hand = evaluate_scan(scan, DENSE.with_vertices(DENSE.vertices + motion[:3, 3]))
    assert by_option.strict.head.mean == pytest.approx(by_hand.strict.head.mean, abs=1e-9)
    assert by_option.h3ds.face.mean == pytest.approx(by_hand.h3ds.face.mean, abs=1e-9)
