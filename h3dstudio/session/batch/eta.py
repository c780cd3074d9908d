"""Estimated time of arrival of a batch: seconds left, from finished cells and those that run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean

from h3dstudio.session.batch.cells import Cell


class Eta:
    """Learns from finished cells; like ones (views, method) tell most."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[str, str], list[float]] = {}

    def add_finished(self, cell: Cell, seconds: float) -> None:
        """A finished cell's time from its start."""
        self._seconds.setdefault((cell.views, cell.method), []).append(seconds)

    def expected(self, cell: Cell) -> float | None:
        """Seconds a cell takes; None before the first one has finished."""
        if not self._seconds:
            return None
        alike = self._seconds.get((cell.views, cell.method))
        return fmean(alike) if alike else fmean(s for taken in self._seconds.values() for s in taken)

    def remaining(
        self, waiting: Iterable[Cell], running: Sequence[tuple[Cell, float, float | None]], slots: int
    ) -> float | None:
        """Seconds until all is done; None while nobody knows.

        Args:
            running: (cell, seconds it has run, seconds left as it says itself).
            slots: cells that run side by side.
        """
        guesses = [spent + stated for _, spent, stated in running if stated is not None]
        guess = fmean(guesses) if guesses else None  # before the first one has finished
        parts: list[float] = []
        for cell, spent, stated in [*running, *((cell, 0.0, None) for cell in waiting)]:
            expected = self.expected(cell)
            expected = guess if expected is None else expected
            if stated is None and expected is None:
                return None
            parts.append(stated if stated is not None else max(0.0, (expected or 0.0) - spent))
        return max(sum(parts) / max(1, slots), max(parts, default=0.0))
