"""Saving the mesh on screen, and showing where the run's files are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.saving import ask_where, last_folder, remember_folder
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from h3dstudio.session.export.job import EXPORTS, export_mesh


class ExportController(QObject):
    """Saves the reconstruction in `view` as a file named like the open scan.

    Signals: `saved(Path)` after a successful export, `busy(text)` while it writes, "" when it is over.
    """

    saved = Signal(object)
    busy = Signal(str)

    def __init__(
        self, window: QWidget, tasks: Tasks, view: MeshView, scans: ScanController, runs: RunController
    ) -> None:
        super().__init__(window)
        self._window, self._tasks, self._view, self._scans, self._runs = window, tasks, view, scans, runs

    def ask(self) -> None:
        """Let the user choose a file; its ending says the format."""
        if self._view.mesh(RECONSTRUCTION) is None:
            return
        formats = {f"{label} (*{suffix})": suffix for suffix, label in EXPORTS.items()}
        ask_where(self._window, self.tr("Export mesh"), formats, self._scans.name, last_folder(), self.save)

    def save(self, path: Path) -> None:
        """Write the mesh on screen to `path`, off the GUI thread."""
        mesh = self._view.mesh(RECONSTRUCTION)
        if mesh is None:
            return
        self.busy.emit(self.tr("Writing {0}…").format(path.name))

        def done(written: Path) -> None:
            remember_folder(written)
            self.busy.emit("")
            self.saved.emit(written)

        def refuse(error: Exception) -> None:
            self.busy.emit("")
            dialogs.show_error(self._window, self.tr("The mesh was not exported"), error)

        self._tasks.run(lambda: export_mesh(mesh, path), done, refuse)

    def reveal(self) -> None:
        """Open the run folder in the desktop's file manager."""
        if (folder := self._runs.folder) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
