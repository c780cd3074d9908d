from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from h3dstudio.data.readers import (
    ENTRY_POINTS,
    READERS,
    ScanReader,
    find_scans,
    read_scan,
    reader_of,
    readers,
)
from h3dstudio.data.readers.cameras import read_cameras
from h3dstudio.data.scan import Scan
from h3dstudio.errors import CameraError, ScanError
from tests.unit.data import tiny_scan
from tests.unit.data.tiny_scan import make_tiny_scan

SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "h3ds_sample"


Edit = Callable[[dict[str, np.ndarray]], object]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return make_tiny_scan(tmp_path / "tiny")


def edit_cameras(scan: Path, edit: Edit) -> None:
    with np.load(scan / "cameras.npz") as archive:
        matrices = {key: archive[key] for key in archive.files}
    edit(matrices)
    np.savez(scan / "cameras.npz", **matrices)


def test_reads_a_scan_exactly(scan: Path) -> None:
    read = read_scan(scan)
    assert (read.name, read.layout, read.problems, read.left_out) == ("tiny", "h3ds", (), {})
    assert [view.index for view in read.views] == [0, 1, 2, 3]
    assert {view.size for view in read.views} == {(tiny_scan.WIDTH, tiny_scan.HEIGHT)}
    assert read.views[2].image_path.name == "img_0002.jpg"
    assert read.views[2].mask_path.name == "mask_0002.png"
    assert read.unit_sphere.scale == pytest.approx(tiny_scan.UNIT_RADIUS)
    np.testing.assert_allclose(read.unit_sphere.translation, tiny_scan.CENTER)
    assert read.landmarks["nose_tip"] == 64
    assert set(read.regions) == {"face", "face_sphere", "nose"}
    assert read.view_lists == {"1": (0,), "3": (0, 1, 2)}
    assert read.ground_truth == scan / "full_head.obj"


def test_cameras_project_mm_to_the_photo(scan: Path) -> None:
    for view, azimuth in zip(read_scan(scan).views, tiny_scan.AZIMUTHS, strict=True):
        points = tiny_scan.ball()[0]
        pixel, depth = view.camera.project(points)
        homogeneous = np.column_stack([points, np.ones(len(points))]) @ tiny_scan.world_mat(azimuth)[:3].T
        np.testing.assert_allclose(pixel, homogeneous[:, :2] / homogeneous[:, 2:], atol=1e-9)
        np.testing.assert_allclose(depth, homogeneous[:, 2], atol=1e-9)


def test_a_negated_projection_is_the_same_camera(scan: Path) -> None:
    before = read_scan(scan).views[1].camera
    edit_cameras(scan, lambda m: m.update(world_mat_1=-2.5 * m["world_mat_1"]))
    after = read_scan(scan).views[1].camera
    np.testing.assert_allclose(after.projection, before.projection, atol=1e-6)


def test_every_reader_keeps_the_protocol() -> None:
    assert all(isinstance(reader, ScanReader) for reader in READERS)
    assert [reader.layout for reader in READERS] == ["own_data", "h3ds", "idr"]


@pytest.mark.parametrize(
    ("where", "layout"),
    [("a/5cd49557ea450c89", "h3ds"), ("OWN_DATA/view3/scan1", "own_data"), ("OWN_DATA/scan2", "own_data")],
)
def test_the_layout_is_told_apart(tmp_path: Path, where: str, layout: str) -> None:
    assert reader_of(make_tiny_scan(tmp_path / where)).layout == layout


def test_an_idr_scan_with_dtu_names(tmp_path: Path) -> None:
    scan = make_tiny_scan(tmp_path / "scan65", truth=False, layout="idr")
    read = read_scan(scan)
    assert (read.layout, len(read.views), read.problems) == ("idr", 4, ())
    for number in range(4):
        (scan / "image" / f"{number:06d}.png").rename(scan / "image" / f"rect_{number + 1:03d}_max.png")
    read = read_scan(scan)
    assert [view.index for view in read.views] == [1, 2, 3, 4]
    assert [view.mask_path.name for view in read.views] == ["000.png", "001.png", "002.png", "003.png"]
    np.testing.assert_allclose(
        read.views[1].camera.projection, tiny_scan.world_mat(tiny_scan.AZIMUTHS[1])[:3], atol=1e-9
    )
    assert "matched in order" in read.problems[0].what


