from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from h3dstudio import cli
from h3dstudio.cli.progress import Lines, duration
from h3dstudio.jobs.events import Log, MeshSnapshot, Metrics, Progress
from tests.unit.geometry.shapes import sphere
from tests.unit.session.conftest import scan, training
from tests.unit.session.runs.fake_training import STEPS, FakeTraining

REPOSITORY = Path(__file__).parents[3]

__all__ = ["scan", "training"]  # fixtures

Output = pytest.CaptureFixture[str]


def test_a_run_ends_by_naming_its_files(
    scan: Path, run_folder: Path, training: FakeTraining, capsys: Output
) -> None:
    assert cli.main(["reconstruct", str(scan), "--out", str(run_folder)]) == 0
    out, err = capsys.readouterr()
    for name in ("mesh.ply", "run.json", "preview.png"):
        assert str(run_folder / name) in out
        assert (run_folder / name).exists()
    assert f"{STEPS} iterations" in out
    assert "Writing to" in err


def test_json_is_all_there_is_on_standard_output(
    scan: Path, run_folder: Path, training: FakeTraining, capsys: Output
) -> None:
    arguments = ["--out", str(run_folder), "--views", "0,1", "--seed", "5", "--quality", "draft", "--json"]
    assert cli.main(["reconstruct", str(scan), *arguments]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["mesh"]["vertices"] == 4
    assert content["files"]["mesh"] == str(run_folder / "mesh.ply")
    (call,) = training.calls
    assert (call["settings"].seed, call["settings"].quality) == (5, "draft")
    assert [one.view.index for one in call["views"]] == [0, 1]


def test_the_heads_options_reach_the_trainer(
    scan: Path, run_folder: Path, training: FakeTraining, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.h3dprior").write_text("a prior")
    command = ["reconstruct", str(scan), "--out", str(run_folder)]
    assert cli.main(command) == 0
    assert cli.main([*command, "--prior", "my.h3dprior", "--no-landmarks", "--refine-cameras", "on"]) == 0
    plain, chosen = (call["settings"] for call in training.calls)
    assert (plain.method, plain.prior, plain.landmarks, plain.refine_cameras) == (
        "h3d-grid",
        "",
        "auto",
        "auto",
    )
    assert (chosen.landmarks, chosen.refine_cameras) == ("none", "on")
    assert chosen.prior == str(tmp_path / "my.h3dprior"), "absolute: a resumed run may start elsewhere"


def test_a_run_without_a_name_goes_to_runs(
    scan: Path, tmp_path: Path, training: FakeTraining, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["reconstruct", str(scan)]) == 0
    assert (tmp_path / "runs" / "ball-3-h3d_grid" / "mesh.ply").exists()
    assert cli.main(["reconstruct", str(scan.parent), "--scan", "ball", "--views", "all"]) == 0
    assert (tmp_path / "runs" / "ball-8-h3d_grid" / "mesh.ply").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--views", "0,99"], 2, "no view 99"),
        (["--views", "many"], 2, "names no views"),
        (["--method", "magic"], 2, "expected one of h3d-grid"),
        (["--quality", "perfect"], 2, "expected one of draft"),
        (["--refine-cameras", "often"], 2, "expected one of auto"),
        (["--device", "abacus"], 2, "expected one of auto"),
        (["--seed", "x"], 2, "expected a whole number"),
        (["--resume", "--force"], 2, "not allowed with"),
        (["--scan", "other"], 1, "other"),
        (["--resume"], 1, "resume"),
    ],
)
def test_mistakes_end_in_one_line(
    scan: Path,
    run_folder: Path,
    training: FakeTraining,
    capsys: Output,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    assert cli.main(["reconstruct", str(scan), "--out", str(run_folder), *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err.splitlines()[-1]
    assert "Traceback" not in err
    assert not run_folder.exists()


def test_a_missing_scan_is_a_failure(tmp_path: Path, run_folder: Path, capsys: Output) -> None:
    assert cli.main(["reconstruct", str(tmp_path / "nowhere"), "--out", str(run_folder)]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_an_existing_run_is_resumed_only_on_request(
    scan: Path, run_folder: Path, training: FakeTraining, capsys: Output
) -> None:
    command = ["reconstruct", str(scan), "--out", str(run_folder)]
    assert cli.main(command) == 0
    mesh = (run_folder / "mesh.ply").stat()
    capsys.readouterr()
    assert cli.main([*command, "--resume"]) == 0
    out, err = capsys.readouterr()
    assert "finished; there is nothing to do" in err
    assert str(run_folder / "mesh.ply") in out
    assert (run_folder / "mesh.ply").stat() == mesh
    assert len(training.calls) == 1
    assert not run_folder.with_name("run-2").exists()
    assert cli.main(command) == 0
    assert run_folder.with_name("run-2").exists()


INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job of a shell inherits to ignore it
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and one under nohup, this
from h3dstudio import cli
from tests.unit.session.runs.fake_training import MODULE, FakeTraining
from h3dstudio.session.runs import job as reconstruction
reconstruction.PREVIEW_HEIGHT = 24
sys.modules[MODULE] = FakeTraining(pause=.1, goes_on=sys.argv[1]).module()
sys.exit(cli.main(["reconstruct", *sys.argv[2:]]))
"""


def interrupt(process: subprocess.Popen[str], number: signal.Signals, times: int) -> None:
    """Signal it once it trains, and again once it has answered: signals that arrive together are one."""
    assert process.stderr is not None
    assert any(line.startswith("train") for line in process.stderr)
    os.kill(process.pid, number)
    for _ in range(times - 1):
        assert any("press Ctrl-C again" in line for line in process.stderr)
        os.kill(process.pid, number)


@pytest.mark.parametrize(
    ("number", "times", "status"),
    [
        (signal.SIGINT, 1, "finished early"),
        (signal.SIGINT, 2, "interrupted"),
        (signal.SIGTERM, 1, "interrupted"),
        (signal.SIGHUP, 1, "interrupted"),
    ],
)
def test_an_interrupt_keeps_the_mesh_a_second_one_and_the_end_of_the_session_do_not(
    scan: Path, run_folder: Path, number: signal.Signals, times: int, status: str
) -> None:
    early = status == "finished early"
    goes_on = "until asked" if early else "until closed"  # or it may end before the signals come
    command = [sys.executable, "-c", INTERRUPTED, goes_on, str(scan), "--out", str(run_folder)]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            interrupt(process, number, times)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert json.loads((run_folder / "run.json").read_text())["status"] == status
    assert not (run_folder / "run.lock").exists()
    assert (run_folder / "mesh.ply").exists() == early
    assert (str(run_folder / "mesh.ply") in out) == early


def test_plain_lines_come_now_and_then() -> None:
    stream = io.StringIO()
    lines = Lines(stream, seconds=1000.0)
    lines.event(Log("hidden", "debug"))
    lines.event(Log("said"))
    lines.event(Metrics(1, {"memory": 1e9, "psnr": 30.0, "loss": 0.25}))
    lines.event(Progress(1, 10, "train", seconds_left=75.0))
    assert stream.getvalue().splitlines()[0] == "said"
    assert len(stream.getvalue().splitlines()) == 2

    stream = io.StringIO()
    lines = Lines(stream, seconds=0.0)
    lines.event(Metrics(1, {"memory": 1e9, "psnr": 30.0, "loss": 0.25}))
    lines.event(Progress(1, 10, "train", seconds_left=75.0))
    assert stream.getvalue().splitlines()[-1] == "train 1/10  1:15 left  loss 0.25  psnr 30"


def test_a_figure_of_an_earlier_mesh_says_so() -> None:
    stream = io.StringIO()
    lines = Lines(stream, seconds=0.0)
    lines.event(MeshSnapshot(5, sphere(10.0, 1)))
    lines.event(Metrics(5, {"visible truth to mesh mm": 2.5}))
    assert stream.getvalue().splitlines()[-1].endswith("visible truth to mesh mm 2.5")
    lines.event(MeshSnapshot(7, sphere(10.0, 1)))
    lines.event(Metrics(7, {"psnr": 30.0}))
    assert stream.getvalue().splitlines()[-1].endswith("visible truth to mesh mm 2.5 (step 5)  psnr 30")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1:00"), (75, "1:15"), (3725, "1:02:05"), (-3, "0 s")],
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert duration(seconds) == text
