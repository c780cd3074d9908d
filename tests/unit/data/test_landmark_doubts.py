"""Landmarks that are no face, and what was done to them: on every head that is there, and on none wrongly."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from h3dstudio.data.landmark_doubts import landmark_doubts, point_doubts, size_doubts
from h3dstudio.data.landmark_lists import partner
from h3dstudio.data.landmarks import H3DS_LANDMARKS, read_landmarks
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.population.head import CANONICAL_SIX
from tests.unit.data.landmark_samples import DEMO, SIX, case

Marks = dict[str, int]
SHARED = DEMO.parents[2] / "shared"
SCANS = [DEMO, *sorted(SHARED.glob("h3ds_sample/5*")), *sorted(SHARED.glob("h3ds_hair/5*"))]


def swapped(marks: Marks, *names: str) -> Marks:
    """Each of `names` and its partner exchanged."""
    sides = {name: other for name in names if (other := partner(name))}
    both = sides | {other: name for name, other in sides.items()}
    return {name: marks[both.get(name, name)] for name in marks}


@pytest.fixture(params=SCANS, ids=lambda path: path.name, scope="module")
def scan(request: pytest.FixtureRequest) -> tuple[NDArray[np.float64], Marks]:
    folder: Path = request.param
    return read_mesh(folder / "full_head.obj").vertices, read_landmarks(folder / "landmarks.txt")


def test_true_landmarks_are_not_doubted(scan: tuple[NDArray[np.float64], Marks]) -> None:
    vertices, marks = scan
    for count in range(1, 7):
        for names in combinations(marks, count):
            assert landmark_doubts(vertices, {name: marks[name] for name in names}) == ""
    assert landmark_doubts(vertices / 1000, marks) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda marks: swapped(marks, "left_eye", "left_lips"),
            "left and right landmarks are swapped, or the",
        ),
        (
            lambda marks: swapped(marks, "left_eye"),
            "left and right landmarks are swapped (right_eye and left_eye)",
        ),
        (lambda marks: swapped(marks, "left_lips"), "swapped (right_lips and left_lips)"),
        (
            lambda marks: marks | {"nose_tip": marks["nose_base"], "nose_base": marks["nose_tip"]},
            "names are exchanged (nose_tip is nose_base, nose_base is nose_tip)",
        ),
        (
            lambda marks: dict(
                zip(marks, [*list(marks.values())[1:], *list(marks.values())[:1]], strict=True)
            ),
            "names are exchanged",
        ),
        (lambda marks: {name: at + 1 for name, at in marks.items()}, "indices start at 1"),
        (lambda marks: {name: at * 37 % 9001 for name, at in marks.items()}, "do not lie as a face's do"),
    ],
)
def test_what_was_done_to_landmarks_is_said(
    scan: tuple[NDArray[np.float64], Marks], change: Callable[[Marks], Marks], said: str
) -> None:
    vertices, marks = scan
    assert said in landmark_doubts(vertices, change(marks))


def test_a_mirrored_mesh_is_named() -> None:
    vertices, marks = read_mesh(DEMO / "full_head.obj").vertices, read_landmarks(DEMO / "landmarks.txt")
    assert "the mesh is mirrored" in landmark_doubts(vertices * [-1, 1, 1], marks)


def test_the_swapped_landmarks_that_somebody_brought() -> None:
    vertices = read_mesh(DEMO / "full_head.obj").vertices
    doubt = landmark_doubts(vertices, read_landmarks(case("landmarks_left_right_swapped/landmarks.txt")))
    assert doubt.startswith("left and right landmarks are swapped")


def test_nothing_is_said_of_what_is_not_known() -> None:
    vertices = read_mesh(DEMO / "full_head.obj").vertices
    assert landmark_doubts(vertices, dict.fromkeys(("chin", "ear", "brow", "temple"), 7)) == ""
    assert landmark_doubts(vertices, dict.fromkeys(H3DS_LANDMARKS, 10**6)) == ""
    assert "no" in landmark_doubts(vertices, dict.fromkeys(H3DS_LANDMARKS, 7))
    assert point_doubts({name: np.array(at) for name, (_, at) in CANONICAL_SIX.items()}) == ""


def test_a_size_that_no_head_has() -> None:
    points = {name: np.array(at) for name, at in SIX.items()}
    assert size_doubts(points) == ""
    assert size_doubts({name: 0.1 * at for name, at in points.items()}) != ""
    assert "span 0.0" in size_doubts({name: 0.001 * at for name, at in points.items()})
    assert "another unit" in size_doubts({name: 1000 * at for name, at in points.items()})