def test_an_idr_scan_with_names_without_numbers_and_linear_cameras(tmp_path: Path) -> None:
    scan = make_tiny_scan(tmp_path / "s", truth=False, layout="idr")
    (scan / "cameras.npz").rename(scan / "cameras_linear_init.npz")
    for number, name in enumerate(("anna", "ben", "carl", "dora")):
        (scan / "image" / f"{number:06d}.png").rename(scan / "image" / f"{name}.png")
        (scan / "mask" / f"{number:03d}.png").rename(scan / "mask" / f"{name}.png")
    assert [view.image_path.stem for view in read_scan(scan).views] == ["anna", "ben", "carl", "dora"]


def test_own_data_renumbers_photos_but_not_cameras(tmp_path: Path) -> None:
    """Twelve photos as the reproduction writes them: img_0009, img_00010; cameras keep H3DS numbers."""
    scan = make_tiny_scan(tmp_path / "OWN_DATA" / "view12" / "scan3", truth=False)
    photo, mask = scan / "image" / "img_0000.jpg", scan / "mask" / "mask_0000.png"
    matrices = {}
    for number in range(12):
        if number > 3:
            shutil.copy(photo, scan / "image" / f"img_000{number}.jpg")
        Image.open(mask).save(scan / "mask" / f"mask_000{number}.jpg")
        matrices[f"world_mat_{5 * number}"] = tiny_scan.world_mat(30.0 * number)
        matrices[f"scale_mat_{5 * number}"] = tiny_scan.scale_mat()
    for file in (scan / "mask").glob("*.png"):
        file.unlink()
    np.savez(scan / "cameras.npz", **matrices)
    read = read_scan(scan)
    assert [view.index for view in read.views] == list(range(12))
    assert read.views[10].image_path.name == "img_00010.jpg"
    np.testing.assert_allclose(read.views[10].camera.projection, tiny_scan.world_mat(300.0)[:3], atol=1e-9)


def test_finds_scans_in_natural_order(tmp_path: Path) -> None:
    for name in ("view3/scan10", "view3/scan2", "view16/scan1", "notes"):
        if name == "notes":
            (tmp_path / name).mkdir()
        else:
            make_tiny_scan(tmp_path / "OWN_DATA" / name, truth=False)
    found = [str(path.relative_to(tmp_path / "OWN_DATA")) for path in find_scans(tmp_path)]
    assert found == ["view3/scan2", "view3/scan10", "view16/scan1"]


def test_a_dataset_is_read_by_name(tmp_path: Path) -> None:
    make_tiny_scan(tmp_path / "one")
    assert read_scan(tmp_path).name == "one"
    make_tiny_scan(tmp_path / "two")
    assert read_scan(tmp_path, "two").name == "two"
    with pytest.raises(ScanError, match=r"2 scans here\. Choose one of one, two"):
        read_scan(tmp_path)
    with pytest.raises(ScanError, match="no scan named three"):
        read_scan(tmp_path, "three")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("nowhere", "no such folder"),
        ("tiny/image", "a part of a scan"),
        ("tiny/views.json", "this is a file"),
    ],
)
def test_a_path_that_is_no_scan(scan: Path, path: str, text: str) -> None:
    with pytest.raises(ScanError, match=text):
        read_scan(scan.parent / path)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match=r"there is no scan here.*found an empty folder"):
        find_scans(tmp_path)


# What is nearly right --------------------------------------------------------------------------------


