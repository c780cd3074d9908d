"""Whether what is open may be left for something else: asked of everybody who would lose by it."""

from __future__ import annotations

from collections.abc import Callable

Again = Callable[[], object]
Check = Callable[[Again], bool]


class LeaveGuard:
    """Asks the checks that were added, the first first, until one refuses.

    A check says whether nothing stands in the way. One that refuses may ask the user, and calls what it was
    given, which asks again, once the answer allows it.
    """

    def __init__(self) -> None:
        self._checks: list[Check] = []

    def add(self, check: Check) -> None:
        """Ask `check` too."""
        self._checks.append(check)

    def allows(self, again: Again) -> bool:
        """Whether nobody refuses; else `again` is called when it is worth another try."""
        return all(check(again) for check in self._checks)
