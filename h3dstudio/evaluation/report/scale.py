"""The one colour scale of errors: the same millimetres have the same colour in every picture and report.

Pale is near, dark is far. The lightness falls evenly along it, so that it can be read in grey print and by
those who tell colours apart badly. Its steps widen with the error: errors of half a millimetre and of five
are both to be seen, and no picture has a scale of its own. The window's scale runs the other way: in its
dark scene bright colours stand out, on white paper dark ones do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.evaluation.report.drawing import INK, MUTED, Box, Drawing, Line, Shape, Words
from h3dstudio.geometry.color_scales import colors

STOPS = (0.0, 0.5, 1.0, 2.0, 5.0)
"""mm at equal steps of the colours; what is farther has the last colour."""
MAGMA = (
    (252, 253, 191), (254, 206, 145), (254, 159, 109), (247, 112, 92), (222, 73, 104),
    (182, 54, 121), (140, 41, 129), (100, 26, 128), (59, 15, 112), (20, 14, 54),
)  # fmt: skip
"""Magma from its light end, at equal steps, sRGB. Source: van der Walt & Smith, matplotlib (CC0)."""
UNSEEN = (190, 196, 206)
"""What no camera sees, and is not scored."""


def error_colors(errors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Errors (N,) in mm -> sRGB (N, 3) in 0..255."""
    at = np.interp(errors, STOPS, np.linspace(0, 1, len(STOPS)))
    return np.asarray(colors(at, MAGMA), dtype=np.float64)


def hex_color(rgb: NDArray[np.floating] | tuple[int, int, int]) -> str:
    """(3,) in 0..255 -> "#rrggbb"."""
    return "#" + "".join(f"{round(float(channel)):02x}" for channel in rgb)


def legend(width: float = 420.0, *, unseen: bool = True) -> Drawing:
    """The scale as a bar with its millimetres, and what is grey."""
    left, bar, top, height, steps = 8.0, 200.0, 4.0, 11.0, 100
    shapes: list[Shape] = []
    for step in range(steps):
        error = np.interp((step + 0.5) / steps * (len(STOPS) - 1), np.arange(len(STOPS)), STOPS)
        fill = hex_color(error_colors(np.array([error]))[0])
        # Each reaches to the end and is drawn over: no seams between them.
        shapes.append(Box(left + bar * step / steps, top, bar * (1 - step / steps), height, fill))
    for place, stop in enumerate(STOPS):
        x = left + bar * place / (len(STOPS) - 1)
        more = " mm or more" if place == len(STOPS) - 1 else ""
        shapes.append(Line(((x, top + height), (x, top + height + 3)), MUTED, 0.7))
        shapes.append(Words(x, top + height + 12, f"{stop:g}", INK, anchor="middle"))
        if more:
            shapes.append(Words(x + 5, top + height + 12, more, INK))
    if unseen:
        shapes.append(Box(left + bar + 68, top, 11, height, hex_color(UNSEEN)))
        shapes.append(Words(left + bar + 83, top + 9, "not seen by any camera", INK))
    told = (
        "Colours of the error from pale, 0 mm, over orange, 0.5 to 1 mm, and purple, 2 mm, "
        "to nearly black, 5 mm"
    )
    return Drawing(width, top + height + 16, tuple(shapes), "Colour scale of the error", told)
