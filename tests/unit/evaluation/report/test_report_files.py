"""One run in, a report out, read back from every file it is written as."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.evaluation.report.reports import page_of, pdf_text, report
from tests.unit.evaluation.report.tiny_run import record, write_run


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
        f"h3dstudio reconstruct {scan} --views 0,1,2 --method h3d-grid --quality draft --device cpu --seed 7"
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


def test_lpips_has_its_column_or_its_reason(scan: Path, tmp_path: Path) -> None:
    from tests.unit.evaluation.report.tiny_run import SCORE

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
