"""Every fault that was made on purpose is named, and right data never is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from h3dstudio.data.scan import LoadedView, Scan
from h3dstudio.data.view_consistency import Cause, ViewConsistency, check_consistency, trusted
from tests.unit.data.solid_scan import changed, in_order, resized, solid_scan

SIX, SCAN = solid_scan(6)
Made = tuple[list[LoadedView], Scan]


def what(found: ViewConsistency) -> str:
    (problem,) = found.problems
    assert problem.fatal
    assert "To go on all the same: --trust-cameras" in problem.remedy
    return problem.what


@pytest.mark.parametrize("count", [1, 2, 3, 8, 20])
def test_right_views_agree_wholly(count: int) -> None:
    found = check_consistency(*solid_scan(count))
    assert found.problems == ()
    assert found.cause is None
    np.testing.assert_array_equal(found.shares, np.ones(count))


def test_cameras_a_little_off_and_ragged_masks_are_no_fault() -> None:
    rng = np.random.default_rng(0)
    ragged = [
        replace(
            one,
            mask=np.roll(one.mask, rng.integers(-1, 2, 2), axis=(0, 1))
            & (rng.random(one.mask.shape) > 0.003),
        )
        for one in SIX
    ]
    assert check_consistency(ragged, SCAN).problems == ()


def squeezed(columns: int) -> np.ndarray:
    """The columns that are left of so many at three quarters of the width."""
    return ((np.arange(round(0.75 * columns)) + 0.5) / 0.75 - 0.5).round().astype(int)


FAULTS: dict[str, tuple[Callable[[], Made], Cause, str]] = {
    "two cameras exchanged": (
        lambda: in_order(SIX, SCAN, (0, 4, 2, 3, 1, 5)),
        Cause.SWAPPED,
        "the cameras of views 1 and 4 are exchanged",
    ),
    "shifted by one": (
        lambda: in_order(SIX, SCAN, (1, 2, 3, 4, 5, 0)),
        Cause.SHIFTED,
        "each photo has the camera of its next one",
    ),
    "shifted the other way": (
        lambda: in_order(SIX, SCAN, (5, 0, 1, 2, 3, 4)),
        Cause.SHIFTED,
        "each photo has the camera of its previous one",
    ),
    "one photo resized": (
        lambda: (changed(SIX, resized(0.5), [2]), SCAN),
        Cause.RESIZED,
        "the photo of view 2 was resized to 50% of the size",
    ),
    "all photos resized": (
        lambda: (changed(SIX, resized(0.8)), SCAN),
        Cause.RESIZED,
        "all photos were resized to 80% of the size",
    ),
    "all photos enlarged": (
        lambda: (changed(SIX, resized(1.5)), SCAN),
        Cause.RESIZED,
        "all photos were resized to 150% of the size",
    ),
    "all photos squeezed": (
        lambda: (changed(SIX, lambda one: one[:, squeezed(one.shape[1])]), SCAN),
        Cause.RESIZED,
        "all photos were resized unevenly, to 75% of the width and 100% of the height",
    ),
    "cropped alike": (
        lambda: (changed(SIX, lambda one: one[8:-24, 12:-20]), SCAN),
        Cause.CROPPED,
        "the photos were cropped after the cameras were made",
    ),
    "masks inverted": (
        lambda: (changed(SIX, np.logical_not, photos=False), SCAN),
        Cause.INVERTED,
        "the masks are inverted: white where the background is",
    ),
    "one mask inverted": (
        lambda: (changed(SIX, np.logical_not, [3], photos=False), SCAN),
        Cause.INVERTED,
        "the masks of view 3 are inverted",
    ),
    "turned by 180": (
        lambda: (changed(SIX, lambda one: np.rot90(one, 2)), SCAN),
        Cause.TURNED,
        "photos or masks are turned by 180 degrees against the cameras",
    ),
    "turned by 90": (
        lambda: (changed(SIX, np.rot90), SCAN),
        Cause.TURNED,
        "photos or masks are turned by 90 degrees counterclockwise",
    ),
    "one turned": (
        lambda: (changed(SIX, lambda one: np.rot90(one, 2), [4]), SCAN),
        Cause.TURNED,
        "photo or mask of view 4 is turned by 180 degrees",
    ),
    "mirrored": (
        lambda: (changed(SIX, np.fliplr), SCAN),
        Cause.MIRRORED,
        "photos or masks are mirrored against the cameras",
    ),
    "sphere too small": (
        lambda: (SIX, replace(SCAN, unit_sphere=replace(SCAN.unit_sphere, scale=60.0))),
        Cause.SPHERE,
        "the unit sphere (radius 60 mm) does not hold what the masks show",
    ),
    "sphere elsewhere": (
        lambda: (
            SIX,
            replace(SCAN, unit_sphere=replace(SCAN.unit_sphere, translation=np.array([70.0, 0, 60.0]))),
        ),
        Cause.SPHERE,
        "the unit sphere (radius 120 mm) does not hold what the masks show",
    ),
    "masks of other photos": (
        lambda: (
            [replace(one, mask=SIX[(at + 1) % 6].mask) for at, one in enumerate(SIX)],
            SCAN,
        ),
        Cause.MISPAIRED,
        "mask_0000.png is that of img_0001.png",
    ),
    "photos exchanged, masks right": (
        lambda: ([replace(one, image=SIX[5 - at].image) for at, one in enumerate(SIX)], SCAN),
        Cause.MISPAIRED,
        "cameras and masks agree, the photos are in another order",
    ),
    "masks turned against photos": (
        lambda: (changed(SIX, lambda one: np.rot90(one, 2), photos=False), SCAN),
        Cause.TURNED,
        "turned by 180 degrees against their photos",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named(name: str) -> None:
    make, cause, said = FAULTS[name]
    found = check_consistency(*make())
    assert found.cause is cause
    assert said in what(found)


def test_names_in_the_order_of_text() -> None:
    views, scan = solid_scan(12)
    text = sorted(range(12), key=str)
    for order in (text, [text.index(one) for one in range(12)]):
        found = check_consistency(*in_order(views, scan, order))
        assert found.cause is Cause.LEXICOGRAPHIC
        assert "sorted as text (0, 1, 10, 11, ...)" in what(found)


def test_a_used_view_with_the_camera_of_an_unused_one() -> None:
    views, scan = in_order(*solid_scan(12), (0, 1, 2, 9, 4, 5, 6, 7, 8, 3, 10, 11))
    found = check_consistency([one for one in views if one.view.index in (0, 3, 5, 7, 11)], scan)
    assert found.cause is Cause.SWAPPED
    assert "the cameras of views 3 and 9 are exchanged" in what(found)


def test_one_wrong_camera_is_the_view_that_contradicts_the_others() -> None:
    rolled = np.roll(SIX[3].mask, 30, axis=1)
    views = [
        replace(one, mask=rolled, image=np.roll(one.image, 30, axis=1)) if at == 3 else one
        for at, one in enumerate(SIX)
    ]
    found = check_consistency(views, SCAN)
    assert found.cause is Cause.OUTLIER
    assert "view 3 does not belong to the others: its mask or camera is wrong" in found.problems[0].what


@settings(max_examples=3, deadline=None)
@given(st.permutations(range(6)))
def test_any_wrong_order_of_cameras_stops_a_run(order: list[int]) -> None:
    assume(order != list(range(6)))
    found = check_consistency(*in_order(SIX, SCAN, order))
    assert found.cause in (Cause.SWAPPED, Cause.SHIFTED, Cause.REORDERED)
    what(found)


def test_any_order_of_twenty_cameras_is_named() -> None:
    views, scan = solid_scan(20)
    order = [int(one) for one in np.random.default_rng(4).permutation(20)]
    found = check_consistency(*in_order(views, scan, order))
    assert found.cause is Cause.REORDERED
    first = next(view for view in range(20) if order[view] != view)
    assert f"(view {first} fits camera {order.index(first)}, " in what(found)
    assert "100.0% once that is corrected" in what(found)


def test_three_wrong_cameras_among_twenty_are_named_and_stop_a_run() -> None:
    order = list(range(20))
    order[3], order[8], order[15] = 8, 15, 3
    found = check_consistency(*in_order(*solid_scan(20), order))
    assert found.cause is Cause.REORDERED
    said = "the cameras of views 3, 8 and 15 are in another order (view 3 fits camera 15, "
    assert said in what(found)


def test_a_few_views_whose_cameras_are_those_of_unused_ones() -> None:
    views, scan = solid_scan(20)
    order = [int(one) for one in np.random.default_rng(5).permutation(20)]
    views, scan = in_order(views, scan, order)
    found = check_consistency(views[1::3], scan)
    assert found.cause is Cause.REORDERED
    assert f"view 1 fits camera {order.index(1)}, view 4 fits camera {order.index(4)}, " in what(found)


def test_one_grossly_wrong_mask_among_good_ones_stops_a_run() -> None:
    views, scan = solid_scan(20)
    wrong = changed(views, lambda one: np.roll(one, 30, axis=1), [7])
    found = check_consistency(wrong, scan)
    assert found.cause is Cause.OUTLIER
    assert "view 7 does not belong to the others: its mask or camera is wrong" in what(found)


def test_mirrored_photos_of_three_views_are_called_so() -> None:
    """From two sides and the front, where exchanged cameras look the same, both are named."""
    views, scan = solid_scan(12)
    sides = changed([views[9], views[0], views[3]], np.fliplr)
    found = check_consistency(sides, scan)
    assert found.cause is Cause.MIRRORED
    assert "photos or masks are mirrored against the cameras" in what(found)
    nearer = changed([views[10], views[0], views[2]], np.fliplr)
    said = "the cameras of views 2 and 10 are exchanged (or photos or masks are mirrored against the cameras)"
    assert said in what(check_consistency(nearer, scan))


def test_masks_that_fill_the_photo_say_nothing() -> None:
    full = changed(SIX, np.ones_like, photos=False)
    assert check_consistency(full, SCAN).problems == ()
    assert check_consistency([*full[:2], *SIX[2:]], SCAN).numbers == (2, 3, 4, 5)


def test_who_trusts_the_cameras_is_told_all_the_same() -> None:
    (problem,) = check_consistency(*in_order(SIX, SCAN, (1, 0, 2, 3, 4, 5))).problems
    told = trusted(problem)
    assert not told.fatal
    assert told.what == problem.what
    assert "--trust-cameras" not in str(told)
