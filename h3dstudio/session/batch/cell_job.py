"""The job of one batch cell: reconstruct, then score; what is done already is not done again."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from h3dstudio.errors import ReconstructionError
from h3dstudio.jobs.events import Event, Log, Progress
from h3dstudio.jobs.job import JobStream, Request
from h3dstudio.methods.settings import MethodSettings

PATIENCE = 60.0
"""Seconds to wait for a worker whose batch was killed: it may still be writing its checkpoint."""


@dataclass(frozen=True)
class CellJob:
    """Bring one run folder to its end, from wherever it stands.

    Attributes:
        scan: the scan's folder.
        out: the cell's run folder.
        lock: file that one worker holds while it works on the cell.
        trust_cameras: see `ReconstructionJob`.
    """

    scan: Path
    out: Path
    lock: Path
    views: str
    settings: MethodSettings
    trust_cameras: bool = False

    def events(self) -> JobStream:
        """Raises OutputError when the folder holds something else, and what reconstruction and scoring do."""
        from h3dstudio.data import file_lock
        from h3dstudio.data.readers import read_scan
        from h3dstudio.session.batch.cell_progress import CellProgress, progress_of

        yield Progress(0, 1, "reading")
        with file_lock.held(self.lock, f"the cell {self.out.name}", PATIENCE):
            scan = read_scan(self.scan)
            progress = progress_of(self.out, self.settings, scan, self.views)
            if progress is CellProgress.NEW:
                yield from self._run(resume=False)
            elif progress is CellProgress.STARTED:
                yield from self._go_on()
            if progress is not CellProgress.DONE and scan.ground_truth is not None:
                yield from self._score()
        return self.out

    def _go_on(self) -> Generator[Event, Request | None, None]:
        """From the checkpoint; without it where it is damaged or of an older version."""
        from h3dstudio.data.run_folder import RunFolder

        checkpoint = RunFolder(self.out).checkpoint
        try:
            yield from self._run(resume=True)
        except ReconstructionError as error:
            if error.where != str(checkpoint):
                raise
            yield Log(f"It starts over: {error.problem}", "warning")
            checkpoint.unlink(missing_ok=True)
            yield from self._run(resume=True)

    def _score(self) -> Generator[Event, Request | None, None]:
        from h3dstudio.session.evaluation.job import EvaluationJob

        for event in EvaluationJob(self.scan, self.out, self.out).events():
            if not isinstance(event, Log):  # its warnings are in its file, and counted below the table
                yield event

    def _run(self, *, resume: bool) -> JobStream:
        from h3dstudio.session.runs.job import ReconstructionJob

        job = ReconstructionJob(
            self.scan,
            self.out,
            self.settings,
            self.views,
            resume=resume,
            trust_cameras=self.trust_cameras,
        )
        return (yield from job.events())
