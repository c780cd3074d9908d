"""Which columns of a table are coordinates, in which axes and which unit, by their header."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from h3dstudio.data.landmark_files.entry import Vector
from h3dstudio.errors import LandmarkError

UNITS = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4}
"""mm in each unit."""
_ANATOMICAL = {"l": (0, 1.0), "r": (0, -1.0), "p": (1, 1.0), "a": (1, -1.0), "s": (2, 1.0), "i": (2, -1.0)}
"""3D Slicer's letters: the axis of LPS, and whether they point along it."""
_HEADER = re.compile(
    r"(?://)?\s*(?:(?:pos(?:ition)?|coord(?:inate)?s?|points?|loc(?:ation)?)[\s_.:-]*)?"
    r"(?P<axis>[xyzlrpasi]|(?<=[:_])[012])"
    r"(?:(?:[\s_.]+[\[(/]?|[\[(/])\s*(?P<unit>[a-z]+)\s*[\])]?)?"
)


@dataclass(frozen=True)
class Axes:
    """Attributes:
    places: of the columns with the three coordinates, in the order of `signs`.
    signs: what the coordinates are multiplied by to be LPS, or the file's own x, y, z.
    unit: mm in the header's unit.
    told: whether the header names a unit.
    """

    places: tuple[int, int, int]
    signs: Vector
    unit: float
    told: bool


def axes_of(header: Sequence[str], where: str | os.PathLike[str], remedy: str) -> Axes:
    """The coordinates in a table with this header. Raises LandmarkError where it does not name all three."""
    found = _columns(header, where, remedy)
    axes = _axes(found)
    if axes is None:
        shown = ", ".join(header)[:60]
        raise LandmarkError(
            f"the first line is {shown!r}, which names no columns x, y and z", where=where, remedy=remedy
        )
    units = {found[letter][1] for _, _, letter in axes}
    unit = units.pop() if len(units) == 1 else "not the same for x, y and z"
    if unit and unit not in UNITS:
        raise LandmarkError(
            f"the unit of the coordinates is {unit}", where=where, remedy=f"Use one of {', '.join(UNITS)}"
        )
    x, y, z = (found[letter][0] for _, _, letter in axes)
    first, second, third = (sign for _, sign, _ in axes)
    return Axes((x, y, z), (first, second, third), UNITS[unit or "mm"], bool(unit))


def _columns(header: Sequence[str], where: str | os.PathLike[str], remedy: str) -> dict[str, tuple[int, str]]:
    """Letter -> its column, and the unit that it names."""
    found: dict[str, tuple[int, str]] = {}
    for place, field in enumerate(header):
        match = _HEADER.fullmatch(field.strip().lower())
        if match is None:
            continue
        letter = match["axis"].translate(str.maketrans("012", "xyz"))
        if letter in found:
            raise LandmarkError(f"the header names {letter} twice", where=where, remedy=remedy)
        found[letter] = place, match["unit"] or ""
    return found


def _axes(found: dict[str, tuple[int, str]]) -> list[tuple[int, float, str]] | None:
    """(axis, sign, letter) of x, y, z; or of one anatomical letter for each axis."""
    if {"x", "y", "z"} <= set(found):
        return [(0, 1.0, "x"), (1, 1.0, "y"), (2, 1.0, "z")]
    named = sorted((*_ANATOMICAL[letter], letter) for letter in found if letter in _ANATOMICAL)
    return named if [axis for axis, _, _ in named] == [0, 1, 2] else None
