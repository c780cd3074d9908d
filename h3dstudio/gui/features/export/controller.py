"""Saving the mesh on screen, and showing where the run's files are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from h3dstudio.gui.features.export.exporting import Exporting
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.mesh_opening import MeshOpening
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell.saving import ask_where, last_folder
from h3dstudio.gui.shell.side_jobs import SideJobs
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from h3dstudio.session.export.job import EXPORTS, ExportJob, ExportOptions, is_of_a_run


class ExportController(Exporting):
    """Saves the reconstruction in `view` as a file named like the open scan, as `h3dstudio export` does."""

    def __init__(
        self,
        window: QWidget,
        work: SideJobs,
        view: MeshView,
        scans: ScanController,
        runs: RunController,
        opening: MeshOpening,
    ) -> None:
        super().__init__(window, window, work)
        self._view, self._scans = view, scans
        self._runs, self._opening = runs, opening

    def ask(self) -> None:
        """Let the user choose a file; its ending says the format."""
        if self._view.mesh(RECONSTRUCTION) is None:
            return
        formats = {f"{label} (*{suffix})": suffix for suffix, label in EXPORTS.items()}
        ask_where(self._window, self.tr("Export mesh"), formats, self._scans.name, last_folder(), self.save)

    def save(self, path: Path) -> None:
        """Write the mesh on screen to `path`, in the worker; a file that is there is replaced.

        A mesh of this program is cleaned; one that was opened from a file of others keeps its vertices.
        """
        mesh = self._view.mesh(RECONSTRUCTION)
        if mesh is None:
            return
        path = path if path.suffix else path.with_suffix(".ply")
        ours = self._opening.path is None or is_of_a_run(self._opening.path)
        self.start(ExportJob(mesh, path, options=ExportOptions(clean=ours), force=True))

    def reveal(self) -> None:
        """Open the run folder in the desktop's file manager."""
        if (folder := self._runs.folder) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
