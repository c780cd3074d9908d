from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.data import view_lists
from h3dstudio.data.azimuth import camera_azimuths
from h3dstudio.data.scan import Problem, Scan, View
from h3dstudio.data.view_lists import choose_views, number_ranges, parse_view_lists, read_view_lists
from h3dstudio.errors import ScanError, UsageError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity
from tests.unit.data import tiny_scan

CONFIG = """version = 0.4
[scenes]
    [scenes.5cd49557ea450c89]
    tags = ['h3d-grid']
    views = 69
        [scenes.5cd49557ea450c89.default_views_configs]
        3 = [0, 14, 63]
        4 = [14, 21, 55, 63]
        8 = [0, 14, 21, 27, 40, 50, 55, 55]
        16 = [0, 1, 2]
"""


def ring(azimuths: list[float], lists: dict[str, tuple[int, ...]] | None = None) -> Scan:
    views = tuple(
        View(index, Path("i"), Path("m"), Camera.from_projection(tiny_scan.world_mat(azimuth)), (64, 48))
        for index, azimuth in enumerate(azimuths)
    )
    sphere = Similarity(120.0, np.eye(3), tiny_scan.CENTER)
    return Scan("ring", Path("ring"), "h3ds", views, sphere, view_lists=lists or {})


def chosen(scan: Scan, wanted: str | None) -> list[int]:
    return [view.index for view in choose_views(scan, wanted)]


@pytest.fixture(autouse=True)
def _no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_lists, "installed_h3ds", lambda: None)


FULL = [10.0 * n for n in range(36)]
LISTS = {"3": (5, 8, 1), "odd": (2,)}


def test_lists_numbers_and_all() -> None:
    scan = ring(FULL, LISTS)
    assert chosen(scan, None) == [5, 8, 1]
    assert chosen(scan, "3") == [5, 8, 1]
    assert chosen(scan, " odd ") == [2]
    assert chosen(scan, "0, 8,8,30,") == [0, 8, 30]
    assert chosen(scan, "7,") == [7]
    assert chosen(scan, "all") == list(range(36))


def test_counts_go_by_azimuth_frontal_first() -> None:
    scan = ring(FULL)
    assert chosen(scan, "1") == [0]
    assert chosen(scan, "3") in ([0, 4, 32], [0, 5, 31], [0, 4, 31], [0, 5, 32])  # 45 degrees left and right
    eight = np.sort([FULL[index] for index in chosen(scan, "8")])
    assert chosen(scan, None) == chosen(scan, "8")
    assert np.diff(eight).max() <= 50
    assert sorted(chosen(scan, "36")) == list(range(36))


def test_an_arc_is_covered_from_its_middle() -> None:
    scan = ring([-60.0, -45, -30, -15, 0, 15, 30, 45, 60])
    assert chosen(scan, "1") == [4]
    assert sorted(chosen(scan, "3")) == [1, 4, 7]
    assert sorted(chosen(scan, "5")) == [0, 2, 4, 6, 8]


def test_azimuths_are_exact_and_frontal_is_the_list_of_one() -> None:
    np.testing.assert_allclose(camera_azimuths(ring([0.0, 45, -45, 90])) % 360, [0, 45, 315, 90], atol=1e-9)
    np.testing.assert_allclose(
        camera_azimuths(ring([0.0, 45, -45, 90], {"1": (1,)})) % 360, [315, 0, 270, 45], atol=1e-9
    )


