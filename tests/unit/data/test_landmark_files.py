"""Landmark files: what is written is read again, in other programs' axes; what is damaged is said to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.data.landmark_clicks import read_clicks, triangulate_clicks, write_clicks
from h3dstudio.data.landmark_files import READABLE, WRITABLE, Entry, read_landmark_file, write_landmark_file
from h3dstudio.data.landmark_files.entry import in_order
from h3dstudio.data.landmark_lists import MULTI_PIE, STANDARD_LISTS
from h3dstudio.data.landmark_snapping import snap
from h3dstudio.data.landmarks import H3DS_LANDMARKS
from h3dstudio.errors import H3DError, LandmarkError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from tests.gui.fakes import bumpy_sphere
from tests.unit.data.tiny_scan import CENTER, world_mat

QUIET = settings(max_examples=60, deadline=None)
MESH = bumpy_sphere(0)
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


NUMBER = st.floats(-500, 500).map(lambda value: round(value, 4) + 0.0)
WORD = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)
NOTE = st.from_regex(r"([a-z\",;]+( [a-z\",;]+)?)?", fullmatch=True)
ENTRY = st.builds(
    Entry,
    name=WORD,
    position=st.tuples(NUMBER, NUMBER, NUMBER),
    locked=st.booleans(),
    note=NOTE,
) | st.builds(Entry, name=WORD, position=st.none(), skipped=st.just(True), note=NOTE)
ENTRIES = st.lists(ENTRY, min_size=1, max_size=8, unique_by=lambda entry: entry.name)


@QUIET
@given(ENTRIES, st.sampled_from([".mrk.json", ".csv", ".fcsv"]))
def test_what_is_written_is_read_again(tmp_path: Path, entries: list[Entry], suffix: str) -> None:
    path = tmp_path / f"points{suffix}"
    kept = [entry for entry in entries if suffix != ".fcsv" or entry.position is not None]
    write_landmark_file(path, entries)
    if not kept:
        with pytest.raises(LandmarkError, match="no landmark"):
            read_landmark_file(path)
        return
    assert list(read_landmark_file(path)) == kept


@QUIET
@given(st.binary(max_size=300), st.sampled_from(sorted(READABLE)))
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"noise{suffix}"
    path.write_bytes(data)
    try:
        entries = read_landmark_file(path, MESH)
    except LandmarkError as error:
        assert str(path) in str(error) and error.remedy  # noqa: PT017, PT018
    else:
        assert all(e.position is None or np.isfinite(e.position).all() for e in entries)


LINE = st.text(st.sampled_from('ab_ 0123456789.,;\t-+eE"#nNxyzid[]()='), max_size=30)


@QUIET
@given(st.lists(LINE, max_size=6).map("\n".join), st.sampled_from([".csv", ".fcsv", ".txt"]))
def test_lines_of_almost_numbers_are_read_or_refused(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"almost{suffix}"
    path.write_text(text)
    try:
        entries = read_landmark_file(path, MESH)
    except LandmarkError:
        return
    assert entries
    assert all(e.position is None or np.isfinite(e.position).all() for e in entries)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["markups", "controlPoints", "position", "label", "coordinateSystem", "scheme", "points"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@QUIET
@given(JSON)
def test_any_json_is_read_or_refused(tmp_path: Path, document: object) -> None:
    path = tmp_path / "any.mrk.json"
    path.write_text(json.dumps(document))
    try:
        read_landmark_file(path)
    except LandmarkError as error:
        assert str(path) in str(error)  # noqa: PT017


def test_slicer_reads_lps_as_it_is_and_ras_the_other_way_round(write: Write) -> None:
    point = {"label": "Nose tip", "position": [1.0, -2.0, 3.0], "locked": True, "description": "sharp"}
    for system, expected in (("LPS", (1.0, -2.0, 3.0)), ("RAS", (-1.0, 2.0, 3.0))):
        document = {"markups": [{"coordinateSystem": system, "controlPoints": [point]}]}
        (entry,) = read_landmark_file(write(f"{system}.mrk.json", json.dumps(document)))
        assert entry == Entry("Nose_tip", expected, locked=True, note="sharp")
    row = "vtkMRMLMarkupsFiducialNode_1,1,-2,3,0,0,0,1,1,1,0,nose_tip,,\n"
    for header, expected in (
        ("# CoordinateSystem = LPS\n", (1.0, -2.0, 3.0)),
        ("# CoordinateSystem = 1\n", (1.0, -2.0, 3.0)),
        ("# CoordinateSystem = RAS\n", (-1.0, 2.0, 3.0)),
        ("# CoordinateSystem = 0\n", (-1.0, 2.0, 3.0)),
        ("", (-1.0, 2.0, 3.0)),
    ):
        (entry,) = read_landmark_file(write("a.fcsv", header + row))
        assert entry == Entry("nose_tip", expected)


def test_slicers_units_and_states(write: Write) -> None:
    points = [
        {"label": "a", "position": [0.01, 0, 0]},
        {"label": "b", "positionStatus": "missing"},
        {"label": "c", "positionStatus": "undefined", "position": [0, 0, 0]},
    ]
    document = {"markups": [{"coordinateUnits": "m", "controlPoints": points}]}
    entries = read_landmark_file(write("m.mrk.json", json.dumps(document)))
    assert [entry.position for entry in entries] == [(10.0, 0.0, 0.0), None, None]
    assert [entry.skipped for entry in entries] == [False, True, False]


def test_the_columns_of_an_fcsv_may_come_in_another_order(write: Write) -> None:
    text = '# CoordinateSystem = LPS\n# columns = label,x,y,z,lock,desc\nchin,1,2,3,1,"a, b"\n'
    assert read_landmark_file(write("a.fcsv", text)) == (
        Entry("chin", (1.0, 2.0, 3.0), locked=True, note="a, b"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "name,x,y,z\nchin,1.5,-2,3\n",
        "x,y,z,name\n1.5,-2,3,chin\n",
        "Label;X (mm);Y (mm);Z (mm)\nchin;1,5;-2,0;3\n",
        "name\tx\ty\tz\nchin\t1,5\t-2\t3\n",
        "name,x [cm],y [cm],z [cm]\nchin,.15,-.2,.3\n",
        "# exported\n\nchin 1.5 -2 3\n",
        "1.5;-2;3;chin",
        "\ufeffchin,1.5,-2,3.0e0\r\n",
    ],
)
def test_tables_as_other_programs_write_them(write: Write, text: str) -> None:
    (entry,) = read_landmark_file(write("a.csv", text))
    assert entry.name == "chin"
    np.testing.assert_allclose(entry.position, (1.5, -2.0, 3.0))


def test_a_table_in_utf_16_as_spreadsheets_save_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name;x;y;z\nchin;1;2;3".encode("utf-16"))
    assert read_landmark_file(path) == (Entry("chin", (1.0, 2.0, 3.0)),)


def test_rows_without_names_take_those_of_the_list(write: Write) -> None:
    path = write("a.csv", "1,2,3\n" * 6)
    entries = read_landmark_file(path)
    assert [entry.name for entry in in_order(entries, H3DS_LANDMARKS, path)] == list(H3DS_LANDMARKS)
    with pytest.raises(LandmarkError, match="6 points without names, but the list has 68"):
        in_order(entries, STANDARD_LISTS[MULTI_PIE], path)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.csv", "name,x,y,z\nchin,1,nan,3\n", "line 2"),
        ("a.csv", "name,x,y,z\nchin,1,2\n", "line 2"),
        ("a.csv", "name,x,y,z\nchin,1e400,2,3\n", "line 2"),
        ("a.csv", "name,x,y,z\nchin,1e9,2,3\n", "no head"),
        ("a.csv", "name,x (yd),y (yd),z (yd)\nchin,1,2,3\n", "unit"),
        ("a.csv", "name,x [m],y,z\nchin,1,2,3\n", "unit"),
        ("a.csv", "some,words\n", "names no columns"),
        ("a.csv", "a,1,2,3\na,1,2,3\n", "a second time"),
        ("a.csv", "a,1,2,3\n,1,2,3\n", "no name"),
        ("a.csv", "", "no landmark"),
        ("a.csv", "name,x,y,z\n", "no landmark"),
        ("a.fcsv", "# CoordinateSystem = XYZ\n1,1,2,3\n", "coordinate system"),
        ("a.fcsv", "# columns = id,label\n1,a\n", "columns"),
        ("a.fcsv", "# CoordinateSystem = LPS\n1,1,inf,3\n", "line 2"),
        ("a.mrk.json", '{"markups": [{"controlPoints": [{"position": [1, 2', "cut off"),
        ("a.mrk.json", "[" * 100_000, "cut off"),
        ("a.mrk.json", "[1]", "no JSON object"),
        ("a.mrk.json", '{"points": 3}', "markups"),
        ("a.mrk.json", '{"markups": [{"controlPoints": [{"position": [1, 2, NaN]}]}]}', "NaN is not JSON"),
        ("a.mrk.json", '{"markups": [{"controlPoints": [{"position": [1, 2]}]}]}', "three finite"),
        ("a.mrk.json", '{"markups": [{"controlPoints": [{"position": [1, 2, true]}]}]}', "three numbers"),
        (
            "a.mrk.json",
            '{"markups": [{"coordinateSystem": "IJK", "controlPoints": [{"position": [1, 2, 3]}]}]}',
            "coordinate system",
        ),
        ("a.json", '{"scheme": "other", "points": []}', "scheme"),
        ("a.json", '{"scheme": "Multi-PIE 68", "points": [[1, 2, 3]]}', "68 points"),
        ("a.txt", "nose_tip 99999999\n", "vertices"),
        ("a.txt", "nose_tip -1\n", "line 1"),
        ("a.txt", "nose_tip 1 2 x\n", "line 1"),
        ("a.stl", "", "type .stl"),
    ],
)
def test_what_is_wrong_is_said(write: Write, name: str, text: str, problem: str) -> None:
    path = write(name, text)
    with pytest.raises(LandmarkError, match=problem) as caught:
        read_landmark_file(path, MESH)
    assert caught.value.where == str(path)
    assert caught.value.remedy


def test_files_of_other_kinds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LandmarkError, match="no such file"):
        read_landmark_file(tmp_path / "none.csv")
    latin = tmp_path / "latin.csv"
    latin.write_bytes("Nasenflügel,1,2,3".encode("latin-1"))
    with pytest.raises(LandmarkError, match="UTF-8"):
        read_landmark_file(latin)
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    with pytest.raises(LandmarkError, match="cannot be read"):
        read_landmark_file(folder)


def test_h3ds_files_hold_vertices_of_the_mesh(tmp_path: Path) -> None:
    path = tmp_path / "landmarks.txt"
    entries = [
        Entry("nose_tip", tuple(MESH.vertices[12] + 0.01)),  # type: ignore[arg-type]
        Entry("right_eye", (0.0, 0.0, 0.0), vertex=7),
        Entry("left_eye", skipped=True),
    ]
    with pytest.raises(LandmarkError, match="vertices of a mesh"):
        write_landmark_file(path, entries)
    write_landmark_file(path, entries, MESH)
    assert path.read_text() == "right_eye 7\nnose_tip 12\n"
    right_eye, nose_tip = read_landmark_file(path, MESH)
    assert nose_tip == Entry("nose_tip", tuple(MESH.vertices[12]), 12)
    without = read_landmark_file(path)
    assert [entry.position for entry in without] == [None, None]
    with pytest.raises(LandmarkError, match="position is not known"):
        write_landmark_file(tmp_path / "a.csv", without)
    with pytest.raises(LandmarkError, match=r"expected \.csv"):
        write_landmark_file(tmp_path / "a.xls", entries, MESH)
    assert set(WRITABLE) == set(READABLE)
    assert right_eye.vertex == 7


def test_the_sixty_eight_of_a_run(tmp_path: Path) -> None:
    path = tmp_path / "landmarks68.json"
    points = np.arange(204.0).reshape(68, 3)
    path.write_text(json.dumps({"scheme": "Multi-PIE 68", "points": points.tolist()}))
    entries = read_landmark_file(path)
    assert tuple(entry.name for entry in entries) == STANDARD_LISTS[MULTI_PIE]
    np.testing.assert_array_equal([entry.position for entry in entries], points)


def test_coordinates_snap_to_the_nearest_vertices() -> None:
    vertices = np.vstack([MESH.vertices, [[500.0, 0, 0]]])  # One that no face uses.
    mesh = TriangleMesh(vertices, MESH.faces)
    points = {"a": tuple(MESH.vertices[5] + [0.1, 0, 0]), "b": tuple(MESH.vertices[900])}
    found = snap(points, mesh)  # type: ignore[arg-type]
    assert found.vertices == {"a": 5, "b": 900}
    assert found.worst == pytest.approx(0.1)
    assert found.warnings == ()
    assert snap({}, mesh).worst == 0.0
    away = snap({"c": (500.0, 0.0, 0.0)}, mesh)
    assert "c (405.8 mm)" in away.warnings[0]
    with pytest.raises(H3DError, match="no faces"):
        snap(points, TriangleMesh(MESH.vertices, np.empty((0, 3))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("factor", "said"),
    [(1e-3, "look like m, not mm"), (0.1, "look like cm"), (1 / 25.4, "look like in"), (1e3, "micro")],
)
def test_another_unit_is_suspected(factor: float, said: str) -> None:
    shifted = MESH.with_vertices(MESH.vertices + np.array([40.0, 90, 10]))
    points = {f"p{n}": tuple(shifted.vertices[n] * factor) for n in range(0, 600, 100)}
    warnings = snap(points, shifted).warnings  # type: ignore[arg-type]
    assert "more than 5 mm" in warnings[0]
    assert said in warnings[1]


def test_axes_the_other_way_round_are_suspected() -> None:
    shifted = MESH.with_vertices(MESH.vertices + np.array([40.0, 90, 10]))
    points = {f"p{n}": tuple(shifted.vertices[n] * [-1, -1, 1]) for n in range(0, 600, 100)}
    assert "RAS" in snap(points, shifted).warnings[1]  # type: ignore[arg-type]


def test_clicks_in_photos(write: Write) -> None:
    cameras = {8 * n: Camera.from_projection(world_mat(40.0 * n)) for n in range(3)}
    point = CENTER + np.array([5.0, 6.0, 70.0])
    pixels = {view: camera.project(point[None])[0][0] for view, camera in cameras.items()}
    rows = [f"Nose tip,{view},{x:.9f},{y:.9f}" for view, (x, y) in pixels.items()]
    path = write("clicks.csv", "\n".join(["name,view,x,y", "# by hand", *rows]))
    clicks = read_clicks(path)
    found = triangulate_clicks(clicks, cameras, path)
    np.testing.assert_allclose(found["Nose_tip"].point, point, atol=1e-6)
    write_clicks(path, clicks)
    again = read_clicks(path)
    np.testing.assert_allclose(list(again["Nose_tip"].values()), list(pixels.values()), atol=5e-4)
    with pytest.raises(LandmarkError, match="no landmark is clicked"):
        write_clicks(path, {"Nose_tip": {}})
    with pytest.raises(LandmarkError, match="view 16, which the scan does not have"):
        triangulate_clicks(clicks, {0: cameras[0], 8: cameras[8]}, path)
    with pytest.raises(LandmarkError, match="Nose_tip: there are 1"):
        triangulate_clicks({"Nose_tip": {0: (1.0, 2.0)}}, cameras, path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,0,1\n",
        "a,x,1,2\n",
        "a,0,nan,2\n",
        "a,0,1e99,2\n",
        "a,0,1,2\na,0,1,2\n",
        ",0,1,2\n",
        "a,-1,1,2\n",
    ],
)
def test_clicks_that_are_none(write: Write, text: str) -> None:
    with pytest.raises(LandmarkError) as caught:
        read_clicks(write("clicks.csv", text))
    assert caught.value.remedy


@QUIET
@given(st.lists(LINE, max_size=5).map("\n".join))
def test_any_clicks_are_read_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "clicks.csv"
    path.write_text(text)
    try:
        clicks = read_clicks(path)
    except LandmarkError:
        return
    assert all(np.isfinite(list(seen.values())).all() for seen in clicks.values())


@pytest.mark.parametrize(
    "text",
    [
        "name;view;x;y\nNose tip:;3;1,5;2,0\n",
        "y,x,note,photo,landmark\n2.0,1.5,sharp,3,Nose tip\n",
        "name,view,x [px],y [px]\nNose tip,3,1.5,2.0\n",
        "Nose tip,3,1.5,2.0,,\n",
        "Nose tip\t3\t1,5\t2,0\n",
        "sep=;\nNose tip;3;1,5;2,0\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_clicks_as_spreadsheets_save_them(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.clicks.csv"
    path.write_bytes(text.encode(encoding))
    assert read_clicks(path) == {"Nose_tip": {3: (1.5, 2.0)}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,view,x,y\na,0,128,5,130,2\n", "6 fields, the header has 4"),
        ("a,0,128,5,130,2\n", "expected name, view, x, y"),
        ("3,0,1,2\n", "'3' stands where"),
        ("a,0,1,nan\n", "no pixel"),
        ("name,view,x,x\na,0,1,2\n", "the header is"),
        ("a;0;1,5;2.5\n", "decimal comma"),
    ],
)
def test_clicks_that_would_be_shifted_are_refused(write: Write, text: str, problem: str) -> None:
    with pytest.raises(LandmarkError, match=problem):
        read_clicks(write("clicks.csv", text))


def test_names_of_clicks_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    clicks = {name: {0: (1.0, 2.0)} for name in ("=a", "+b", "-c", "@d", "'=e", "f")}
    write_clicks(tmp_path / "a.clicks.csv", clicks)
    assert not [line for line in (tmp_path / "a.clicks.csv").read_text().splitlines() if line[0] in "=+-@"]
    assert read_clicks(tmp_path / "a.clicks.csv") == clicks
