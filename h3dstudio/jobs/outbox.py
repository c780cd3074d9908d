"""Outbox of a worker: latest-wins for meshes and pictures, throttled scalars, everything else in full.

A training loop makes thousands of events a second; a window can use a handful. Of each kind of event that
can be told late, only the newest waits until an interval has passed since the last of its kind. A kind of
`Metrics` is its set of names, so that a rare one (PSNR every 50 steps) is never pushed out by a frequent one
(losses every step).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence

from h3dstudio.jobs.events import TERMINAL, Event, MeshSnapshot, Metrics, Preview, Progress

SCALAR_INTERVAL = 0.1
SNAPSHOT_INTERVAL = 0.25


class Outbox:
    """Events in the order they were put in, minus those that newer ones replaced.

    Args:
        scalar_interval: least seconds between two `Progress` (or `Metrics`) of one kind.
        snapshot_interval: least seconds between two meshes (or previews of one caption).
    """

    def __init__(
        self, scalar_interval: float = SCALAR_INTERVAL, snapshot_interval: float = SNAPSHOT_INTERVAL
    ) -> None:
        self._interval = {"scalar": scalar_interval, "snapshot": snapshot_interval}
        self._order = itertools.count()
        self._waiting: dict[Hashable, tuple[int, Event]] = {}
        self._released: dict[Hashable, float] = {}
        self._ended = False

    def put(self, event: Event) -> None:
        """Add an event; it replaces a waiting one of its kind where the newest is enough."""
        number = next(self._order)
        key = _kind(event) or ("in full", number)
        self._waiting.pop(key, None)
        self._waiting[key] = (number, event)
        self._ended = self._ended or isinstance(event, TERMINAL)

    def take(self, now: float) -> list[Event]:
        """Remove and return what is due at time `now` (seconds of any steady clock), oldest first."""
        due = [key for key in self._waiting if self._due_at(key) <= now]
        taken = sorted((self._waiting.pop(key) for key in due), key=lambda entry: entry[0])
        self._released.update((key, now) for key in due if _throttle(key))
        return [event for _, event in taken]

    def next_due(self) -> float:
        """When `take` next has something to give; infinity while nothing waits."""
        return min(map(self._due_at, self._waiting), default=math.inf)

    def __len__(self) -> int:
        return len(self._waiting)

    def _due_at(self, key: Hashable) -> float:
        throttle = _throttle(key)
        if throttle is None or self._ended or key not in self._released:
            return -math.inf
        return self._released[key] + self._interval[throttle]


def newest(events: Sequence[Event]) -> list[Event]:
    """`events` without the meshes and previews that a later one in the list replaces."""
    last = {_kind(event): index for index, event in enumerate(events)}
    return [
        event
        for index, event in enumerate(events)
        if not isinstance(event, MeshSnapshot | Preview) or last[_kind(event)] == index
    ]


def _kind(event: Event) -> tuple[str, Hashable] | None:
    if isinstance(event, Progress):
        return "scalar", "progress"
    if isinstance(event, Metrics):
        return "scalar", frozenset(event.values)
    if isinstance(event, MeshSnapshot):
        return "snapshot", "mesh"
    if isinstance(event, Preview):
        return "snapshot", ("preview", event.caption)
    return None


def _throttle(key: Hashable) -> str | None:
    name = key[0] if isinstance(key, tuple) else None
    return name if name in ("scalar", "snapshot") else None