def test_img_00010_for_img_0010_is_read_and_remarked(scan: Path) -> None:
    (scan / "image" / "img_0002.jpg").rename(scan / "image" / "img_00002.jpg")
    read = read_scan(scan)
    assert len(read.views) == 4
    assert [str(problem).removeprefix(str(scan)) for problem in read.problems] == [
        "/image/img_00002.jpg: the name is not img_0002; it is read as view 2. Rename it to img_0002.jpg."
    ]


def test_a_misnumbered_photo_is_left_out_and_the_likely_number_named(scan: Path) -> None:
    (scan / "image" / "img_0002.jpg").rename(scan / "image" / "img_0020.jpg")
    read = read_scan(scan)
    assert [view.index for view in read.views] == [0, 1, 3]
    assert "no camera" in read.left_out[20].what
    assert any("If img_0020.jpg is photo 2, rename it" in problem.remedy for problem in read.problems)


def test_two_photos_of_one_number(scan: Path) -> None:
    shutil.copy(scan / "image" / "img_0002.jpg", scan / "image" / "img_00002.jpg")
    read = read_scan(scan)
    assert "2 photos claim to be view 2: img_00002.jpg, img_0002.jpg" in read.left_out[2].what


def test_a_copy_by_a_file_manager_is_ignored(scan: Path) -> None:
    shutil.copy(scan / "image" / "img_0002.jpg", scan / "image" / "img_0002 (1).jpg")
    (scan / "image" / ".DS_Store").write_bytes(b"x")
    read = read_scan(scan)
    assert len(read.views) == 4
    assert [problem.what for problem in read.problems] == [
        "the name is not like img_0000.jpg; the file is ignored"
    ]


def test_photos_numbered_from_one(scan: Path) -> None:
    for number in (3, 2, 1, 0):
        (scan / "image" / f"img_{number:04d}.jpg").rename(scan / "image" / f"img_{number + 1:04d}.jpg")
    with pytest.raises(ScanError, match=r"photos are numbered 1 to 4 \(4\), the cameras 0 to 3 \(4\)"):
        read_scan(scan)


def test_a_missing_mask(scan: Path) -> None:
    (scan / "mask" / "mask_0001.png").unlink()
    read = read_scan(scan)
    assert [view.index for view in read.views] == [0, 2, 3]
    assert read.left_out[1].where == str(scan / "image" / "img_0001.jpg")
    assert "no mask" in read.left_out[1].what


def test_a_mask_of_another_size(scan: Path) -> None:
    Image.new("L", (32, 24), 255).save(scan / "mask" / "mask_0003.png")
    assert read_scan(scan).left_out[3].what == "the mask is 32x24, but its photo is 64x48"


def test_fewer_cameras_than_photos(scan: Path) -> None:
    edit_cameras(scan, lambda m: (m.pop("world_mat_3"), m.pop("scale_mat_3")))
    read = read_scan(scan)
    assert "no camera: cameras.npz holds world_mat 0-2" in read.left_out[3].what


def test_fewer_cameras_than_unnumbered_photos_is_ambiguous(tmp_path: Path) -> None:
    scan = make_tiny_scan(tmp_path / "s", truth=False, layout="idr")
    for number, name in enumerate("abcd"):
        (scan / "image" / f"{number:06d}.png").rename(scan / "image" / f"{name}.png")
    edit_cameras(scan, lambda m: m.pop("world_mat_3"))
    with pytest.raises(ScanError, match="4 photos and 3 cameras, and the names hold no number"):
        read_scan(scan)


@pytest.mark.parametrize("part", ["image", "mask"])
def test_a_folder_with_another_name(scan: Path, part: str) -> None:
    (scan / part).rename(scan / f"{part}s")
    with pytest.raises(ScanError, match=f"the folder {part}/ is missing. Rename {part}s/ to {part}/"):
        read_scan(scan)


