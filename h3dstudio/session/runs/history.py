"""What a run keeps of its way: every metric as a line of JSON, a bounded number of meshes, events."""

from __future__ import annotations

import time

from h3dstudio.data.run_folder import RunFolder
from h3dstudio.jobs.events import Log, MeshSnapshot, Metrics

MOST_SNAPSHOTS = 12
FIRST_INTERVAL = 1.0


class MetricsHistory:
    """Writer of `metrics.jsonl`. The steps that a resumed run repeats replace those written before."""

    def __init__(self, folder: RunFolder, *, resumed: bool) -> None:
        self._folder = folder
        self._overlap = resumed

    def add(self, event: Metrics) -> None:
        if self._overlap:
            self._folder.trim_metrics(event.step - 1)
            self._overlap = False
        self._folder.append_metrics({"step": event.step, **event.values})


class EventLog:
    """Writer of `events.jsonl`: log lines, distances to a ground truth and kept meshes, each with its time.

    Apart from `metrics.jsonl`, because all of it depends on the machine's speed: two runs with one seed have
    the same metrics. `seconds` counts from the run's start.

    Args:
        before: seconds spent by the runs that this one goes on with.
    """

    def __init__(self, folder: RunFolder, before: float = 0.0) -> None:
        self._folder = folder
        self._begun = time.monotonic() - before

    def log(self, message: str, level: str = "info") -> Log:
        """Write a log line; returns its event."""
        event = Log(message, level)
        self.add(event)
        return event

    def add(self, event: Log) -> None:
        """Write the line of a log event."""
        self._write({"level": event.level, "message": event.message})

    def add_metrics(self, event: Metrics) -> None:
        """Write figures that were measured on the mesh of a step."""
        self._write({"step": event.step, **event.values})

    def add_snapshot(self, step: int) -> None:
        """Write that the mesh of this step is among the snapshots."""
        self._write({"kept": step})

    def _write(self, values: dict[str, object]) -> None:
        self._folder.append_event({"seconds": round(time.monotonic() - self._begun, 2), **values})


class SnapshotHistory:
    """Writer of `snapshots/mesh_<step>.ply`: at first one a second, rarer as the run grows long."""

    def __init__(
        self, folder: RunFolder, most: int = MOST_SNAPSHOTS, interval: float = FIRST_INTERVAL
    ) -> None:
        self._folder, self._most, self._interval = folder, most, interval
        self._last = float("-inf")

    def add(self, event: MeshSnapshot, now: float) -> bool:
        """Keep `event`'s mesh if the last kept one is old enough; `now` in seconds of a steady clock.

        Returns whether it was kept.
        """
        if now - self._last < self._interval:
            return False
        from h3dstudio.data.atomic import output_error
        from h3dstudio.data.mesh_files import write_mesh

        try:
            self._folder.snapshots.mkdir(exist_ok=True)
        except OSError as error:
            raise output_error(error, self._folder.snapshots) from error
        write_mesh(self._folder.snapshot(event.step), event.mesh)
        self._last = now
        self._thin_out()
        return True

    def _thin_out(self) -> None:
        """Too many: drop every second one, the newest stays, and take half as many from now on."""
        kept = sorted(self._folder.snapshots.glob("mesh_*.ply"))
        if len(kept) > self._most:
            for path in kept[-2::-2]:
                path.unlink(missing_ok=True)
            self._interval *= 2
