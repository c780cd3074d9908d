"""The two colour scales, confidence and error, readable whatever colours one can tell apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[int, int, int]

CONFIDENCE: tuple[Rgb, ...] = (
    (0, 32, 77), (0, 48, 111), (57, 72, 107), (87, 93, 109), (112, 113, 115),
    (138, 134, 120), (166, 157, 117), (196, 180, 108), (228, 207, 91), (255, 234, 70),
)  # fmt: skip
"""Cividis at equal steps, sRGB: lightness rises evenly, and it looks nearly the same to colour-blind eyes.
Source: Nuñez, Anderton & Renslow, PLoS ONE 13(7), 2018."""
ERROR: tuple[Rgb, ...] = (
    (47, 5, 150), (88, 1, 164), (125, 3, 168), (158, 25, 157), (187, 52, 136), (210, 79, 113),
    (229, 107, 93), (244, 137, 72), (253, 171, 51), (252, 208, 37), (240, 249, 33),
)  # fmt: skip
"""Plasma without its darkest end, sRGB: lightness rises evenly. Source: Smith & van der Walt, 2015 (CC0)."""
BEYOND: Rgb = (60, 240, 255)
"""What is larger than the error scale shows: at least 35 CIE76 from every colour of it, for normal, protan,
deutan and tritan eyes (`tests/unit/geometry/test_color_scales.py`)."""
UNMEASURED: Rgb = (168, 168, 168)
"""A place without a distance."""


def colors(values: NDArray[np.floating], anchors: Sequence[Rgb] = CONFIDENCE) -> NDArray[np.uint8]:
    """Values (N,) in 0..1 -> (N, 3) sRGB; what lies outside is clamped."""
    table = np.array(anchors, dtype=np.float64)
    at = np.clip(values, 0.0, 1.0) * (len(table) - 1)
    knots = np.arange(len(table))
    channels = [np.interp(at, knots, table[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


def error_colors(distances: NDArray[np.floating], clamp: float) -> NDArray[np.uint8]:
    """Distances (N,) mm -> (N, 3) sRGB, `clamp` mm being the last colour; the sign does not matter."""
    size = np.abs(np.asarray(distances, dtype=np.float64))
    out = colors(np.nan_to_num(size / clamp), ERROR)
    out[size > clamp] = BEYOND
    out[np.isnan(size)] = UNMEASURED
    return out


def normal_colors(normals: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Unit normals (N, 3) -> (N, 3): x, y and z from -1 to 1 as red, green and blue from 0 to 255."""
    return np.rint(127.5 * (np.clip(normals, -1, 1) + 1)).astype(np.uint8)
