"""Driving a training by hand."""

from __future__ import annotations

from collections.abc import Callable

from h3dstudio.jobs.events import Event
from h3dstudio.priors.training.result import PriorStream, TrainedPrior


def followed(
    stream: PriorStream, until: Callable[[Event], bool] | None = None
) -> tuple[TrainedPrior | None, list[Event]]:
    """The result, and the events; closed after the first event that fits `until`, it has no result."""
    events: list[Event] = []
    try:
        while True:
            events.append(next(stream))
            if until is not None and until(events[-1]):
                stream.close()
                return None, events
    except StopIteration as stop:
        return stop.value, events


def whole(ended: tuple[TrainedPrior | None, list[Event]]) -> tuple[TrainedPrior, list[Event]]:
    """Of a training that came to its end."""
    result, events = ended
    assert result is not None
    return result, events
