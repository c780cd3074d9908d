from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.cli import main
from h3dstudio.data.landmark_clicks import read_clicks
from h3dstudio.data.landmark_files import read_landmark_file
from h3dstudio.data.landmarks import H3DS_LANDMARKS, read_landmarks, write_landmarks
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.data.landmark_samples import DEMO, SIX, case
from tests.unit.data.tiny_scan import BALL_RADIUS, CENTER, FACE, ball, make_tiny_scan

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    vertices, faces = ball()
    write_mesh(tmp_path / "mesh.obj", TriangleMesh(vertices, faces))
    return tmp_path / "mesh.obj"


def test_a_file_goes_through_every_format_and_back(mesh: Path, tmp_path: Path, capsys: Captured) -> None:
    indices = {name: 7 * place for place, name in enumerate(H3DS_LANDMARKS)}
    file = tmp_path / "landmarks.txt"
    write_landmarks(file, indices)
    for name in ("a.mrk.json", "b.fcsv", "c.csv", "d.txt"):
        assert main(["landmarks", "convert", str(file), str(tmp_path / name), "--mesh", str(mesh)]) == 0
        assert capsys.readouterr().out == f"{tmp_path / name}: 6 landmarks\n"
        file = tmp_path / name
    assert read_landmarks(file) == indices


def test_cad_coordinates_snap_and_say_how_far(mesh: Path, tmp_path: Path, capsys: Captured) -> None:
    vertices, _ = ball()
    table, out = tmp_path / "cad.csv", tmp_path / "landmarks.txt"
    wanted = list(FACE.values())
    rows = vertices[wanted] + [0.3, 0.0, 0.0]
    np.savetxt(table, rows, delimiter=",")
    command = ["landmarks", "snap", str(table), str(mesh), str(out), "--names", "h3ds"]
    assert main(command[:-2]) == 1  # Their order alone does not say what they are.
    assert "the 6 points have no names" in capsys.readouterr().err
    assert not out.exists()
    assert main(command) == 0
    printed, problems = capsys.readouterr()
    assert "right_eye: vertex 47, 0.30 mm away" in printed
    assert "at most 0.30 mm" in printed
    assert problems == ""
    assert list(read_landmarks(out).values()) == wanted
    np.savetxt(table, rows / 1000, delimiter=",")
    assert main(command) == 0
    problems = capsys.readouterr().err
    assert "more than 5 mm" in problems
    assert "look like m, not mm" in problems
    assert main([*command, "--unit", "m"]) == 0
    assert list(read_landmarks(out).values()) == wanted
    assert main([*command, "--unit", "ells"]) == 2


def test_clicks_in_photos_are_triangulated(tmp_path: Path, capsys: Captured) -> None:
    scan_folder = make_tiny_scan(tmp_path / "tiny")
    scan = read_scan(scan_folder)
    point = CENTER + BALL_RADIUS * np.array([0.0, 0.6, 0.8])
    clicks, out = tmp_path / "clicks.csv", tmp_path / "out.csv"
    pixels = {view.index: view.camera.project(point[None])[0][0] for view in scan.views}
    clicks.write_text("".join(f"chin,{view},{x},{y}\n" for view, (x, y) in pixels.items()))
    assert main(["landmarks", "triangulate", str(scan_folder), str(clicks), str(out)]) == 0
    assert "view 0 0.00 px" in capsys.readouterr().out
    (entry,) = read_landmark_file(out)
    np.testing.assert_allclose(entry.position, point, atol=1e-4)
    as_vertex, truth = tmp_path / "out.txt", scan.ground_truth
    command = [
        "landmarks",
        "triangulate",
        str(scan_folder),
        str(clicks),
        str(as_vertex),
        "--mesh",
        str(truth),
    ]
    assert main(command) == 0
    assert truth is not None
    vertices = read_mesh(truth).vertices
    nearest = int(np.linalg.norm(vertices - point, axis=1).argmin())
    assert read_landmarks(as_vertex) == {"chin": nearest}


