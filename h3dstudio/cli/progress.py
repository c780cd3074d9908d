"""Progress of a job on a terminal (a bar) or in a log (a line every two seconds)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from h3dstudio.cli.log_level import shows
from h3dstudio.jobs.events import Log, MeshSnapshot, Metrics, Progress
from h3dstudio.session.runs.truth_watch import NAME as ERROR

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

LINE_SECONDS = 2.0
MOST_METRICS = 4


class Display(Protocol):
    """Shows events to a person."""

    def event(self, event: object) -> None:
        """Show `event`, or nothing of it."""
        ...

    def note(self, text: str) -> None:
        """Show a line; may be called from a signal handler."""
        ...


@contextmanager
def display(stream: TextIO, line_seconds: float = LINE_SECONDS) -> Iterator[Display]:
    """A bar where `stream` is a terminal, plain lines every `line_seconds` elsewhere.

    Neither where `--log-level` asks for warnings or errors alone.
    """
    if not shows("info"):
        yield Quiet(stream)
        return
    if not stream.isatty():
        yield Lines(stream, line_seconds)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        TextColumn("[dim]{task.fields[metrics]}"),
    )
    with Bar(*columns, console=Console(file=stream), transient=True) as bar:
        yield Terminal(bar)


class _Latest:
    """Keeps what was last heard, and estimates the time left where the job does not say."""

    def __init__(self) -> None:
        self.progress = Progress(0, 1)
        self._metrics: dict[str, float] = {}
        self._mesh = self._measured = 0
        self._phase_begun = time.monotonic()

    def take(self, event: object) -> bool:
        """Whether `event` was one to show."""
        if isinstance(event, Progress):
            if event.phase != self.progress.phase:
                self._phase_begun = time.monotonic()
            self.progress = event
        elif isinstance(event, Metrics):
            self._metrics |= event.values
            if ERROR in event.values:
                self._measured = event.step
        elif isinstance(event, MeshSnapshot):
            self._mesh = event.step
        return isinstance(event, Progress | Metrics)

    @property
    def left(self) -> str:
        seconds = self.progress.seconds_left
        if seconds is None and self.progress.done:
            spent = time.monotonic() - self._phase_begun
            seconds = spent * (self.progress.total / self.progress.done - 1)
        return "" if seconds is None else f"{duration(seconds)} left"

    @property
    def metrics(self) -> str:
        shown = [(name, value) for name, value in self._metrics.items() if "memory" not in name]
        shown.sort(key=lambda entry: "loss" not in entry[0])
        return "  ".join(f"{name} {value:.4g}{self._age(name)}" for name, value in shown[:MOST_METRICS])

    def _age(self, name: str) -> str:
        """Of a figure that is not of the newest mesh: measuring every one would take too long."""
        return f" (step {self._measured})" if name == ERROR and self._measured < self._mesh else ""


class Terminal:
    """One live bar; notes scroll above it."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._latest = _Latest()
        self._task = bar.add_task("starting", total=None, left="", metrics="")

    def event(self, event: object) -> None:
        if isinstance(event, Log):
            if shows(event.level):
                self.note(event.message)
        elif self._latest.take(event):
            now = self._latest.progress
            self._bar.update(
                self._task,
                description=now.phase or "working",
                completed=now.done,
                total=now.total,
                left=self._latest.left,
                metrics=self._latest.metrics,
            )

    def note(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False)


class Lines:
    """A line now and then, for logs and pipes."""

    def __init__(self, stream: TextIO, seconds: float = LINE_SECONDS) -> None:
        self._stream, self._seconds = stream, seconds
        self._latest = _Latest()
        self._last = float("-inf")

    def event(self, event: object) -> None:
        if isinstance(event, Log):
            if shows(event.level):
                self.note(event.message)
        elif self._latest.take(event) and time.monotonic() - self._last >= self._seconds:
            self._last = time.monotonic()
            now = self._latest.progress
            parts = (
                f"{now.phase or 'working'} {now.done}/{now.total}",
                self._latest.left,
                self._latest.metrics,
            )
            self.note("  ".join(part for part in parts if part))

    def note(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class Quiet:
    """Messages of the level asked for, without progress."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def event(self, event: object) -> None:
        if isinstance(event, Log) and shows(event.level):
            self.note(event.message)

    def note(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


def duration(seconds: float) -> str:
    """75 -> "1:15"; 7 -> "7 s"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    minutes, whole = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{whole:02}" if hours else f"{minutes}:{whole:02}"
