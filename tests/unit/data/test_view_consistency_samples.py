"""Scans that people have: right ones are never stopped, mixed-up ones are told what was mixed up.

The eight ways of mixing up are those in which cameras go wrong in practice, made of the first sample scan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.images import load_views
from h3dstudio.data.inspection import inspect_scan
from h3dstudio.data.readers import read_scan
from h3dstudio.data.resources import demo_scan
from h3dstudio.data.scan import LoadedView, Scan
from h3dstudio.data.view_consistency import Cause, check_consistency
from h3dstudio.data.view_lists import choose_views
from tests.conftest import REPOSITORY
from tests.unit.data.solid_scan import changed, resized, with_cameras

SHARED = REPOSITORY.parent / "shared"
RIGHT = {
    "h3ds_sample/5a3c0e11d2b47f01": ("3", "8", "all"),
    "h3ds_sample/5a3c0e11d2b47f02": ("3", "8"),
    "h3ds_hair/5a3c0e11d2b47f03": ("3", "8"),
    "h3ds_hair/5a3c0e11d2b47f04": ("3", "all"),
    "h3ds_hair/5a3c0e11d2b47f05": ("3", "8"),
}
CASES = {
    "two_cameras_swapped": (Cause.SWAPPED, "the cameras of views 0 and 1 are exchanged"),
    "all_photos_resized": (Cause.RESIZED, "all photos were resized to 80% of the size"),
    "one_photo_resized": (Cause.RESIZED, "the photo of view 2 was resized to 50% of the size"),
    "exif_180": (Cause.TURNED, "carry a rotation (EXIF orientation 3) that is not applied"),
}
Made = tuple[list[LoadedView], Scan]


def place(name: str) -> Path:
    if not (SHARED / name).is_dir():
        pytest.skip(f"{name} is not in {SHARED}")
    return SHARED / name


@pytest.mark.parametrize(("name", "views"), [(name, one) for name, lists in RIGHT.items() for one in lists])
def test_right_scans_agree(name: str, views: str) -> None:
    scan = read_scan(place(name))
    found = check_consistency(load_views(choose_views(scan, views)), scan)
    assert found.problems == ()
    np.testing.assert_allclose(found.shares, 1.0, atol=0.001)


@pytest.mark.parametrize("views", ["3", "8", "all"])
def test_the_bundled_scan_agrees(views: str) -> None:
    scan = read_scan(demo_scan())
    found = check_consistency(load_views(choose_views(scan, views)), scan)
    assert found.problems == ()
    np.testing.assert_array_equal(found.shares, np.ones(len(found.shares)))


@pytest.mark.parametrize("views", ["3", "8", "60"])
def test_masks_made_in_a_hurry_stop_nothing(views: str) -> None:
    scan = read_scan(place("real/skull"))
    found = check_consistency(load_views(choose_views(scan, views)), scan)
    assert not any(problem.fatal for problem in found.problems)
    assert all("in part only" in problem.what for problem in found.problems)


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    cause, said = CASES[name]
    found = inspect_scan(place(f"cases/{name}"))
    assert found.fatal
    assert found.consistency is not None
    assert found.consistency.cause is cause
    assert said in found.problems[-1].what


def test_names_of_masks_that_differ_from_those_of_photos() -> None:
    """Either they are paired by their names, or it is said that they are not each other's."""
    found = inspect_scan(place("cases/names_differ_photo_mask"))
    assert found.scan is not None
    if all(view.image_path.stem == view.mask_path.stem for view in found.scan.views):
        assert found.consistency is not None
        assert found.consistency.cause is None
        return
    assert found.fatal
    assert any("front.png is that of front.jpg" in problem.what for problem in found.problems)


@pytest.fixture(scope="module")
def first() -> Made:
    scan = read_scan(place("h3ds_sample/5a3c0e11d2b47f01"))
    return load_views(choose_views(scan, "8")), scan


def reordered(views: list[LoadedView], scan: Scan, order: Callable[[list[int]], list[int]]) -> Made:
    """All cameras of the scan in another order: view number i gets that of order([0, 1, ...])[i]."""
    cameras = {view.index: view.camera for view in scan.views}
    taken = dict(zip(cameras, order(list(cameras)), strict=True))
    scan = replace(scan, views=tuple(replace(one, camera=cameras[taken[one.index]]) for one in scan.views))
    return with_cameras(views, scan, [scan.view(one.view.index).camera for one in views])


def exchanged(numbers: list[int], one: int, other: int) -> list[int]:
    return [{one: other, other: one}.get(number, number) for number in numbers]


VARIANTS: dict[str, tuple[Callable[[list[LoadedView], Scan], Made], Cause]] = {
    "two cameras exchanged": (
        lambda views, scan: reordered(views, scan, lambda all_: exchanged(all_, 16, 33)),
        Cause.SWAPPED,
    ),
    "masks of other photos": (
        lambda views, scan: (
            [replace(one, mask=views[at - 1].mask) for at, one in enumerate(views)],
            scan,
        ),
        Cause.MISPAIRED,
    ),
    "shifted by one": (
        lambda views, scan: reordered(views, scan, lambda all_: [*all_[1:], all_[0]]),
        Cause.SHIFTED,
    ),
    "in the order of text": (
        lambda views, scan: reordered(views, scan, lambda all_: sorted(all_, key=str)),
        Cause.LEXICOGRAPHIC,
    ),
    "one photo resized": (lambda views, scan: (changed(views, resized(0.5), [2]), scan), Cause.RESIZED),
    "all photos resized": (lambda views, scan: (changed(views, resized(0.8)), scan), Cause.RESIZED),
    "all photos cropped": (
        lambda views, scan: (changed(views, lambda one: one[60:-60, 40:-40]), scan),
        Cause.CROPPED,
    ),
    "masks inverted": (
        lambda views, scan: (changed(views, np.logical_not, photos=False), scan),
        Cause.INVERTED,
    ),
    "turned by 90": (lambda views, scan: (changed(views, np.rot90), scan), Cause.TURNED),
    "turned by 180": (lambda views, scan: (changed(views, lambda one: np.rot90(one, 2)), scan), Cause.TURNED),
    "sphere off": (
        lambda views, scan: (
            views,
            replace(scan, unit_sphere=replace(scan.unit_sphere, translation=np.array([60.0, 30.0, 0.0]))),
        ),
        Cause.SPHERE,
    ),
}


@pytest.mark.parametrize(
    ("name", "count"), [*((name, 3) for name in VARIANTS), ("shifted by one", 8), ("turned by 180", 8)]
)
def test_what_was_mixed_up_is_named(name: str, count: int, first: Made) -> None:
    views, scan = first
    mix_up, cause = VARIANTS[name]
    used = views if count == 8 else [views[at] for at in (0, 2, 4)]
    found = check_consistency(*mix_up(used, scan))
    assert found.cause is cause
    assert [problem.fatal for problem in found.problems] == [True]
