"""The drawings of a report: how errors are spread, what share of a surface is near, and sections of heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.evaluation.report.drawing import (
    GRID,
    INK,
    MUTED,
    Box,
    Drawing,
    Line,
    Shape,
    Words,
    legend_row,
    text_width,
    ticks,
)
from h3dstudio.evaluation.report.scale import STOPS, error_colors, hex_color
from h3dstudio.evaluation.report.section_lines import Polyline, simplified

LARGEST = STOPS[-1]
BIN = 0.125
"""mm per bar of a histogram."""
CURVES = ("#0072b2", "#d55e00", "#009e73", "#a0529b", "#56b4e9", "#8c6d00")
"""Told apart by those who see colours differently, too. Source: Okabe & Ito, Color Universal Design, 2008."""
DASHES: tuple[tuple[float, ...], ...] = ((), (6, 2.5), (2, 2), (7, 2, 1.5, 2), (10, 3), (4, 1.5))
TRUTH = "#9aa3b1"


def curve(number: int, width: float = 1.5) -> Line:
    """How the run of that number is drawn everywhere; its points are to be filled in."""
    dash = DASHES[(number + number // len(CURVES)) % len(DASHES)]
    return Line((), CURVES[number % len(CURVES)], width, dash)


@dataclass(frozen=True)
class Axes:
    """A plot's rectangle on its sheet and the values at its far ends; both axes begin at 0."""

    left: float
    top: float
    width: float
    height: float
    largest_x: float
    largest_y: float

    def x(self, value: float) -> float:
        return self.left + self.width * value / self.largest_x

    def y(self, value: float) -> float:
        return self.top + self.height * (1 - value / self.largest_y)

    def drawn(self, x_label: str, y_label: str, *, percent: bool = True) -> list[Shape]:
        """Grid, ticks and labels."""
        shapes: list[Shape] = []
        bottom, right = self.top + self.height, self.left + self.width
        for value in ticks(self.largest_y, 5):
            y = self.y(value)
            shapes.append(Line(((self.left, y), (right, y)), GRID, 0.6))
            shapes.append(Words(self.left - 5, y + 3, f"{value:g}{' %' if percent else ''}", anchor="end"))
        for value in ticks(self.largest_x):
            x = self.x(value)
            shapes.append(Line(((x, bottom), (x, bottom + 3)), MUTED, 0.6))
            shapes.append(Words(x, bottom + 12, f"{value:g}", anchor="middle"))
        shapes.append(Line(((self.left, bottom), (right, bottom)), MUTED, 0.8))
        shapes.append(Words((self.left + right) / 2, bottom + 24, x_label, anchor="middle"))
        if y_label:
            shapes.append(
                Words(
                    self.left - 32, self.top + self.height / 2, y_label, "#5d6675", 8.5, "middle", turned=True
                )
            )
        return shapes


def histogram(errors: NDArray[np.floating], title: str, *, largest_share: float = 0.0) -> Drawing:
    """How the errors (N,) in mm are spread: bars in the colours of the scale, with mean, median, 95 %.

    `largest_share`: percent at the top of the axis; give several histograms the same to compare them.
    """
    shares = error_shares(errors)
    axes = Axes(46, 26, 300, 120, LARGEST + 2 * BIN, max(largest_share, float(shares.max()), 1.0) * 1.08)
    shapes: list[Shape] = [Words(8, 14, title, INK, 10, bold=True)]
    shapes += axes.drawn("distance to the reference, mm", "share")
    for place, share in enumerate(shares):
        fill = hex_color(error_colors(np.array([(place + 0.5) * BIN]))[0])
        left, top = axes.x(place * BIN), axes.y(float(share))
        if share > 0:
            shapes.append(Box(left, top, axes.width * BIN / axes.largest_x, axes.y(0) - top, fill, "#8a8494"))
    over = float(shares[-1])
    shapes.append(
        Words(axes.x(LARGEST + BIN), axes.y(over) - 4, f"≥ {LARGEST:g}: {over:.1f} %", anchor="end")
    )
    marks = {
        "median": float(np.median(errors)),
        "mean": float(np.mean(errors)),
        "95 %": float(np.percentile(errors, 95)),
    }
    shapes += _marks(axes, marks)
    told = ", ".join(f"{name} {value:.2f} mm" for name, value in marks.items())
    return Drawing(
        360,
        176,
        tuple(shapes),
        title,
        f"Histogram of the distances: {told}; {over:.1f} % are {LARGEST:g} mm or more.",
    )


