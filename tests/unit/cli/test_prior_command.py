from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest

from h3dstudio import cli
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.data.population.head import CANONICAL_SIX
from h3dstudio.data.population.signed_distance import SampleGrid
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.jobs.events import Cancelled, Finished, MeshSnapshot, Progress
from h3dstudio.jobs.inline import InlineEngine
from h3dstudio.priors.file_header import read_prior_file
from h3dstudio.priors.linear import training as linear
from h3dstudio.priors.linear.file import read_linear_prior
from h3dstudio.priors.training.settings import PriorSettings
from h3dstudio.session.priors.training import PriorTrainingJob, PriorTrainingResult
from tests.unit.data.synthesis.heads import ball, tiny_population

Output = pytest.CaptureFixture[str]
COARSE = SampleGrid((-144.0, -150.0, -144.0), 12.0, (25, 26, 25))
SMALL = (
    "--heads",
    "8",
    "--held-out",
    "1",
    "--components",
    "2",
    "--hair",
    "0",
    "--cut",
    "0",
    "--expression",
    "0",
)


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eggs need no 5 mm."""
    monkeypatch.setattr(linear, "SampleGrid", lambda: COARSE)


@pytest.fixture(scope="module")
def eggs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_population(tmp_path_factory.mktemp("eggs"))


@pytest.fixture(scope="module")
def trained_once(eggs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In a folder of its own, as the command left it."""
    out, said = tmp_path_factory.mktemp("trained") / "eggs.h3dprior", io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.setattr(linear, "SampleGrid", lambda: COARSE)
        words = ["prior", "train", "--population", str(eggs), "--out", str(out), *SMALL, "--json"]
        assert cli.main(words) == 0
    summary = json.loads(said.getvalue())
    assert summary["heads"] == 8
    assert summary["held-out head mm"] < 5
    return out


@pytest.fixture
def trained(trained_once: Path, tmp_path: Path) -> Path:
    folder = shutil.copytree(trained_once.parent, tmp_path / "trained")
    return folder / trained_once.name


def test_training_writes_one_file_and_cleans_up(trained: Path) -> None:
    assert sorted(path.name for path in trained.parent.iterdir()) == ["eggs.h3dprior"]
    provenance = read_prior_file(trained).provenance
    assert provenance["population"] == "eggs.npz"
    assert "20261120" in provenance["split"]
    assert provenance["settings"]["components"] == 2
    assert provenance["program"].startswith("h3dstudio ")
    assert read_linear_prior(trained).size == 2


