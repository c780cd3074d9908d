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
