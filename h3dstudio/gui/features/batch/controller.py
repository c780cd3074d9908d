"""Batches from the window: start, stop, go on, watch, open a cell's run. It works in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from h3dstudio.gui.features.batch.dialog import BatchDialog, BatchWishes, ask_for_folder
from h3dstudio.gui.features.batch.panel import BatchPanel
from h3dstudio.gui.features.reconstruction.controller import ReportedFailure, RunController
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import OpenScan, ScanController
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.supervisor import Supervisor
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.jobs.engines import Engine, ProcessEngine
from h3dstudio.jobs.events import Event, Failed, Finished, Log, Progress, Terminal
from h3dstudio.session.batch.job import BatchJob, BatchResult
from h3dstudio.session.batch.manifest import Manifest, has_manifest
from h3dstudio.session.batch.record import CellState
from h3dstudio.session.batch.results import BatchResults, FoundCell, read_results
from h3dstudio.session.runs.job import ReconstructionJob

_RESULTS = "batch results"
_LOOK = 1500
"""Milliseconds between two looks at the results folder while a batch is at work."""


def batch_engine() -> Engine:
    """One light process: the batch in it starts the workers."""
    return ProcessEngine(threads=1, nice=5, preload=("h3dstudio.session.batch.worker_pool",))


class BatchController(QObject):
    """Acts for the batch panel. Signals: `logged(message, level)`, and `run_opened()` when a
    cell's scan has taken the place of what was open.

    `make_job(results, manifest)` may be replaced by a test.
    """

    logged = Signal(str, str)
    run_opened = Signal()

    def __init__(
        self, window: QWidget, tasks: Tasks, panel: BatchPanel, scans: ScanController, runs: RunController
    ) -> None:
        super().__init__(window)
        self._window, self._tasks, self._panel = window, tasks, panel
        self._scans, self._runs = scans, runs
        self.make_job: Callable[[Path, Manifest], BatchJob] = BatchJob
        self.make_engine: Callable[[], Engine] = batch_engine
        self._supervisor: Supervisor | None = None
        self._results: Path | None = None
        self._found: BatchResults | None = None
        self._question: QMessageBox | None = None
        self._closing = False
        self._wanted: tuple[Path, FoundCell] | None = None
        self.dialog: BatchDialog | None = None
        self.running = False
        self._look = QTimer(self, interval=_LOOK)
        self._look.timeout.connect(self.look)
        panel.new_wanted.connect(self.ask)
        panel.results_wanted.connect(self.ask_for_results)
        panel.start_wanted.connect(self.go_on)
        panel.stop_wanted.connect(self.stop)
        panel.cell_wanted.connect(self.open_cell)
        scans.opened.connect(lambda opened: QTimer.singleShot(0, self, lambda: self._show_run(opened)))

    def ask(self) -> None:
        """Let the user say what a new batch is to do; the open scan's dataset is offered."""
        dialog = self.dialog = BatchDialog(self._window)
        dialog.dataset_chosen.connect(self._find_scans)
        dialog.wanted.connect(self.start)
        dialog.destroyed.connect(self._forget_dialog)
        if (opened := self._scans.current) is not None:
            dialog.choose(opened.folder if len(opened.folders) == 1 else _above(opened.folders))
        dialog.open()

    def ask_for_results(self) -> None:
        """Let the user choose the results folder of a batch."""
        ask_for_folder(self._window, self.tr("Open the results of a batch"), self.open_results)

    def open_results(self, results: Path) -> None:
        """Show what is in a results folder."""

        def show(found: BatchResults) -> None:
            if results != self._results:
                self._panel.show_results(None)
            self._results = results
            self._take(found)

        refuse = self._refuse(self.tr("The batch cannot be opened"))
        self._tasks.run(lambda: read_results(results), show, refuse, key=_RESULTS)

    def look(self) -> None:
        """See how far the cells are."""
        results = self._results
        if results is not None and has_manifest(results):
            self._tasks.run(lambda: read_results(results), self._take, lambda _: None, key=_RESULTS)

    def start(self, wishes: BatchWishes) -> None:
        """Start a new batch."""
        refuse = self._refuse(self.tr("The batch cannot start"))
        begin = partial(self._begin, wishes.results)
        self._tasks.run(lambda: plan_of(wishes), begin, refuse, key="batch plan")

    def go_on(self) -> None:
        """Do what is left to do in the results folder that is open."""
        if self._results is not None and self._found is not None:
            manifest = self._found.manifest
            trusted = manifest.trust_cameras or self._panel.trust_cameras.isChecked()
            self._begin(self._results, replace(manifest, trust_cameras=trusted))

    def _begin(self, results: Path, manifest: Manifest) -> None:
        if self.running:
            return
        if results != self._results:
            self._results, self._found = results, None
            self._panel.show_results(None)
        self.running = True
        self._panel.show_running(running=True)
        self._panel.show_progress(0, len(manifest.cells), phase="checking")
        self._worker().submit(self.make_job(results, manifest))
        self._look.start()
        self.logged.emit(self.tr("The batch writes to {0}").format(results), "info")

    def _find_scans(self, dataset: Path) -> None:
        from h3dstudio.session.batch.plan import default_results, scan_names

        dialog = self.dialog
        if dialog is None:
            return
        if not dialog.results.text():
            dialog.results.setText(str(Path.home() / "H3D Studio" / default_results(dataset).name))

        def show(names: Sequence[str], problem: str = "") -> None:
            if self.dialog is dialog:
                dialog.show_scans(names, problem)

        root = dataset.resolve()
        self._tasks.run(lambda: scan_names(root), show, lambda error: show((), str(error)), key="batch scans")

    def _forget_dialog(self) -> None:
        self.dialog = None

    def stop(self) -> None:
        """Stop soon: running cells write their checkpoints."""
        if self.running and self._supervisor is not None:
            self._panel.show_running(running=True, stopping=True)
            self._supervisor.finish()

    def open_cell(self, found: FoundCell) -> None:
        """Open the cell's scan with its views, and show its mesh."""
        if self._found is None:
            return
        if not (found.folder / "mesh.ply").is_file():
            self.logged.emit(self.tr("{0}: there is no mesh yet").format(found.record.cell), "warning")
            return
        scan = self._found.manifest.scan_folder(found.record.cell)
        self._wanted = (scan, found)
        self._scans.open(scan, found.record.cell.views)

    def may_close(self) -> bool:
        """Whether nothing runs; else asks, stops the batch where that is the answer, and closes then."""
        if not self.running:
            return True
        if self._question is None:
            self._question = dialogs.ask(
                self._window,
                self.tr("A batch is running"),
                self.tr("Close while the batch is running?"),
                (
                    dialogs.Choice("stop", self.tr("Stop and close"), default=True),
                    dialogs.Choice("stay", self.tr("Stay"), dialogs.Role.RejectRole),
                ),
                self._answer,
                information=self.tr(
                    "Every cell keeps its checkpoint: started again, the batch goes on where it was."
                ),
            )
            self._question.finished.connect(self._forget_question)
        return False

    def let_go(self) -> None:
        """Close without a question: the workers write their checkpoints when the batch's process is gone."""
        self.running = False

    def close(self) -> None:
        """End the process."""
        self._look.stop()
        if self._supervisor is not None:
            self._supervisor.shut_down()
            self._supervisor = None

    def _refuse(self, title: str) -> Callable[[Exception], None]:
        def show(error: Exception) -> None:
            dialogs.show_error(self._window, title, error)

        return show

    def _worker(self) -> Supervisor:
        if self._supervisor is None:
            made = self._supervisor = Supervisor(self.make_engine, self)
            made.progressed.connect(self._take_progress)
            made.told.connect(self._take_event)
            made.ended.connect(self._take_end)
            made.start()
        return self._supervisor

    def _take(self, found: BatchResults) -> None:
        self._found = found
        self._panel.show_results(found)
        # Also what another process does can be watched.
        (self._look.start if self.running or found.working else self._look.stop)()
        if not self.running:
            done = sum(one.record.state is CellState.DONE and not one.file_problem for one in found.cells)
            self._panel.show_progress(done, len(found.cells))

    def _take_progress(self, progress: Progress) -> None:
        phase = progress.phase
        done = 0 if phase == "checking" else progress.done
        self._panel.show_progress(done, progress.total, progress.seconds_left, phase)

    def _take_event(self, event: Event) -> None:
        if isinstance(event, Log):
            self.logged.emit(event.message, event.level)

    def _take_end(self, event: Terminal) -> None:
        self._look.stop()
        self.running = False
        self._panel.show_running(running=False)
        if isinstance(event, Finished) and isinstance(event.result, BatchResult):
            result = event.result
            words = self.tr("The batch has stopped") if result.stopped else self.tr("The batch has ended")
            told = self.tr("{0}: {1} of {2} cells are done").format(words, result.done, result.total)
            self.logged.emit(told, "warning" if result.failed else "info")
        elif isinstance(event, Failed):
            self.logged.emit(event.message, "error")
            error = event.error or ReportedFailure(event.message)
            dialogs.show_error(self._window, self.tr("The batch has ended"), error, details=event.details)
        self.look()
        if self._question is not None:
            self._question.close()
        if self._closing:
            self._closing = False
            self._window.close()

    def _answer(self, key: str) -> None:
        self._closing = key == "stop"
        if self._closing and self.running:
            self.stop()
        elif self._closing:
            self._window.close()

    def _forget_question(self) -> None:
        self._question = None

    def _show_run(self, opened: OpenScan) -> None:
        """The scan of a cell is open: now its run."""
        if self._wanted is None or self._found is None:
            return
        (scan, found), self._wanted = self._wanted, None
        if opened.folder != scan:
            return
        cell, folder = found.record.cell, found.folder
        settings = self._found.manifest.recipe.settings_for(cell, found.record.quality)
        job = ReconstructionJob(scan, folder, settings, cell.views)
        self._runs.recall(job, RECONSTRUCTING, folder, RunState.DONE)
        self.run_opened.emit()


def plan_of(wishes: BatchWishes) -> Manifest:
    """The batch that a user asks for. Raises ScanError, UsageError."""
    from h3dstudio.session.batch.cells import Recipe
    from h3dstudio.session.batch.plan import plan

    recipe = Recipe.of({"quality": wishes.quality}, wishes.methods)
    made = plan(wishes.dataset, recipe, views=wishes.views, methods=wishes.methods, scans=wishes.scans)
    return replace(made, trust_cameras=wishes.trust_cameras)


def _above(folders: Sequence[Path]) -> Path:
    """The dataset that scans lie in."""
    return Path(os.path.commonpath(folders))
