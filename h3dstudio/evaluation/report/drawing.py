"""Line drawings as plain data, drawn alike in HTML (as SVG) and in PDF: x to the right, y down, in points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Color = str
"""As "#rrggbb"."""

INK, MUTED, GRID, PAPER = "#1b1f27", "#5d6675", "#dde1e8", "#ffffff"


@dataclass(frozen=True)
class Line:
    """A polyline; `dash`: lengths of strokes and gaps, () for a solid line."""

    points: tuple[Point, ...]
    color: Color = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Box:
    """A filled rectangle with its upper left corner at (x, y)."""

    x: float
    y: float
    width: float
    height: float
    fill: Color
    outline: Color = ""


@dataclass(frozen=True)
class Words:
    """A line of text; (x, y) is on its baseline. `turned`: reads upwards."""

    x: float
    y: float
    text: str
    color: Color = MUTED
    size: float = 8.5
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    turned: bool = False


Shape = Line | Box | Words


@dataclass(frozen=True)
class Drawing:
    """Shapes on a sheet of `width` x `height` points, drawn in order.

    Attributes:
        title: in a few words.
        description: what is to be seen, for those who do not see it.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str
    description: str


def ticks(largest: float, most: int = 6) -> list[float]:
    """Round values from 0 to at most `largest`: steps of 1, 2 or 5 times a power of ten, `most` at most."""
    if not largest > 0:
        return [0.0]
    step = 10.0 ** _power_of_ten(largest / most)
    for factor in (1, 2, 5, 10):
        if largest / (step * factor) <= most:
            step *= factor
            break
    return [round(step * at, 10) for at in range(int(largest / step + 1e-9) + 1)]


def _power_of_ten(value: float) -> int:
    """The power of ten at or below `value` > 0."""
    return math.floor(math.log10(value))


def legend_row(entries: Sequence[tuple[str, Line]], x: float, y: float, gap: float = 18.0) -> list[Shape]:
    """A sample of each line with its name behind it, from (x, y) to the right."""
    shapes: list[Shape] = []
    for name, line in entries:
        shapes.append(Line(((x, y - 3), (x + 20, y - 3)), line.color, line.width, line.dash))
        shapes.append(Words(x + 25, y, name))
        x += 25 + text_width(name) + gap
    return shapes


def text_width(text: str, size: float = 8.5) -> float:
    """About how wide a line of text is, in points: no font is at hand here."""
    return 0.54 * size * len(text)