def error_shares(errors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Percent of the errors (N,) in each bar; the last one holds all from `LARGEST` on."""
    edges = np.append(np.arange(0, LARGEST + BIN / 2, BIN), np.inf)
    counts, _ = np.histogram(errors, edges)
    return np.asarray(100 * counts / max(len(errors), 1))


def _marks(axes: Axes, marks: dict[str, float]) -> list[Shape]:
    """Upright lines, and their names at the right, each a line lower, so that none hides another."""
    shapes: list[Shape] = []
    styles: tuple[tuple[float, ...], ...] = ((2, 2), (), (6, 2))
    left = axes.left + axes.width - 92
    for at, ((name, value), dash) in enumerate(zip(marks.items(), styles, strict=True)):
        x, y = axes.x(min(value, LARGEST)), axes.top + 9 + 12 * at
        shapes.append(Line(((x, axes.top), (x, axes.y(0))), INK, 0.9, dash))
        shapes.append(Line(((left - 26, y - 3), (left - 6, y - 3)), INK, 0.9, dash))
        shapes.append(Words(left, y, f"{name} {value:.2f} mm", INK))
    return shapes


def cumulative(runs: Sequence[tuple[str, NDArray[np.floating]]], title: str) -> Drawing:
    """For each run, by name, what percent of its errors (N,) are below each distance."""
    axes = Axes(46, 26, 300, 150, LARGEST, 100)
    shapes: list[Shape] = [
        Words(8, 14, title, INK, 10, bold=True),
        *axes.drawn("distance to the reference, mm", "share nearer"),
    ]
    told = []
    for number, (name, errors) in enumerate(runs):
        style = curve(number)
        ordered = np.sort(errors)
        at = np.linspace(0, LARGEST, 101)
        share = 100 * np.searchsorted(ordered, at, side="right") / max(len(ordered), 1)
        points = tuple((axes.x(float(x)), axes.y(float(y))) for x, y in zip(at, share, strict=True))
        shapes.append(Line(points, style.color, style.width, style.dash))
        within = {limit: float(np.mean(errors <= limit)) for limit in (1.0, 2.0)}
        told.append(
            f"{name}: "
            + ", ".join(f"{100 * part:.1f} % within {limit:g} mm" for limit, part in within.items())
        )
    keys, height = _keys([(name, curve(number)) for number, (name, _) in enumerate(runs)], 46, 216, 306)
    return Drawing(360, 206 + height, (*shapes, *keys), title, "; ".join(told) + ".")


def _keys(
    entries: Sequence[tuple[str, Line]], left: float, top: float, width: float
) -> tuple[list[Shape], float]:
    """The names of lines, row by row within `width`; and how high that is."""
    shapes: list[Shape] = []
    x, y = left, top
    for name, line in entries:
        needed = 25 + text_width(name) + 18
        if x > left and x + needed > left + width:
            x, y = left, y + 13
        shapes += legend_row([(name, line)], x, y)
        x += needed
    return shapes, y - top + 14


def contours(
    title: str,
    truth: Sequence[Polyline],
    runs: Sequence[tuple[str, Sequence[Polyline]]],
    *,
    side: float = 230.0,
) -> Drawing:
    """Sections of the reference and the runs through the same plane, lines (N, 2) in mm: x right, y up."""
    everything = [line for _, lines in runs for line in lines] + list(truth)
    shapes: list[Shape] = [Words(8, 14, title, INK, 10, bold=True)]
    if not everything:
        shapes.append(Words(8, 34, "no surface in this plane"))
        return Drawing(side, 44, tuple(shapes), title, "Neither surface meets this plane.")
    low, high = _extent(truth, everything)
    room = side - 24
    factor = room / max(float((high - low).max()), 1e-9)
    height = float(high[1] - low[1]) * factor

    def drawn(lines: Sequence[Polyline], style: Line) -> list[Shape]:
        out: list[Shape] = []
        for line in lines:
            line = np.clip(line, low, high)
            placed = np.column_stack(
                [12 + (line[:, 0] - low[0]) * factor, 26 + (high[1] - line[:, 1]) * factor]
            )
            thin = simplified(placed, 0.06)
            out.append(
                Line(tuple((float(x), float(y)) for x, y in thin), style.color, style.width, style.dash)
            )
        return out

    shapes += drawn(truth, Line((), TRUTH, 2.6))
    for number, (_, lines) in enumerate(runs):
        shapes += drawn(lines, curve(number, 0.9))
    bar, base = _round_length(60 / factor), 26 + height + 12
    shapes.append(Line(((12, base), (12 + bar * factor, base)), INK, 1.2))
    shapes.append(Words(18 + bar * factor, base + 3, f"{bar:g} mm"))
    entries = [("reference", Line((), TRUTH, 2.6))] if truth else []
    entries += [(name, curve(number, 1.2)) for number, (name, _) in enumerate(runs)]
    keys, more = _keys(entries, 12, base + 18, side - 12)
    described = f"The outlines of {', '.join(name for name, _ in entries)} in this plane, one over the other."
    return Drawing(side, base + 8 + more, (*shapes, *keys), title, described)


def _extent(truth: Sequence[Polyline], everything: Sequence[Polyline]) -> tuple[Polyline, Polyline]:
    """The corners (2,) of what is shown: all of the reference, and of others what is not far off it."""
    points = np.concatenate(list(everything))
    low, high = points.min(axis=0), points.max(axis=0)
    if not truth:
        return low, high
    outline = np.concatenate(list(truth))
    least, most = outline.min(axis=0), outline.max(axis=0)
    room = 0.25 * float((most - least).max())
    return np.maximum(low, least - room), np.minimum(high, most + room)


def _round_length(about: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is not longer than `about`."""
    power = 10.0 ** np.floor(np.log10(about))
    return float(max(factor * power for factor in (1, 2, 5) if factor * power <= about))
