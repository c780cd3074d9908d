"""A mesh file of the user's own in place of the reconstruction: to be marked, aligned, measured, exported."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.mesh_reading import read_ready
from h3dstudio.gui.shell.supervisor import ReadyMesh
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.sink import RECONSTRUCTION, MeshSink
from h3dstudio.session.project.sections import Json, entries, path_entry, path_of


class MeshOpening(QObject):
    """A `sections.Section` too: the file is remembered. Signals: `shown(TriangleMesh)`, `said(str)`,
    `logged(message, level)`, `missing(path)` when a project's mesh is gone."""

    shown = Signal(object)
    missing = Signal(object)
    said = Signal(str)
    logged = Signal(str, str)

    def __init__(self, window: QWidget, tasks: Tasks, sink: MeshSink, runs: RunController) -> None:
        super().__init__(window)
        self._window, self._tasks, self._sink, self._runs = window, tasks, sink, runs
        self._path: Path | None = None
        runs.mesh_shown.connect(self.forget)

    @property
    def path(self) -> Path | None:
        """The file whose mesh is on screen; None for a run's."""
        return self._path

    def ask(self) -> None:
        """Let the user choose a file."""
        dialog = QFileDialog(self._window, self.tr("Open a mesh"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Meshes (*.ply *.obj *.stl *.glb)"))
        dialog.setDirectory(str(QSettings().value("export folder", str(Path.home()))))
        dialog.fileSelected.connect(lambda path: self.open(Path(path)))
        dialog.open()

    def open(self, path: Path) -> None:
        """Read `path` and show it where the reconstruction is; nothing changes where it cannot be read."""
        if not self._runs.idle():
            return
        path = path.expanduser().absolute()

        def show(ready: ReadyMesh) -> None:
            self.said.emit("")
            self._runs.forget()
            self._path = path
            self._sink.show_mesh(RECONSTRUCTION, ready.mesh, ready.normals)
            self.logged.emit(self.tr("Opened {0}").format(path), "info")
            self.shown.emit(ready.mesh)

        def refuse(error: Exception) -> None:
            self.said.emit("")
            title = self.tr("{0} cannot be opened").format(path.name)
            dialogs.show_error(self._window, title, error)

        self.said.emit(self.tr("Reading {0}…").format(path.name))
        self._tasks.run(lambda: read_ready(path), show, refuse, key="result")

    def forget(self, _: TriangleMesh | None = None) -> None:
        """Something else takes its place."""
        self._path = None

    def state(self) -> Json:
        return {"file": path_entry(self._path)} if self._path is not None else {}

    def restore(self, state: Json) -> None:
        given = entries(state, "mesh")
        if not given.get("file"):
            self.forget()
            return
        path = path_of(given["file"], "the mesh file")
        self._path = path  # Also while it cannot be read: saving the project must not lose it.
        if path.is_file():
            self.open(path)
        else:
            self.logged.emit(self.tr("The mesh of the project is missing: {0}").format(path), "warning")
            self.missing.emit(path)
