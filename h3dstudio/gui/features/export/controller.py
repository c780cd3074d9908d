"""Saving the mesh on screen, and showing where the run's files are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.saving import ask_where, last_folder, remember_folder
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.session.export.job import EXPORTS, export_mesh


class Exports(QObject):
    """`mesh`, `name` and `folder` say what there is to save; `saved(Path)` follows a successful export."""

    saved = Signal(object)
    busy = Signal(str)

    def __init__(self, window: QWidget, tasks: Tasks) -> None:
        super().__init__(window)
        self._window, self._tasks = window, tasks
        self.mesh: Callable[[], TriangleMesh | None] = lambda: None
        self.name: Callable[[], str] = lambda: "head"
        self.folder: Callable[[], Path | None] = lambda: None

    def ask(self) -> None:
        """Let the user choose a file; its ending says the format."""
        if self.mesh() is None:
            return
        formats = {f"{label} (*{suffix})": suffix for suffix, label in EXPORTS.items()}
        ask_where(self._window, self.tr("Export mesh"), formats, self.name(), last_folder(), self.save)

    def save(self, path: Path) -> None:
        """Write the mesh on screen to `path`, off the GUI thread."""
        mesh = self.mesh()
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
        if (folder := self.folder()) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
