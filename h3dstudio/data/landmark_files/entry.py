"""One landmark of a file, whatever the format, and the checks that all formats share."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from h3dstudio.errors import LandmarkError

Vector = tuple[float, float, float]
LARGEST = 1e7
"""mm; a coordinate beyond ten kilometres is a damaged file."""


@dataclass(frozen=True)
class Entry:
    """A landmark as a file tells of it.

    Attributes:
        name: "" where the format has none.
        position: mm in the scan's frame; None where only a vertex is given, or it is not placed.
        vertex: its index in the mesh, where the file gives one.
        skipped: it is not placed because somebody said that it cannot be.
    """

    name: str
    position: Vector | None = None
    vertex: int | None = None
    skipped: bool = False
    locked: bool = False
    note: str = ""

    @property
    def placed(self) -> bool:
        """Whether it is anywhere."""
        return not self.skipped and (self.position is not None or self.vertex is not None)


def coordinates(values: Sequence[str | float], where: object, place: str) -> Vector:
    """Three finite numbers. Raises LandmarkError, naming `place` in the file."""
    try:
        numbers = [float(value) for value in values]
    except (ValueError, OverflowError):
        numbers = []
    if len(numbers) != 3 or not all(math.isfinite(number) for number in numbers):
        shown = ", ".join(str(value)[:20] for value in values)
        raise LandmarkError(
            f"{place} has the coordinates ({shown}), expected three finite numbers",
            where=str(where),
            remedy="Mend that entry, or export the file again",
        )
    if max(map(abs, numbers)) > LARGEST:
        raise LandmarkError(
            f"{place} lies {max(map(abs, numbers)):.3g} mm away, which is no head",
            where=str(where),
            remedy="Check the unit and the entry",
        )
    return numbers[0], numbers[1], numbers[2]


def scaled(position: Vector, factor: float, where: object, place: str) -> Vector:
    """`position` in mm, `factor` mm in each of its units. Raises LandmarkError where it lies too far away."""
    x, y, z = position
    return coordinates((x * factor, y * factor, z * factor), where, place)


def turned(position: Vector) -> Vector:
    """RAS as LPS, and back: both first axes point the other way."""
    x, y, z = position
    return -x + 0.0, -y + 0.0, z  # + 0.0: no negative zeros in files.


def one_word(name: str) -> str:
    """A label as a landmark's name, which holds no blanks: "Nose tip:" -> "Nose_tip"."""
    return "_".join(name.replace("#", " ").strip().removesuffix(":").split())


def unique(entries: Sequence[Entry], where: str | os.PathLike[str]) -> tuple[Entry, ...]:
    """`entries` with names of one word. Raises LandmarkError where a name comes twice, or some have none."""
    named = tuple(replace(entry, name=one_word(entry.name)) for entry in entries)
    names = [entry.name for entry in named]
    if any(names) and not all(names):
        raise LandmarkError(
            f"landmark {names.index('') + 1} has no name, but others do",
            where=where,
            remedy="Name all of them, or none: then they are taken in the list's order",
        )
    if all(names) and len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise LandmarkError(
            f"the file names {twice} a second time", where=where, remedy="Keep one of the two"
        )
    return named


def in_order(entries: Sequence[Entry], names: Sequence[str], where: str | os.PathLike[str]) -> list[Entry]:
    """`entries`; those without names get `names`, in their order. Raises LandmarkError for another number."""
    if all(entry.name for entry in entries):
        return list(entries)
    if len(entries) != len(names):
        raise LandmarkError(
            f"there are {len(entries)} points without names, but the list has {len(names)}",
            where=where,
            remedy="Give each line a name, or choose the list they were made for",
        )
    return [replace(entry, name=name) for entry, name in zip(entries, names, strict=True)]
