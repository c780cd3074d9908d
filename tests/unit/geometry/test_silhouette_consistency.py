from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.geometry.silhouette_consistency import Silhouette, hull_shares
from h3dstudio.geometry.transforms import Similarity
from tests.unit.geometry.solids import SPHERE, ball_mask, bracket, looking, ring


@pytest.mark.parametrize("count", [1, 2, 3, 8, 66])
def test_right_silhouettes_are_covered_wholly(count: int) -> None:
    np.testing.assert_array_equal(hull_shares(bracket(ring(count)), SPHERE), np.ones(count))


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(*[st.floats(-50, 50)] * 3),
    st.floats(4, 65),
    st.lists(st.tuples(st.floats(0, 360), st.floats(-70, 70), st.floats(60, 500)), min_size=1, max_size=5),
    st.integers(12, 60),
)
def test_any_ball_in_the_sphere_is_covered_wholly(
    centre: tuple[float, float, float],
    radius: float,
    places: list[tuple[float, float, float]],
    cells: int,
) -> None:
    middle = np.array(centre) * min(1.0, 50 / max(np.linalg.norm(centre), 1e-9))
    cameras = [looking(turn, tilt, focal=focal) for turn, tilt, focal in places]
    seen = [Silhouette(ball_mask(middle, radius, camera), camera) for camera in cameras]
    shares = hull_shares([one for one in seen if one.mask.any()], SPHERE, cells)
    np.testing.assert_array_equal(shares, np.ones(len(shares)))


def test_a_head_cut_off_by_the_photo_is_no_contradiction() -> None:
    cameras = [looking(turn, focal=800.0) for turn in (0.0, 90.0, 200.0)]
    silhouettes = bracket(cameras)
    assert sum(bool(one.mask[0].any() or one.mask[-1].any()) for one in silhouettes) > 1
    np.testing.assert_array_equal(hull_shares(silhouettes, SPHERE), np.ones(3))


def test_exchanged_cameras_leave_masks_uncovered() -> None:
    right = bracket(ring(6))
    wrong = [
        Silhouette(right[1].mask, right[0].camera),
        Silhouette(right[0].mask, right[1].camera),
        *right[2:],
    ]
    assert hull_shares(wrong, SPHERE).mean() < 0.97


def test_what_lies_outside_the_sphere_is_uncovered() -> None:
    # The ball is half as large again as the sphere: of its disc, (2/3)^2 is covered, and a rim of cells.
    cameras = ring(4)
    seen = [Silhouette(ball_mask(np.zeros(3), 60.0, camera), camera) for camera in cameras]
    shares = hull_shares(seen, Similarity(40.0, np.eye(3), np.zeros(3)))
    np.testing.assert_allclose(shares, (2 / 3) ** 2, atol=0.07)


def test_silhouettes_that_share_nothing_cover_nothing() -> None:
    camera = looking(0.0)
    left, right = np.zeros((128, 128), bool), np.zeros((128, 128), bool)
    left[60:70, 40:50] = right[60:70, 80:90] = True
    np.testing.assert_array_equal(
        hull_shares([Silhouette(left, camera), Silhouette(right, camera)], SPHERE), np.zeros(2)
    )
