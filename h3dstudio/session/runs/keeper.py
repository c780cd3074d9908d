"""Run keeper: passes the trainer's events on, and writes what belongs into the run folder."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING

from h3dstudio.data.run_folder import RunFolder
from h3dstudio.jobs.events import Checkpointed, Event, Log, MeshSnapshot, Metrics
from h3dstudio.jobs.job import Request
from h3dstudio.session.runs.history import EventLog, MetricsHistory, SnapshotHistory
from h3dstudio.session.runs.run_record import CHECKPOINT, RunRecord, RunStatus
from h3dstudio.session.runs.truth_watch import TruthWatch

if TYPE_CHECKING:
    from h3dstudio.methods.result import ReconstructionResult

    TrainerStream = Generator[Event, Request | None, ReconstructionResult]


class RunKeeper:
    """Keeps metrics, snapshots, log and the step of the checkpoint on disk while a run goes on."""

    def __init__(
        self, folder: RunFolder, record: RunRecord, event_log: EventLog, watch: TruthWatch, *, resumed: bool
    ) -> None:
        self._record, self._event_log, self._watch = record, event_log, watch
        self._metrics = MetricsHistory(folder, resumed=resumed)
        self._snapshots = SnapshotHistory(folder)

    def forward(
        self, stream: TrainerStream
    ) -> Generator[Event, Request | None, tuple[ReconstructionResult, bool]]:
        """Pass events on and the user's request down.

        Returns (the trainer's result, whether it was asked to finish early). Raises what the trainer raises,
        and OutputError.
        """
        early = False
        try:
            event = next(stream)
            while True:
                self._keep(event)
                request = yield event
                early = early or request is Request.FINISH
                if isinstance(event, MeshSnapshot):
                    yield from self._measure(event)
                event = stream.send(request)
        except StopIteration as stop:
            return stop.value, early
        finally:
            stream.close()

    def _keep(self, event: Event) -> None:
        if isinstance(event, Metrics):
            self._metrics.add(event)
        elif isinstance(event, MeshSnapshot):
            if self._snapshots.add(event, time.monotonic()):
                self._event_log.add_snapshot(event.step)
        elif isinstance(event, Log):
            self._event_log.add(event)
        elif isinstance(event, Checkpointed) and event.step > 0:
            self._record.write(RunStatus.RUNNING, **{CHECKPOINT: {"step": event.step}})

    def _measure(self, snapshot: MeshSnapshot) -> Generator[Event, Request | None, None]:
        """How far the mesh is from the ground truth, where that is due."""
        known = self._watch.problem
        if (distance := self._watch.measure(snapshot)) is not None:
            self._event_log.add_metrics(distance)
            yield distance
        elif (problem := self._watch.problem) != known:
            yield self._event_log.log(f"Meshes are not compared with the ground truth: {problem}", "warning")
