"""The colours of the error map, judged by eyes of every kind."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from h3dstudio.geometry import color_scales as scale

# Linear RGB as it is seen without one kind of cone. Source: Machado, Oliveira & Fernandes, TVCG 15(6), 2009.
EYES = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.052],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def lab(colors: object, eye: str) -> NDArray[np.float64]:
    """sRGB (N, 3) -> CIE L*a*b* (N, 3) as `eye` sees it."""
    encoded = np.asarray(colors, dtype=np.float64) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(EYES[eye]).T, 0, 1) @ TO_XYZ.T / WHITE
    f = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


@pytest.mark.parametrize("eye", EYES)
def test_more_error_is_lighter_and_what_is_beyond_is_no_colour_of_the_scale(eye: str) -> None:
    shown = lab(scale.colors(np.linspace(0, 1, 101), scale.ERROR), eye)
    assert (np.diff(shown[:, 0]) > 0).all()
    assert np.linalg.norm(shown - lab([scale.BEYOND], eye), axis=1).min() > 35


def test_the_error_scale_is_absolute() -> None:
    shown = scale.error_colors(np.array([0.0, 2.5, 5.0, 5.01, np.inf, np.nan, -2.5]), 5.0)
    np.testing.assert_array_equal(shown[[0, 2]], [scale.ERROR[0], scale.ERROR[-1]])
    np.testing.assert_array_equal(shown[[3, 4]], [scale.BEYOND, scale.BEYOND])
    np.testing.assert_array_equal(shown[5], scale.UNMEASURED)
    np.testing.assert_array_equal(shown[1], shown[6])


def test_normals_fill_the_cube_of_colours() -> None:
    shown = scale.normal_colors(np.array([[1.0, 0, 0], [0, -1, 0], [0, 0, 2.0]]))
    np.testing.assert_array_equal(shown, [[255, 128, 128], [128, 0, 128], [128, 128, 255]])