def test_several_missing_parts_are_all_listed(scan: Path) -> None:
    shutil.rmtree(scan / "mask")
    (scan / "cameras.npz").unlink()
    with pytest.raises(ScanError, match="mask/ is missing") as caught:
        read_scan(scan)
    assert "the cameras are missing" in str(caught.value.problems[0])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.full((4, 4), np.nan), "holds NaN or infinite entries"),
        (np.zeros((4, 4)), "singular"),
        (np.ones((4, 4)), "singular"),
        (np.eye(3), r"has shape (3, 3), expected (4, 4)"),
        (np.full((4, 4), "x"), "has dtype <U1, expected real numbers"),
        (np.array([[None] * 4] * 4, dtype=object), "holds Python objects, which are not read"),
        (np.linalg.inv(tiny_scan.world_mat(45.0)), ""),
    ],
)
def test_one_bad_camera_leaves_one_view_out(scan: Path, value: np.ndarray, text: str) -> None:
    edit_cameras(scan, lambda m: m.update(world_mat_1=value))
    read = read_scan(scan)
    assert [view.index for view in read.views] == [0, 2, 3]
    assert "world_mat_1" in read.left_out[1].what
    assert text in read.left_out[1].what
    assert read.left_out[1].where == str(scan / "cameras.npz")


def test_a_camera_that_looks_away(scan: Path) -> None:
    turned = tiny_scan.world_mat(45.0)
    k = turned[:3, :3] @ np.linalg.inv(read_scan(scan).views[1].camera.rotation)
    rotation = np.diag([-1.0, 1.0, -1.0]) @ read_scan(scan).views[1].camera.rotation
    center = read_scan(scan).views[1].camera.center
    turned[:3] = k @ np.column_stack([rotation, -rotation @ center])
    edit_cameras(scan, lambda m: m.update(world_mat_1=turned))
    assert (
        "looks away from the head: the unit sphere's centre lies 600 mm behind it"
        in read_scan(scan).left_out[1].what
    )


def test_no_camera_is_usable(scan: Path) -> None:
    edit_cameras(scan, lambda m: m.update({f"world_mat_{n}": np.full((4, 4), np.inf) for n in range(4)}))
    with pytest.raises(CameraError, match="none of the 4 cameras is usable; world_mat_0 holds NaN"):
        read_scan(scan)


def scaled(factor: float) -> np.ndarray:
    return tiny_scan.scale_mat() @ np.diag([factor, 1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (lambda m: [m.pop(f"scale_mat_{n}") for n in range(4)], "holds no scale_mat_i"),
        (
            lambda m: m.update(scale_mat_2=2 * m["scale_mat_2"] - np.diag([0, 0, 0, 1.0])),
            "differs from scale_mat_0",
        ),
        (lambda m: m.update({f"scale_mat_{n}": np.zeros((4, 4)) for n in range(4)}), "singular"),
        (lambda m: m.update({f"scale_mat_{n}": scaled(2.0) for n in range(4)}), "stretches one axis"),
        (lambda m: m.update({f"scale_mat_{n}": scaled(-1.0) for n in range(4)}), "mirrors"),
        (lambda m: m.clear(), "holds no world_mat_0"),
    ],
)
def test_a_bad_unit_sphere_is_an_error(
    scan: Path, edit: Callable[[dict[str, np.ndarray]], object], text: str
) -> None:
    edit_cameras(scan, edit)
    with pytest.raises(CameraError, match=text) as caught:
        read_scan(scan)
    assert caught.value.where == str(scan / "cameras.npz")
    assert caught.value.remedy


def test_one_missing_scale_mat_is_only_a_problem(scan: Path) -> None:
    edit_cameras(scan, lambda m: m.pop("scale_mat_2"))
    read = read_scan(scan)
    assert len(read.views) == 4
    assert "scale_mat_2 is missing" in read.problems[0].what


