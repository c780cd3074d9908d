"""Several runs side by side, and folders of runs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from h3dstudio.errors import OutputError, UsageError
from h3dstudio.session.report.job import find_runs
from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.evaluation.report.reports import page_of, report
from tests.unit.evaluation.report.tiny_run import write_run


def test_a_comparison_stands_side_by_side(tmp_path: Path, scan: Path) -> None:
    near = write_run(tmp_path / "runs" / "near", scan, scale=1.01)
    idr = {"method": "hull-grid", "quality": "draft"}
    far = write_run(tmp_path / "runs" / "far", scan, scale=1.05, settings=idr)
    result = report(near, far, out=tmp_path / "out")
    page = page_of(result)
    assert page.tables["Whole head"]["Figure"] == ["H3D grid", "Hull grid"]
    means = page.tables["Whole head"]["Reference → result, mean, mm"][:2]
    assert float(means[0]) < float(means[1])
    assert "<strong>" in result.html.read_text()
    assert "H3D grid is nearest to its reference" in page.text
    assert page.tables["Settings and results"]["Method"] == ["H3D grid", "Hull grid"]
    tree = json.loads((result.folder / "report.json").read_text())
    assert [one["label"] for one in tree["runs"]] == ["H3D grid", "Hull grid"]
    for one, folder in zip(tree["runs"], (near, far), strict=True):
        assert one["evaluation"] == json.loads((folder / "evaluation.json").read_text())


def test_the_colours_of_an_error_do_not_depend_on_the_run(tmp_path: Path, scan: Path) -> None:
    """2 mm are 2 mm, whatever stands beside them."""
    run = write_run(tmp_path / "runs" / "one", scan, scale=1.025)
    other = write_run(tmp_path / "runs" / "two", scan, scale=1.2)
    alone = report(run, out=tmp_path / "alone")
    both = report(run, other, out=tmp_path / "both")
    (first,) = (alone.folder / "pictures").glob("error-1-*-front.jpg")
    (second,) = (both.folder / "pictures").glob("error-1-*-front.jpg")
    assert first.read_bytes() == second.read_bytes()


def test_many_runs_fit_on_paper(tmp_path: Path, scan: Path) -> None:
    for number in range(7):
        write_run(tmp_path / "runs" / f"run{number}", scan, scale=1 + 0.01 * number)
    page = page_of(report(tmp_path / "runs", out=tmp_path / "out"))
    first, second = page.tables["Whole head (1 to 6 of 7)"], page.tables["Whole head (7 to 7 of 7)"]
    assert first["Figure"] + second["Figure"] == [f"run{number}" for number in range(7)]
    label = "Reference → result, mean, mm"
    means = [float(cell) for cell in first[label][:6] + second[label][:1]]
    assert means == sorted(means)


def test_a_label_is_no_formula(tmp_path: Path, scan: Path) -> None:
    runs = [write_run(tmp_path / "runs" / name, scan) for name in ("=cmd", "two")]
    result = report(*runs, out=tmp_path / "out")
    labels = {row["run"] for row in csv.DictReader(io.StringIO((result.folder / "report.csv").read_text()))}
    assert labels == {"'=cmd", "two"}


def test_a_results_folder_with_foreign_files_is_reported_as_far_as_it_goes(
    scan: Path, tmp_path: Path
) -> None:
    results = tmp_path / "results"
    write_run(results / "ball" / "3" / "h3d-grid", scan)
    write_run(results / "ball" / "16" / "h3d-grid", scan)
    broken = write_run(results / "ball" / "8" / "h3d-grid", scan)
    (broken / "run.json").write_text("{ this is no")
    (results / "notes.txt").write_text("mine")
    (results / ".hidden").mkdir()
    result = report(results, out=tmp_path / "out")
    assert result.runs == 2
    assert len(result.left_out) == 1
    page = page_of(result)
    assert "Left out of this report" in page.text
    assert str(broken / "run.json") in page.text
    assert (results / "notes.txt").read_text() == "mine"
    found = [one.folder.parent.name for one in find_runs([results])]
    assert found == ["3", "8", "16"]


def test_nothing_usable_is_an_error(scan: Path, tmp_path: Path) -> None:
    broken = write_run(tmp_path / "results" / "one", scan)
    (broken / "mesh.ply").unlink()
    with pytest.raises(OutputError, match="none of the runs"):
        report(tmp_path / "results", out=tmp_path / "out")


def test_true_cameras_are_of_one_scan(run: Path, tmp_path: Path) -> None:
    other = write_run(tmp_path / "runs" / "other", make_tiny_scan(tmp_path / "scans" / "other"))
    with pytest.raises(UsageError, match="of several"):
        report(run, other, out=tmp_path / "out", cameras=tmp_path / "scans" / "other" / "cameras.npz")
