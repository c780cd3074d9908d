"""What pixels alone say against photos and masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from h3dstudio.data.image_turns import turned_photos
from h3dstudio.data.images import load_views
from h3dstudio.data.inspection import inspect_scan
from h3dstudio.data.pixel_checks import check_pixels
from h3dstudio.data.readers import read_scan
from h3dstudio.data.scan import Problem
from tests.unit.data import tiny_scan
from tests.unit.data.tiny_scan import make_tiny_scan

SIZE = (tiny_scan.WIDTH, tiny_scan.HEIGHT)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return make_tiny_scan(tmp_path / "tiny")


def found(scan: Path) -> list[Problem]:
    return check_pixels(load_views(read_scan(scan).views))


def blank(scan: Path, number: int, value: int) -> None:
    Image.new("RGB", SIZE, (value,) * 3).save(scan / "image" / f"img_{number:04d}.jpg")


def test_good_photos_draw_no_word(scan: Path) -> None:
    assert found(scan) == []


@pytest.mark.parametrize("value", [0, 77, 255])
def test_a_photo_of_one_value(scan: Path, value: int) -> None:
    blank(scan, 2, value)
    (problem,) = found(scan)
    assert (problem.what, problem.fatal) == ("every pixel of the photo has the same colour", False)
    assert problem.where.endswith("img_0002.jpg")


def test_photos_that_are_all_of_one_value_are_fatal(scan: Path) -> None:
    for number in range(4):
        blank(scan, number, 255)
    assert all(problem.fatal for problem in found(scan))
    assert inspect_scan(scan).fatal


def test_masks_that_fill_every_photo_are_fatal(scan: Path) -> None:
    full = np.full(SIZE[::-1], 255, np.uint8)
    full[0, :40] = 0  # 98.7 %
    for number in range(4):
        assert not any(problem.fatal for problem in found(scan))
        Image.fromarray(full).save(scan / "mask" / f"mask_{number:04d}.png")
    (problem,) = found(scan)
    assert problem.fatal
    assert "every mask covers more than 98% of its photo" in problem.what


def turn(file: Path, orientation: int, size: tuple[int, int] | None = None) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    with Image.open(file, formats=("JPEG", "PNG")) as image:
        (image.resize(size) if size else image.copy()).save(file, exif=exif)


def test_turns_are_named_in_the_same_words_for_all(scan: Path) -> None:
    for number in range(3):
        turn(scan / "image" / f"img_{number:04d}.jpg", 6)
    problems = turned_photos(read_scan(scan).views)
    assert len(problems) == 3
    assert {problem.what for problem in problems} == {
        "the photo carries EXIF orientation 6 (turned by 90 degrees clockwise), which is not applied; "
        "a mask made by a tool that obeys it is turned against its photo"
    }


def test_a_turn_that_photo_and_mask_share_is_none(scan: Path) -> None:
    turn(scan / "image" / "img_0001.jpg", 3)
    turn(scan / "mask" / "mask_0001.png", 3)
    assert turned_photos(read_scan(scan).views) == []


@pytest.mark.parametrize(("photo", "mask", "which"), [(6, 1, "photo"), (8, 1, "photo"), (1, 6, "mask")])
def test_sizes_that_a_turn_explains(scan: Path, photo: int, mask: int, which: str) -> None:
    turn(scan / "image" / "img_0001.jpg", photo)
    turn(scan / "mask" / "mask_0001.png", mask, SIZE[::-1])
    problem = read_scan(scan).left_out[1]
    assert problem.what.startswith("the mask is 48x64, but its photo is 64x48: ")
    assert f"the {which} carries EXIF orientation {max(photo, mask)}" in problem.what
    assert "as they are stored" in problem.remedy


def test_sizes_that_a_turn_without_a_note_explains(scan: Path) -> None:
    turn(scan / "mask" / "mask_0001.png", 1, SIZE[::-1])
    assert "one of them is turned" in read_scan(scan).left_out[1].what
