"""Landmarks: what is placed, what survives a new mesh, and that every change can be taken back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.data.landmark_lists import H3DS, MULTI_PIE, STANDARD_LISTS, partner
from h3dstudio.data.landmarks import H3DS_LANDMARKS, H3DS_OF_68
from h3dstudio.errors import LandmarkError, ProjectError
from h3dstudio.geometry.surface_points import SurfaceIndex, SurfacePoint
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.table import GROUND_TRUTH, RECONSTRUCTION, About, Sighting, State
from h3dstudio.session.project.commands import CommandStack
from tests.gui.fakes import bumpy_sphere

MESH = bumpy_sphere(0)
INDEX = SurfaceIndex(MESH)


def fresh(*, surface: bool = True) -> tuple[LandmarkEditor, CommandStack]:
    stack = CommandStack()
    landmarks = LandmarkEditor(stack)
    if surface:
        landmarks.set_surface(RECONSTRUCTION, INDEX)
    return landmarks, stack


def at(face: int, u: float = 0.3, v: float = 0.3) -> SurfacePoint:
    return SurfacePoint.at(MESH, face, np.array([u, v]))


def test_a_point_placed_is_that_point_and_knows_its_vertex() -> None:
    landmarks, stack = fresh()
    landmarks.place(RECONSTRUCTION, "nose_tip", at(40, 0.1, 0.8))
    assert stack.undo_label == "place nose tip"
    assert landmarks.state_of(RECONSTRUCTION, "nose_tip") is State.SET
    assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == at(40, 0.1, 0.8)
    np.testing.assert_array_equal(landmarks.points(RECONSTRUCTION)["nose_tip"], at(40, 0.1, 0.8).position)
    assert landmarks.vertices(RECONSTRUCTION, MESH) == {"nose_tip": MESH.faces[40][2]}
    assert landmarks.points(GROUND_TRUTH) == {}


def test_points_come_in_the_order_of_the_list_in_use() -> None:
    landmarks, _ = fresh()
    for name in reversed(H3DS_LANDMARKS):
        landmarks.place(RECONSTRUCTION, name, at(10))
    landmarks.place(RECONSTRUCTION, "chin", at(3))
    assert tuple(landmarks.points(RECONSTRUCTION)) == H3DS_LANDMARKS
    landmarks.use_list(MULTI_PIE)
    assert set(landmarks.points(RECONSTRUCTION)) == {*H3DS_LANDMARKS, "chin"}


def test_a_new_mesh_moves_points_to_its_surface_and_never_away_from_where_they_were_put() -> None:
    landmarks, stack = fresh()
    landmarks.place(RECONSTRUCTION, "nose_tip", at(200))
    before = landmarks.points(RECONSTRUCTION)["nose_tip"]
    for step in range(1, 8):
        other = SurfaceIndex(bumpy_sphere(step))
        landmarks.set_surface(RECONSTRUCTION, other)
        found, distance = other.nearest(before)
        assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == found[0]
        assert 0 < distance[0] < 10
        assert 0 <= landmarks.vertices(RECONSTRUCTION, other.mesh)["nose_tip"] < len(other.mesh.vertices)
    landmarks.set_surface(RECONSTRUCTION, SurfaceIndex(MESH))
    np.testing.assert_allclose(landmarks.points(RECONSTRUCTION)["nose_tip"], before, atol=1e-9)
    landmarks.set_surface(RECONSTRUCTION, SurfaceIndex(bumpy_sphere(5)))
    stack.undo()
    stack.redo()
    point = landmarks.surface_point(RECONSTRUCTION, "nose_tip")
    assert point is not None
    assert point == SurfaceIndex(bumpy_sphere(5)).nearest(before)[0][0]


def test_without_a_mesh_points_stay_where_they_were_put() -> None:
    landmarks, _ = fresh()
    landmarks.place(RECONSTRUCTION, "nose_tip", at(7))
    landmarks.set_surface(RECONSTRUCTION, None)
    assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == SurfacePoint(at(7).position)


def test_nudges_are_undone_together_and_drags_one_by_one() -> None:
    landmarks, stack = fresh()
    landmarks.place(RECONSTRUCTION, "nose_tip", at(1))
    for face in (2, 3, 4):
        landmarks.nudge(RECONSTRUCTION, "nose_tip", at(face))
    stack.undo()
    assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == at(1)
    stack.redo()
    assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == at(4)
    landmarks.move(RECONSTRUCTION, "nose_tip", at(5))
    landmarks.move(RECONSTRUCTION, "nose_tip", at(6))
    stack.undo()
    assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == at(5)
    # The nudge of another one does not continue it.
    landmarks.nudge(RECONSTRUCTION, "left_eye", at(8))
    landmarks.nudge(RECONSTRUCTION, "nose_tip", at(9))
    stack.undo()
    assert landmarks.surface_point(RECONSTRUCTION, "left_eye") == at(8)


def test_a_locked_point_is_left_alone_by_everything() -> None:
    landmarks, _ = fresh()
    with pytest.raises(LandmarkError, match="not placed"):
        landmarks.lock(RECONSTRUCTION, "nose_tip")
    landmarks.place(RECONSTRUCTION, "nose_tip", at(1))
    landmarks.lock(RECONSTRUCTION, "nose_tip")
    assert landmarks.state_of(RECONSTRUCTION, "nose_tip") is State.LOCKED
    for change in (
        lambda: landmarks.move(RECONSTRUCTION, "nose_tip", at(2)),
        lambda: landmarks.clear(RECONSTRUCTION, "nose_tip"),
        lambda: landmarks.skip(RECONSTRUCTION, "nose_tip"),
    ):
        with pytest.raises(LandmarkError, match="locked"):
            change()
    kept = landmarks.place_all(RECONSTRUCTION, {"nose_tip": at(3), "left_eye": at(4)}, "import")
    assert kept == ["nose_tip"]
    assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == at(1)
    assert landmarks.surface_point(RECONSTRUCTION, "left_eye") == at(4)


def test_next_goes_round_past_what_is_set_or_skipped() -> None:
    landmarks, _ = fresh()
    right_eye, left_eye, nose_tip, nose_base, *_ = H3DS_LANDMARKS
    assert landmarks.next_name() == right_eye
    landmarks.place(RECONSTRUCTION, left_eye, at(1))
    landmarks.skip(RECONSTRUCTION, nose_tip)
    assert landmarks.state_of(RECONSTRUCTION, nose_tip) is State.SKIPPED
    assert landmarks.next_name(right_eye) == nose_base
    assert landmarks.next_name("left_lips") == right_eye
    for name in H3DS_LANDMARKS:
        landmarks.place(RECONSTRUCTION, name, at(1))
    assert landmarks.next_name() is None


def test_residuals_after_the_best_fit() -> None:
    from scipy.spatial.transform import Rotation

    landmarks, _ = fresh(surface=False)
    rng = np.random.default_rng(2)
    points = rng.normal(size=(6, 3)) * 40
    moved = 1.1 * points @ Rotation.from_rotvec([0.1, 0.4, 0]).as_matrix().T + [5, 6, 7]
    for name, here, there in zip(H3DS_LANDMARKS, points, moved, strict=True):
        assert landmarks.fit() is None or len(landmarks.points(RECONSTRUCTION)) >= 3
        landmarks.place(RECONSTRUCTION, name, SurfacePoint(tuple(map(float, here))))
        landmarks.place(GROUND_TRUTH, name, SurfacePoint(tuple(map(float, there))))
    exact, rigid = landmarks.fit(with_scale=True), landmarks.fit()
    assert exact is not None
    assert rigid is not None
    assert exact.rms < 1e-9
    assert exact.transform.scale == pytest.approx(1.1)
    assert rigid.transform.scale == 1.0
    assert rigid.rms == pytest.approx(np.sqrt(np.mean(np.square(list(rigid.residuals.values())))))
    assert rigid.rms > 1


def test_own_lists() -> None:
    landmarks, stack = fresh()
    with pytest.raises(LandmarkError, match="standard list"):
        landmarks.add_name("chin")
    with pytest.raises(LandmarkError, match="standard list"):
        landmarks.rename("nose_tip", "tip")
    landmarks.add_list("Ears", ("left_ear",))
    assert landmarks.names == ("left_ear",)
    landmarks.add_name("right_ear")
    for bad in ("right_ear", "", "two words", "a#b", "x" * 99, "a\nb"):
        with pytest.raises(LandmarkError):
            landmarks.add_name(bad)
    with pytest.raises(LandmarkError, match="already"):
        landmarks.add_list("Ears")
    landmarks.place(RECONSTRUCTION, "right_ear", at(4))
    landmarks.set_about("right_ear", About("#ff0000", "the lobe"))
    landmarks.rename("right_ear", "lobe")
    assert landmarks.names == ("left_ear", "lobe")
    assert landmarks.surface_point(RECONSTRUCTION, "lobe") == at(4)
    assert landmarks.about("lobe").note == "the lobe"
    assert landmarks.state_of(RECONSTRUCTION, "right_ear") is State.MISSING
    landmarks.remove_name("left_ear")
    assert landmarks.names == ("lobe",)
    landmarks.remove_list("Ears")
    assert landmarks.list_name == H3DS
    while stack.undo_label:
        stack.undo()
    assert landmarks.table.lists == {}


def test_a_shared_name_is_one_landmark_also_when_it_is_renamed() -> None:
    landmarks, _ = fresh()
    landmarks.add_list("Mine", ("nose_tip",))
    landmarks.place(RECONSTRUCTION, "nose_tip", at(4))
    landmarks.rename("nose_tip", "tip")
    assert landmarks.surface_point(RECONSTRUCTION, "tip") == at(4)
    assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == at(4)


def test_sightings_give_a_point_in_space_that_no_mesh_moves() -> None:
    landmarks, stack = fresh()
    landmarks.sight(RECONSTRUCTION, "nose_tip", Sighting(8, 100.0, 50.0), None)
    assert landmarks.state_of(RECONSTRUCTION, "nose_tip") is State.MISSING
    inside = SurfacePoint((1.0, 2.0, 3.0))
    landmarks.sight(RECONSTRUCTION, "nose_tip", Sighting(3, 120.0, 51.0), inside)
    assert landmarks.mark(RECONSTRUCTION, "nose_tip").from_photos
    assert [one.view for one in landmarks.mark(RECONSTRUCTION, "nose_tip").sightings] == [3, 8]
    landmarks.set_surface(RECONSTRUCTION, SurfaceIndex(bumpy_sphere(2)))
    assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == inside
    landmarks.unsight(RECONSTRUCTION, "nose_tip", 8, None)
    assert landmarks.points(RECONSTRUCTION) == {}
    stack.undo()
    assert landmarks.surface_point(RECONSTRUCTION, "nose_tip") == inside


def test_the_sixty_eight_share_the_names_of_the_six_and_pair_up() -> None:
    names = STANDARD_LISTS[MULTI_PIE]
    assert len(set(names)) == 68
    assert {names[place]: place for place in H3DS_OF_68.values()} == H3DS_OF_68
    alone = [name for name in names if partner(name) is None]
    assert len(alone) == 10  # chin, five of the nose, four of the lips
    for name in set(names) - set(alone):
        other = partner(name)
        assert other in names
        assert partner(other) == name
    # Mirror images in Multi-PIE's own order.
    for left, right in (
        (0, 16),
        (7, 9),
        (17, 26),
        (36, 45),
        (37, 44),
        (40, 47),
        (31, 35),
        (50, 52),
        (60, 64),
    ):
        assert partner(names[left]) == names[right]


FACES = st.integers(0, len(MESH.faces) - 1)
NAMES = st.sampled_from(H3DS_LANDMARKS)
LAYER = st.sampled_from([RECONSTRUCTION, GROUND_TRUTH])
ACTIONS = st.one_of(
    st.tuples(st.sampled_from(["place", "move", "nudge"]), LAYER, NAMES, FACES.map(at)),
    st.tuples(st.sampled_from(["clear", "skip", "lock"]), LAYER, NAMES),
    st.tuples(st.just("set_about"), NAMES, st.builds(About, st.just("#102030"), st.text(max_size=5))),
    st.tuples(st.just("remove_name"), NAMES),
    st.tuples(st.just("rename"), NAMES, NAMES),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=25))
def test_whatever_is_done_can_be_undone_redone_and_restored(actions: list[tuple[Any, ...]]) -> None:
    landmarks, stack = fresh()
    landmarks.add_list("Mine", H3DS_LANDMARKS)
    states = [landmarks.table]
    for verb, *arguments in actions:
        try:
            getattr(landmarks, verb)(*arguments)
        except LandmarkError:
            assert landmarks.table == states[-1]
        states.append(landmarks.table)
    last = landmarks.table
    written = json.loads(json.dumps(landmarks.state()))
    seen = 0
    while stack.undo_label != "add list Mine":
        stack.undo()
        assert landmarks.table in states
        seen += 1
    assert landmarks.table == states[0]
    for _ in range(seen):
        stack.redo()
    assert landmarks.table == last
    again, _ = fresh()
    again.restore(written)
    assert again.state() == written
    for layer in (RECONSTRUCTION, GROUND_TRUTH):
        assert {name: mark.state for name, mark in again.table.marks[layer].items()} == {
            name: mark.state for name, mark in last.marks[layer].items()
        }


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
PLACES = st.sampled_from(["list", "layer", "lists", "about", "marks"])


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(PLACES, JUNK) | JUNK)
def test_a_damaged_state_is_refused_whole_or_taken(state: Any) -> None:
    landmarks, _ = fresh()
    landmarks.place(RECONSTRUCTION, "nose_tip", at(4))
    before = landmarks.table
    try:
        landmarks.restore(state)
    except ProjectError:
        assert landmarks.table == before


@pytest.mark.parametrize(
    "mark",
    [
        [],
        {"position": [1, 2]},
        {"position": [1, 2, float("nan")]},
        {"position": [1, 2, 10**400]},
        {"position": [1, 2, True]},
        {"position": [1, 2, 3], "face": -2},
        {"position": [1, 2, 3], "face": 1.5},
        {"position": [1, 2, 3], "barycentric": "x"},
        {"position": [1, 2, 3], "locked": 1},
        {"photos": [{"view": 1, "x": 2}]},
        {"photos": {"view": 1}},
    ],
)
def test_the_field_that_is_wrong_is_named(mark: Any) -> None:
    landmarks, _ = fresh()
    with pytest.raises(ProjectError, match=r"landmarks\.marks\.ground truth\.nose_tip"):
        landmarks.restore({"marks": {"ground truth": {"nose_tip": mark}}})
