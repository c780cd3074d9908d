"""The batch as a job: the command line runs it inline, the window in its worker process."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.data import file_lock
from h3dstudio.data.atomic import output_error
from h3dstudio.data.remains import remove_remains
from h3dstudio.errors import OutputError
from h3dstudio.jobs.engines import Engine, ProcessEngine
from h3dstudio.jobs.events import Event, Log, Progress
from h3dstudio.jobs.job import JobStream, Request
from h3dstudio.session.batch.manifest import LOCK, Manifest, merged, write_manifest
from h3dstudio.session.batch.manifest import NAME as MANIFEST
from h3dstudio.session.batch.record import FOLDER, CellState
from h3dstudio.session.runs.job import PRELOAD

if TYPE_CHECKING:
    from h3dstudio.session.batch.cell_table import CellTable

RETRIES = 2
_NO_MESHES = 3600.0
_PATIENCE = 2.0
_MOST_NAMED = 5


@dataclass(frozen=True)
class BatchResult:
    """What there is when a batch ends.

    Attributes:
        failed: cell in words -> why it was given up.
        reduced: cells in words that were made with a smaller quality than asked for.
        stopped: whether it was asked to stop before the end.
    """

    results: Path
    done: int
    total: int
    failed: dict[str, str]
    reduced: tuple[str, ...]
    seconds: float
    stopped: bool


@dataclass(frozen=True)
class BatchJob:
    """Bring every cell to its end, side by side; called again, go on where it was stopped or killed.

    Attributes:
        wanted: what to do; cells that the results folder has besides are left as they are.
        workers: how many at once; None: as many as fit cores and memory, or as the scheduler has.
        scheduler: address of a Dask scheduler; "" works on this machine.
        retries: how often a cell that failed is tried again.
        preload: see `ProcessEngine`.
    """

    results: Path
    wanted: Manifest
    workers: int | None = None
    scheduler: str = ""
    retries: int = RETRIES
    preload: tuple[str, ...] = PRELOAD

    def events(self) -> JobStream:
        """Returns a `BatchResult`.

        Raises OutputError when the folder is the dataset's, belongs to another batch, or another process
        works in it.
        """
        from h3dstudio.session.batch.cell_table import CellTable
        from h3dstudio.session.batch.worker_pool import WorkerPool

        begun = time.monotonic()
        yield Progress(0, len(self.wanted.cells), "checking")
        self._make_folders()
        with file_lock.held(self.results / LOCK, "these results", _PATIENCE) as stale:
            if stale:
                yield Log(f"The batch before ({stale}) did not end by itself; this one goes on from there.")
            remove_remains(self.results / MANIFEST)
            manifest = merged(self.results, self.wanted)
            write_manifest(self.results, manifest)
            table = CellTable(self.results, manifest, self.wanted.cells)
            yield from _survey(table)
            with self._engine() as (engine, slots):
                pool = WorkerPool(table, engine, slots, self.retries)
                yield from pool.work()
            return self._result(table, time.monotonic() - begun, stopped=pool.stopped)

    def _make_folders(self) -> None:
        if self.results == self.wanted.dataset:
            raise OutputError(
                "the results would lie among the scans",
                where=self.results,
                remedy="Choose another folder with --out",
            )
        try:
            (self.results / FOLDER).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(error, self.results) from error

    @contextmanager
    def _engine(self) -> Iterator[tuple[Engine, Callable[[], int]]]:
        """The engine, and how many cells it can take now."""
        if self.scheduler:
            from h3dstudio.jobs.dask_engine import DaskEngine

            far = DaskEngine(self.scheduler, threads=self.wanted.recipe.threads, preload=self.preload)
            try:
                yield far, lambda: min(far.slots(), self.workers or far.slots())
            finally:
                far.close()
            return
        with ProcessEngine(
            threads=self.wanted.recipe.threads, preload=self.preload, snapshot_interval=_NO_MESHES
        ) as engine:
            room = self.workers or default_workers(self.wanted)
            yield engine, lambda: room

    def _result(self, table: CellTable, seconds: float, *, stopped: bool) -> BatchResult:
        failed = {str(one.cell): one.problem for one in table.of_state(CellState.FAILED)}
        done = table.of_state(CellState.DONE)
        reduced = tuple(f"{one.cell}: {one.quality}" for one in done if one.reduced)
        return BatchResult(self.results, len(done), len(table.cells), failed, reduced, seconds, stopped)


def default_workers(manifest: Manifest) -> int:
    """As many workers as fit this machine."""
    from h3dstudio.jobs.process_engine import available_cores
    from h3dstudio.session.batch.memory import free_memory, has_gpu, workers_that_fit

    recipe = manifest.recipe
    gpu = recipe.device != "cpu" and has_gpu()
    return workers_that_fit(recipe.threads, available_cores(), free_memory(), gpu=gpu)


def _survey(table: CellTable) -> Generator[Event, Request | None, None]:
    foreign_entries = table.foreign_entries()
    if foreign_entries:
        named = ", ".join(foreign_entries[:_MOST_NAMED]) + (
            ", ..." if len(foreign_entries) > _MOST_NAMED else ""
        )
        yield Log(f"Not of this batch, and left alone: {named} in {table.results}", "warning")
    for number, warning in enumerate(table.survey(), start=1):
        if warning:
            yield Log(warning, "warning")
        yield Progress(number, len(table.cells), "checking")
    done = len(table.of_state(CellState.DONE))
    if done:
        yield Log(f"{done} of {len(table.cells)} cells are done already.")
    for record in table.of_state(CellState.FAILED):
        yield Log(f"{record.cell}: {record.problem}", "warning")
