"""`h3dstudio synth` as a user calls it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.cli import main
from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.data.readers import read_scan
from tests.unit.data.synthesis.heads import egg, tiny_population

QUICK = ["--views", "3", "--size", "48"]


def test_population_to_scan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "egg"
    code = main(
        ["synth", str(tiny_population(tmp_path)), str(out), *QUICK, "--seed", "4", "--texture", "weak"]
    )
    printed = capsys.readouterr()
    assert code == 0
    assert printed.out.strip() == str(out)
    assert "/3" in printed.err  # progress
    scan = read_scan(out)
    assert len(scan.views) == 3
    assert len(scan.landmarks) == 6
    assert sorted(path.name for path in out.parent.iterdir()) == ["egg"]


def test_mesh_without_landmarks_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mesh = tmp_path / "head.ply"
    write_mesh(mesh, egg().with_vertices(egg().vertices / 10))
    assert main(["synth", str(mesh), str(tmp_path / "out"), *QUICK]) == 0
    said = capsys.readouterr().err
    assert "taken to be in cm" in said
    assert "No landmarks" in said
    scan = read_scan(tmp_path / "out")
    assert not scan.landmarks
    assert not scan.regions
    assert not (tmp_path / "out" / "landmarks.txt").exists()


def test_mesh_with_landmarks_and_axes_keeps_its_own_frame(tmp_path: Path) -> None:
    # The egg lies on its back: crown towards +z, nose towards -y.
    lying = egg().vertices @ np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    mesh, marks = tmp_path / "head.obj", tmp_path / "marks.txt"
    write_mesh(mesh, egg().with_vertices(lying))
    tip = int(np.argmin(lying[:, 1]))
    marks.write_text(f"nose_tip {tip}\n")
    arguments = ["--landmarks", str(marks), "--up", "+z", "--front=-y", "--unit", "mm"]
    assert main(["synth", str(mesh), str(tmp_path / "out"), *QUICK, *arguments]) == 0
    scan = read_scan(tmp_path / "out")
    assert dict(scan.landmarks) == {"nose_tip": tip}
    front = scan.views[0].camera
    assert front.center[1] < -250
    assert front.rotation[1] @ [0, 0, -1] > 0.95
    pixel, _ = front.project(lying[[tip]])
    assert np.abs(pixel - 24).max() < 4


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--views", "0"], 2, "--views"),
        (["--texture", "shiny"], 2, "--texture"),
        (["--camera-noise", "1"], 2, "--camera-noise"),
        (["--camera-noise", "nan,0"], 2, "--camera-noise"),
        (["--jpeg", "200"], 2, "--jpeg"),
        (["--landmarks", "nowhere.txt"], 1, "nowhere.txt"),
        (["--light", "disco"], 2, "--light"),
    ],
)
def test_mistakes_end_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    source, out = tiny_population(tmp_path), tmp_path / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        try:
            found = main(["synth", str(source), str(out), *arguments])
        except SystemExit as exit_:
            found = int(exit_.code or 0)
    error = capsys.readouterr().err
    assert found == code
    assert said in error
    assert "Traceback" not in error
    assert len(error.strip().splitlines()) == 1
    assert not out.exists()


def test_occupied_output_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("keep")
    assert main(["synth", str(tmp_path / "no_such_mesh.obj"), str(out)]) == 1
    assert "not empty" in capsys.readouterr().err
    assert (out / "mine").read_text() == "keep"


@pytest.mark.parametrize("name", ["missing.obj", "empty.ply", "text.glb", "head.npz", "photo.jpg"])
def test_bad_sources_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    source = tmp_path / name
    if not name.startswith("missing"):
        source.write_bytes(b"" if name.startswith("empty") else b"nothing of the kind")
    assert main(["synth", str(source), str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert str(source) in error
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()
