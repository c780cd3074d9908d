"""What the scores of a report rest on: the scan, a stored evaluation, or a new one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from h3dstudio.errors import ScanError
from h3dstudio.session.evaluation.job import EvaluationJob
from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.evaluation.report.reports import page_of, pdf_text, report
from tests.unit.evaluation.report.tiny_run import write_run


def test_warnings_stand_at_the_top(tmp_path: Path, scan: Path) -> None:
    doubts = {"mean": 0.1, "low": True, "caveats": ["the photos hardly agree on the surface"]}
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
