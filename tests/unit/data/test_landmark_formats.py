"""Every landmark format: what others write is read right or refused, what is written is read again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.data.landmark_files import (
    FORMATS,
    READABLE,
    WRITABLE,
    Entry,
    LandmarkFormat,
    SeveralLists,
    read_landmark_file,
    write_landmark_file,
)
from h3dstudio.data.landmark_files.names import BY_COUNT, LISTS, MEDIAPIPE_OF_H3DS, named
from h3dstudio.data.landmarks import H3DS_LANDMARKS, read_landmarks
from h3dstudio.data.landmarks_on_mesh import landmark_points, landmark_vertices
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.errors import LandmarkError
from tests.gui.fakes import bumpy_sphere
from tests.unit.data.landmark_samples import DEMO, SIX, WRITERS, case, entries_for

Write = Callable[[str, str], Path]
QUIET = settings(max_examples=60, deadline=None)
MESH = bumpy_sphere(0)
BARE = "\n".join(",".join(map(str, at)) for at in SIX.values())


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


def check_six(path: Path) -> None:
    """The file holds the six of the demo scan, by their names and exactly."""
    found = {entry.name: entry.position for entry in read_landmark_file(path)}
    assert list(found) == list(SIX)
    np.testing.assert_allclose(list(found.values()), list(SIX.values()), atol=1e-9)


@pytest.mark.parametrize(
    "name",
    [
        "picking_lists/cloudcompare.txt",
        "picking_lists/columns_x_mm.csv",
        "picking_lists/meshlab.pp",
        "slicer_table/lps.csv",
        "slicer_table/ras.csv",
    ],
)
def test_the_lists_of_other_programs(name: str) -> None:
    check_six(case(name))


def test_the_points_of_the_landmark_editor_have_labels() -> None:
    path = case("picking_lists/idav.pts")
    entries = read_landmark_file(path)
    assert [entry.name for entry in entries] == [f"S00{n}" for n in range(6)]
    assert {entry.name: entry.position for entry in named(entries, "h3ds", path)} == SIX


def test_decimal_commas_between_commas_are_refused() -> None:
    with pytest.raises(LandmarkError, match="line 2 has 7 fields, the header has 4"):
        read_landmark_file(case("csv_decimal_commas_between_commas/marks.csv"))


def test_a_colon_behind_a_name_is_none_of_it() -> None:
    path = case("landmarks_colon/landmarks.txt")
    assert read_landmarks(path) == read_landmarks(DEMO / "landmarks.txt")
    assert {entry.name: entry.vertex for entry in read_landmark_file(path)} == read_landmarks(path)


@pytest.mark.parametrize("text", ["a: 5", "a :5", "a = 5", "a,5", "a;5", '"a" 5', "a\t5", "a 5 # by hand"])
def test_what_stands_between_a_name_and_its_vertex(write: Write, text: str) -> None:
    assert read_landmarks(write("l.txt", text)) == {"a": 5}
    assert read_landmark_file(write("l.txt", text), MESH)[0].vertex == 5


@pytest.mark.parametrize("one", WRITERS, ids=[one.key for one in WRITERS])
def test_every_format_gives_back_what_it_was_given(one: LandmarkFormat, tmp_path: Path) -> None:
    mesh = read_mesh(DEMO / "full_head.obj")
    for ending in one.endings:
        path, entries = tmp_path / f"points{ending}", entries_for(one)
        write_landmark_file(path, entries, mesh, one.key)
        back = read_landmark_file(path, mesh)
        assert [entry.name for entry in back] == [entry.name for entry in entries]
        positions = [[entry.position for entry in each] for each in (back, entries)]
        # H3DS holds the vertices that the six are, and writes the mesh's own numbers.
        np.testing.assert_allclose(*positions, atol=1e-3 if one.key == "h3ds" else 1e-6)  # type: ignore[arg-type]


def test_every_ending_is_read_and_written_and_every_key_is_one_format() -> None:
    assert set(WRITABLE) == set(READABLE) == {ending for one in FORMATS for ending in one.endings}
    assert len({one.key for one in FORMATS}) == len(FORMATS)
    assert {".txt", ".csv", ".mrk.json", ".json", ".fcsv", ".pp", ".pts", ".tps"} <= set(READABLE)


def test_the_format_may_be_named(tmp_path: Path) -> None:
    entries = [Entry(name, at) for name, at in SIX.items()]
    write_landmark_file(tmp_path / "a.csv", entries, format="slicer-table")
    assert (tmp_path / "a.csv").read_text().startswith("label,l,p,s,defined")
    with pytest.raises(LandmarkError, match=r"type \.csv are not known, expected \.pp"):
        write_landmark_file(tmp_path / "a.csv", entries, format="meshlab")
    with pytest.raises(LandmarkError, match="no landmark format 'xls'"):
        write_landmark_file(tmp_path / "a.csv", entries, format="xls")


@pytest.mark.parametrize(
    "one",
    [
        one
        for one in WRITERS
        if one.key in ("table", "slicer", "slicer-table", "meshlab", "idav", "tps", "names-json")
    ],
    ids=lambda one: one.key,
)
def test_what_is_not_placed_stays_so(one: LandmarkFormat, tmp_path: Path) -> None:
    entries = [Entry("right_eye", SIX["right_eye"]), Entry("left_eye"), Entry("nose_tip", SIX["nose_tip"])]
    path = tmp_path / f"a{one.endings[0]}"
    write_landmark_file(path, entries, format=one.key)
    back = read_landmark_file(path)
    assert [(entry.name, entry.placed) for entry in back] == [
        ("right_eye", True),
        ("left_eye", False),
        ("nose_tip", True),
    ]


def test_formats_without_names_hold_whole_lists_alone(tmp_path: Path) -> None:
    entries = [Entry(name, at) for name, at in SIX.items()]
    for name, key in (("a.pts", "ibug"), ("a.json", "points-json")):
        with pytest.raises(LandmarkError, match="68, 468, 478 points alone; 6 are placed"):
            write_landmark_file(tmp_path / name, entries, format=key)
        assert not (tmp_path / name).exists()


# Slicer


def markups(*lists: list[dict[str, object]], **more: object) -> str:
    return json.dumps(
        {"markups": [{"type": "Fiducial", "controlPoints": points, **more} for points in lists]}
    )


@pytest.mark.parametrize("position", ["", None, []])
def test_an_unplaced_point_of_slicer_is_missing(write: Write, position: object) -> None:
    points = [{"label": "a", "position": [1, 2, 3]}, {"label": "b", "position": position}]
    for more in ({}, {"positionStatus": "undefined"}):
        points[1] |= more
        placed, missing = read_landmark_file(write("a.mrk.json", markups(points)))
        assert placed == Entry("a", (1.0, 2.0, 3.0))
        assert missing == Entry("b")


def test_other_markups_in_a_file_are_asked_about(write: Write) -> None:
    face, rim = [{"label": "nose_tip", "position": [1, 2, 3]}], [{"label": "r", "position": [4, 5, 6]}] * 2
    text = json.dumps(
        {
            "markups": [
                {"type": "ROI"},
                {"type": "ClosedCurve", "controlPoints": rim},
                {"type": "Fiducial", "name": "my face", "controlPoints": face},
            ]
        }
    )
    path = write("a.mrk.json", text)
    with pytest.raises(SeveralLists, match="2 markups in the file: 1 ClosedCurve_2, 2 my_face") as caught:
        read_landmark_file(path)
    assert caught.value.parts == ("ClosedCurve_2", "my_face")
    for part in ("my_face", "2"):
        assert read_landmark_file(path, part=part) == (Entry("nose_tip", (1.0, 2.0, 3.0)),)
    with pytest.raises(LandmarkError, match="'3' is none"):
        read_landmark_file(path, part="3")
    alone = json.dumps({"markups": [{"type": "ROI", "controlPoints": []}, {"controlPoints": face}]})
    assert len(read_landmark_file(write("b.mrk.json", alone))) == 1


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("label,r,a,s", (-1.0, -2.0, 3.0)),
        ("label,l,p,s", (1.0, 2.0, 3.0)),
        ("label,L,A,S", (1.0, -2.0, 3.0)),
        ("label,r,p,i", (-1.0, 2.0, -3.0)),
        ("label,a,r,s", (-2.0, -1.0, 3.0)),
        ("label,s,p,l", (3.0, 2.0, 1.0)),
        ("z,y,x,label", None),
    ],
)
def test_the_header_names_the_axes(write: Write, header: str, expected: tuple[float, ...] | None) -> None:
    row = "1,2,3,chin" if expected is None else "chin,1,2,3"
    (entry,) = read_landmark_file(write("a.csv", f"{header}\n{row}\n"))
    assert entry == Entry("chin", expected or (3.0, 2.0, 1.0))  # type: ignore[arg-type]


def test_rows_of_a_slicer_table_that_are_not_defined(write: Write) -> None:
    text = (
        "label,l,p,s,defined,selected,visible,locked,description\na,0,0,0,0,1,1,0,\nb,1,2,3,1,1,1,1,sharp\n"
    )
    assert read_landmark_file(write("a.csv", text)) == (
        Entry("a"),
        Entry("b", (1.0, 2.0, 3.0), locked=True, note="sharp"),
    )


# Tables


@pytest.mark.parametrize(
    "text",
    [
        "Point,X_mm,Y_mm,Z_mm\nchin,1.5,-2,3\n",
        "name,x (cm),y (cm),z (cm)\nchin,.15,-.2,.3\n",
        "name,Points:0,Points:1,Points:2\nchin,1.5,-2,3\n",
        "name;pos_x;pos_y;pos_z\nchin;1,5;-2,0;3,0\n",
        'name,x,y,z\nchin,"1,5","-2,0","3,0"\n',
        "sep=;\nname;x;y;z\nchin;1,5;-2,0;3,0\n",
        "name,x,y,z,\nchin,1.5,-2,3,\n",
        "name,x,y,z\nchin,1.5 mm,-2 mm,3 mm\n",
        "name,x,y,z\nchin,0.15 cm,-0.2 cm,0.3cm\n",
        "chin 1,5 -2,0 3,0\n",
        "chin: 1.5 -2 3\n",
        "Name;x;y;z\n'chin';1,5;-2;3\n".replace("'", '"'),
        ",x,y,z\nchin,1.5,-2,3\n",
        "name,x,y,z\n,,,\nchin,1.5,-2,3\n,,,\n",
        "Bezeichnung;x;y;z\nchin;1,5;-2;3\n",
        "//X,Y,Z,Label\n1.5,-2,3,chin\n",
    ],
)
def test_one_point_as_tables_tell_of_it(write: Write, text: str) -> None:
    (entry,) = read_landmark_file(write("a.csv", text))
    assert entry.name == "chin"
    np.testing.assert_allclose(entry.position, (1.5, -2.0, 3.0))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,x,y,z\nchin,1,2,3,4\n", "5 fields, the header has 4"),
        ("x,y,z\nchin,1,2,3\n", "4 fields, the header has 3"),
        ("chin,-17,934,31,926,91,648\n", "7 fields, expected three numbers"),
        ("1,775,7,065,129,344\n", "6 fields"),
        ("1,2,3,4\n", "what are the coordinates"),
        ("5,1,2,3\n9,1,2,3\n", "what are the coordinates"),
        ("0,1,2,0\n1,1,2,1\n", "what are the coordinates"),
        ("point,x,y,z\n33,1,2,3\n36,1,2,3\n", "number 33 stands where"),
        ("name,x,y,z\nchin,1.5 mm,2,3\n", "unit for some"),
        ("name,x [m],y [m],z [m]\nchin,1.5 mm,2 mm,3 mm\n", "another than the header's"),
        ("name,x,y,z\nchin,1 px,2 px,3 px\n", "line 2"),
        ("name;x;y;z\nchin;1,5;2.5;3\n", "decimal comma and others a point"),
        ("name,x,y,z,x\nchin,1,2,3,4\n", "names x twice"),
        ("name,x,y\nchin,1,2\n", "names no columns x, y and z"),
        ("name,x_px,y_px,z_px\nchin,1,2,3\n", "the unit of the coordinates is px"),
        ("name,r,a\nchin,1,2\n", "names no columns"),
    ],
)
def test_tables_that_would_be_shifted_are_refused(write: Write, text: str, problem: str) -> None:
    with pytest.raises(LandmarkError, match=problem):
        read_landmark_file(write("a.csv", text))


@pytest.mark.parametrize(
    "text",
    [
        BARE,
        "x,y,z\n" + BARE,
        "\n".join(f"{n},{row}" for n, row in enumerate(BARE.splitlines())),
        "\n".join(f"{row},{n}" for n, row in enumerate(BARE.splitlines(), 1)),
        "\n".join(["id,x,y,z", *(f"{n},{row}" for n, row in enumerate(BARE.splitlines(), 1))]),
    ],
)
def test_points_without_names_get_none_unless_they_are_told(write: Write, text: str) -> None:
    path = write("a.csv", text)
    entries = read_landmark_file(path)
    assert [entry.name for entry in entries] == [""] * 6
    with pytest.raises(LandmarkError, match="6 points have no names") as caught:
        named(entries, "", path)
    assert "--names h3ds" in caught.value.remedy
    assert {entry.name: entry.position for entry in named(entries, "h3ds", path)} == SIX
    assert named(entries, "a,b,c,d,e,f", path)[5] == replace(entries[5], name="f")
    with pytest.raises(LandmarkError, match="6 points in the file, but 68 names"):
        named(entries, "68", path)
    with pytest.raises(LandmarkError, match="comes twice"):
        named(entries, "a,a,c,d,e,f", path)


def test_numbers_as_names_are_kept_where_they_are_places_in_the_68(write: Write) -> None:
    mesh = MESH
    for name, text in (
        ("a.txt", "30 1 2 3\n33 4 5 6\n"),
        ("b.txt", "30 7\n33 8\n"),
        ("c.json", '{"30": [1, 2, 3]}'),
    ):
        assert next(iter(landmark_points(write(name, text), mesh))) == "30"
    with pytest.raises(LandmarkError, match="the number 30 stands where"):
        read_landmarks(write("d.txt", "30 1528\n33 3741\n"))
    with pytest.raises(LandmarkError, match="the number 128 stands where"):  # Pixels.
        read_landmark_file(write("e.txt", "128 130\n140 9\n"))


# Picking lists


def test_points_that_meshlab_has_not_placed(write: Write) -> None:
    text = (
        "<!DOCTYPE PickedPoints>\n<PickedPoints><DocumentData><User name='me'/></DocumentData>"
        '<point x="1,5" y="2" z="3" active="1" name="Nose &amp; tip"/><point active="0" name="chin"/>'
        "</PickedPoints>"
    )
    assert read_landmark_file(write("a.pp", text)) == (Entry("Nose_&_tip", (1.5, 2.0, 3.0)), Entry("chin"))
    numbers = text.replace("Nose &amp; tip", "0").replace("chin", "1")
    assert [entry.name for entry in read_landmark_file(write("b.pp", numbers))] == ["", ""]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.pp", "<PickedPoints>", "no XML"),
        ("a.pp", "<points/>", "expected PickedPoints"),
        ("a.pp", '<PickedPoints><point x="1" y="2" name="a"/></PickedPoints>', "point 1"),
        ("a.pp", '<!DOCTYPE a [<!ENTITY b "c">]><PickedPoints/>', "declares an entity"),
        ("a.pts", "Version 1.0\n2\nS000 1 2 3\n", "'2' points, and holds 1"),
        ("a.pts", "S000 1 2 3\n", "Version 1.0"),
        ("a.pts", "Version 1.0\n1\nS000 1 2\n", "3 fields"),
        ("a.pts", "version: 1\nn_points: 2\n{\n1 2 3\n}\n", "2 points, and holds 1"),
        ("a.pts", "version: 1\nn_points: 1\n{\n1 2\n}\n", "pixels of a photo"),
        ("a.pts", "version: 1\n{\n1 2 3\n}\n", "no 'n_points'"),
        ("a.tps", "LM=1\n1 2\nID=a\n", "pixels of a photo"),
        ("a.tps", "LM=2\n1 2 3\nID=a\n", "'2' points, and 1 follow"),
        ("a.tps", "1 2 3\n", "stands before 'LM='"),
        ("a.tps", "LM=1\n1 2 3\nSCALE=0\n", "SCALE"),
        ("a.json", '{"nose_tip": [1, 2]}', "pixels of a photo"),
        ("a.json", "[[1, 2], [3, 4]]", "pixels of a photo"),
        ("a.json", '{"nose_tip": "here"}', "no position of three numbers"),
        ("a.json", '{"unit": "yd", "points": {"a": [1, 2, 3]}}', "unit is 'yd'"),
        ("a.json", '{"nose_tip": 99999}', "vertex 99999"),
        ("a.json", "3", "no points"),
        ("a.json", "[" * 300 + "]" * 300, "nested more than 100"),
        ("a.fcsv", "# columns = label,x,y,z\na,1,5,2,0,3,1\n", "7 fields, the file has 4 columns"),
    ],
)
def test_damaged_lists_say_what_is_wrong(write: Write, name: str, text: str, problem: str) -> None:
    path = write(name, text)
    with pytest.raises(LandmarkError, match=problem) as caught:
        read_landmark_file(path, MESH)
    assert caught.value.where == str(path)
    assert caught.value.remedy


def test_a_tps_file(write: Write) -> None:
    text = "LM3=2\n1 2 3\nNA NA NA\nCURVES=1\nPOINTS=2\n9 9 9\n8 8 8\nIMAGE=a.ply\nID=one\nSCALE=10\n"
    assert read_landmark_file(write("a.tps", text)) == (Entry("", (10.0, 20.0, 30.0)), Entry(""))
    several = write("b.tps", text + text.replace("ID=one", "ID=two").replace("SCALE=10\n", ""))
    with pytest.raises(SeveralLists, match="2 specimens in the file: 1 one, 2 two"):
        read_landmark_file(several)
    assert read_landmark_file(several, part="two")[0].position == (1.0, 2.0, 3.0)


# Points of detectors


POINTS = {count: np.random.default_rng(count).uniform(-90, 90, (count, 3)).round(3) for count in BY_COUNT}


@pytest.mark.parametrize("count", sorted(BY_COUNT))
@pytest.mark.parametrize(
    "shape",
    [
        lambda points: points,
        lambda points: [points],
        lambda points: {"landmarks": points},
        lambda points: {"face_landmarks": [points]},
        lambda points: {
            "multi_face_landmarks": [{"landmark": [dict(zip("xyz", p, strict=True)) for p in points]}]
        },
        lambda points: {"unit": "cm", "points": [[v / 10 for v in p] for p in points]},
        lambda points: {str(n): p for n, p in enumerate(points)},
        lambda points: [
            {"id": n, "x": p[0], "y": p[1], "z": p[2], "visibility": 1} for n, p in enumerate(points)
        ],
    ],
)
def test_points_of_a_detector_in_json(write: Write, count: int, shape: Callable[[object], object]) -> None:
    path = write("a.json", json.dumps(shape(POINTS[count].tolist())))
    entries = read_landmark_file(path)
    assert tuple(entry.name for entry in entries) == BY_COUNT[count]
    np.testing.assert_allclose([entry.position for entry in entries], POINTS[count], atol=1e-9)
    assert set(H3DS_LANDMARKS) <= set(BY_COUNT[count])


def test_the_six_among_mediapipes_points_lie_as_a_face_does() -> None:
    # Of MediaPipe's canonical_face_model.obj, in cm.
    canonical = {
        133: (-1.856432, 2.585245, 3.757904),
        362: (1.856432, 2.585245, 3.757904),
        4: (0.0, -0.463170, 7.586580),
        2: (0.0, -2.089024, 6.058267),
        61: (-2.456206, -4.342621, 4.283884),
        291: (2.456206, -4.342621, 4.283884),
    }
    from h3dstudio.data.landmark_doubts import DOUBTFUL, misfit

    points = {name: np.array(canonical[place]) for name, place in MEDIAPIPE_OF_H3DS.items()}
    assert misfit(points) < DOUBTFUL
    assert LISTS["478"].index("nose_tip") == 4


def test_several_faces_are_asked_about(write: Write) -> None:
    faces = [POINTS[68].tolist(), (POINTS[68] + 1).tolist()]
    path = write("a.json", json.dumps(faces))
    with pytest.raises(SeveralLists, match="2 faces"):
        read_landmark_file(path)
    np.testing.assert_allclose(read_landmark_file(path, part="2")[0].position, POINTS[68][0] + 1)


@pytest.mark.parametrize(
    "shape",
    [
        SIX,
        {"landmarks": SIX},
        {name: dict(zip("xyz", at, strict=True)) for name, at in SIX.items()},
        {name: {"position": at} for name, at in SIX.items()},
        [{"name": name, "position": at} for name, at in SIX.items()],
        [{"label": name, "x": at[0], "y": at[1], "z": at[2]} for name, at in SIX.items()],
    ],
)
def test_names_and_points_in_json(write: Write, shape: object) -> None:
    check_six(write("a.json", json.dumps(shape)))


def test_names_and_vertices_in_json(write: Write) -> None:
    (entry,) = read_landmark_file(write("a.json", '{"chin": 7}'), MESH)
    assert entry == Entry("chin", tuple(MESH.vertices[7]), 7)


def test_slicers_markups_may_be_called_json(write: Write) -> None:
    text = markups([{"label": "chin", "position": [1, 2, 3]}], coordinateSystem="RAS")
    assert read_landmark_file(write("a.json", text)) == (Entry("chin", (-1.0, -2.0, 3.0)),)


# What a spreadsheet would run

CELL = st.text(st.sampled_from("=+-@'ab\"1,;"), min_size=1, max_size=6)


@QUIET
@given(
    names=st.lists(CELL.map(lambda cell: cell + "x"), min_size=1, max_size=4, unique=True),
    note=CELL,
    key=st.sampled_from(["table", "slicer-table", "cloudcompare", "fcsv"]),
)
def test_formulas_are_guarded_and_come_back(tmp_path: Path, names: list[str], note: str, key: str) -> None:
    one = next(each for each in WRITERS if each.key == key)
    kept = "" if key == "cloudcompare" else note
    entries = [Entry(name, (float(n), 2.5, 3.0), note=kept) for n, name in enumerate(names)]
    path = tmp_path / f"a{one.endings[0]}"
    write_landmark_file(path, entries, format=key)
    assert list(read_landmark_file(path)) == entries
    with open(path, newline="", encoding="utf-8") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-")) and not _is_number(cell)]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


# On a mesh


def test_any_format_gives_vertices_of_a_mesh(tmp_path: Path) -> None:
    mesh = read_mesh(DEMO / "full_head.obj")
    wanted = read_landmarks(DEMO / "landmarks.txt")
    for one in WRITERS:
        path = tmp_path / f"a{one.endings[0]}"
        write_landmark_file(path, entries_for(one), mesh, one.key)
        if len(entries_for(one)) == 6:
            assert landmark_vertices(path, mesh).vertices == wanted, one.key


def test_points_that_are_not_on_the_mesh_are_refused(write: Write) -> None:
    mesh = read_mesh(DEMO / "full_head.obj")
    small = "".join(f"{name},{x / 1000},{y / 1000},{z / 1000}\n" for name, (x, y, z) in SIX.items())
    with pytest.raises(LandmarkError, match=r"do not lie on this mesh.*look like m, not mm"):
        landmark_vertices(write("m.csv", small), mesh)
    with pytest.raises(LandmarkError, match="do not lie on this mesh"):
        landmark_vertices(write("far.csv", "nose_tip,0,0,900\n"), mesh)
    found = landmark_vertices(write("near.csv", "nose_tip,1.775,7.065,137.0\n"), mesh)
    assert "more than 5 mm from the mesh: nose_tip" in found.warnings[0]
