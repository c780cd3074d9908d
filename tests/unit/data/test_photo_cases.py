"""The smallest inputs that went wrong with photos, masks and cameras, each as it has to be answered."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from h3dstudio.cli import main
from h3dstudio.data.images import exif_orientation, load_view, load_views
from h3dstudio.data.inspection import inspect_scan
from h3dstudio.data.readers import read_scan
from h3dstudio.errors import ScanError

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside this checkout")


def whats(case: str) -> list[str]:
    return [problem.what for problem in inspect_scan(CASES / case).problems]


def test_cutouts_are_masks() -> None:
    found = inspect_scan(CASES / "mask_cutout_alpha")
    assert found.problems == ()
    assert found.foreground == pytest.approx(0.25, abs=0.005)  # by the colours 0.18
    for view in load_views(read_scan(CASES / "mask_cutout_alpha").views):
        with Image.open(view.view.mask_path, formats=("PNG",)) as image:
            np.testing.assert_array_equal(view.mask, np.asarray(image.getchannel("A")) > 127)


def test_16_bits_of_gray_are_scaled() -> None:
    for view in load_views(read_scan(CASES / "photos_16bit_gray").views):
        with Image.open(view.view.image_path, formats=("PNG",)) as image:
            exact = np.rint(np.asarray(image) / 257.0)
        np.testing.assert_array_equal(view.image, np.repeat(exact[..., None], 3, axis=2))


def test_rotations_that_are_not_applied_are_named_once() -> None:
    scan = read_scan(CASES / "exif_180")
    assert [exif_orientation(view.image_path) for view in scan.views] == [3, 3, 3]
    (said,) = set(whats("exif_180"))
    assert "carry a rotation (EXIF orientation 3) that is not applied; in the masks it is" in said


def test_photos_and_masks_are_paired_by_name() -> None:
    scan = read_scan(CASES / "names_differ_photo_mask")
    assert [(view.index, view.image_path.stem, view.mask_path.stem) for view in scan.views] == [
        (0, "front", "front"),
        (1, "left", "left"),
        (2, "right", "right"),
    ]
    assert scan.left_out[3].where.endswith("up.jpg")


def test_the_layout_of_neus() -> None:
    scan = read_scan(CASES / "neus_layout")
    assert (len(scan.views), scan.problems) == (3, ())
    with np.load(CASES / "neus_layout" / "cameras_sphere.npz") as archive:
        for view in scan.views:
            stored = archive[f"world_mat_{view.index}"][:3]
            np.testing.assert_allclose(view.camera.projection, stored, rtol=1e-9, atol=1e-6)
    assert load_view(scan.views[0]).mask.mean() == pytest.approx(0.25, abs=0.02)


def test_a_photo_of_102_megapixels_and_its_camera() -> None:
    scan = read_scan(CASES / "photo_102_megapixels")
    view = scan.view(1)
    assert view.size == (11648 // 2, 8736 // 2)
    loaded = load_view(view)
    assert loaded.image.shape == (*view.size[::-1], 3)
    with np.load(CASES / "photo_102_megapixels" / "cameras.npz") as archive:
        stored = archive["world_mat_1"][:3] @ [*scan.unit_sphere.translation, 1.0]
    pixel = view.camera.project(scan.unit_sphere.translation[None])[0][0]
    np.testing.assert_allclose(pixel, (stored[:2] / stored[2] - 0.5) / 2, atol=1e-6)
    assert any(
        "read at 5824x4368, its mask and camera along with it" in problem.what for problem in scan.problems
    )


@pytest.mark.parametrize("name", ["eps-as-jpg-hangs.jpg", "eps-as-jpg-runs-ghostscript.jpg"])
@pytest.mark.parametrize("place", ["image/000.jpg", "mask/000.png"])
def test_programs_named_as_photos(
    tmp_path: Path, name: str, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    scan = tmp_path / "scan"
    shutil.copytree(CASES / "neus_layout", scan, copy_function=shutil.copyfile)
    (scan / place).parent.chmod(0o755)
    (scan / place).write_bytes((CASES / "hostile" / name).read_bytes())
    assert main(["info", str(scan)]) == 0
    out = capsys.readouterr().out
    assert f"{place}: this is PostScript, a program that draws, which is not read. Convert it to JPEG" in out
    assert "PWNED" not in out
    assert [view.index for view in read_scan(scan).views] == [1, 2]


def test_a_folder_of_programs_is_no_scan(tmp_path: Path) -> None:
    scan = tmp_path / "scan"
    shutil.copytree(CASES / "neus_layout", scan, copy_function=shutil.copyfile)
    for photo in (scan / "image").iterdir():
        photo.write_bytes((CASES / "hostile" / "eps-as-jpg-hangs.jpg").read_bytes())
    with pytest.raises(ScanError, match=r"no view of this scan can be used.*this is PostScript"):
        read_scan(scan)
