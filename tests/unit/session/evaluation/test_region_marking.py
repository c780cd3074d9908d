from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.data.regions import face_sphere, read_region
from h3dstudio.errors import EvaluationError
from h3dstudio.session.evaluation.region_marking import RegionMarking, inside_polygon
from h3dstudio.session.project.commands import CommandStack
from tests.unit.geometry.shapes import head

HEAD = head(4)


@pytest.fixture
def marking() -> RegionMarking:
    out = RegionMarking(CommandStack())
    out.begin_on(HEAD)
    return out


def test_a_stroke_is_one_step_of_undo(marking: RegionMarking) -> None:
    first, second = HEAD.vertices[100], HEAD.vertices[900]
    marking.dab(first, 15, True)
    marking.dab(second, 15, True)
    marking.end_stroke("paint")
    near = [np.linalg.norm(HEAD.vertices - center, axis=1) <= 15 for center in (first, second)]
    np.testing.assert_array_equal(marking.mask, near[0] | near[1])
    marking.dab(first, 15, False)
    marking.end_stroke("unpaint")
    np.testing.assert_array_equal(marking.mask, near[1] & ~near[0])
    marking._stack.undo()
    np.testing.assert_array_equal(marking.mask, near[0] | near[1])
    marking._stack.undo()
    assert not marking.mask.any()
    marking._stack.redo()
    assert marking.mask.any()


def test_it_is_saved_as_the_dataset_has_it(marking: RegionMarking, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="nothing is marked"):
        marking.save(tmp_path / "none.txt")
    nose = int(HEAD.vertices[:, 2].argmax())
    marking.take_face(nose)
    marking.save(tmp_path / "face.txt")
    np.testing.assert_array_equal(
        read_region(tmp_path / "face.txt", len(HEAD.vertices)), face_sphere(HEAD.vertices, nose)
    )
    marking.clear()
    assert not marking.mask.any()
    marking.choose(HEAD.vertices[:, 0] > 0, True, "lasso")
    np.testing.assert_array_equal(marking.mask, HEAD.vertices[:, 0] > 0)


def test_another_mesh_begins_anew_and_old_steps_do_not_touch_it(marking: RegionMarking) -> None:
    marking.choose(HEAD.vertices[:, 0] > 0, True, "lasso")
    marking.begin_on(head(3))
    assert not marking.mask.any()
    marking._stack.undo()
    assert len(marking.mask) == len(head(3).vertices)
    marking.begin_on(None)
    marking.dab(np.zeros(3), 5, True)
    marking.end_stroke("paint")
    assert len(marking.mask) == 0


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=1, max_size=30))
def test_a_square_holds_what_lies_in_it(points: list[tuple[float, float]]) -> None:
    found = inside_polygon(np.array(points), np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]))
    for (x, y), inside in zip(points, found, strict=True):
        if abs(abs(x) - 1) > 1e-9 and abs(abs(y) - 1) > 1e-9:
            assert inside == (abs(x) < 1 and abs(y) < 1)


def test_what_has_no_place_on_the_screen_is_outside() -> None:
    square = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
    assert not inside_polygon(np.full((3, 2), np.nan), square).any()
