from __future__ import annotations

import json
from pathlib import Path

import pytest

from h3dstudio import cli
from h3dstudio.cli import batch
from h3dstudio.session.batch.job import BatchJob
from tests.unit.data.solid_scan import write_solid_scan
from tests.unit.session.batch.conftest import dataset, trainer, troubles
from tests.unit.session.batch.fakes import InlineBatch

__all__ = ["dataset", "trainer", "troubles"]  # fixtures

Output = pytest.CaptureFixture[str]
SMALL = ("--views", "3", "--methods", "hull-grid", "--scans", "S1")


@pytest.fixture
def _inline(trainer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make = batch.make_job

    def inline(arguments: object) -> BatchJob:
        job = make(arguments)  # type: ignore[arg-type]
        return InlineBatch(job.results, job.wanted, job.workers, job.scheduler, job.retries)

    monkeypatch.setattr(batch, "make_job", inline)


@pytest.mark.usefixtures("_inline")
def test_from_one_command_to_the_table(dataset: Path, tmp_path: Path, capsys: Output) -> None:
    results = tmp_path / "r"
    assert cli.main(["batch", str(dataset), *SMALL, "--out", str(results)]) == 0
    out, err = capsys.readouterr()
    assert "1 of 1 cells are done" in out
    assert "S1, 3 views, hull-grid: done in" in err
    assert cli.main(["table", str(results)]) == 0
    text = capsys.readouterr().out
    assert "balls: 1 of 1 cells, quality standard, seed 0" in text
    assert "IDR, h3ds evaluator, H3DS v1" in text
    assert cli.main(["table", str(results), "--format", "csv", "--out", str(tmp_path / "t.csv")]) == 0
    assert (tmp_path / "t.csv").read_text().startswith("protocol,source,")
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("_inline")
def test_the_results_folder_alone_goes_on_with_the_batch(
    dataset: Path, tmp_path: Path, capsys: Output
) -> None:
    results = tmp_path / "r"
    assert cli.main(["batch", str(dataset), *SMALL, "--out", str(results), "--quality", "draft"]) == 0
    capsys.readouterr()
    assert cli.main(["batch", str(results), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["done"], content["total"], content["failed"]) == (1, 1, {})
    assert cli.main(["batch", str(results), "--quality", "high"]) == 2
    assert "--quality cannot be changed" in capsys.readouterr().err


@pytest.mark.usefixtures("_inline")
def test_a_cell_that_the_cameras_stopped_goes_on_when_they_are_trusted(
    tmp_path: Path, capsys: Output
) -> None:
    scan, results = write_solid_scan(tmp_path / "wrong", (0, 3, 2, 1)), tmp_path / "r"
    command = ["batch", str(scan), "--views", "all", "--methods", "hull-grid", "--out", str(results)]
    assert cli.main(command) == 1
    err = capsys.readouterr().err
    assert "the cameras of views 1 and 3 are exchanged" in err
    assert "To go on all the same: --trust-cameras" in err
    assert cli.main(["batch", str(results), "--trust-cameras"]) == 0
    err = capsys.readouterr().err
    assert "the cameras of views 1 and 3 are exchanged" in err
    assert "--trust-cameras" not in err
    assert cli.main([*command, "--methods", "h3d-grid,hull-grid"]) == 0  # kept for what is added


@pytest.mark.usefixtures("_inline")
def test_failed_cells_are_listed_and_the_table_shows_the_gap(
    dataset: Path, tmp_path: Path, troubles: Path, capsys: Output
) -> None:
    (troubles / "error.1").touch()
    results = tmp_path / "r"
    assert cli.main(["batch", str(dataset), *SMALL, "--out", str(results), "--retries", "0"]) == 1
    assert "failed: S1, 3 views, hull-grid" in capsys.readouterr().err
    assert cli.main(["table", str(results)]) == 0
    assert "– (0 of 1)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--engine", "dask"], 2, "--scheduler"),
        (["--scheduler", "tcp://127.0.0.1:1"], 2, "dask"),
        (["--engine", "grid"], 2, "local, or dask"),
        (["--workers", "0"], 2, "--workers is 0"),
        (["--threads", "-1"], 2, "--threads is -1"),
        (["--retries", "-1"], 2, "--retries is -1"),
        (["--methods", "nerf"], 2, "nerf"),
        (["--quality", "best"], 2, "best"),
        (["--scans", "S9"], 1, "no scan named S9"),
        (["--views", "0"], 2, "names no views"),
        (["--views", "3,banana"], 2, "'banana' names no views of any scan"),
        (["--out", "{dataset}"], 1, "among the scans"),
    ],
)
def test_mistakes_are_told_before_anything_is_written(
    dataset: Path, tmp_path: Path, capsys: Output, arguments: list[str], code: int, says: str
) -> None:
    words = [word.format(dataset=dataset) for word in arguments]
    assert cli.main(["batch", str(dataset), "--out", str(tmp_path / "r"), *words]) == code
    assert says in capsys.readouterr().err
    assert not (tmp_path / "r").exists()
    assert sorted(path.name for path in dataset.iterdir()) == ["S1", "S2"]


def test_a_table_needs_the_results_of_a_batch(tmp_path: Path, capsys: Output) -> None:
    assert cli.main(["table", str(tmp_path)]) == 1
    assert "not the results of a batch" in capsys.readouterr().err
    assert cli.main(["table", str(tmp_path), "--format", "pdf"]) == 2
    (tmp_path / "batch.json").write_text("[]")
    assert cli.main(["table", str(tmp_path)]) == 1
    assert "expected an object" in capsys.readouterr().err
