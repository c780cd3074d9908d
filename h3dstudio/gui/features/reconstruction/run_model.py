"""What the window knows about the running (or last) job: a plain model, tested without a window.

The panels show it, the actions ask it what is allowed now.
"""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from h3dstudio.jobs.events import Cancelled, Checkpointed, Failed, Finished, Metrics, Progress, Terminal

MAX_POINTS = 4000
Curve = tuple[list[float], list[float]]
"""Places and values."""
SPEED, MEMORY = "speed", "memory"
_SAMPLE = 1.0


class RunState(enum.Enum):
    """Where a run stands; the value is what a user reads."""

    IDLE = "Ready"
    STARTING = "Starting…"
    RUNNING = "Reconstructing"
    PAUSED = "Paused"
    FINISHING = "Finishing…"
    CANCELLING = "Cancelling…"
    DONE = "Done"
    DONE_EARLY = "Done (finished early)"
    CANCELLED = "Cancelled"
    FAILED = "Failed"
    INTERRUPTED = "Interrupted"

    @property
    def active(self) -> bool:
        """Whether a job is there."""
        return self in _ACTIVE

    @property
    def pausable(self) -> bool:
        return self in (RunState.RUNNING, RunState.PAUSED)


_ACTIVE = frozenset(
    (RunState.STARTING, RunState.RUNNING, RunState.PAUSED, RunState.FINISHING, RunState.CANCELLING)
)


@dataclass
class RunModel:
    """The state of one run.

    Attributes:
        curves: metric name -> (steps, values), at most MAX_POINTS each: then every second one goes.
        machine: SPEED (steps/s) and MEMORY (MB) over the seconds elapsed, at most MAX_POINTS each.
        checkpoint: the newest checkpoint, from which the run can be resumed.
        rate: iterations per second over the last seconds, or None.
        memory: the worker's memory in bytes, or 0.
        elapsed: seconds since Start, pauses left out; of a resumed run, with those before.
    """

    state: RunState = RunState.IDLE
    progress: Progress | None = None
    curves: dict[str, Curve] = field(default_factory=dict)
    machine: dict[str, Curve] = field(default_factory=dict)
    memory: float = 0.0
    checkpoint: Path | None = None
    failure: Failed | None = None
    result: object = None
    rate: float | None = None
    elapsed: float = 0.0
    _since_progress: float = 0.0
    _sampled: float = 0.0
    _recent: deque[tuple[float, int, str]] = field(default_factory=lambda: deque(maxlen=40), repr=False)

    def start(self, *, resumed: bool = False) -> None:
        """Forget the last run, but not its checkpoint; a resumed one keeps its curves and its time too."""
        fresh = RunModel(state=RunState.STARTING, checkpoint=self.checkpoint)
        if resumed:
            fresh.curves, fresh.machine = self.curves, self.machine
            fresh.elapsed = fresh._sampled = self.elapsed
        self.__dict__.update(fresh.__dict__)

    def take_progress(self, progress: Progress) -> None:
        if self.state is RunState.STARTING:
            self.state = RunState.RUNNING
        self.progress = progress
        self._since_progress = 0.0
        if self._recent and (self._recent[-1][2] != progress.phase or self._recent[-1][1] > progress.done):
            self._recent.clear()
        self._recent.append((progress.seconds, progress.done, progress.phase))
        (begin, first, _), (end, last, _) = self._recent[0], self._recent[-1]
        self.rate = (last - first) / (end - begin) if end > begin and last > first else self.rate

    def tick(self, seconds: float) -> None:
        """Time goes on, also while the worker is too busy to say anything."""
        if self.state.active and self.state is not RunState.PAUSED:
            self.elapsed += seconds
            self._since_progress += seconds
            if self.elapsed - self._sampled >= _SAMPLE:
                self._sampled = self.elapsed
                self._sample(SPEED, self.rate)
                self._sample(MEMORY, self.memory / 2**20 or None)

    def take_metrics(self, metrics: list[Metrics]) -> None:
        for metric in metrics:
            for name, value in metric.values.items():
                _append(self.curves, name, metric.step, float(value))

    def _sample(self, name: str, value: float | None) -> None:
        if value is not None:
            _append(self.machine, name, self.elapsed, value)

    def take_checkpoint(self, event: Checkpointed) -> None:
        self.checkpoint = event.path

    def end(self, event: Terminal) -> None:
        """Take the terminal event."""
        if isinstance(event, Finished):
            self.state = RunState.DONE_EARLY if event.early else RunState.DONE
            self.result = event.result
        elif isinstance(event, Cancelled):
            self.state = RunState.CANCELLED
        else:
            self.state = RunState.FAILED
            self.failure = event

    @property
    def fraction(self) -> float | None:
        """0..1, or None while nobody knows."""
        if self.state in (RunState.DONE, RunState.DONE_EARLY):
            return 1.0
        if self.progress is None or self.progress.total <= 0:
            return None
        if not self.progress.done and self.state in (RunState.STARTING, RunState.RUNNING):
            return None
        return min(1.0, self.progress.done / self.progress.total)

    @property
    def seconds_left(self) -> float | None:
        """What the job said last, less the time since; None when unknown or over."""
        left = self.progress.seconds_left if self.progress is not None and self.state.active else None
        if left is None:
            return None
        return left - self._since_progress if left > self._since_progress else None


def _append(
    curves: dict[str, tuple[list[float], list[float]]], name: str, place: float, value: float
) -> None:
    places, values = curves.setdefault(name, ([], []))
    while places and places[-1] >= place:  # A resumed run does steps again.
        del places[-1], values[-1]
    places.append(place)
    values.append(value)
    if len(places) > MAX_POINTS:
        del places[1::2], values[1::2]
