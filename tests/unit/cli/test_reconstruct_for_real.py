"""`h3dstudio reconstruct` with the real trainer: the same mesh after any end, one answer to bad scans."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from h3dstudio import cli
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.scan_writer import write_h3ds_scan
from h3dstudio.methods.hull_grid import session as hull_session
from h3dstudio.session.runs import job as reconstruction
from tests.unit.grid_solver.small_schedule import small_schedule
from tests.unit.methods.textured_ball import UNIT_SPHERE, ball_views, distance

REPOSITORY = Path(__file__).parents[3]
VIEWS = 5
Corruption = Callable[[Path, int], None]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scan of the textured ball: 4 views to use and one to judge by."""
    views = ball_views((0, 40, -40, 80, 20), (72, 64))
    return write_h3ds_scan(
        tmp_path_factory.mktemp("scans") / "ball",
        images=[view.image for view in views],
        masks=[view.mask for view in views],
        cameras=[view.view.camera for view in views],
        unit_sphere=UNIT_SPHERE,
        view_lists={"3": [0, 1, 2], "4": [0, 1, 2, 3]},
        image_suffix=".png",
    )


@pytest.fixture
def scan(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "ball"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A schedule and a preview that take no time: what fails here fails at any size."""
    schedule = small_schedule(spacing=12.0, steps=1)
    monkeypatch.setattr(hull_session, "hull_schedule", lambda quality: schedule)
    monkeypatch.setattr(reconstruction, "PREVIEW_HEIGHT", 24)


def command(scan: Path, out: Path, *more: str) -> list[str]:
    """From the hull: the ball is no head."""
    fixed = ["--views", "4", "--method", "hull-grid", "--quality", "draft", "--device", "cpu", *more]
    return ["reconstruct", str(scan), "--out", str(out), *fixed]


PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job of a shell inherits to ignore it
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and one under nohup, this
from h3dstudio import cli
from h3dstudio.methods.hull_grid import session
from h3dstudio.session.runs import job
from tests.unit.grid_solver.small_schedule import small_schedule
job.PREVIEW_HEIGHT, schedule = 24, small_schedule()
session.hull_schedule = lambda quality: schedule
"""
"""The command, with a schedule of all kinds of stages that takes a second, and a small preview."""
HELD = """
from h3dstudio.methods import checkpoint
save = checkpoint.Checkpoints.save
checkpoint.CHECKPOINT_SECONDS = 0.0
def save_and_wait(kept, state):
    done = save(kept, state)
    if done:
        checkpoint.Checkpoints.save = save
        sys.stdin.readline()
    return done
checkpoint.Checkpoints.save = save_and_wait
"""
"""Waits at its first checkpoint for a line: what is done to it meanwhile never comes too late."""


def launched(scan: Path, out: Path, *more: str, held: bool = False) -> subprocess.Popen[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    program = f"{PROGRAM}{HELD if held else ''}sys.exit(cli.main(sys.argv[1:]))"
    arguments = [sys.executable, "-c", program, *command(scan, out, "--views", "3", *more)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        arguments, cwd=REPOSITORY, env=environment, text=True, stdin=pipe, stderr=pipe, stdout=pipe
    )


def wait_for_checkpoint(process: subprocess.Popen[str], out: Path) -> None:
    end = time.monotonic() + 120
    while not (out / "checkpoint.npz").exists():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_run_killed_for_real_is_resumed_to_the_same_mesh(scan: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    process = launched(scan, whole)
    _, err = process.communicate(timeout=200)
    assert process.returncode == 0, err

    process = launched(scan, killed, held=True)
    wait_for_checkpoint(process, killed)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert not (killed / "mesh.ply").exists()
    assert json.loads((killed / "run.json").read_text())["status"] == "running"

    process = launched(scan, killed, "--resume")
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    assert str(killed / "mesh.ply") in out
    assert (killed / "mesh.ply").read_bytes() == (whole / "mesh.ply").read_bytes()
    report = json.loads((killed / "run.json").read_text())
    assert report["status"] == "finished"
    assert report["resumed"] == 1
    steps = [json.loads(line)["step"] for line in (killed / "metrics.jsonl").read_text().splitlines()]
    assert steps == sorted(steps)
    assert not [path for path in killed.rglob("*") if path.name.startswith(".")]
    mesh = read_mesh(whole / "mesh.ply")
    assert mesh.colors is not None
    side = mesh.vertices[:, 2] > UNIT_SPHERE.translation[2]
    assert np.abs(distance(mesh.vertices[side])).mean() < 6.0


def test_an_interrupt_keeps_the_mesh_so_far(scan: Path, tmp_path: Path) -> None:
    process = launched(scan, tmp_path / "out", held=True)
    wait_for_checkpoint(process, tmp_path / "out")
    os.kill(process.pid, signal.SIGINT)
    assert process.stderr is not None
    assert any("Finishing" in line for line in process.stderr)
    _, err = process.communicate("go on\n", timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert len(read_mesh(tmp_path / "out" / "mesh.ply").faces)


def test_the_same_command_gives_the_same_files(scan: Path, tmp_path: Path, quick: None) -> None:
    for name in ("one", "two"):
        assert cli.main(command(scan, tmp_path / name)) == 0
    one, two = ((tmp_path / name / "mesh.ply").read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("damage", ["truncated", "text", "foreign"])
def test_a_damaged_checkpoint_is_one_line(
    scan: Path, tmp_path: Path, quick: None, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert cli.main(command(scan, out)) == 0
    mesh = (out / "mesh.ply").read_bytes()
    report = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**report, "status": "running"}))  # as if it had been killed
    path = out / "checkpoint.npz"
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-50])
    elif damage == "text":
        path.write_text("hello")
    else:
        np.savez(path, weights=np.zeros(3))
    capsys.readouterr()
    assert cli.main(command(scan, out, "--resume")) == 1
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert "checkpoint" in err.splitlines()[-1]
    assert (out / "mesh.ply").read_bytes() == mesh


# Wrong scans -----------------------------------------------------------------------------------------


def cameras(scan: Path) -> dict[str, np.ndarray]:
    with np.load(scan / "cameras.npz", allow_pickle=False) as data:
        return {name: data[name] for name in data.files}


def change_cameras(scan: Path, change: Callable[[dict[str, np.ndarray]], None]) -> None:
    matrices = cameras(scan)
    change(matrices)
    np.savez(scan / "cameras.npz", **matrices)


def change_masks(scan: Path, change: Callable[[np.ndarray], np.ndarray], only: int | None = None) -> None:
    for number, path in enumerate(sorted((scan / "mask").iterdir())):
        if only is None or number == only:
            with Image.open(path) as image:
                mask = np.asarray(image.convert("L"))
            Image.fromarray(change(mask)).save(path)


def nan_cameras(scan: Path, seed: int) -> None:
    def change(matrices: dict[str, np.ndarray]) -> None:
        for number in range(VIEWS):
            if number == seed % VIEWS or seed % 3 == 0:
                matrices[f"world_mat_{number}"] = np.full((4, 4), (np.nan, np.inf)[seed % 2])

    change_cameras(scan, change)


def swapped_cameras(scan: Path, seed: int) -> None:
    def change(matrices: dict[str, np.ndarray]) -> None:
        order = np.random.default_rng(seed).permutation(VIEWS)
        held = [matrices[f"world_mat_{number}"] for number in order]
        for number, matrix in enumerate(held):
            matrices[f"world_mat_{number}"] = matrix

    change_cameras(scan, change)


def shaken_cameras(scan: Path, seed: int) -> None:
    def change(matrices: dict[str, np.ndarray]) -> None:
        rng = np.random.default_rng(seed)
        for number in range(VIEWS):
            matrices[f"world_mat_{number}"] *= 1 + 10.0 ** -(seed % 5) * rng.normal(size=(4, 4))

    change_cameras(scan, change)


def sphere_changed(scan: Path, seed: int) -> None:
    def change(matrices: dict[str, np.ndarray]) -> None:
        scale = [1.0, 1e-3, 1e3, 0.3, 1e-9, 1e12, 0.0, -1.0][seed % 8]
        move = [0.0, 100.0, 1000.0, -1e6][seed // 8 % 4]
        for number in range(VIEWS):
            matrix = matrices[f"scale_mat_{number}"].copy()
            matrix[:3, :3] *= scale
            matrix[seed % 3, 3] += move
            matrices[f"scale_mat_{number}"] = matrix

    change_cameras(scan, change)


def in_metres(scan: Path, _: int) -> None:
    """Cameras and sphere alike: a right scan in another unit."""

    def change(matrices: dict[str, np.ndarray]) -> None:
        for number in range(VIEWS):
            matrices[f"world_mat_{number}"] = matrices[f"world_mat_{number}"] @ np.diag([1e3, 1e3, 1e3, 1])
            matrices[f"scale_mat_{number}"] = np.diag([1e-3, 1e-3, 1e-3, 1]) @ matrices[f"scale_mat_{number}"]

    change_cameras(scan, change)


def empty_masks(scan: Path, seed: int) -> None:
    change_masks(scan, lambda mask: 0 * mask, None if seed % 2 else seed % VIEWS)


def inverted_masks(scan: Path, seed: int) -> None:
    change_masks(scan, lambda mask: 255 - mask, None if seed % 2 else seed % VIEWS)


def full_masks(scan: Path, seed: int) -> None:
    change_masks(scan, lambda mask: 0 * mask + 255, None if seed % 2 else seed % VIEWS)


def mask_elsewhere(scan: Path, seed: int) -> None:
    """It excludes what all others show."""

    def corner(mask: np.ndarray) -> np.ndarray:
        out = 0 * mask
        out[1 : 2 + seed % 7, 1 : 2 + seed % 5] = 255
        return out

    change_masks(scan, corner, None if seed % 3 == 0 else seed % VIEWS)


def noisy_masks(scan: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    change_masks(scan, lambda mask: np.where(rng.random(mask.shape) < 0.3, 255 - mask, mask).astype(np.uint8))


def photos_of_noise(scan: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for path in sorted((scan / "image").iterdir()):
        Image.fromarray(rng.integers(0, 256, (64, 72, 3), np.uint8)).save(path)


def other_sizes(scan: Path, seed: int) -> None:
    for folder in ("image", "mask"):
        path = sorted((scan / folder).iterdir())[seed % VIEWS]
        with Image.open(path) as image:
            small = image.resize((1 + seed % 40, 1 + seed % 23))
        small.save(path)


CORRUPTIONS: tuple[Corruption, ...] = (
    nan_cameras,
    swapped_cameras,
    shaken_cameras,
    sphere_changed,
    in_metres,
    empty_masks,
    inverted_masks,
    full_masks,
    mask_elsewhere,
    noisy_masks,
    photos_of_noise,
    other_sizes,
)


def check_answer(scan: Path, views: str, capsys: pytest.CaptureFixture[str]) -> int:
    """Exit 0 and a whole run folder, or one clear line and no mesh; nothing of the scan is touched."""
    before = {path: path.read_bytes() for path in scan.rglob("*") if path.is_file()}
    out = scan.parent / "out"
    capsys.readouterr()
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # they would be lines on stderr, too
        code = cli.main(command(scan, out, "--views", views))
    said, err = capsys.readouterr()
    assert code in (0, 1, 2), err
    assert "Traceback" not in said + err
    assert "unexpected" not in err, err
    if code:
        assert err.splitlines()[-1].startswith("h3dstudio: error: ")
        assert said == ""
        assert not (out / "mesh.ply").exists()
        if out.exists():
            assert json.loads((out / "run.json").read_text())["status"] == "failed"
    else:
        mesh = read_mesh(out / "mesh.ply")
        assert len(mesh.faces)
        assert np.isfinite(mesh.vertices).all()
        assert json.loads((out / "run.json").read_text())["status"] == "finished"
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]
    assert {path: path.read_bytes() for path in scan.rglob("*") if path.is_file()} == before
    return code


@pytest.fixture
def copies(template: Path) -> Iterator[Callable[[], Path]]:
    """A function that gives a fresh copy of the scan."""
    with tempfile.TemporaryDirectory() as root:
        yield lambda: Path(shutil.copytree(template, Path(tempfile.mkdtemp(dir=root)) / "ball"))


@pytest.mark.parametrize(
    ("corrupt", "seed", "code"),
    [
        (nan_cameras, 0, 1),
        (empty_masks, 1, 1),
        (mask_elsewhere, 1, 1),
        (mask_elsewhere, 0, 1),
        (sphere_changed, 2 * 8, 1),  # moved by a metre
        (sphere_changed, 1, 1),  # in metres, where the cameras are in millimetres
        (sphere_changed, 6, 1),
        (in_metres, 0, 0),
        (swapped_cameras, 1, 0),
        (photos_of_noise, 0, 0),
    ],
)
def test_each_fault_has_its_answer(
    copies: Callable[[], Path],
    quick: None,
    capsys: pytest.CaptureFixture[str],
    corrupt: Corruption,
    seed: int,
    code: int,
) -> None:
    scan = copies()
    corrupt(scan, seed)
    assert check_answer(scan, "4", capsys) == code


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(st.tuples(st.sampled_from(CORRUPTIONS), st.integers(0, 9999)), min_size=1, max_size=2),
    views=st.sampled_from(["4", "3", "0", "0,3", "all"]),
)
def test_any_fault_ends_in_a_mesh_or_one_clear_line(
    copies: Callable[[], Path],
    quick: None,
    capsys: pytest.CaptureFixture[str],
    steps: list[tuple[Corruption, int]],
    views: str,
) -> None:
    scan = copies()
    for corrupt, seed in steps:
        corrupt(scan, seed)
    check_answer(scan, views, capsys)


def test_doubtful_masks_are_told_of(
    scan: Path, tmp_path: Path, quick: None, capsys: pytest.CaptureFixture[str]
) -> None:
    full_masks(scan, 0)
    assert cli.main(command(scan, tmp_path / "out")) == 0
    assert "the mask covers 100%" in capsys.readouterr().err
