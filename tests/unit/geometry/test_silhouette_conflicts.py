from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from h3dstudio.geometry.silhouette_conflicts import HullTable
from h3dstudio.geometry.silhouette_consistency import Silhouette
from tests.unit.geometry.solids import SPHERE, bracket, ring

EIGHT = bracket(ring(8))


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


def test_the_camera_of_one_mask_is_found_among_all() -> None:
    cameras = [one.camera for one in EIGHT]
    wrong = [Silhouette(EIGHT[0].mask, cameras[5]), *EIGHT[1:]]
    fits = HullTable(wrong, SPHERE).fits(0, cameras)
    assert int(fits.argmax()) == 0
    assert fits[0] == 1.0
