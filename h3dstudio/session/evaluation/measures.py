"""Measured distances on surfaces; each can be undone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from h3dstudio.errors import ProjectError
from h3dstudio.session.project.commands import CommandStack
from h3dstudio.session.project.sections import Json, checked, entries

Point = tuple[float, float, float]
_FARTHEST = 1e7


@dataclass(frozen=True)
class Measure:
    """The straight line between two points, mm in the scan's frame."""

    start: Point
    end: Point

    @property
    def length(self) -> float:
        """mm."""
        return math.dist(self.start, self.end)


class Measures:
    """The measures of the open scan; `listeners` are called after every change. A `sections.Section`."""

    def __init__(self, commands: CommandStack) -> None:
        self._commands = commands
        self.items: tuple[Measure, ...] = ()
        self.listeners: list[Callable[[], None]] = []

    def add(self, start: Point, end: Point) -> None:
        """Measure from `start` to `end`."""
        self._change("Measure a distance", (*self.items, Measure(start, end)))

    def remove(self, place: int) -> None:
        """Delete one of `items`; nothing where there is none."""
        if 0 <= place < len(self.items):
            self._change("Delete a measure", self.items[:place] + self.items[place + 1 :])

    def clear(self) -> None:
        """Delete them all."""
        if self.items:
            self._change("Delete all measures", ())

    def forget(self) -> None:
        """Another scan was opened: there is nothing to undo."""
        self.show(())

    def show(self, items: tuple[Measure, ...]) -> None:
        """These and no others."""
        self.items = items
        for listener in tuple(self.listeners):
            listener()

    def state(self) -> Json:
        """Of the section."""
        return {"ends": [[list(one.start), list(one.end)] for one in self.items]} if self.items else {}

    def restore(self, state: Json) -> None:
        """Raises ProjectError."""
        self.show(tuple(map(_measure, checked(entries(state, "measures"), "ends", []))))

    def _change(self, label: str, items: tuple[Measure, ...]) -> None:
        self._commands.do(_Change(label, self, self.items, items))


def _measure(ends: object) -> Measure:
    """Raises ProjectError."""
    both = [_point(end) for end in ends] if isinstance(ends, list) else []
    if len(both) != 2:
        raise ProjectError("a measured distance is not two points")
    return Measure(*both)


def _point(numbers: object) -> Point:
    given = numbers if isinstance(numbers, list) and len(numbers) == 3 else [math.nan] * 3
    if not all(type(one) in (int, float) and abs(one) < _FARTHEST for one in given):
        raise ProjectError("an end of a measured distance is not three numbers")
    x, y, z = map(float, given)
    return x, y, z


@dataclass(frozen=True)
class _Change:
    """A `Command`: other measures than before."""

    label: str
    measures: Measures
    before: tuple[Measure, ...]
    after_it: tuple[Measure, ...]

    def do(self) -> None:
        self.measures.show(self.after_it)

    def undo(self) -> None:
        self.measures.show(self.before)
