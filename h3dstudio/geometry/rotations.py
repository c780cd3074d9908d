"""Rotations spread evenly over all there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def spread_rotations(count: int) -> NDArray[np.float64]:
    """(count, 3, 3) rotations in a low-discrepancy order: 256 leave none farther than 37 degrees from one.

    Source: Alexa, "Super-Fibonacci spirals: fast, low-discrepancy sampling of SO(3)", CVPR 2022, algorithm 1.
    """
    from scipy.spatial.transform import Rotation

    s = np.arange(count) + 0.5
    inner, outer = np.sqrt(s / count), np.sqrt(1 - s / count)
    first, second = 2 * np.pi * s / np.sqrt(2.0), 2 * np.pi * s / 1.533751168755204288118041
    quaternions = np.stack(
        [inner * np.sin(first), inner * np.cos(first), outer * np.sin(second), outer * np.cos(second)], axis=1
    )
    return np.asarray(Rotation.from_quat(quaternions).as_matrix(), dtype=np.float64)
