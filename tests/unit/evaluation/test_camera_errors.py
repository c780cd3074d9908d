from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from h3dstudio.errors import CameraError
from h3dstudio.evaluation.camera_errors import camera_offsets
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity
from tests.unit.evaluation.head_scan import camera


def turned(one: Camera, degrees: float, away: np.ndarray) -> Camera:
    """`one` turned about its own centre, which is then moved by `away` in the world."""
    rotation = Rotation.from_rotvec([0, np.radians(degrees), 0]).as_matrix() @ one.rotation
    return Camera(one.intrinsics, rotation, -rotation @ (one.center + away))


def test_a_known_error_of_one_camera_is_found() -> None:
    true = {4: camera(0.0), 9: camera(50.0)}
    found = {4: turned(true[4], 2.5, np.array([3.0, 0.0, 4.0])), 9: true[9]}
    first, second = camera_offsets(found, true).as_given
    assert (first.view, second.view) == (4, 9)
    assert first.rotation_deg == pytest.approx(2.5, abs=1e-9)
    assert first.translation_mm == pytest.approx(5.0, abs=1e-9)
    assert second.rotation_deg == pytest.approx(0.0, abs=1e-6)
    assert second.translation_mm == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    turn=st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3),
    move=st.lists(st.floats(-500, 500), min_size=3, max_size=3),
    count=st.integers(2, 6),
)
def test_a_motion_that_all_share_is_told_apart(turn: list[float], move: list[float], count: int) -> None:
    motion = Similarity(1.0, Rotation.from_rotvec(turn).as_matrix(), np.array(move))
    true = {view: camera(40.0 * view) for view in range(count)}
    offsets = camera_offsets({view: one.in_frame(motion) for view, one in true.items()}, true)
    assert offsets.common is not None
    np.testing.assert_allclose(offsets.common.matrix, motion.matrix, atol=1e-6)
    for one in offsets.own or ():
        assert one.rotation_deg == pytest.approx(0, abs=1e-5)
        assert one.translation_mm == pytest.approx(0, abs=1e-6)
    angle = np.degrees(np.linalg.norm(turn))
    assert all(one.rotation_deg == pytest.approx(angle, abs=1e-5) for one in offsets.as_given)


def test_one_camera_has_nothing_in_common_with_others() -> None:
    offsets = camera_offsets({0: camera(1.0), 1: camera(2.0)}, {1: camera(2.0), 7: camera(0.0)})
    assert [one.view for one in offsets.as_given] == [1]
    assert offsets.own is None
    assert offsets.as_dict()["without_common_motion"] is None
    with pytest.raises(CameraError, match="no view in common"):
        camera_offsets({0: camera(1.0)}, {1: camera(1.0)})


def test_the_means_are_of_the_views() -> None:
    true = {0: camera(0.0), 1: camera(90.0)}
    found = {0: turned(true[0], 1.0, np.zeros(3)), 1: turned(true[1], 3.0, np.array([2.0, 0, 0]))}
    figures = camera_offsets(found, true).as_dict()
    assert figures["mean_rotation_deg"] == pytest.approx(2.0)
    assert figures["mean_translation_mm"] == pytest.approx(1.0)
    own = figures["without_common_motion"]
    assert own["mean_rotation_deg"] == pytest.approx(1.0, abs=1e-3)
    assert [row["view"] for row in own["views"]] == [0, 1]
