"""Films of what a run has kept: from a folder to pictures that move."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from h3dstudio.cli import main
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.errors import OutputError
from h3dstudio.jobs.events import Log
from h3dstudio.jobs.inline import InlineEngine
from h3dstudio.session.export import film_files
from h3dstudio.session.export.film import FilmJob, run_frames
from tests.unit.geometry.shapes import sphere


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Three snapshots of a ball that grows, and the result."""
    folder = tmp_path / "run"
    (folder / "snapshots").mkdir(parents=True)
    for step, radius in ((5, 40.0), (20, 60.0), (40, 80.0)):
        write_mesh(folder / "snapshots" / f"mesh_{step:06d}.ply", sphere(radius, 3))
    write_mesh(folder / "mesh.ply", sphere(100.0, 3))
    (folder / "run.json").write_text(json.dumps({"scan_folder": "/nowhere", "inputs": {"views": [0]}}))
    return folder


def widths(path: Path) -> list[int]:
    """Pixels that the ball is wide, in each picture."""
    out = []
    with Image.open(path) as film:
        for number in range(film.n_frames):
            film.seek(number)
            row = np.asarray(film.convert("RGB")).astype(int)[film.height // 2]
            out.append(int((np.abs(row - row[0]).sum(axis=1) > 40).sum()))
    return out


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_a_film_shows_the_head_grow(run: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"film{suffix}"
    assert main(["film", str(run), "--out", str(out), "--size", "96x64", "--fps", "4", "--shaded"]) == 0
    seen = widths(out)
    assert len(seen) == 4
    for one, radius in zip(seen, (40, 60, 80, 100), strict=True):
        assert one == pytest.approx(seen[-1] * radius / 100, abs=3)
    with Image.open(out) as film:
        assert film.size == (96, 64)
        assert film.info.get("duration", 250) == 250


def test_one_mesh_is_exported_by_its_step(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "head.obj"
    assert main(["film", str(run), "--step", "25", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "step 20" in told
    assert "as written: no self-intersections" in told
    assert np.allclose(np.linalg.norm(read_mesh(out).vertices, axis=1), 60, atol=1e-3)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--out", "film.avi"], 1, ".gif, .webp, .mp4"),
        (["--size", "huge"], 2, "WIDTHxHEIGHT"),
        (["--size", "0x99999"], 2, "WIDTHxHEIGHT"),
        (["--fps", "nan"], 2, "--fps"),
        (["--step", "2"], 2, "there are 5, 20, 40"),
        (["--out", "no/such/film.gif"], 1, "folder does not exist"),
    ],
)
def test_a_wrong_word_is_explained(
    run: Path,
    tmp_path: Path,
    words: list[str],
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["film", str(run), *words]) == code
    assert says in capsys.readouterr().err
    assert not list(tmp_path.glob("film*"))


def test_a_folder_without_a_run_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["film", str(tmp_path)]) == 1
    assert "no meshes of a run" in capsys.readouterr().err


def test_a_damaged_mesh_is_left_out_and_said_to_be(run: Path, tmp_path: Path) -> None:
    (run / "snapshots" / "mesh_000020.ply").write_bytes(b"ply\nnonsense")
    handle = InlineEngine().submit(FilmJob(run_frames(run), tmp_path / "film.gif", size=(32, 32)))
    events = []
    while handle.alive:
        events += handle.poll(1.0)
    assert len(widths(tmp_path / "film.gif")) == 3
    assert any(isinstance(event, Log) and "mesh_000020" in event.message for event in events)


def test_a_cancelled_film_leaves_nothing(run: Path, tmp_path: Path) -> None:
    handle = InlineEngine().submit(FilmJob(run_frames(run), tmp_path / "film.gif", size=(32, 32)))
    handle.poll(0.0)
    handle.cancel()
    while handle.alive:
        handle.poll(1.0)
    assert not list(tmp_path.glob("*film*"))


FAKE = """#!{python}
import sys
data = sys.stdin.buffer.read()
if {code}:
    sys.exit("no codec")
open(sys.argv[-1], "wb").write(len(data).to_bytes(8, "big"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands in for ffmpeg")
@pytest.mark.parametrize("code", [0, 1])
def test_mp4_goes_through_the_ffmpeg_that_is_installed(
    run: Path, tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text(FAKE.format(python=sys.executable, code=code))
    program.chmod(0o755)
    monkeypatch.setattr(film_files, "encoder", lambda: str(program))
    out = tmp_path / "film.mp4"
    assert main(["film", str(run), "--out", str(out), "--size", "33x32", "--fps", "4"]) == code
    if code:
        assert not list(tmp_path.glob("*film*"))
    else:
        # Four meshes, and the last one for a second; sides made even.
        assert int.from_bytes(out.read_bytes(), "big") == 8 * 32 * 32 * 3


def test_mp4_without_ffmpeg_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(OutputError, match=r"ffmpeg.*\.gif"):
        film_files.encoder()
