from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.data.landmarks import (
    H3DS_LANDMARKS,
    check_indices,
    read_landmarks,
    write_landmarks,
)
from h3dstudio.data.regions import FACE_SPHERE_RADIUS, face_sphere, read_region, write_region
from h3dstudio.errors import LandmarkError, MeshError
from tests.unit.data.landmark_samples import case

files = settings(max_examples=60)


def test_landmarks_round_trip_in_the_order_of_h3ds(tmp_path: Path) -> None:
    landmarks = {"chin": 9, **{name: 3 * at for at, name in enumerate(reversed(H3DS_LANDMARKS))}}
    write_landmarks(tmp_path / "l.txt", landmarks)
    back = read_landmarks(tmp_path / "l.txt", vertex_count=16)
    assert back == landmarks
    assert list(back) == [*H3DS_LANDMARKS, "chin"]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("nose_tip", "line 1 is 'nose_tip'"),
        ("a 1\n\n# x\nb two", "line 4 is 'b two'"),
        ("a -1", "line 1"),
        ("a 1.5", "line 1"),
        ("a 1 2", "line 1"),
        ("a 1\na 2", "line 2 names a a second time"),
        ("a 10", "a is vertex 10, but the mesh has 10 vertices"),
        ("a 99999999999999999999", "line 1"),
    ],
)
def test_bad_landmarks(tmp_path: Path, text: str, match: str) -> None:
    (tmp_path / "l.txt").write_text(text)
    with pytest.raises(LandmarkError, match=match) as caught:
        read_landmarks(tmp_path / "l.txt", vertex_count=10)
    assert caught.value.where == str(tmp_path / "l.txt")


def test_landmark_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(LandmarkError, match="no such file"):
        read_landmarks(tmp_path / "none.txt")
    with pytest.raises(LandmarkError, match="cannot be read"):
        read_landmarks(tmp_path)
    (tmp_path / "b.txt").write_bytes(b"\x80\xff\x00\x80")
    with pytest.raises(LandmarkError, match="not a text file"):
        read_landmarks(tmp_path / "b.txt")


@files
@given(data=st.binary(max_size=80) | st.text(alphabet="ab 019.-\n#", max_size=40).map(str.encode))
def test_any_landmark_file(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "l.txt").write_bytes(data)
    try:
        landmarks = read_landmarks(tmp_path / "l.txt", vertex_count=20)
    except LandmarkError:
        return
    assert all(0 <= index < 20 for index in landmarks.values())


@files
@given(indices=st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_regions_round_trip_without_duplicates(tmp_path: Path, indices: list[int]) -> None:
    write_region(tmp_path / "r.txt", indices)
    assert read_region(tmp_path / "r.txt").tolist() == list(dict.fromkeys(indices))


@files
@given(data=st.binary(max_size=40) | st.text(alphabet="0123 \n-x", max_size=30).map(str.encode))
def test_any_region_file(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "r.txt").write_bytes(data)
    try:
        region = read_region(tmp_path / "r.txt", vertex_count=50)
    except MeshError:
        return
    assert region.size
    assert 0 <= region.min() <= region.max() < 50


def test_bad_regions(tmp_path: Path) -> None:
    for text, match in (("", "empty"), ("1\n2.5", "'2.5' is no vertex"), ("3\n50", "holds vertex 50")):
        (tmp_path / "r.txt").write_text(text)
        with pytest.raises(MeshError, match=match):
            read_region(tmp_path / "r.txt", vertex_count=50)
    with pytest.raises(MeshError, match="no such file"):
        read_region(tmp_path / "none.txt")


def test_the_face_sphere() -> None:
    vertices = np.array([[0.0, 0, 0], [FACE_SPHERE_RADIUS, 0, 0], [0, 95.01, 0], [10, 10, 10]])
    assert face_sphere(vertices, 0).tolist() == [0, 1, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3\n1\n3\n", [3, 1]),
        ("# made by hand\r\n3 # the tip\r\n1\r\n", [3, 1]),
        ("3 1 4 5 9", [3, 1, 4, 5, 9]),
        ("3.000000000000000000e+00\n1.000000000000000000e+00\n", [3, 1]),
        ("0\n1\n0\n1\n" + "0\n" * 8, [1, 3]),
        ("False\nTrue\nfalse\ntrue\n" + "False\n" * 8, [1, 3]),
        ("0.0\n1.0\n" + "0.0\n" * 10, [1]),
        ("0\n1\n", [0, 1]),
    ],
)
def test_regions_as_programs_write_them(
    tmp_path: Path, text: str, expected: list[int], encoding: str
) -> None:
    (tmp_path / "r.txt").write_bytes(text.encode(encoding))
    assert read_region(tmp_path / "r.txt", vertex_count=12).tolist() == expected
    assert read_region(tmp_path / "r.txt").tolist() == expected


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("0\n1\n0\n", "3 flags of 0 and 1, but the mesh has 200"),
        ("0\n" * 200, "all its flags are 0"),
        ("".join(f"{n % 4}\n" for n in range(200)), "labels of vertices"),
        ("".join(f"{n % 9}\n" for n in range(150)), "labels of vertices"),
        ("0 0\n1 1\n2 0\n", "up to 2 numbers in a line"),
        ("0 1 2\n1 2 3\n", "up to 3 numbers in a line"),
        ("True\n5\n", "'5' is no vertex index"),
        ("0,1\n", "no vertex index"),
        ("0.5\n0.25\n", "'0.5' is no vertex"),
        ("-1\n", "no vertex index"),
        ("1e99\n", "no vertex index"),
        ("1\n200\n", "start at 1: subtract 1"),
        ("0\n200\n", "merged vertices"),
    ],
)
def test_numbers_that_are_no_region(tmp_path: Path, text: str, match: str) -> None:
    (tmp_path / "r.txt").write_text(text)
    with pytest.raises(MeshError) as caught:
        read_region(tmp_path / "r.txt", vertex_count=200)
    assert match in str(caught.value)


def test_the_flags_that_somebody_brought() -> None:
    path = case("region_per_vertex_flags/region.txt")
    flags = np.loadtxt(path, dtype=int)
    assert read_region(path, len(flags)).tolist() == np.flatnonzero(flags).tolist()
    with pytest.raises(MeshError, match="11862 flags of 0 and 1, but the mesh has 11000"):
        read_region(path, 11000)


def test_indices_that_start_at_1() -> None:
    with pytest.raises(LandmarkError) as caught:
        check_indices({"a": 10, "b": 3}, 10, "l.txt")
    assert "start at 1" in caught.value.remedy
    with pytest.raises(LandmarkError) as caught:
        check_indices({"a": 10, "b": 0}, 10, "l.txt")
    assert "start at 1" not in caught.value.remedy
