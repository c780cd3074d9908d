from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.images import load_views
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.readers import find_scans, read_scan
from h3dstudio.data.regions import read_region
from h3dstudio.data.scan_writer import write_h3ds_scan
from h3dstudio.errors import OutputError, ScanError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from tests.unit.data import tiny_scan


def parts(count: int = 3) -> dict[str, object]:
    rng = np.random.default_rng(0)
    vertices, faces = tiny_scan.ball()
    shape = (tiny_scan.HEIGHT, tiny_scan.WIDTH)
    return {
        "images": [rng.integers(0, 256, (*shape, 3)).astype(np.uint8) for _ in range(count)],
        "masks": [tiny_scan.ball_mask() > 127] * count,
        "cameras": [Camera.from_projection(tiny_scan.world_mat(40.0 * n)) for n in range(count)],
        "unit_sphere": Similarity.from_matrix(tiny_scan.scale_mat()),
        "mesh": TriangleMesh(vertices, faces.astype(np.int32)),
        "landmarks": {"nose_tip": 5, "right_eye": 1},
        "regions": {"face": [1, 2, 3]},
        "view_lists": {"1": [0], "3": [0, 1, 2]},
    }


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    given = parts()
    write_h3ds_scan(tmp_path / "root" / "head", image_suffix=".png", **given)
    scan = read_scan(tmp_path / "root" / "head")
    assert (scan.layout, scan.problems) == ("h3ds", ())
    for view, image, mask, camera in zip(
        load_views(scan.views), given["images"], given["masks"], given["cameras"], strict=True
    ):
        np.testing.assert_array_equal(view.image, image)
        np.testing.assert_array_equal(view.mask, mask)
        np.testing.assert_allclose(view.view.camera.projection, camera.projection, atol=1e-9)
    np.testing.assert_allclose(scan.unit_sphere.matrix, tiny_scan.scale_mat())
    np.testing.assert_allclose(read_mesh(scan.ground_truth).vertices, given["mesh"].vertices, atol=1e-6)
    assert scan.landmarks == given["landmarks"]
    assert read_region(scan.regions["face"]).tolist() == [1, 2, 3]
    assert scan.view_lists == {"1": (0,), "3": (0, 1, 2)}


def test_the_config_grows_scan_by_scan(tmp_path: Path) -> None:
    for name in ("head_1", "a head"):
        write_h3ds_scan(tmp_path / name, config=True, **parts())
    config = tomllib.loads((tmp_path / "config.toml").read_text())
    assert set(config["scenes"]) == {"head_1", "a head"}
    assert config["scenes"]["head_1"]["views"] == 3
    assert config["scenes"]["head_1"]["default_views_configs"] == {"1": [0], "3": [0, 1, 2]}
    assert (tmp_path / "version.txt").read_text() == "0.4\n"
    assert len(find_scans(tmp_path)) == 2


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x").write_text("mine")
    with pytest.raises(OutputError, match="exists and is not empty"):
        write_h3ds_scan(tmp_path / "mine", **parts())
    bad = parts() | {"cameras": parts()["cameras"][:2]}
    with pytest.raises(ScanError, match="3 photos but 2 cameras"):
        write_h3ds_scan(tmp_path / "new", **bad)
    with pytest.raises(ScanError, match="cannot be written"):
        write_h3ds_scan(tmp_path / "new", **(parts() | {"masks": parts()["masks"][:1]}))
    with pytest.raises(ScanError, match="its mask"):
        write_h3ds_scan(tmp_path / "new", **(parts() | {"masks": [np.ones((4, 4), bool)] * 3}))
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    write_h3ds_scan(tmp_path / "new", **parts())
    assert len(read_scan(tmp_path / "new").views) == 3
