from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from h3dstudio.data.exif_orientation import as_stored, exif_orientation


@pytest.mark.parametrize("orientation", range(1, 9))
def test_as_stored_undoes_what_pillow_does(orientation: int, tmp_path: Path) -> None:
    stored = np.zeros((4, 7), bool)
    stored[0, 1] = stored[2, 3:6] = stored[3, 0] = True
    image = Image.fromarray((stored * 255).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / "a.png", exif=exif)
    assert exif_orientation(tmp_path / "a.png") == orientation
    with Image.open(tmp_path / "a.png") as opened:
        upright = np.asarray(ImageOps.exif_transpose(opened)) > 127
    np.testing.assert_array_equal(as_stored(upright, orientation), stored)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe1\x00", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"x" * 100])
def test_what_cannot_be_read_is_upright(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    assert exif_orientation(tmp_path / "a.jpg") == 1
    assert exif_orientation(tmp_path / "none.jpg") == 1


def test_an_orientation_that_does_not_exist_is_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    Image.new("L", (2, 2)).save(tmp_path / "a.jpg", exif=exif)
    assert exif_orientation(tmp_path / "a.jpg") == 1
