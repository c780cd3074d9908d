"""A report on the run that is shown: where it goes, making it in the worker, opening its page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.job_kinds import REPORTING
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell import dialogs
from h3dstudio.session.report.job import ReportJob, ReportResult


class ReportController(QObject):
    """Asks, starts a `ReportJob`, opens its page. Signals: `made(Path)` with the page.

    `scans` knows where the open scan lies, in case that the run does not; `make_job` and `open_page`, which
    shows a page, may be replaced by a test.
    """

    made = Signal(object)

    def __init__(self, window: QWidget, runs: RunController, scans: ScanController) -> None:
        super().__init__(window)
        self._window, self._runs, self._scans = window, runs, scans
        self.make_job: Callable[[tuple[Path, ...], Path, Path | None], ReportJob] = ReportJob
        self.open_page: Callable[[Path], object] = _open
        self._result: ReportResult | None = None
        runs.finished.connect(self._take_result)
        runs.over.connect(self._tell)

    def ask(self) -> None:
        """Ask where the report goes, and what the run is to be compared with."""
        run = self._runs.folder
        if run is None or self._runs.state.active:
            return
        out = free_folder(run / "report")
        tr = self.tr
        dialogs.ask(
            self._window,
            tr("Report"),
            tr("Make a report on this run?"),
            (
                dialogs.Choice("make", tr("Make report"), default=True),
                dialogs.Choice("compare", tr("Compare with…")),
                dialogs.Choice("elsewhere", tr("Elsewhere…")),
                dialogs.Choice("stay", tr("Cancel"), dialogs.Role.RejectRole),
            ),
            lambda key: self._answer(key, run, out),
            information=tr("A page and a PDF to read, and tables with every number, go to {folder}").format(
                folder=f"<br><code>{dialogs.breakable(str(out))}</code>"
            ),
        )

    def start(self, runs: tuple[Path, ...], out: Path) -> None:
        """Make the report on these runs, in the worker process."""
        folder = self._scans.current.folder if self._scans.current is not None else None
        job = self.make_job(runs, out, _moved_scan(runs, folder))
        self._runs.begin_errand(job, REPORTING)

    def _answer(self, key: str, run: Path, out: Path) -> None:
        if key == "make":
            self.start((run,), out)
        elif key == "compare":
            title = self.tr("Choose the run to compare with, or a folder of runs")
            self._choose(title, run.parent, lambda other: self._compare(run, other))
        elif key == "elsewhere":
            title = self.tr("Choose the folder for the report")
            self._choose(title, run.parent, lambda place: self.start((run,), free_folder(place / "report")))

    def _compare(self, run: Path, other: Path) -> None:
        self.start((run, other), free_folder(run / "comparison"))

    def _choose(self, title: str, begin: Path, take: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._window, title, str(begin))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: take(Path(path)))
        dialog.open()

    def _take_result(self, result: object) -> None:
        self._result = result if isinstance(result, ReportResult) else None

    def _tell(self) -> None:
        """Last, or the window's word on the run that is shown again would come over it."""
        result, self._result = self._result, None
        if result is not None:
            self.made.emit(result.html)
            self.open_page(result.html)


def free_folder(wanted: Path) -> Path:
    """`wanted`, or the first of `wanted-2`, `wanted-3`, ... that does not exist: no report is replaced."""
    if not wanted.exists():
        return wanted
    return next(
        place for number in count(2) if not (place := wanted.with_name(f"{wanted.name}-{number}")).exists()
    )


def _moved_scan(runs: tuple[Path, ...], folder: Path | None) -> Path | None:
    """The open scan's folder, for a single run: others may be of other scans, and know best themselves."""
    return folder if len(runs) == 1 else None


def _open(page: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))
