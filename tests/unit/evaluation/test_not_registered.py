from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from h3dstudio.data.scan import Scan
from h3dstudio.evaluation.evaluate import Evaluation, evaluate_scan
from h3dstudio.evaluation.from_json import evaluation_from_fields
from h3dstudio.evaluation.json_fields import Fields
from h3dstudio.evaluation.table import format_evaluation
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.evaluation.head_scan import landmarks_of, make_scan
from tests.unit.geometry.shapes import head, sphere

HEAD = head(5)


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    return make_scan(tmp_path_factory.mktemp("scan"), mesh=head(5))


def moved(degrees: float) -> TriangleMesh:
    turn = Rotation.from_rotvec(np.radians(degrees) * np.array([0.36, 0.8, 0.48])).as_matrix()
    return HEAD.with_vertices(HEAD.vertices @ turn.T + [40, -90, 25])


def warned(evaluation: Evaluation) -> list[str]:
    return [one.text for one in evaluation.cautions if one.code == "not_registered"]


def test_where_the_published_icp_rests_in_the_wrong_place_its_figures_are_warned_of(scan: Scan) -> None:
    evaluation = evaluate_scan(scan, moved(150))
    (text,) = warned(evaluation)
    assert text.startswith("h3ds face, head: not registered: ")
    assert "mm (face)" in text
    assert "give landmarks" in text
    assert not evaluation.h3ds.face.icp.converged
    # The strict search looks everywhere: the shape is judged all the same.
    assert evaluation.strict.head_rigid.mean < 1e-3
    assert evaluation.strict.head_rigid.registration.converged
    table = format_evaluation(evaluation).splitlines()
    assert [row.split()[1:] for row in table if row.startswith("registered")] == [
        ["-", "-", "yes", "yes"],
        ["no", "no"],
    ]


def test_with_landmarks_both_are_registered(scan: Scan) -> None:
    assert warned(evaluate_scan(scan, moved(150), landmarks_of(HEAD))) == []


def test_what_is_no_such_head_is_registered_by_neither(scan: Scan) -> None:
    evaluation = evaluate_scan(scan, sphere(160, 5))
    published, strict = warned(evaluation)
    assert "these figures say nothing about the shape" in published
    assert strict.startswith("strict face, head: not registered: ")
    assert "check that it is this head" in strict
    assert not evaluation.strict.head_rigid.registration.registered
    assert "misplaced" not in {one.code for one in evaluation.cautions}


def test_the_record_keeps_it(scan: Scan) -> None:
    written = evaluate_scan(scan, moved(150)).as_dict()
    back = evaluation_from_fields(Fields(written, "evaluation.json"))
    assert not back.h3ds.face.icp.registered
    assert back.strict.head_rigid.registration.registered
    del written["h3ds"]["face"]["icp_registered"]  # as earlier versions wrote it
    assert evaluation_from_fields(Fields(written, "evaluation.json")).h3ds.face.icp.registered
