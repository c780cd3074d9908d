"""The mid-sagittal plane of points that were made symmetric, turned anyhow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from h3dstudio.data.landmarks import H3DS_LANDMARKS
from h3dstudio.errors import LandmarkError
from h3dstudio.session.landmarks.mirror import mirrored

FACE = {
    "right_eye": [-16.0, 30, 60],
    "left_eye": [16.0, 30, 60],
    "nose_tip": [0.0, 0, 95],
    "nose_base": [0.0, -10, 80],
    "right_lips": [-25.0, -35, 70],
    "left_lips": [25.0, -35, 70],
    "chin": [0.0, -70, 60],
}


def turned(seed: int, names: tuple[str, ...] = H3DS_LANDMARKS) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    turn, shift = Rotation.random(random_state=seed).as_matrix(), rng.normal(size=3) * 100
    return {name: turn @ np.array(FACE[name]) + shift for name in names}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["left_eye", "right_lips"]))
def test_a_missing_landmark_is_its_partners_mirror_image(seed: int, missing: str) -> None:
    whole = turned(seed)
    points = {name: point for name, point in whole.items() if name != missing}
    found = mirrored(points, H3DS_LANDMARKS)
    assert list(found) == [missing]
    np.testing.assert_allclose(found[missing], whole[missing], atol=1e-8)


def test_three_middle_points_do_without_a_pair() -> None:
    points = turned(3, ("nose_tip", "nose_base", "chin", "right_eye"))
    found = mirrored(points, H3DS_LANDMARKS)
    np.testing.assert_allclose(found["left_eye"], turned(3)["left_eye"], atol=1e-8)


def test_noise_moves_the_plane_little() -> None:
    whole = turned(8)
    rng = np.random.default_rng(1)
    noisy = {name: point + 0.5 * rng.normal(size=3) for name, point in whole.items() if name != "left_lips"}
    assert np.linalg.norm(mirrored(noisy, H3DS_LANDMARKS)["left_lips"] - whole["left_lips"]) < 4


def test_too_few_points_say_which_are_needed() -> None:
    with pytest.raises(LandmarkError, match="left from right"):
        mirrored(turned(0, ("right_eye", "nose_tip")), H3DS_LANDMARKS)
    assert mirrored(turned(0, ("nose_tip",)), H3DS_LANDMARKS) == {}
    assert mirrored(turned(0), H3DS_LANDMARKS) == {}
