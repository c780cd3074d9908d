"""The colour scale of confidence: fixed from 0 to 1, and readable whatever colours one can tell apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ANCHORS = (
    (0, 32, 77), (0, 48, 111), (57, 72, 107), (87, 93, 109), (112, 113, 115),
    (138, 134, 120), (166, 157, 117), (196, 180, 108), (228, 207, 91), (255, 234, 70),
)  # fmt: skip
"""Cividis at equal steps, sRGB: lightness rises evenly, and it looks nearly the same to colour-blind eyes.
Source: Nuñez, Anderton & Renslow, PLoS ONE 13(7), 2018."""


def colors(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Values (N,) in 0..1 -> (N, 3) sRGB; what lies outside is clamped."""
    anchors = np.array(ANCHORS, dtype=np.float64)
    at = np.clip(values, 0.0, 1.0) * (len(anchors) - 1)
    knots = np.arange(len(anchors))
    channels = [np.interp(at, knots, anchors[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
