"""Photos and masks by equal names; numbers next; order last, and said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.data.readers import read_scan
from h3dstudio.data.readers.pairing import bare_stem, own_stem
from h3dstudio.data.scan import Scan
from h3dstudio.errors import ScanError
from tests.unit.data.tiny_scan import make_tiny_scan


def named(folder: Path, photos: list[str], masks: list[str]) -> Scan:
    """The tiny scan with its files renamed in order; "" removes one."""
    scan = make_tiny_scan(folder, truth=False, layout="idr")
    for part, names in (("image", photos), ("mask", masks)):
        for file, name in zip(sorted((scan / part).iterdir()), names, strict=True):
            file.rename(file.with_name(name)) if name else file.unlink()
    return read_scan(scan)


def pairs(scan: Scan) -> dict[str, str]:
    return {view.image_path.name: view.mask_path.name for view in scan.views}


def test_names_decide_and_not_their_order(tmp_path: Path) -> None:
    scan = named(
        tmp_path / "s",
        ["front.png", "left.png", "right.png", "up.png"],
        ["above.png", "front.png", "left.png", "right.png"],
    )
    assert pairs(scan) == {"front.png": "front.png", "left.png": "left.png", "right.png": "right.png"}
    assert [view.index for view in scan.views] == [0, 1, 2]
    assert scan.left_out[3].what == "the photo has no mask in mask/"
    said = [problem.what for problem in scan.problems]
    assert "no photo in image/ has this mask's name; it is not used" in said
    assert any("matched to the cameras in sorted order, front.png first" in what for what in said)


@pytest.mark.parametrize(
    "masks",
    [
        ["{}.png"] * 4,
        ["{}.PNG"] * 4,
        ["{}.jpg.png"] * 4,
        ["{}_mask.png"] * 4,
        ["mask-{}.png"] * 4,
        ["{} (alpha).png"] * 4,
        ["{}.rembg.png"] * 4,
    ],
)
def test_what_masks_are_called_beside_their_photos(tmp_path: Path, masks: list[str]) -> None:
    names = ["back", "ear", "front", "top"]
    shuffled = [names[at] for at in (2, 0, 3, 1)]  # mask i is not photo i's in sorted order, but by name
    scan = named(
        tmp_path / "s",
        [f"{name}.jpg" for name in names],
        [pattern.format(name) for pattern, name in zip(masks, shuffled, strict=True)],
    )
    assert len(scan.views) == 4
    for photo, mask in pairs(scan).items():
        assert Path(photo).stem in mask.lower()


def test_order_decides_only_when_no_name_agrees_and_that_is_said(tmp_path: Path) -> None:
    scan = named(tmp_path / "s", ["a.png", "b.png", "c.png", "d.png"], ["w.png", "x.png", "y.png", "z.png"])
    assert pairs(scan) == {"a.png": "w.png", "b.png": "x.png", "c.png": "y.png", "d.png": "z.png"}
    said = [problem.what for problem in scan.problems]
    assert "no mask has the name of a photo; they are paired in sorted order, a.png with w.png" in said


def test_order_needs_as_many(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="4 photos and 3 masks"):
        named(tmp_path / "s", ["a.png", "b.png", "c.png", "d.png"], ["w.png", "x.png", "y.png", ""])


def test_equal_numbers_with_other_words_and_zeros(tmp_path: Path) -> None:
    photos = [f"IMG_{number:04d}.png" for number in (7, 8, 9, 10)]
    scan = named(tmp_path / "s", photos, [f"{number}.png" for number in (7, 8, 9, 10)])
    assert {int(Path(photo).stem[4:]): int(Path(mask).stem) for photo, mask in pairs(scan).items()} == {
        number: number for number in (7, 8, 9, 10)
    }


def test_masks_named_like_their_photos_draw_no_noise(tmp_path: Path) -> None:
    for ending in (".png", ".jpg.png"):
        scan = make_tiny_scan(tmp_path / ending)
        for number in range(4):
            mask = scan / "mask" / f"mask_{number:04d}.png"
            mask.rename(mask.with_name(f"img_{number:04d}{ending}"))
        read = read_scan(scan)
        assert read.problems == ()
        assert pairs(read) == {f"img_{n:04d}.jpg": f"img_{n:04d}{ending}" for n in range(4)}


def test_two_photos_of_one_name_are_not_guessed(tmp_path: Path) -> None:
    scan = make_tiny_scan(tmp_path / "s", truth=False, layout="idr")
    for part in ("image", "mask"):
        for file, name in zip(sorted((scan / part).iterdir()), "abcd", strict=True):
            file.rename(file.with_name(f"{name}.png"))
    shutil.copy(scan / "image" / "a.png", scan / "image" / "a.jpg")
    with pytest.raises(ScanError, match="5 photos and 4 cameras"):
        read_scan(scan)


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=30))
def test_stems_are_never_empty_and_forget_their_suffix(name: str) -> None:
    if name.strip(". "):
        photo, mask = Path("image") / f"{name}.jpg", Path("mask") / f"{name}.jpg.png"
        assert own_stem(photo) == own_stem(mask)
        assert bare_stem(photo) == bare_stem(mask)
        assert own_stem(photo) != "" or name.lower().endswith((".jpg", ".png"))
