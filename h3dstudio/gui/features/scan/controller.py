"""Opening scans from the dialog, a drop, an argument, the demo, the recent list; off the GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from h3dstudio.data.scan import Scan
from h3dstudio.errors import H3DError, ScanError
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.leave_guard import LeaveGuard
from h3dstudio.gui.shell.tasks import Tasks

_RECENT = "recent scans"
_MOST_RECENT = 8
_COUNTS = (3, 8, 16, 32)


@dataclass(frozen=True, eq=False)
class OpenScan:
    """A scan that was read, with what the window needs to show it.

    Attributes:
        folders: the scans of the dataset it came from; itself alone otherwise.
        lists: view lists to offer: the scan's own, or counts chosen by azimuth.
        chosen: the views to begin with.
    """

    scan: Scan
    folder: Path
    folders: tuple[Path, ...]
    lists: Mapping[str, Sequence[int]]
    chosen: tuple[int, ...]


class ScanController(QObject):
    """Opens one scan after the other, and knows the one that is open.

    Signals: `opening(str)` the name while it is read, `opened(OpenScan)` for whoever shows it, then
    `settled(OpenScan)` once they do; `refused()` when it could not be read; `closed()` when none is open any
    more; `kept()` when the open scan stays although another one of its dataset was chosen.

    Attributes:
        current: the open scan.
    """

    opening = Signal(str)
    opened = Signal(object)
    settled = Signal(object)
    closed = Signal()
    refused = Signal()
    kept = Signal()
    recent_changed = Signal()

    def __init__(self, window: QWidget, tasks: Tasks, leaving: LeaveGuard) -> None:
        super().__init__(window)
        self._window, self._tasks, self._leaving = window, tasks, leaving
        self.current: OpenScan | None = None
        self._wanted: str | None = None

    @property
    def name(self) -> str:
        """What files about it are called: its name, "head" while none is open."""
        return "head" if self.current is None else self.current.scan.name

    @property
    def has_truth(self) -> bool:
        """Whether a scan is open that has a ground truth."""
        return self.current is not None and self.current.scan.ground_truth is not None

    def ask(self) -> None:
        """Let the user choose a folder."""
        dialog = QFileDialog(self._window, self.tr("Open a scan folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, False)
        if recent := self.recent():
            dialog.setDirectory(str(recent[0].parent))
        dialog.fileSelected.connect(lambda path: self.open(Path(path)))
        dialog.open()

    def open_demo(self) -> None:
        """Open the scan that comes with the program."""
        from h3dstudio.data.resources import demo_scan

        try:
            self.open(demo_scan())
        except H3DError as error:
            dialogs.show_error(self._window, self.tr("The demo scan cannot be opened"), error)

    def open(self, path: Path, views: str | None = None) -> None:
        """Read the scan or dataset at `path`; `views` as on the command line."""
        if not self._leaving.allows(lambda: self.open(path, views)):
            return
        self._wanted = views
        self.opening.emit(path.name)
        self._tasks.run(
            lambda: read(path, views), self._take, lambda error: self._refuse(path, error), key="scan"
        )

    def choose(self, folder: Path) -> None:
        """Another scan of the open dataset."""
        folders = self.current.folders if self.current else (folder,)
        if self.current and folder == self.current.folder:
            return
        if not self._leaving.allows(lambda: self.choose(folder)):
            self.kept.emit()
            return
        self.opening.emit(folder.name)
        self._tasks.run(
            lambda: read(folder, None, folders),
            self._take,
            lambda error: self._refuse(folder, error),
            key="scan",
        )

    def forget(self) -> None:
        """No scan is open any more."""
        self._tasks.drop("scan")
        self.current = None
        self.closed.emit()

    def recent(self) -> list[Path]:
        """Recently opened folders, newest first."""
        stored: Any = QSettings().value(_RECENT, [])
        return [Path(path) for path in ([stored] if isinstance(stored, str) else stored or [])]

    def forget_recent(self) -> None:
        """Empty the list of recently opened folders."""
        QSettings().remove(_RECENT)
        self.recent_changed.emit()

    def _take(self, opened: OpenScan) -> None:
        self.current = opened
        paths = [str(opened.folder), *(str(path) for path in self.recent() if path != opened.folder)]
        QSettings().setValue(_RECENT, paths[:_MOST_RECENT])
        self.recent_changed.emit()
        self.opened.emit(opened)
        self.settled.emit(opened)

    def _refuse(self, path: Path, error: Exception) -> None:
        self.refused.emit()
        remedy = self.tr(
            "Open a folder that holds image/, mask/ and cameras.npz, or a dataset of such folders"
        )
        title = self.tr("{0} cannot be opened").format(path.name)
        dialogs.show_error(self._window, title, error, remedy=remedy)


def read(path: Path, views: str | None, folders: Sequence[Path] = ()) -> OpenScan:
    """Read the first scan at `path`, on any thread. Raises ScanError, UsageError."""
    from h3dstudio.data.readers import find_scans, read_scan

    path = path.expanduser().absolute()
    folders = tuple(folders) or tuple(find_scans(path))
    folder = path if path in folders else folders[0]
    scan = read_scan(folder)
    return OpenScan(
        scan=scan,
        folder=folder,
        folders=folders,
        lists=_lists(scan),
        chosen=_chosen(scan, views),
    )


def _chosen(scan: Scan, views: str | None) -> tuple[int, ...]:
    from h3dstudio.data.view_lists import choose_views

    try:
        return tuple(view.index for view in choose_views(scan, views))
    except ScanError:
        if views is not None:
            raise
        # The default list names a view that is unusable: the window lets the user tick others.
        return tuple(view.index for view in choose_views(scan, str(min(8, len(scan.views)))))


def _lists(scan: Scan) -> dict[str, tuple[int, ...]]:
    from h3dstudio.data.view_lists import choose_views

    there = {view.index for view in scan.views}
    lists = {name: tuple(numbers) for name, numbers in scan.view_lists.items() if set(numbers) <= there}
    if not lists:
        counts = [count for count in _COUNTS if count < len(scan.views)]
        lists = {str(count): tuple(view.index for view in choose_views(scan, str(count))) for count in counts}
    return dict(sorted(lists.items(), key=lambda item: len(item[1])))
