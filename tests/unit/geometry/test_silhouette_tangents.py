"""Tangents of right cameras meet, and the cameras of mixed-up photos are found by them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.geometry.camera_assignment import best_assignment
from h3dstudio.geometry.silhouette_tangents import MOST, tangent_costs
from tests.unit.geometry.solids import SPHERE, bracket, ring

TWENTY = bracket(ring(20))
CAMERAS = [one.camera for one in TWENTY]
COSTS = tangent_costs([one.mask for one in TWENTY], CAMERAS, SPHERE.translation)


def between(first: int, second: int, costs: np.ndarray = COSTS) -> float:
    """mm, of two photos through their own cameras."""
    return float(costs[first, first, second, second])


def test_the_tangents_of_right_cameras_meet() -> None:
    for other in (1, 3, 7):  # not nearly opposite ones, which see each other's middle
        assert between(0, other) < 3.0  # a pixel is 1.5 mm
        assert between(0, other) == pytest.approx(between(other, 0), abs=1e-4)
    assert COSTS[0, 0, 3, 8] > 8.0
    assert COSTS[0, 0, 3, 0] == 2 * MOST, "one camera for two photos"


def test_what_lies_beyond_the_photo_speaks_against_nothing() -> None:
    masks = [one.mask for one in TWENTY[:4]]
    cut = masks[2].copy()
    top = np.flatnonzero(cut.any(axis=1))[0] + 20
    wrong = tangent_costs(
        [*masks[:2], np.where(np.arange(len(cut))[:, None] < top, False, cut)],
        CAMERAS[:3],
        SPHERE.translation,
    )
    assert between(0, 2, wrong) > 8.0
    lower = CAMERAS[2].intrinsics.copy()
    lower[1, 2] -= top
    camera = type(CAMERAS[2])(lower, CAMERAS[2].rotation, CAMERAS[2].translation)
    beyond = tangent_costs([*masks[:2], cut[top:]], [*CAMERAS[:2], camera], SPHERE.translation)
    assert between(0, 2, beyond) < 3.0


def test_masks_of_a_line_or_a_point_are_no_trouble() -> None:
    line, point = (np.zeros_like(TWENTY[0].mask) for _ in range(2))
    line[40, 20:60] = point[40, 40] = True
    assert np.isfinite(tangent_costs([line, point], CAMERAS[:4], SPHERE.translation)).all()


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(20)))
def test_any_order_of_twenty_cameras_is_put_right(order: list[int]) -> None:
    found = best_assignment(COSTS[:, order][:, :, :, order])
    assert [order[camera] for camera in found] == list(range(20))


@settings(max_examples=6, deadline=None)
@given(st.sets(st.integers(0, 19), min_size=6, max_size=9))
def test_the_cameras_of_a_few_photos_are_found_among_twenty(photos: set[int]) -> None:
    """Up to the same turn of all: from one place of an even ring to the next nothing changes."""
    chosen = sorted(photos)
    found = np.array(best_assignment(COSTS[chosen][:, :, chosen]))
    assert len(set((found - chosen) % 20)) == 1


def test_one_wrong_mask_does_not_lead_the_others_astray() -> None:
    masks = [one.mask for one in TWENTY]
    masks[4] = np.rot90(masks[4], 2)
    found = best_assignment(tangent_costs(masks, CAMERAS, SPHERE.translation))
    assert [one for at, one in enumerate(found) if at != 4] == [at for at in range(20) if at != 4]


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 2), st.integers(0, 3), st.integers(0, 2**31))
def test_one_or_two_photos_have_the_best_cameras_of_all(count: int, more: int, seed: int) -> None:
    from itertools import permutations

    rng = np.random.default_rng(seed)
    shape = (count, count + more) * 2
    costs = rng.random(shape).astype(np.float32)
    costs += costs.transpose(2, 3, 0, 1)

    def total(order: tuple[int, ...]) -> float:
        return sum(costs[i, a, j, b] for i, a in enumerate(order) for j, b in enumerate(order) if i != j)

    best = min(total(one) for one in permutations(range(count + more), count))
    assert total(best_assignment(costs)) <= best + 1e-5
