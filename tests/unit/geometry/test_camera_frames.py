from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity
from tests.unit.methods.textured_ball import CENTER, ring_camera

SIMILARITIES = st.builds(
    lambda turn, shift, size: Similarity(2.0**size, Rotation.from_rotvec(turn).as_matrix(), np.array(shift)),
    st.tuples(*[st.floats(-3, 3)] * 3),
    st.tuples(*[st.floats(-500, 500)] * 3),
    st.floats(-10, 10),
)
CLOUD = CENTER + np.random.default_rng(0).uniform(-80, 80, (30, 3))


@given(frame=SIMILARITIES, azimuth=st.floats(0, 360))
def test_moved_points_are_seen_at_the_same_pixels(frame: Similarity, azimuth: float) -> None:
    camera = ring_camera(azimuth)
    there = camera.in_frame(frame)
    pixel, depth = camera.project(CLOUD)
    moved_pixel, moved_depth = there.project(frame.apply(CLOUD))
    np.testing.assert_allclose(moved_pixel, pixel, atol=1e-5)
    np.testing.assert_allclose(moved_depth, frame.scale * depth, rtol=1e-7)
    np.testing.assert_array_equal(there.intrinsics, camera.intrinsics)
    np.testing.assert_allclose(there.rotation @ there.rotation.T, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(there.center, frame.apply(camera.center[None])[0], rtol=1e-7, atol=1e-5)


@given(frame=SIMILARITIES)
def test_there_and_back_is_the_same_camera(frame: Similarity) -> None:
    camera = ring_camera(30.0)
    back = camera.in_frame(frame).in_frame(frame.inverse())
    for name in ("intrinsics", "rotation", "translation"):
        np.testing.assert_allclose(getattr(back, name), getattr(camera, name), atol=1e-4)


@given(one=SIMILARITIES, other=SIMILARITIES)
def test_frames_can_be_joined(one: Similarity, other: Similarity) -> None:
    step: Camera = ring_camera(200.0).in_frame(one).in_frame(other)
    joined = ring_camera(200.0).in_frame(other @ one)
    np.testing.assert_allclose(step.rotation, joined.rotation, atol=1e-7)
    np.testing.assert_allclose(step.translation, joined.translation, rtol=1e-6, atol=1e-2)
