from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.cli import main
from h3dstudio.data.landmarks import write_landmarks
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.data.tiny_scan import ball, make_tiny_scan


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    (tmp_path / "my run").mkdir()
    vertices, faces = ball()
    write_mesh(tmp_path / "my run" / "mesh.ply", TriangleMesh(vertices + np.array([1.0, 2.0, 3.0]), faces))
    write_landmarks(tmp_path / "my run" / "landmarks.txt", {"nose_tip": 3})
    return tmp_path / "my run"


def test_a_run_goes_into_a_folder_under_its_name(run_folder: Path, tmp_path: Path, capsys) -> None:
    assert main(["export", str(run_folder), "--out", str(tmp_path / "out"), "--landmarks"]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["my run-landmarks.csv", "my run-landmarks.txt", "my run.ply"]
    assert "vertices" in capsys.readouterr().out
    assert main(["export", str(run_folder), "--out", str(tmp_path / "out"), "--format", "glb"]) == 0
    expected = read_mesh(run_folder / "mesh.ply").vertices
    np.testing.assert_allclose(read_mesh(tmp_path / "out" / "my run.glb").vertices, expected, atol=1e-4)


def test_aligned_with_a_heat_map(run_folder: Path, tmp_path: Path) -> None:
    scan, out = make_tiny_scan(tmp_path / "data" / "tiny"), tmp_path / "heat.obj"
    assert (
        main(["export", str(run_folder), "--out", str(out), "--aligned-to", str(scan), "--heat-map", "2"])
        == 0
    )
    assert read_mesh(out).colors is not None
    assert np.loadtxt(tmp_path / "heat-transform.txt").shape == (4, 4)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--out", "x.step"], ".step"),
        (["--out", "x.ply", "--format", "obj"], "ends in .ply"),
        (["--out", "x.ply", "--align", "free"], "nothing is aligned"),
        (["--out", "x.ply", "--heat-map"], "need a scan"),
        (["--out", "x.ply", "--aligned-to", "a", "--compared-with", "b"], "one of them"),
    ],
)
def test_wishes_that_do_not_fit(run_folder: Path, options: list[str], words: str, capsys) -> None:
    assert main(["export", str(run_folder), *options]) == 2
    assert words in capsys.readouterr().err


def test_nothing_is_replaced_without_force(run_folder: Path, tmp_path: Path, capsys) -> None:
    out = ["--out", str(tmp_path / "a.ply")]
    assert main(["export", str(run_folder), *out]) == 0
    assert main(["export", str(run_folder), *out]) == 1
    assert "--force" in capsys.readouterr().err
    assert main(["export", str(run_folder), *out, "--force"]) == 0


CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("glb_draco/mesh.glb", "Save it without Draco compression"),
        ("hostile/obj-bad-colour.obj", "line 1 has a colour that is none"),
    ],
)
def test_files_that_were_read_wrong_are_refused(case: str, words: str, tmp_path: Path, capsys) -> None:
    if not (CASES / case).is_file():
        pytest.skip(f"the cases are not in {CASES}")
    assert main(["export", str(CASES / case), "--out", str(tmp_path / "out.ply")]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out.ply").exists()


@pytest.mark.parametrize("case", ["obj_rgba/mesh.obj", "ply_wedge_texture/mesh.ply"])
@pytest.mark.parametrize("suffix", [".ply", ".obj", ".glb"])
def test_files_that_lost_or_won_something_keep_it(case: str, suffix: str, tmp_path: Path) -> None:
    if not (CASES / case).is_file():
        pytest.skip(f"the cases are not in {CASES}")
    out = tmp_path / f"out{suffix}"
    assert main(["export", str(CASES / case), "--out", str(out)]) == 0
    mesh = read_mesh(out)
    assert len(mesh.vertices) == 162
    assert len(mesh.faces) == 320
    if case.startswith("obj_rgba"):
        np.testing.assert_array_equal(mesh.colors, [[204, 153, 128]] * 162)


def test_closing_smoothing_and_decimating_say_what_they_did(tmp_path: Path, capsys) -> None:
    vertices, faces = ball()
    write_mesh(tmp_path / "open.obj", TriangleMesh(vertices, faces[:-10]))
    wishes = ["--watertight", "--smooth", "2", "--faces", "150"]
    assert main(["export", str(tmp_path / "open.obj"), "--out", str(tmp_path / "p.stl"), *wishes]) == 0
    said = capsys.readouterr().out
    for words in ("closed", "smoothed in 2 steps", "decimated from", "0 holes, genus 0"):
        assert words in said
    assert main(["export", str(tmp_path / "open.obj"), "--out", str(tmp_path / "m.glb")]) == 0
    assert "in metres with y up" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["a" * 500, "a" * 500 + ".ply", "a" * 500 + "/head.ply"])
def test_a_name_that_is_too_long(run_folder: Path, name: str, tmp_path: Path, capsys) -> None:
    assert main(["export", str(run_folder), "--out", str(tmp_path / name)]) == 1
    assert "the file name is too long" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["reconstruct"], ["evaluate"]])
def test_long_names_are_no_defect_of_other_commands(
    command: list[str], run_folder: Path, tmp_path: Path, capsys
) -> None:
    scan = make_tiny_scan(tmp_path / "data" / "tiny")
    more = [str(run_folder)] if command == ["evaluate"] else []
    assert main([*command, str(scan), *more, "--out", str(tmp_path / ("a" * 500))]) == 1
    assert "the file name is too long" in capsys.readouterr().err
