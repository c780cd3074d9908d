"""Runs in, a report out, read back from every file it is written as."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from h3dstudio.errors import EvaluationError, H3DError, MeshError, OutputError, ScanError, UsageError
from h3dstudio.jobs.engines import InlineEngine
from h3dstudio.jobs.events import Cancelled, Failed, Finished, Progress
from h3dstudio.session.evaluation import EvaluationJob
from h3dstudio.session.report import ReportJob, ReportResult, find_runs
from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.evaluation_report.pages import Page
from tests.unit.evaluation_report.tiny_run import record, write_run


def report(*runs: Path, out: Path, **options: Any) -> ReportResult:
    handle = InlineEngine().submit(ReportJob(tuple(runs), out, **options))
    events = []
    while handle.alive:
        events += handle.poll(1.0)
    end = events[-1]
    if isinstance(end, Failed):
        raise end.error or AssertionError(end.details)
    assert isinstance(end, Finished)
    steps = [event.done for event in events if isinstance(event, Progress) and event.total]
    assert steps == sorted(steps)
    assert steps[-1] == max(event.total for event in events if isinstance(event, Progress))
    assert isinstance(end.result, ReportResult)
    return end.result


def page_of(result: ReportResult) -> Page:
    return Page(result.html.read_text(encoding="utf-8"))


def pdf_text(result: ReportResult) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(result.pdf).pages)


def numbers_in(value: Any, path: str = "") -> dict[str, float]:
    """Every number of a JSON tree by its path."""
    if isinstance(value, dict):
        pairs = [(f"{path}.{name}" if path else name, entry) for name, entry in value.items()]
    elif isinstance(value, list):
        pairs = [(f"{path}[{at}]", entry) for at, entry in enumerate(value)]
    else:
        return {path: float(value)} if isinstance(value, bool | int | float) else {}
    return {name: number for where, entry in pairs for name, number in numbers_in(entry, where).items()}


def test_one_run_from_folder_to_files(run: Path, tmp_path: Path) -> None:
    result = report(run, out=tmp_path / "out")
    evaluation = json.loads((run / "evaluation.json").read_text())
    assert sorted(path.name for path in result.folder.iterdir()) == [
        "pictures", "report.csv", "report.html", "report.json", "report.pdf",
    ]  # fmt: skip
    tree = json.loads((result.folder / "report.json").read_text())
    assert tree["runs"][0]["evaluation"] == evaluation
    assert tree["runs"][0]["run"] == json.loads((run / "run.json").read_text())
    rows = list(csv.DictReader(io.StringIO((result.folder / "report.csv").read_text())))
    figures = {row["figure"]: float(row["value"]) for row in rows}
    wanted = {f"evaluation.{path}": value for path, value in numbers_in(evaluation).items()}
    assert wanted.items() <= figures.items()
    assert figures["run.image_metrics.views[1].psnr"] == 25.125
    units = {row["figure"]: row["unit"] for row in rows}
    assert units["evaluation.strict.as_given.head.mean_mm"] == "mm"
    assert units["evaluation.strict.as_given.head.normal_angle_deg"] == "degrees"
    assert units["run.timings.reading"] == "s"


def test_the_page_holds_the_scores_and_nothing_from_elsewhere(run: Path, tmp_path: Path) -> None:
    result = report(run, out=tmp_path / "out")
    page = page_of(result)
    evaluation = json.loads((run / "evaluation.json").read_text())
    table = page.tables["Both protocols"]
    assert table["Figure"] == ["Face", "Whole head", "Nose"]
    for group, label in enumerate(("as_given", "rigid_icp")):
        scores = [evaluation["strict"][label][region] for region in ("face", "head", "nose")]
        cells = table["Reference → result, mean, mm"][3 * group : 3 * group + 3]
        assert cells == [f"{score['mean_mm']:.2f}" for score in scores]
        f_scores = table["F-score at 2 mm, %"][3 * group : 3 * group + 3]
        assert f_scores == [f"{100 * score['f_scores'][1]['f']:.1f}" for score in scores]
    published = [evaluation["h3ds"][region] for region in ("face", "head", "nose")]
    assert table["Result resized by"] == [f"{score['scale']:.4f}" for score in published]
    iterations = table["ICP iterations"][3:]
    assert iterations == [f"{score['icp_iterations']}" for score in published]
    assert all(address.startswith(("#", "data:image/jpeg;base64,")) for address in page.addresses)
    assert set(page.tags) & {"script", "link", "iframe", "object", "base"} == set()
    assert "http" not in re.sub(r"http://www.w3.org/2000/svg|http-equiv", "", result.html.read_text())


def test_the_page_can_be_read_by_those_who_do_not_see_it(run: Path, tmp_path: Path) -> None:
    page = page_of(report(run, out=tmp_path / "out"))
    assert all(image["alt"].strip() for image in page.images)
    assert [level for level, _ in page.headings].count(1) == 1
    levels = [level for level, _ in page.headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.identifiers) == len(set(page.identifiers))
    assert page.tags["svg"] == page.tags["desc"]
    assert '<html lang="en">' in (tmp_path / "out" / "report.html").read_text()
    anchors = {address[1:] for address in page.addresses if address.startswith("#")}
    assert anchors
    assert anchors <= set(page.identifiers)


def test_pictures_are_in_the_page_and_beside_it(run: Path, tmp_path: Path) -> None:
    result = report(run, out=tmp_path / "out")
    inside = page_of(result).pictures()
    beside = {path.name: path.read_bytes() for path in (result.folder / "pictures").iterdir()}
    assert set(inside) == set(beside.values())
    names = " ".join(beside)
    for view in ("front", "three-quarter", "profile", "back"):
        assert f"error-1-first-{view}.jpg" in names
    for view in range(4):
        assert f"photo-1-first-view{view}.jpg" in names
        assert f"colour-1-first-view{view}.jpg" in names
    sizes = {Image.open(io.BytesIO(data)).size for data in inside}
    assert sizes == {(30, 36), (30, 30)}


def test_the_pdf_says_the_same(run: Path, tmp_path: Path) -> None:
    result = report(run, out=tmp_path / "out")
    reader = PdfReader(result.pdf)
    text = pdf_text(result)
    evaluation = json.loads((run / "evaluation.json").read_text())
    assert reader.metadata is not None
    assert reader.metadata.title == "Head of ball – H3D Studio"
    assert f"{evaluation['strict']['as_given']['head']['mean_mm']:.2f} mm" in text
    assert f"{evaluation['h3ds']['head']['mean_mm']:.2f}" in text
    for title in ("In short", "Error", "Scores", "Pictures", "Settings, and how to repeat it", "Files"):
        assert title in [item.title for item in reader.outline]  # type: ignore[union-attr]
    assert "h3dstudio reconstruct" in text
    assert "25.13" in text or "25.12" in text


def test_what_is_needed_to_repeat_it_is_there(run: Path, scan: Path, tmp_path: Path) -> None:
    page = page_of(report(run, out=tmp_path / "out"))
    command = (
        f"h3dstudio reconstruct {scan} --views 0,1,2 --method h3d-net --quality draft --device cpu --seed 7"
    )
    assert f"{command} --out {run}" in page.text
    assert f"h3dstudio report {run} --out {tmp_path / 'out'}" in page.text
    content = record(scan)
    for view, files in content["inputs"]["files"].items():
        for kind, value in files.items():
            assert page.tables["Files"][f"view {view}, {kind}"] == [value]
    assert page.tables["Versions"]["numpy"] == ["2.4.6"]
    assert page.tables["Time and memory"]["Refinement, s"] == ["8.50"]
    assert page.tables["Time and memory"]["Peak memory"] == ["1.50 GB"]


def test_warnings_stand_at_the_top(tmp_path: Path, scan: Path) -> None:
    doubts = {"mean": 0.1, "low": True, "doubts": ["the photos hardly agree on the surface"]}
    run = write_run(tmp_path / "runs" / "odd", scan, scale=1.3, confidence=doubts, status="finished early")
    result = report(run, out=tmp_path / "out")
    page = page_of(result)
    top = page.text.index("Warnings")
    assert top < page.text.index("Whole head", page.text.index("In short"))
    for text in (
        "before you rely",
        "The photos hardly agree on the surface.",
        "The run was ended early",
        "was resized by 0.7",
    ):
        assert text in page.text[top:]
        assert text in pdf_text(result).replace("\n", " ")


def test_warnings_of_registrations_do_not_cast_doubt_on_figures_without_one(
    scan: Path, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "run", scan, scale=1.05)
    page = page_of(report(run, out=tmp_path / "out"))
    assert "was resized by" in page.text
    assert "The warnings above concern scores after a registration" in page.text
    assert "before you rely" not in page.text


def test_a_comparison_stands_side_by_side(tmp_path: Path, scan: Path) -> None:
    near = write_run(tmp_path / "runs" / "near", scan, scale=1.01)
    idr = {"method": "idr", "quality": "draft"}
    far = write_run(tmp_path / "runs" / "far", scan, scale=1.05, settings=idr)
    result = report(near, far, out=tmp_path / "out")
    page = page_of(result)
    assert page.tables["Whole head"]["Figure"] == ["H3D-Net", "IDR"]
    means = page.tables["Whole head"]["Reference → result, mean, mm"][:2]
    assert float(means[0]) < float(means[1])
    assert "<strong>" in result.html.read_text()
    assert "H3D-Net is nearest to its reference" in page.text
    assert page.tables["Settings and results"]["Method"] == ["H3D-Net", "IDR"]
    tree = json.loads((result.folder / "report.json").read_text())
    assert [one["label"] for one in tree["runs"]] == ["H3D-Net", "IDR"]
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


def test_without_a_ground_truth_no_error_is_claimed(tmp_path: Path) -> None:
    scan = make_tiny_scan(tmp_path / "scans" / "ball", truth=False)
    run = write_run(tmp_path / "run", scan)
    result = report(run, out=tmp_path / "out")
    page = page_of(result)
    assert "No error can be given" in page.text
    assert "No error can be given" in pdf_text(result).replace("\n", " ")
    assert "Both protocols" not in page.tables
    assert page.tables["Photos: averages"]["PSNR, dB, mean of held-out photos"] == ["25.12"]
    assert not list((result.folder / "pictures").glob("error-*"))
    assert list((result.folder / "pictures").glob("shape-*"))
    assert json.loads((result.folder / "report.json").read_text())["runs"][0]["evaluation"] is None


NASTY = ['<b>&"x', "a'b & <script>alert(1)</script>", "Größe 50%", "=1+1", "Ωμέγα → 頭"]


@pytest.mark.parametrize("name", NASTY)
def test_names_are_names(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "scans" / name.replace("/", "∕")
    scan = make_tiny_scan(folder)
    run = write_run(tmp_path / "run", scan)
    result = report(run, out=tmp_path / "out")
    page = page_of(result)
    assert page.headings[0] == (1, f"Head of {folder.name}")
    assert {"b", "script"} & set(page.tags) == set()
    assert PdfReader(result.pdf).metadata.title.startswith(f"Head of {folder.name}")  # type: ignore[union-attr]
    assert json.loads((result.folder / "report.json").read_text())["runs"][0]["scan"] == folder.name


def test_a_label_is_no_formula(tmp_path: Path, scan: Path) -> None:
    runs = [write_run(tmp_path / "runs" / name, scan) for name in ("=cmd", "two")]
    result = report(*runs, out=tmp_path / "out")
    labels = {row["run"] for row in csv.DictReader(io.StringIO((result.folder / "report.csv").read_text()))}
    assert labels == {"'=cmd", "two"}


def test_a_scan_that_has_moved_is_found_by_option(run: Path, scan: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "ball"
    shutil.move(scan, moved)
    missing = page_of(report(run, out=tmp_path / "one"))
    assert "is not where the run found it" in missing.text
    assert "No error can be given" in missing.text
    there = page_of(report(run, out=tmp_path / "two", scan=moved))
    assert "is not where" not in there.text
    assert "Both protocols" in there.tables
    # Now its scores are known, they need no scan.
    shutil.rmtree(moved)
    known = page_of(report(run, out=tmp_path / "three"))
    assert known.tables["Both protocols"] == there.tables["Both protocols"]
    with pytest.raises(ScanError, match="no such folder"):
        report(run, out=tmp_path / "four", scan=moved)


def test_another_scan_and_changed_photos_are_noticed(run: Path, scan: Path, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((48, 64, 3), np.uint8)).save(scan / "image" / "img_0001.jpg")
    page = page_of(report(run, out=tmp_path / "one"))
    assert "view 1 has changed since the run was made" in page.text
    other = make_tiny_scan(tmp_path / "scans" / "other")
    page = page_of(report(run, out=tmp_path / "two", scan=other))
    assert "The scan given is other, the run was made from ball." in page.text


def test_a_changed_mesh_is_evaluated_again(run: Path, scan: Path, tmp_path: Path) -> None:
    report(run, out=tmp_path / "one")
    before = (run / "evaluation.json").read_bytes()
    write_run(run, scan, scale=1.04)
    result = report(run, out=tmp_path / "two")
    assert "it was evaluated again for this report" in page_of(result).text
    assert (run / "evaluation.json").read_bytes() == before
    figures = [json.loads((tmp_path / name / "report.json").read_text()) for name in ("one", "two")]
    means = [one["runs"][0]["evaluation"]["strict"]["as_given"]["head"]["mean_mm"] for one in figures]
    assert means[1] == pytest.approx(2 * means[0], rel=0.1)


def test_a_stored_evaluation_is_taken_as_it_is(run: Path, scan: Path, tmp_path: Path) -> None:
    for _ in EvaluationJob(scan, run, run).events():
        pass
    before = (run / "evaluation.json").read_bytes()
    result = report(run, out=tmp_path / "out")
    assert (run / "evaluation.json").read_bytes() == before
    tree = json.loads((result.folder / "report.json").read_text())
    assert tree["runs"][0]["evaluation"] == json.loads(before)


def test_a_result_in_a_frame_of_its_own_is_shown_registered(run: Path, scan: Path, tmp_path: Path) -> None:
    from h3dstudio.data.mesh_files import read_mesh, write_mesh

    mesh = read_mesh(run / "mesh.ply")
    write_mesh(run / "mesh.ply", mesh.with_vertices(mesh.vertices + np.array([40.0, 0, 0])))
    result = report(run, out=tmp_path / "out")
    page = page_of(result)
    assert "not in the scan's frame" in page.text
    assert "it was moved as a rigid body" in page.text
    evaluation = json.loads((run / "evaluation.json").read_text())
    assert f"{evaluation['strict']['rigid_icp']['head']['mean_mm']:.2f} mm" in page.text


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


def test_a_results_folder_with_foreign_files_is_reported_as_far_as_it_goes(
    scan: Path, tmp_path: Path
) -> None:
    results = tmp_path / "results"
    write_run(results / "ball" / "3" / "h3d-net", scan)
    write_run(results / "ball" / "16" / "h3d-net", scan)
    broken = write_run(results / "ball" / "8" / "h3d-net", scan)
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


def test_corrected_cameras_are_told(scan: Path, tmp_path: Path) -> None:
    from h3dstudio.data.readers import read_scan
    from h3dstudio.evaluation.camera_errors import camera_offsets
    from h3dstudio.geometry.camera import Camera

    given = {view.index: view.camera for view in read_scan(scan).views if view.index < 3}
    found = {
        view: Camera(one.intrinsics, one.rotation, one.translation + np.array([0, 3.0 * view, 0]))
        for view, one in given.items()
    }
    cameras = {
        "corrected": True,
        **camera_offsets(found, given).as_dict(),
        "world_mats": {str(view): one.projection.tolist() for view, one in found.items()},
    }
    run = write_run(tmp_path / "run", scan, cameras=cameras)
    page = page_of(report(run, out=tmp_path / "out", cameras=scan / "cameras.npz"))
    for caption in (
        "Cameras: corrected against given",
        "Cameras: as the run left them, against the true ones",
    ):
        assert page.tables[caption]["View 2"][:2] == ["0.000", "6.00"]
        assert page.tables[caption]["Mean"][1] == "3.00"


def test_lpips_has_its_column_or_its_reason(scan: Path, tmp_path: Path) -> None:
    from tests.unit.evaluation_report.tiny_run import SCORE

    without = page_of(report(write_run(tmp_path / "one", scan), out=tmp_path / "out1"))
    assert "LPIPS was not measured" in without.text
    views = [
        {"view": 0, "held_out": False, **SCORE},
        {"view": 3, "held_out": True, **SCORE, "psnr": None, "lpips": 0.0625},
    ]
    run = write_run(tmp_path / "two", scan, image_metrics={"views": views})
    page = page_of(report(run, out=tmp_path / "out2"))
    assert page.tables["Photos: each view"]["View 3"] == ["held out", "identical", "0.9062", "0.0625", "700"]
    assert page.tables["Photos: each view"]["View 0"][3] == "–"
    assert page.tables["Photos: averages"]["LPIPS, mean of held-out photos"] == ["0.0625"]
    assert "LPIPS was not measured" not in page.text


def test_true_cameras_are_of_one_scan(run: Path, tmp_path: Path) -> None:
    other = write_run(tmp_path / "runs" / "other", make_tiny_scan(tmp_path / "scans" / "other"))
    with pytest.raises(UsageError, match="of several"):
        report(run, other, out=tmp_path / "out", cameras=tmp_path / "scans" / "other" / "cameras.npz")


def test_an_evaluation_is_repeated_with_its_options(run: Path, scan: Path, tmp_path: Path) -> None:
    from h3dstudio.evaluation.options import EvaluationOptions

    (tmp_path / "cheek.txt").write_text("3\n4\n5\n20\n21\n22\n")
    regions = (str(tmp_path / "cheek.txt"),)
    for _ in EvaluationJob(scan, run, run, options=EvaluationOptions("free", regions)).events():
        pass
    page = page_of(report(run, out=tmp_path / "out"))
    assert f"h3dstudio evaluate {scan} {run} --align free --region {regions[0]}" in page.text
    assert page.tables["Both protocols"]["Figure"] == ["Face", "Whole head", "Nose", "cheek"]
    (tmp_path / "cheek.txt").unlink()
    again = page_of(report(run, out=tmp_path / "again"))
    assert again.tables["Both protocols"] == page.tables["Both protocols"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def refusal(read: Callable[[], object]) -> str | None:
    """What file an error is about; None when there is none."""
    try:
        read()
    except H3DError as error:
        return error.where
    return None


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values in a JSON tree."""
    if isinstance(value, dict):
        return [path, *(one for name, entry in value.items() for one in places(entry, (*path, name)))]
    if isinstance(value, list):
        return [path, *(one for at, entry in enumerate(value) for one in places(entry, (*path, at)))]
    return [path]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_record_with_anything_in_any_place_is_read_or_refused(
    data: st.DataObject, scan: Path, tmp_path: Path
) -> None:
    from h3dstudio.evaluation.report.record import read_facts

    content = record(scan)
    path = data.draw(st.sampled_from(places(content)))
    value = data.draw(JSON)
    if not path:
        content = value
    else:
        holder: Any = content
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value
    file = tmp_path / "run.json"
    file.write_text(json.dumps(content))
    assert refusal(lambda: read_facts(file)) in (None, str(file))


