"""Reports that cannot be made, or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from h3dstudio.errors import EvaluationError, MeshError, OutputError
from h3dstudio.jobs.engines import InlineEngine
from h3dstudio.jobs.events import Cancelled
from h3dstudio.session.report.job import ReportJob
from tests.unit.evaluation.report.reports import report


@pytest.mark.parametrize("cut", [0, 1, 200, -30])
def test_a_truncated_evaluation_is_named(run: Path, tmp_path: Path, cut: int) -> None:
    report(run, out=tmp_path / "one")
    file = run / "evaluation.json"
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(EvaluationError) as caught:
        report(run, out=tmp_path / "two")
    assert str(file) in str(caught.value)
    assert caught.value.remedy


def test_missing_and_foreign_files_are_named(run: Path, scan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(EvaluationError, match="no such folder"):
        report(tmp_path / "nothing", out=out)
    with pytest.raises(EvaluationError, match="this is a file"):
        report(run / "run.json", out=out)
    with pytest.raises(EvaluationError, match="there is no run here"):
        report(scan, out=out)
    (run / "mesh.ply").unlink()
    with pytest.raises(MeshError, match=r"no mesh\.ply: it is finished"):
        report(run, out=out)
    (run / "mesh.ply").write_text("novel")
    with pytest.raises(MeshError, match=r"mesh\.ply"):
        report(run, out=out)
    (run / "run.json").write_text("{}")
    with pytest.raises(EvaluationError, match=r"run\.json: the run's record has format None"):
        report(run, out=out)


def test_a_report_is_never_replaced_unasked(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report(run, out=out)
    (out / "mine.txt").write_text("notes")
    (out / "pictures" / "mine.jpg").write_text("a picture")
    before = (out / "report.html").read_bytes()
    with pytest.raises(OutputError, match=r"holds report\.html"):
        report(run, out=out)
    assert (out / "report.html").read_bytes() == before
    report(run, out=out, force=True)
    assert (out / "mine.txt").read_text() == "notes"
    assert (out / "pictures" / "mine.jpg").read_text() == "a picture"


def test_a_place_that_cannot_be_written_is_refused_before_the_work(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for place in (file, file / "below"):
        with pytest.raises(OutputError):
            report(run, out=place)
    assert not (run / "evaluation.json").exists()
    if os.geteuid() != 0:
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o500)
        with pytest.raises(OutputError, match="not permitted"):
            report(run, out=locked / "report")


def test_a_cancelled_report_leaves_no_page(run: Path, tmp_path: Path) -> None:
    handle = InlineEngine().submit(ReportJob((run,), tmp_path / "out"))
    handle.poll()
    handle.poll()
    handle.cancel()
    events = []
    while handle.alive:
        events += handle.poll(1.0)
    assert isinstance(events[-1], Cancelled)
    assert not (tmp_path / "out" / "report.html").exists()
