from __future__ import annotations

import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from h3dstudio.cli import main
from h3dstudio.data.images import load_views
from h3dstudio.data.readers import read_scan
from h3dstudio.data.view_lists import choose_views
from h3dstudio.errors import H3DError
from tests.unit.data import tiny_scan
from tests.unit.data.tiny_scan import make_tiny_scan


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return make_tiny_scan(tmp_path / "tiny")


def test_a_good_scan(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(scan)]) == 0
    out = capsys.readouterr().out
    for text in (
        "h3ds",
        "4 (0-3), 64x48 pixels",
        "1, 3",
        "600 mm",
        "178 vertices",
        "nose_tip 64",
        "no problems",
    ):
        assert text in out


def test_json(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(scan), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["layout"] == "h3ds"
    assert [view["index"] for view in found["views"]] == [0, 1, 2, 3]
    assert found["problems"] == []
    assert found["unit_sphere"]["radius_mm"] == pytest.approx(120)


def test_a_dataset(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = make_tiny_scan(scan.parent / "second")
    (broken / "cameras.npz").unlink()
    assert main(["info", str(scan.parent)]) == 1
    out = capsys.readouterr().out
    assert "2 scans" in out
    assert "unreadable: the cameras are missing" in out
    assert main(["info", str(scan.parent), "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["scans"]) == 2


def test_problems_are_grouped_and_told_with_a_remedy(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2, 3):
        (scan / "mask" / f"mask_{number:04d}.png").unlink()
    assert main(["info", str(scan)]) == 0
    out = capsys.readouterr().out
    assert "image/img_0001.jpg and 2 more: the photo has no mask in mask/. Add the mask, or remove it." in out


def test_brackets_in_names_are_no_markup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan = make_tiny_scan(tmp_path / "[bold]x[/nope]")
    assert main(["info", str(scan)]) == 0
    assert "[bold]x[/nope]" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["nowhere", "tiny/image", "tiny/cameras.npz", "empty", "a\0b"])
def test_no_scan_is_one_line(scan: Path, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    (scan.parent / "empty").mkdir()
    assert main(["info", str(scan.parent) + "/" + path]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("h3dstudio: error: ")
    assert err.count("\n") == 1


# Corruption -------------------------------------------------------------------------------------------


def remove(file: Path, _: int) -> None:
    file.unlink()


def truncate(file: Path, seed: int) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: seed % max(len(data), 1)])


def flip_bytes(file: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = np.frombuffer(file.read_bytes(), np.uint8).copy()
    at = rng.integers(0, len(data), 1 + seed % 20)
    data[at] = rng.integers(0, 256, len(at))
    file.write_bytes(data.tobytes())


def not_an_image(file: Path, seed: int) -> None:
    file.write_bytes([b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"hello", b"\xff\xd8\xff\xe0"][seed % 5])


def become_a_folder(file: Path, _: int) -> None:
    file.unlink()
    file.mkdir()


def swap(file: Path, seed: int) -> None:
    files = sorted(path for path in file.parent.rglob("*") if path.is_file())
    other = files[seed % len(files)]
    if other != file:
        held = file.with_name("held")
        file.rename(held)
        other.rename(file)
        held.rename(other)


def misnumber(file: Path, seed: int) -> None:
    names = [
        "img_00010.jpg",
        "mask_00003.png",
        "img_0007.jpg",
        "x.png",
        "img_0001 (1).jpg",
        "img_.jpg",
        "9" * 40,
    ]
    file.rename(file.with_name(names[seed % len(names)]))


def another_size(file: Path, seed: int) -> None:
    if file.suffix in (".jpg", ".png"):
        Image.new("RGB" if file.suffix == ".jpg" else "L", (1 + seed % 90, 1 + seed % 7)).save(file)


def bad_matrix(file: Path, seed: int) -> None:
    folder = file.parent if file.parent.name not in ("image", "mask", "regions") else file.parent.parent
    matrices = {
        f"world_mat_{n}": tiny_scan.world_mat(azimuth) for n, azimuth in enumerate(tiny_scan.AZIMUTHS)
    }
    matrices |= {f"scale_mat_{n}": tiny_scan.scale_mat() for n in range(4)}
    key = sorted(matrices)[seed % len(matrices)]
    values: list[object] = [
        np.full((4, 4), np.nan),
        np.zeros((4, 4)),
        np.eye(4),
        -np.eye(4),
        np.eye(3),
        np.array("text"),
        np.array([None]),
        np.full((4, 4), 1e308),
        np.full((4, 4), 1e-308),
        matrices[key].astype(np.complex64),
        matrices[key].astype(np.float32),
        matrices[key].astype(np.int64),
        matrices[key].T,
        np.linalg.inv(matrices[key]),
        np.empty((0, 4)),
    ]
    matrices[key] = np.asarray(values[seed // 8 % len(values)])
    np.savez(folder / "cameras.npz", **matrices)


CORRUPTIONS: tuple[Callable[[Path, int], None], ...] = (
    remove,
    truncate,
    flip_bytes,
    not_an_image,
    become_a_folder,
    swap,
    misnumber,
    another_size,
    bad_matrix,
)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"folder"
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("templates")
    return {
        "h3ds": make_tiny_scan(root / "h3ds"),
        "idr": make_tiny_scan(root / "idr", truth=False, layout="idr"),
        "own_data": make_tiny_scan(root / "OWN_DATA" / "view4" / "scan1", truth=False),
    }


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    layout=st.sampled_from(["h3ds", "idr", "own_data"]),
    steps=st.lists(
        st.tuples(st.sampled_from(CORRUPTIONS), st.integers(0, 999), st.integers(0, 99_999)),
        min_size=1,
        max_size=3,
    ),
)
def test_a_corrupted_scan_ends_in_one_clear_answer(
    templates: dict[str, Path],
    capsys: pytest.CaptureFixture[str],
    layout: str,
    steps: list[tuple[Callable[[Path, int], None], int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        tail = Path("view4") / "scan1" if layout == "own_data" else Path(layout)
        folder = Path(temporary) / tail
        shutil.copytree(templates[layout], folder)
        for corrupt, which, seed in steps:
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            with suppress(OSError, ValueError):  # corruptions that do not go together
                corrupt(files[which % len(files)], seed)
        before = contents(folder)
        capsys.readouterr()
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)  # they would be lines on stderr, too
            code = main(["info", str(folder)])
        out, err = capsys.readouterr()
        assert code in (0, 1)
        assert "Traceback" not in out + err
        assert "unexpected" not in err
        if err:
            assert code == 1
            assert err.startswith("h3dstudio: error: ")
            assert err.count("\n") == 1
        else:
            assert "problem" in out
        with suppress(H3DError):  # what a reconstruction does first; anything else would be a defect
            load_views(choose_views(read_scan(folder)), threads=1)
        assert contents(folder) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (scan / "image").chmod(0)
    try:
        assert main(["info", str(scan)]) == 1
        assert "cannot be listed" in capsys.readouterr().err + capsys.readouterr().out
    finally:
        (scan / "image").chmod(0o755)
