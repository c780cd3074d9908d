from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.cli import main
from h3dstudio.data.landmark_files import Entry, write_landmark_file
from h3dstudio.data.landmark_lists import MULTI_PIE, STANDARD_LISTS
from h3dstudio.data.landmarks import write_landmarks
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.data.regions import write_region
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import vector
from h3dstudio.session.evaluation.job import read_evaluation
from tests.unit.data.landmark_samples import WHOLE_LISTS, WRITERS
from tests.unit.data.tiny_scan import FACE, ball, make_tiny_scan


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return make_tiny_scan(tmp_path / "data" / "tiny")


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    vertices, faces = ball()
    write_mesh(tmp_path / "mesh.ply", TriangleMesh(vertices, faces))
    return tmp_path / "mesh.ply"


def test_scores_are_printed_and_saved(scan: Path, mesh: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "scores.json"
    assert main(["evaluate", str(scan), str(mesh), "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "STRICT" in printed
    assert "H3DS" in printed
    saved = json.loads(out.read_text())
    assert saved["strict"]["as_given"]["head"]["mean_mm"] < 1e-3
    assert saved["inputs"]["mesh"]["path"] == str(mesh)
    assert list(tmp_path.glob(".scores*")) == []


def test_a_scan_by_name_below_a_datasets_root(scan: Path, mesh: Path) -> None:
    assert main(["evaluate", str(scan.parent), str(mesh), "--scan", "tiny"]) == 0
    assert main(["evaluate", str(scan.parent), str(mesh), "--scan", "other"]) == 1


def one_line(capsys) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert len(captured.err.strip().splitlines()) == 1
    return captured.err


def test_what_a_user_can_get_wrong_is_one_clear_line(scan: Path, mesh: Path, tmp_path: Path, capsys) -> None:
    assert main(["evaluate", str(scan), str(tmp_path / "gone.ply")]) == 1
    assert "gone.ply" in one_line(capsys)
    points = tmp_path / "points.obj"
    points.write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\n")
    assert main(["evaluate", str(scan), str(points)]) == 1
    assert "points.obj" in one_line(capsys)
    broken = tmp_path / "broken.obj"
    broken.write_text("v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    assert main(["evaluate", str(scan), str(broken)]) == 1
    assert "broken.obj" in one_line(capsys)
    wrong = tmp_path / "landmarks.txt"
    write_landmarks(wrong, {"nose_tip": 10**6})
    assert main(["evaluate", str(scan), str(mesh), "--landmarks", str(wrong)]) == 1
    assert "nose_tip" in one_line(capsys)


def test_an_unwritable_report_says_so(scan: Path, mesh: Path, tmp_path: Path, capsys) -> None:
    assert main(["evaluate", str(scan), str(mesh), "--json", str(tmp_path / "no" / "such.json")]) == 1
    assert "such.json" in one_line(capsys)


def test_arguments_that_are_missing() -> None:
    assert main(["evaluate"]) == 2


def test_the_reports_numbers_are_finite_json(scan: Path, mesh: Path, tmp_path: Path) -> None:
    vertices, faces = ball()
    write_mesh(tmp_path / "far.ply", TriangleMesh(vertices + 150.0, faces))
    out = tmp_path / "far.json"
    assert main(["evaluate", str(scan), str(tmp_path / "far.ply"), "--json", str(out)]) == 0
    assert np.isfinite(json.loads(out.read_text())["strict"]["as_given"]["head"]["mean_mm"])


def test_a_run_folder_gets_the_evaluation(scan: Path, mesh: Path, capsys) -> None:
    assert main(["evaluate", str(scan), str(mesh.parent)]) == 0
    assert "evaluation.json" in capsys.readouterr().out
    assert (mesh.parent / "errors.npz").is_file()
    stored = read_evaluation(mesh.parent)
    assert stored.evaluation.align == "free"
    assert stored.is_of(mesh)


def test_regions_and_alignments(scan: Path, mesh: Path, tmp_path: Path, capsys) -> None:
    write_region(tmp_path / "chin.txt", range(40))
    out = tmp_path / "scores"
    options = ["--region", str(tmp_path / "chin.txt"), "--align", "none", "--out", str(out)]
    assert main(["evaluate", str(scan), str(mesh), *options]) == 0
    printed = capsys.readouterr().out
    assert "chin" in printed
    assert "without any alignment" in printed
    assert "rigid ICP" not in printed
    scores = read_evaluation(out).evaluation
    assert set(scores.h3ds.scores) >= {"face", "chin"}
    assert scores.strict.as_given["chin"].vertices <= 40
    assert main(["evaluate", str(scan), str(mesh), "--region", "chest"]) == 1
    assert "neither a region" in one_line(capsys)
    write_region(tmp_path / "far.txt", [10**6])
    assert main(["evaluate", str(scan), str(mesh), "--region", str(tmp_path / "far.txt")]) == 1
    assert "far.txt" in one_line(capsys)
    assert main(["evaluate", str(scan), str(mesh), "--align", "landmarks"]) == 2
    assert "needs landmarks" in one_line(capsys)


def test_landmarks_of_any_format_align_a_mesh(scan: Path, mesh: Path, tmp_path: Path, capsys) -> None:
    truth = read_mesh(scan / "full_head.obj")
    entries = [Entry(name, vector(truth.vertices[at]), at) for name, at in FACE.items()]
    for one in WRITERS:
        if one.key in WHOLE_LISTS:
            continue
        file = tmp_path / f"face{one.endings[0]}"
        write_landmark_file(file, entries, truth, one.key)
        out = tmp_path / f"{one.key}.json"
        command = ["evaluate", str(scan), str(mesh), "--landmarks", str(file), "--json", str(out)]
        assert main(command) == 0, one.key
        found = json.loads(out.read_text())["inputs"]["landmarks"]["vertices"]
        assert found == FACE, one.key
    capsys.readouterr()


def test_of_68_landmarks_those_of_the_scan_are_used(scan: Path, mesh: Path, tmp_path: Path) -> None:
    truth = read_mesh(scan / "full_head.obj")
    points = {name: truth.vertices[n] for n, name in enumerate(STANDARD_LISTS[MULTI_PIE])}
    points |= {name: truth.vertices[at] for name, at in FACE.items()}
    file, out = tmp_path / "68.json", tmp_path / "out.json"
    file.write_text(json.dumps([points[name].tolist() for name in STANDARD_LISTS[MULTI_PIE]]))
    assert main(["evaluate", str(scan), str(mesh), "--landmarks", str(file), "--json", str(out)]) == 0
    assert json.loads(out.read_text())["inputs"]["landmarks"]["vertices"] == FACE


def test_landmarks_that_cannot_be_used_are_one_clear_line(
    scan: Path, mesh: Path, tmp_path: Path, capsys
) -> None:
    bare, far = tmp_path / "bare.csv", tmp_path / "far.csv"
    bare.write_text("1,2,3\n" * 6)
    assert main(["evaluate", str(scan), str(mesh), "--landmarks", str(bare)]) == 1
    assert "the 6 points have no names" in one_line(capsys)
    far.write_text("nose_tip,0,0,5000\n")
    assert main(["evaluate", str(scan), str(mesh), "--landmarks", str(far)]) == 1
    assert "do not lie on this mesh" in one_line(capsys)


def test_regions_of_flags(scan: Path, mesh: Path, tmp_path: Path, capsys) -> None:
    count = len(read_mesh(scan / "full_head.obj").vertices)
    flags = tmp_path / "upper.txt"
    flags.write_text("".join(f"{int(n < 60)}\n" for n in range(count)))
    assert main(["evaluate", str(scan), str(mesh), "--region", str(flags)]) == 0
    assert "upper" in capsys.readouterr().out
    flags.write_text("0\n1\n" * count)
    assert main(["evaluate", str(scan), str(mesh), "--region", str(flags)]) == 1
    assert "flags of 0 and 1" in one_line(capsys)