@pytest.mark.parametrize("wanted", ["", "nine", "0", "37", "-3", "1,x", ",", "3.5", "99,", "²", "9" * 5000])
def test_what_names_no_views(wanted: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose_views(ring(FULL, LISTS), wanted)
    assert caught.value.remedy


def test_the_remedy_tells_what_exists() -> None:
    with pytest.raises(
        UsageError, match=r"no view 77.*lists 3, odd; 'all'; views 0-35; and any count up to 36"
    ):
        choose_views(ring(FULL, LISTS), "1,77")


def test_a_view_that_was_left_out_is_an_error_only_when_needed() -> None:
    problem = Problem("image/img_0008.jpg", "the photo has no mask", "Add the mask")
    scan = ring(FULL, LISTS)
    scan = replace(scan, views=tuple(view for view in scan.views if view.index != 8), left_out={8: problem})
    with pytest.raises(
        ScanError, match=r"img_0008.jpg: view 8 is needed by view list '3', but it is unusable"
    ):
        choose_views(scan)
    assert chosen(scan, "0,1") == [0, 1]
    assert len(chosen(scan, "all")) == 35


def test_the_config_beside_the_data(tmp_path: Path) -> None:
    scan = tmp_path / "5cd49557ea450c89"
    scan.mkdir()
    (tmp_path / "config.toml").write_text(CONFIG)
    lists, problems = read_view_lists(scan)
    assert lists["4"] == (14, 21, 55, 63)
    assert lists["8"] == (0, 14, 21, 27, 40, 50, 55)
    assert [problem.what for problem in problems] == [
        "view list '8' names 8 views, but only 7 different ones",
        "view list '16' names 3 views, expected 16",
    ]
    (scan / "views.json").write_text('{"2": [4, 5]}')
    assert read_view_lists(scan)[0] == {"2": (4, 5)}


def test_an_installed_package_is_found_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "h3ds"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "config_v2.toml").write_text(CONFIG)
    (package / "config_v1.toml").write_text(CONFIG.replace("3 = [0, 14, 63]", "3 = [0, 15, 64]"))
    monkeypatch.undo()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    sys.modules.pop("h3ds", None)
    scan = tmp_path / "data" / "5cd49557ea450c89"
    scan.mkdir(parents=True)
    assert read_view_lists(scan)[0]["3"] == (0, 14, 63)
    (tmp_path / "data" / "version.txt").write_text("0.2\n")
    assert read_view_lists(scan)[0]["3"] == (0, 15, 64)
    assert "h3ds" not in sys.modules
    assert read_view_lists(tmp_path / "data" / "unknown") == ({}, ())


@pytest.mark.parametrize(
    "text", ["{", "[1]", "null", '{"3": 1}', '{"3": [true]}', '{"3": [-1]}', '{"3": []}']
)
def test_damaged_lists_are_problems(tmp_path: Path, text: str) -> None:
    (tmp_path / "views.json").write_text(text)
    lists, problems = read_view_lists(tmp_path)
    assert lists == {}
    assert len(problems) == (text not in ("[1]", "null"))


def test_binary_lists_are_problems(tmp_path: Path) -> None:
    (tmp_path / "views.json").write_bytes(b"\xff\xfe\x00")
    assert len(read_view_lists(tmp_path)[1]) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=4) | st.sampled_from(["1", "3", "8"]), json_values, max_size=5))
def test_any_lists_come_out_clean(raw: dict[str, object]) -> None:
    lists, _ = parse_view_lists(raw, Path("views.json"))
    for numbers in lists.values():
        assert numbers
        assert len(set(numbers)) == len(numbers)
        assert all(isinstance(number, int) and number >= 0 for number in numbers)


@given(st.text(alphabet="0123456789, -allx3", max_size=12))
def test_any_wish_gives_views_or_a_usage_error(wanted: str) -> None:
    scan = ring([0.0, 90, 180, 270], {"3": (0, 1, 2)})
    try:
        views = choose_views(scan, wanted)
    except UsageError:
        return
    assert views
    assert len({view.index for view in views}) == len(views)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_ranges(numbers: list[int]) -> None:
    back: list[int] = []
    for part in number_ranges(tuple(numbers)).split(", "):
        low, _, high = part.partition("-")
        back += range(int(low), int(high or low) + 1)
    assert back == sorted(set(numbers))
