"""The landmarks that come with a result: shown as suggestions, saved as H3DS landmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from h3dstudio.errors import H3DError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui import dialogs
from h3dstudio.gui.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.sink import RECONSTRUCTION

FILE = "landmarks.txt"


class SuggestedLandmarks(QObject):
    """Belong to one mesh: they are shown, and can be saved, only while that very mesh is on screen.

    Signals: `changed()` when they come or go, `saved(Path)`, `logged(message, level)`.
    """

    changed = Signal()
    saved = Signal(object)
    logged = Signal(str, str)

    def __init__(self, window: QWidget, tasks: Tasks, view: MeshView) -> None:
        super().__init__(window)
        self._window, self._tasks, self._view = window, tasks, view
        self._indices: dict[str, int] = {}
        self._mesh: TriangleMesh | None = None
        self._wanted = True
        self.allowed: Callable[[], bool] = lambda: True

    @property
    def there(self) -> bool:
        """Whether there are some for the mesh on screen."""
        return bool(self._indices) and self._view.mesh(RECONSTRUCTION) is self._mesh

    def load(self, path: Path, mesh: TriangleMesh) -> None:
        """Read those of the result `mesh` (on screen) from `path`, where that file is there."""
        from h3dstudio.data.landmarks import read_landmarks

        def take(found: dict[str, int]) -> None:
            self._indices, self._mesh = found, mesh
            self._draw()

        def explain(error: Exception) -> None:
            self.logged.emit(f"The suggested landmarks cannot be shown: {error}", "warning")

        self._tasks.run(
            lambda: read_landmarks(path, len(mesh.vertices)) if path.exists() else {},
            take,
            explain,
            key="landmarks",
        )

    def forget(self) -> None:
        """Another mesh is on its way."""
        self._tasks.drop("landmarks")
        if self._indices:
            self._indices, self._mesh = {}, None
            self._draw()

    def show(self, wanted: bool) -> None:
        """Show or hide them."""
        self._wanted = wanted
        self._draw()

    def redraw(self) -> None:
        """What is on screen has changed."""
        self._draw()

    def ask(self) -> None:
        """Let the user choose a file to save them in."""
        if not self.there:
            return
        dialog = QFileDialog(self._window, "Export landmarks")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("H3DS landmarks (*.txt)")
        dialog.setDefaultSuffix(".txt")
        dialog.setDirectory(str(QSettings().value("export folder", str(Path.home()))))
        dialog.selectFile(FILE)
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write them as `name vertex_index` of the mesh on screen."""
        from h3dstudio.data.landmarks import write_landmarks

        if not self.there:
            return
        try:
            write_landmarks(path, self._indices)
        except H3DError as error:
            dialogs.show_error(self._window, "The landmarks were not exported", error)
            return
        QSettings().setValue("export folder", str(path.parent))
        self.saved.emit(path)

    def _draw(self) -> None:
        shown: Mapping[str, int] = self._indices if self.there and self._wanted and self.allowed() else {}
        vertices = self._mesh.vertices if self._mesh is not None else None
        self._view.show_landmarks(
            {} if vertices is None else {name: vertices[index] for name, index in shown.items()}
        )
        self.changed.emit()
