"""How long the rest of a reconstruction takes, judged by its own steps so far."""

from __future__ import annotations

from collections.abc import Sequence


class Eta:
    """Seconds per kind of step, as measured in this process (steps before a resume cost nothing here).

    Args:
        kinds: the kind of every step, in the order they are done.
    """

    def __init__(self, kinds: Sequence[str], spent: dict[str, list[float]] | None = None) -> None:
        self.kinds = tuple(kinds)
        self._spent: dict[str, list[float]] = {} if spent is None else spent

    def over(self, kinds: Sequence[str]) -> Eta:
        """The same experience on other steps."""
        return Eta(kinds, self._spent)

    def took(self, kind: str, seconds: float) -> None:
        """One step of `kind` is done."""
        self._spent.setdefault(kind, []).append(seconds)

    def left(self, done: int) -> float | None:
        """Seconds for the steps after the first `done`; None as long as nothing has been measured.

        A kind that has not been seen yet is taken for an average step.
        """
        if done >= len(self.kinds):
            return 0.0
        every = [seconds for spent in self._spent.values() for seconds in spent]
        if not every:
            return None
        typical = {kind: sum(spent) / len(spent) for kind, spent in self._spent.items()}
        average = sum(every) / len(every)
        return sum(typical.get(kind, average) for kind in self.kinds[done:])