def test_two_sets_are_compared_and_a_side_is_mirrored(mesh: Path, tmp_path: Path, capsys: Captured) -> None:
    face = {
        "right_eye": (-16, 30, 60),
        "left_eye": (16, 30, 60),
        "nose_tip": (0, 0, 95),
        "chin": (0, -70, 60),
    }
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    rows = [f"{name},{x},{y},{z}" for name, (x, y, z) in face.items()]
    one.write_text("\n".join(rows))
    other.write_text("\n".join(f"{name},{-2 * y + 9},{2 * x},{2 * z}" for name, (x, y, z) in face.items()))
    assert main(["landmarks", "compare", str(one), str(other), "--scale"]) == 0
    assert capsys.readouterr().out.endswith("root mean square 0.000 mm, scale 2.0000\n")
    assert main(["landmarks", "compare", str(one), str(other)]) == 0
    assert "right_eye: " in capsys.readouterr().out
    other.write_text("right_eye,1,2,3\n")
    assert main(["landmarks", "compare", str(one), str(other)]) == 1
    assert "fewer than 3" in capsys.readouterr().err
    one.write_text("\n".join([*rows, "right_lips,-25,-35,70"]))
    assert main(["landmarks", "mirror", str(one), str(other)]) == 0
    assert "mirrored: left_lips" in capsys.readouterr().out
    mirrored = {entry.name: entry.position for entry in read_landmark_file(other)}
    np.testing.assert_allclose(mirrored["left_lips"], (25, -35, 70), atol=1e-5)
    assert main(["landmarks", "mirror", str(one), str(other), "--mesh", str(mesh)]) == 0
    on_mesh = {entry.name: entry.position for entry in read_landmark_file(other)}["left_lips"]
    assert abs(np.linalg.norm(np.array(on_mesh) - CENTER) - BALL_RADIUS) < 5
    bare = tmp_path / "bare.txt"
    bare.write_text("nose_tip 4\n")
    assert main(["landmarks", "compare", str(bare), str(one)]) == 1
    assert "Give the mesh" in capsys.readouterr().err


def test_what_is_wrong_is_one_line(tmp_path: Path, capsys: Captured) -> None:
    bad = tmp_path / "bad.mrk.json"
    bad.write_text('{"markups": [')
    assert main(["landmarks", "convert", str(bad), str(tmp_path / "x.csv")]) == 1
    assert capsys.readouterr().err.startswith(f"h3dstudio: error: {bad}: the file is damaged or cut off")
    assert main(["landmarks", "convert", str(bad)]) == 2


def test_cases_that_people_brought(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "out.csv"

    def convert(name: str, *options: str) -> tuple[int, str]:
        code = main(["landmarks", "convert", str(case(name)), str(out), *options])
        return code, capsys.readouterr().err

    head = str(DEMO / "full_head.obj")
    for name in ("cloudcompare.txt", "columns_x_mm.csv", "meshlab.pp"):
        assert convert(f"picking_lists/{name}") == (0, "")
    assert convert("picking_lists/idav.pts", "--names", "h3ds") == (0, "")
    assert {entry.name: entry.position for entry in read_landmark_file(out)} == SIX
    assert convert("landmarks_colon/landmarks.txt", "--mesh", head) == (0, "")
    assert [entry.name for entry in read_landmark_file(out)] == list(SIX)
    code, said = convert("landmarks_left_right_swapped/landmarks.txt", "--mesh", head)
    assert (code, said[:50]) == (0, "warning: left and right landmarks are swapped, or ")
    out.unlink()
    code, said = convert("csv_decimal_commas_between_commas/marks.csv")
    assert code == 1
    assert "7 fields, the header has 4" in said
    assert not out.exists()


def test_names_parts_and_formats_are_told(tmp_path: Path, capsys: Captured) -> None:
    file, out = tmp_path / "two.tps", tmp_path / "out.csv"
    rows = "".join(f"{x} {y} {z}\n" for x, y, z in SIX.values())
    file.write_text(f"LM3=6\n{rows}ID=a\nLM3=6\n{rows}ID=b\n")
    command = ["landmarks", "convert", str(file), str(out)]
    assert main(command) == 1
    assert "2 specimens in the file: 1 a, 2 b" in capsys.readouterr().err
    assert main([*command, "--part", "b"]) == 1
    assert "--names h3ds" in capsys.readouterr().err
    assert main([*command, "--part", "b", "--names", "h3ds", "--format", "slicer-table"]) == 0
    assert out.read_text().startswith("label,l,p,s")
    names = ",".join(reversed(list(SIX)))
    assert main([*command, "--part", "2", "--names", names]) == 0
    assert "names are exchanged" in capsys.readouterr().err
    file.write_text("LM3=6\n" + "".join(f"{x / 1000} {y / 1000} {z / 1000}\n" for x, y, z in SIX.values()))
    assert main([*command, "--names", "h3ds"]) == 0
    assert "another unit" in capsys.readouterr().err
    assert main([*command, "--names", "h3ds", "--format", "meshlab"]) == 1


def test_what_is_not_placed_is_named(tmp_path: Path, capsys: Captured) -> None:
    file, out = tmp_path / "a.pp", tmp_path / "out.csv"
    file.write_text(
        '<PickedPoints><point x="1" y="2" z="3" name="a"/><point active="0" name="b"/></PickedPoints>'
    )
    assert main(["landmarks", "convert", str(file), str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: 2 landmarks, not placed: b\n"


def test_clicks_that_people_brought() -> None:
    expected = {"nose_tip": {0: (128.5, 130.2), 1: (100.5, 130.1)}}
    assert read_clicks(case("clicks_semicolons/de.csv")) == expected
    assert read_clicks(case("clicks_semicolons/note.csv")) == expected
