"""The demo scan from its photos to a report, on the command line."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

from PIL import Image
from pypdf import PdfReader

from h3dstudio.cli import main
from tests.unit.evaluation.report.pages import Page


def test_the_demo_scan_from_photos_to_a_report(commanded_run: Path, tmp_path: Path, capsys) -> None:
    run = Path(shutil.copytree(commanded_run, tmp_path / "run"))
    assert main(["report", str(run)]) == 0
    out = run / "report"
    page = Page((out / "report.html").read_text(encoding="utf-8"))
    evaluation = json.loads((run / "evaluation.json").read_text())
    record = json.loads((run / "run.json").read_text())

    # What was measured is what is told, in every file.
    face = evaluation["strict"]["as_given"]["face"]["mean_mm"]
    assert 0 < face < 3
    assert page.tables["Both protocols"]["Reference → result, mean, mm"][0] == f"{face:.2f}"
    text = "\n".join(one.extract_text() for one in PdfReader(out / "report.pdf").pages)
    assert f"{face:.2f} mm" in text
    rows = {
        row["figure"]: row["value"] for row in csv.DictReader((out / "report.csv").open(encoding="utf-8"))
    }
    assert float(rows["evaluation.strict.as_given.face.mean_mm"]) == face
    views = record["image_metrics"]["views"]
    table = page.tables["Photos: each view"]
    assert [table[f"View {view['view']}"][1] for view in views] == [f"{view['psnr']:.2f}" for view in views]
    assert "LPIPS was not measured" in page.text

    # Pictures from all sides, and photos beside the result.
    pictures = {path.stem: path for path in (out / "pictures").iterdir()}
    for side in ("front", "three-quarter", "profile", "back"):
        assert any(name.startswith("error-") and name.endswith(side) for name in pictures)
    assert sum(name.startswith("photo-") for name in pictures) == 4
    assert len(page.pictures()) == len(pictures)
    (front,) = (
        path for name, path in pictures.items() if name.startswith("error-") and name.endswith("front")
    )
    colors = Image.open(front).convert("RGB").getcolors(2**24)
    assert colors is not None
    assert len(colors) > 500
    assert (out / "report.html").stat().st_size < 3_000_000