def test_info_says_what_it_is(trained: Path, capsys: Output) -> None:
    assert cli.main(["prior", "info", str(trained)]) == 0
    out = capsys.readouterr().out
    for word in ("linear", "eggs.npz", "held-out head mm", "20261121", "licence"):
        assert word in out
    assert cli.main(["prior", "info", str(trained), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["arrays"]["landmark_mean"] == [68, 3]


def test_samples_are_heads_and_repeat(trained: Path, tmp_path: Path, capsys: Output) -> None:
    for folder in ("one", "two"):
        arguments = [str(trained), "--out", str(tmp_path / folder), "-n", "2", "--seed", "3"]
        assert cli.main(["prior", "sample", *arguments]) == 0
    files = capsys.readouterr().out.split()
    assert [Path(file).name for file in files] == ["head_000.ply", "head_001.ply"] * 2
    one, two = (read_mesh(tmp_path / folder / "head_001.ply") for folder in ("one", "two"))
    np.testing.assert_array_equal(one.vertices, two.vertices)
    assert 150 < np.ptp(one.vertices[:, 1]) < 300
    assert cli.main(["prior", "sample", str(trained), "--out", str(tmp_path / "one")]) == 1
    assert "file of this name" in capsys.readouterr().err


def test_strength_zero_is_the_mean_head(trained: Path, tmp_path: Path) -> None:
    arguments = [str(trained), "--out", str(tmp_path), "-n", "2", "--strength", "0"]
    assert cli.main(["prior", "sample", *arguments]) == 0
    one, two = (read_mesh(tmp_path / f"head_00{k}.ply") for k in range(2))
    np.testing.assert_array_equal(one.vertices, two.vertices)


def test_fitting_reports_the_distance(trained: Path, tmp_path: Path, capsys: Output) -> None:
    cli.main(["prior", "sample", str(trained), "--out", str(tmp_path), "-n", "1", "--seed", "5"])
    head = read_mesh(tmp_path / "head_000.ply")
    # In centimetres and moved: landmarks bring it back.
    moved = head.with_vertices((head.vertices + np.array([300, 20, -50])) / 10)
    write_mesh(tmp_path / "scan.ply", moved)
    lines = [
        f"{name} {' '.join(str((x + d) / 10) for x, d in zip(place, (300, 20, -50), strict=True))}"
        for name, (_, place) in CANONICAL_SIX.items()
    ]
    (tmp_path / "landmarks.txt").write_text("\n".join(lines))
    capsys.readouterr()
    out = tmp_path / "fit.ply"
    arguments = [str(trained), str(tmp_path / "scan.ply"), "--out", str(out), "--json"]
    marks = ["--landmarks", str(tmp_path / "landmarks.txt")]
    assert cli.main(["prior", "fit", *arguments, *marks]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["unit"] == "cm"
    measured = 10 * RayCaster(read_mesh(out)).distances(moved.vertices).mean()
    assert figures["distance mm"] == pytest.approx(measured, abs=0.5)
    assert cli.main(["prior", "fit", *arguments, *marks]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["train", "--population", "nowhere", "--out", "x"], 1, "no such file"),
        (["train", "--out", "x"], 2, "--population"),
        (["train", "--population", "EGGS", "--out", "x", "--family", "magic"], 2, "expected one of linear"),
        (["train", "--population", "EGGS", "--out", "x", "--hair", "2"], 2, "expected 0 to 1"),
        (["train", "--population", "EGGS", "--out", "x", "--resume"], 1, "no interrupted training"),
        (["train", "--population", "EGGS", "--out", "EGGS"], 1, "--force"),
        (["train", "--population", "EGGS", "--out", "no/way/x", "--resume"], 1, "resume"),
        (["info", "EGGS"], 1, "no head prior"),
        (["info", "nowhere"], 1, "no such file"),
        (["sample", "--out", "x", "-n", "0"], 2, "expected 1 to"),
        (["sample", "EGGS", "--out", "x"], 1, "no head prior"),
        (["fit", "a", "b", "c", "--out", "x.ply"], 2, "expected [FILE] MESH"),
        (["fit", "nowhere.ply", "--out", "x.ply"], 1, "no such file"),
        ([], 2, "ACTION"),
    ],
)
def test_mistakes_end_in_one_line(
    eggs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    words = [str(eggs) if word == "EGGS" else word for word in arguments]
    assert cli.main(["prior", *words]) == code
    err = capsys.readouterr().err.strip()
    assert says in err.replace("\n", " ")
    (complaint,) = (line for line in err.splitlines() if "reading" not in line)
    assert complaint.startswith("h3dstudio")
    assert not list(tmp_path.iterdir())


def job(eggs: Path, out: Path, **options: bool) -> PriorTrainingJob:
    from h3dstudio.data.population.augmentation import NONE

    settings = PriorSettings(heads=8, held_out=1, components=2, augmentation=NONE)
    return PriorTrainingJob(eggs, out, settings, **options)


def test_a_cancelled_training_leaves_its_work_and_no_file(eggs: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.h3dprior"
    handle = InlineEngine().submit(job(eggs, out))
    events: list[object] = []
    while handle.alive:
        events += handle.poll(0.1)
        if any(isinstance(event, Progress) and event.done >= 3 for event in events):
            handle.cancel()
    assert isinstance(events[-1], Cancelled)
    assert not out.exists()
    assert (tmp_path / "x.h3dprior.training" / "samples.npy").exists()
    resumed = job(eggs, out, resume=True)
    handle = InlineEngine().submit(resumed)
    while handle.alive:
        events = [*events, *handle.poll(0.1)]
    end = events[-1]
    assert isinstance(end, Finished)
    assert isinstance(end.result, PriorTrainingResult)
    assert end.result.path == out
    assert any(isinstance(event, MeshSnapshot) for event in events)
    whole = tmp_path / "whole.h3dprior"
    handle = InlineEngine().submit(job(eggs, whole))
    while handle.alive:
        handle.poll(0.1)
    one, two = read_prior_file(out).arrays, read_prior_file(whole).arrays
    assert all(np.array_equal(one[name], two[name]) for name in two)


def test_a_ball_is_fitted_by_the_bundled_prior_without_landmarks_or_refused(
    tmp_path: Path, capsys: Output
) -> None:
    write_mesh(
        tmp_path / "rod.ply", ball(1.0, 3).with_vertices(ball(1.0, 3, (0, 0, 0)).vertices * [10, 10, 300])
    )
    assert cli.main(["prior", "fit", str(tmp_path / "rod.ply"), "--out", str(tmp_path / "x.ply")]) == 1
    assert "head" in capsys.readouterr().err
    assert not (tmp_path / "x.ply").exists()