@pytest.mark.parametrize(
    ("field", "value"),
    [("seconds", 10**400), ("iterations", True), ("timings", {"reading": "x"}), ("status", None)],
)
def test_a_wrong_field_is_named(scan: Path, tmp_path: Path, field: str, value: object) -> None:
    from h3dstudio.evaluation.report.record import read_facts

    (tmp_path / "run.json").write_text(json.dumps(record(scan, **{field: value})))
    with pytest.raises(EvaluationError, match=field):
        read_facts(tmp_path / "run.json")


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has been evaluated."""
    folder = tmp_path_factory.mktemp("evaluated")
    scan = make_tiny_scan(folder / "scans" / "ball")
    run = write_run(folder / "run", scan)
    for _ in EvaluationJob(scan, run, run).events():
        pass
    return run


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_an_evaluation_with_anything_in_any_place_is_told_or_refused(
    data: st.DataObject, evaluated: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever passes the reader passes the tables and the words, too."""
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.evaluation.report.figures import as_csv, as_tree
    from h3dstudio.evaluation.report.provenance import settings_blocks, timing_blocks, version_blocks
    from h3dstudio.evaluation.report.record import read_facts
    from h3dstudio.evaluation.report.run import ReportedRun
    from h3dstudio.evaluation.report.score_tables import protocol_table, score_tables
    from h3dstudio.evaluation.report.summary import comparison, headlines, sentences
    from h3dstudio.session.evaluation import read_evaluation

    content = json.loads((evaluated / "evaluation.json").read_text())
    path = data.draw(st.sampled_from(places(content)).filter(bool))
    holder: Any = content
    for step in path[:-1]:
        holder = holder[step]
    if data.draw(st.booleans()) and isinstance(holder, dict):
        del holder[path[-1]]
    else:
        holder[path[-1]] = data.draw(JSON)
    folder = tmp_path_factory.mktemp("any")
    (folder / "evaluation.json").write_text(json.dumps(content))
    try:
        stored = read_evaluation(folder)
    except H3DError:
        return
    facts = read_facts(evaluated / "run.json")
    mesh = read_mesh(evaluated / "mesh.ply")
    run = ReportedRun("one", "1", evaluated, facts, mesh, evaluation=dict(stored.content))
    other = ReportedRun("two", "2", evaluated, facts, mesh)
    assert run.placed_mesh.vertices.shape == mesh.vertices.shape
    assert sentences(run, None)
    for runs in ([run], [run, other]):
        assert headlines(runs)
        assert comparison(runs)
        assert score_tables(runs)
        assert settings_blocks(runs, "report")
        assert timing_blocks(runs)
        assert version_blocks(runs)
        assert as_csv(as_tree(runs, command="", made="", version="")).count("\n") > 50
    protocol_table(run)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=60))
def test_a_record_of_any_bytes_is_refused(noise: bytes, tmp_path: Path) -> None:
    from h3dstudio.evaluation.report.record import read_facts

    (tmp_path / "run.json").write_bytes(noise)
    with pytest.raises(EvaluationError, match=r"run\.json"):
        read_facts(tmp_path / "run.json")
