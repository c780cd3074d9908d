from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from h3dstudio.data.inspection import grouped, inspect_scan
from h3dstudio.data.scan import Problem
from tests.unit.data import tiny_scan
from tests.unit.data.tiny_scan import make_tiny_scan


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return make_tiny_scan(tmp_path / "tiny")


def whats(scan: Path) -> list[str]:
    return [problem.what for problem in inspect_scan(scan).problems]


def rescale(scan: Path, factor: float, shift: tuple[float, float, float] = (0, 0, 0)) -> None:
    with np.load(scan / "cameras.npz") as archive:
        matrices = {key: archive[key] for key in archive.files}
    for n in range(4):
        matrices[f"scale_mat_{n}"] = matrices[f"scale_mat_{n}"] @ np.diag([factor] * 3 + [1.0])
        matrices[f"scale_mat_{n}"][:3, 3] += shift
    np.savez(scan / "cameras.npz", **matrices)


def test_a_good_scan_has_no_problem(scan: Path) -> None:
    found = inspect_scan(scan)
    assert found.problems == ()
    assert found.mesh is not None
    assert found.foreground == pytest.approx((tiny_scan.ball_mask() > 0).mean())
    assert dict(found.region_sizes)["nose"] > 0


def test_a_head_outside_the_unit_sphere(scan: Path) -> None:
    rescale(scan, 0.4)
    found = inspect_scan(scan)
    assert found.fatal
    assert any("silhouettes lie outside the unit sphere (radius 48 mm)" in what for what in whats(scan))
    assert any("100% of the vertices lie outside the unit sphere" in what for what in whats(scan))


def test_a_sphere_that_cuts_a_third_of_the_head_stops_a_run(scan: Path) -> None:
    rescale(scan, 1.0, (0, 90.0, 0))
    found = inspect_scan(scan)
    assert found.fatal
    assert any("does not hold what the masks show" in problem.what for problem in found.problems)
    assert any("silhouettes lie outside" in problem.what for problem in found.problems)


def test_a_head_a_little_outside_is_no_fatal_problem(scan: Path) -> None:
    rescale(scan, 1.0, (0, 55.0, 0))
    found = inspect_scan(scan)
    assert not found.fatal
    assert found.problems


def test_masks_that_are_no_head(scan: Path) -> None:
    size = (tiny_scan.WIDTH, tiny_scan.HEIGHT)
    Image.new("L", size, 255).save(scan / "mask" / "mask_0000.png")
    Image.new("L", size, 0).save(scan / "mask" / "mask_0001.png")
    corner = Image.new("L", size, 0)
    corner.putpixel((0, 0), 255)
    corner.save(scan / "mask" / "mask_0002.png")
    found = whats(scan)
    for text in (
        "covers 100% of the photo",
        "the mask is empty",
        "covers only 0.03%",
        "the mask and the unit sphere do not meet in this view",
    ):
        assert any(text in what for what in found), text


def test_every_damaged_photo_is_named(scan: Path) -> None:
    for number in (1, 2):
        file = scan / "image" / f"img_{number:04d}.jpg"
        file.write_bytes(file.read_bytes()[:-200])
    found = inspect_scan(scan).problems
    assert [Path(problem.where).name for problem in found] == ["img_0001.jpg", "img_0002.jpg"]


def test_ground_truth_landmarks_and_regions(scan: Path) -> None:
    (scan / "landmarks.txt").write_text("nose_tip 5\nleft_eye 999999\n")
    (scan / "regions" / "nose.txt").write_text("999999\n")
    found = whats(scan)
    assert any("left_eye is vertex 999999" in what for what in found)
    assert any("the region holds vertex 999999" in what for what in found)
    assert any("landmarks are missing: right_eye" in what for what in found)
    (scan / "full_head.obj").write_text("v 1 2\n")
    assert any("line 1 has fewer than three coordinates" in what for what in whats(scan))


def test_an_unreadable_scan_lists_all_reasons(scan: Path) -> None:
    (scan / "cameras.npz").unlink()
    (scan / "mask").rename(scan / "masks")
    found = inspect_scan(scan)
    assert found.scan is None
    assert [problem.fatal for problem in found.problems] == [True, True]


def test_grouping() -> None:
    problems = [Problem(f"m{n}", "no mask") for n in range(3)] + [Problem("x", "other")]
    assert [(problem.where, count) for problem, count in grouped(problems)] == [("m0", 3), ("x", 1)]
