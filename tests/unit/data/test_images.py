from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from h3dstudio.data.images import image_size, load_view, load_views, read_gray, read_rgb
from h3dstudio.data.readers import read_scan
from h3dstudio.data.scan import View
from h3dstudio.errors import ScanError
from tests.unit.data import tiny_scan
from tests.unit.data.tiny_scan import make_tiny_scan


@pytest.fixture
def view(tmp_path: Path) -> View:
    return read_scan(make_tiny_scan(tmp_path / "tiny", layout="idr", truth=False)).views[1]


def absurd_png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I4s", 1000, b"IDAT") + b"x\x9c"


def test_loads_the_pixels_as_stored(view: View) -> None:
    loaded = load_view(view)
    assert loaded.image.shape == (tiny_scan.HEIGHT, tiny_scan.WIDTH, 3)
    assert loaded.image.dtype == np.uint8
    np.testing.assert_array_equal(loaded.mask, tiny_scan.ball_mask() > 127)
    np.testing.assert_array_equal(loaded.image[0, 0], [30, 30, 30])


def test_views_come_in_order(tmp_path: Path) -> None:
    views = read_scan(make_tiny_scan(tmp_path / "tiny")).views
    for threads in (1, 2):
        assert [loaded.view.index for loaded in load_views(views, threads)] == [0, 1, 2, 3]


def test_the_mask_threshold(view: View) -> None:
    gray = np.zeros((tiny_scan.HEIGHT, tiny_scan.WIDTH), np.uint8)
    gray[0, :4] = (0, 127, 128, 255)
    Image.fromarray(gray).save(view.mask_path)
    assert load_view(view).mask[0, :4].tolist() == [False, False, True, True]


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB", "RGBA", "LA"])
def test_masks_of_any_mode(view: View, mode: str) -> None:
    Image.open(view.mask_path).convert(mode).save(view.mask_path)
    np.testing.assert_array_equal(load_view(view).mask, tiny_scan.ball_mask() > 127)


def test_an_exif_rotation_is_not_applied(view: View, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (20, 10)).save(tmp_path / "r.jpg", exif=exif)
    assert image_size(tmp_path / "r.jpg") == (20, 10)
    assert read_rgb(tmp_path / "r.jpg").shape == (10, 20, 3)


def test_an_empty_mask(view: View) -> None:
    Image.new("L", (tiny_scan.WIDTH, tiny_scan.HEIGHT), 1).save(view.mask_path)
    with pytest.raises(ScanError, match=r"mask is empty.*its largest value is 1\)\. Write the head as white"):
        load_view(view)


def test_a_mask_of_another_size(view: View) -> None:
    Image.new("L", (10, 20), 255).save(view.mask_path)
    with pytest.raises(ScanError, match=r"the mask is 10x20, but its photo 000001\.png is 64x48"):
        load_view(view)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "not an image file"),
        (b"hello", "not an image file"),
        (absurd_png(2**31 - 1, 2**31 - 1), "megapixels|damaged"),
        (absurd_png(30_000, 30_000), "30000x30000, more than 256 megapixels"),
        (absurd_png(9_000, 9_000), "damaged or cut short"),
        (absurd_png(64, 48), "damaged or cut short"),
    ],
)
def test_files_that_are_no_photo(view: View, data: bytes, text: str) -> None:
    view.image_path.write_bytes(data)
    with pytest.raises(ScanError, match=text) as caught:
        load_view(view)
    assert caught.value.where == str(view.image_path)


def test_a_truncated_jpeg(tmp_path: Path) -> None:
    view = read_scan(make_tiny_scan(tmp_path / "tiny")).views[0]
    data = view.image_path.read_bytes()
    view.image_path.write_bytes(data[: len(data) // 2])
    assert image_size(view.image_path) == (tiny_scan.WIDTH, tiny_scan.HEIGHT)
    with pytest.raises(ScanError, match="damaged or cut short"):
        load_view(view)


def test_missing_files_and_folders(view: View, tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="there is no such image"):
        load_view(replace(view, mask_path=tmp_path / "none.png"))
    with pytest.raises(ScanError, match="this is a folder"):
        read_gray(tmp_path)