def test_metres_are_suspected(scan: Path) -> None:
    shrink = np.diag([1000.0, 1000.0, 1000.0, 1.0])

    def to_metres(m: dict[str, np.ndarray]) -> None:
        for n in range(4):
            m[f"world_mat_{n}"] = m[f"world_mat_{n}"] @ shrink
            m[f"scale_mat_{n}"] = np.linalg.inv(shrink) @ m[f"scale_mat_{n}"]

    edit_cameras(scan, to_metres)
    read = read_scan(scan)
    assert len(read.views) == 4
    assert "these look like metres" in read.problems[0].what


def test_a_camera_inside_the_unit_sphere(scan: Path) -> None:
    edit_cameras(
        scan,
        lambda m: m.update(
            {f"scale_mat_{n}": m[f"scale_mat_{n}"] @ np.diag([6, 6, 6, 1.0]) for n in range(4)}
        ),
    )
    assert any("inside the unit sphere (4 of 4 do)" in problem.what for problem in read_scan(scan).problems)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a zip", b"\x93NUMPY\x01\x00", b"text"])
def test_cameras_that_are_no_npz(scan: Path, data: bytes) -> None:
    (scan / "cameras.npz").write_bytes(data)
    with pytest.raises(CameraError, match=r"not a readable \.npz file"):
        read_cameras(scan / "cameras.npz")


def test_a_truncated_npz(scan: Path) -> None:
    data = (scan / "cameras.npz").read_bytes()
    (scan / "cameras.npz").write_bytes(data[: len(data) // 2])
    with pytest.raises(CameraError, match=r"not a readable \.npz file"):
        read_scan(scan)


def test_pickled_cameras_run_no_code(scan: Path, tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "ran",)

    np.save(scan / "cameras.npz", np.array([Evil()], dtype=object), allow_pickle=True)
    (scan / "cameras.npz.npy").rename(scan / "cameras.npz")
    with pytest.raises(CameraError, match=r"not a readable \.npz file"):
        read_scan(scan)
    assert not (tmp_path / "ran").exists()


def test_damaged_extras_are_only_problems(scan: Path) -> None:
    (scan / "landmarks.txt").write_text("nose_tip here\n")
    (scan / "views.json").write_text("{not json")
    read = read_scan(scan)
    assert (read.landmarks, read.view_lists, len(read.views)) == ({}, {}, 4)
    assert len(read.problems) == 2


def test_the_view_list_names_a_view_that_is_not_there(scan: Path) -> None:
    (scan / "views.json").write_text(json.dumps({"3": [0, 1, 7]}))
    assert "view list '3' names views that cannot be used: [7]" in read_scan(scan).problems[0].what


class ForeignReader:
    layout = "foreign"

    def can_read(self, path: Path) -> bool:
        return (path / "foreign.txt").is_file()

    def read(self, path: Path) -> Scan:
        raise ScanError("read by the foreign reader", where=path)


def test_an_installed_package_adds_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "foreign.txt").touch()
    entry = EntryPoint("foreign", f"{__name__}:ForeignReader", ENTRY_POINTS)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: {ENTRY_POINTS: [entry]}[group])
    readers.cache_clear()
    try:
        with pytest.raises(ScanError, match="read by the foreign reader"):
            read_scan(tmp_path)
    finally:
        readers.cache_clear()


def test_reading_imports_nothing_heavy(scan: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from h3dstudio.data.readers import read_scan;"
        f"read_scan(Path({str(scan)!r}));"
        "heavy = {'torch', 'trimesh', 'open3d', 'skimage', 'h3ds', 'PySide6', 'vtk'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample scans are not beside this checkout")
def test_the_sample_scans() -> None:
    folders = find_scans(SAMPLE)
    assert [folder.name for folder in folders] == ["5a3c0e11d2b47f01", "5a3c0e11d2b47f02"]
    for folder in folders:
        scan = read_scan(SAMPLE, folder.name)
        assert (scan.layout, len(scan.views), scan.problems) == ("h3ds", 66, ())
        assert scan.view_lists["4"] == (8, 16, 50, 58)
        assert len(scan.landmarks) == 6
