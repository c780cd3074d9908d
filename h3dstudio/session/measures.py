"""Distances that the user measured on surfaces, undone and redone like everything else."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from h3dstudio.session.commands import CommandStack

Point = tuple[float, float, float]


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
    """The measures of the open scan; `listeners` are called after every change."""

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

    def _change(self, label: str, items: tuple[Measure, ...]) -> None:
        self._commands.do(_Change(label, self, self.items, items))


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
