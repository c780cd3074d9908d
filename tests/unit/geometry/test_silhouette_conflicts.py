from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.geometry.silhouette_conflicts import HullTable
from h3dstudio.geometry.silhouette_consistency import Silhouette
from tests.unit.geometry.solids import SPHERE, bracket, ring

FOUR, EIGHT = bracket(ring(4)), bracket(ring(8))


def through(silhouettes: Sequence[Silhouette], cameras: Sequence[int]) -> list[Silhouette]:
    """Mask i said to be taken by camera cameras[i]."""
    return [
        Silhouette(one.mask, silhouettes[camera].camera)
        for one, camera in zip(silhouettes, cameras, strict=True)
    ]


def test_right_masks_agree_in_pairs_and_all_together() -> None:
    table = HullTable(EIGHT, SPHERE)
    np.testing.assert_array_equal(table.pairs(), np.ones((8, 8)))
    np.testing.assert_array_equal(table.shares(range(8)), np.ones(8))


def test_the_masks_that_contradict_the_rest_are_found() -> None:
    assert HullTable(through(EIGHT, (0, 1, 5, 3, 4, 2, 6, 7)), SPHERE).outliers(2) == (2, 5)
    upside_down = [Silhouette(one.mask[::-1], one.camera) if at == 3 else one for at, one in enumerate(EIGHT)]
    assert HullTable(upside_down, SPHERE).outliers(2) == (3,)


def test_a_mask_that_lacks_a_part_is_found() -> None:
    cut = EIGHT[4].mask.copy()
    cut[: np.flatnonzero(cut.any(axis=1)).mean().astype(int)] = False
    masks = [Silhouette(cut, one.camera) if at == 4 else one for at, one in enumerate(EIGHT)]
    assert HullTable(masks, SPHERE).outliers(2) == (4,)


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(4)))
def test_any_order_of_four_cameras_is_put_right(order: list[int]) -> None:
    table = HullTable(through(FOUR, order), SPHERE)
    found, share = table.best_order()
    assert share == 1.0
    assert [order[camera] for camera in found] == [0, 1, 2, 3]


@settings(max_examples=2, deadline=None)
@given(st.permutations(range(8)))
def test_any_order_of_eight_cameras_is_put_right(order: list[int]) -> None:
    found, share = HullTable(through(EIGHT, order), SPHERE).best_order()
    assert share == 1.0
    assert [order[camera] for camera in found] == list(range(8))


def test_only_movable_masks_change_cameras() -> None:
    table = HullTable(through(EIGHT, (3, 1, 2, 0, 4, 5, 6, 7)), SPHERE)
    assert table.best_order((0, 3, 5)) == ((3, 1, 2, 0, 4, 5, 6, 7), 1.0)
    found, share = table.best_order((0, 5))
    assert found[3] == 3
    assert share < 1.0


def test_the_camera_of_one_mask_is_found_among_all() -> None:
    cameras = [one.camera for one in EIGHT]
    wrong = [Silhouette(EIGHT[0].mask, cameras[5]), *EIGHT[1:]]
    fits = HullTable(wrong, SPHERE).fits(0, cameras)
    assert int(fits.argmax()) == 0
    assert fits[0] == 1.0
