"""Landmarks that nobody had to place: those the prior's head brings with a result, those of the scan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION

SIX, SIXTY_EIGHT = "landmarks.txt", "landmarks68.json"
"""Files of a run folder."""
Points = dict[str, NDArray[np.float64]]


class SuggestedLandmarks(QObject):
    """What a run suggests belongs to its result, and is there only while that very mesh is on screen.

    Signals: `changed()` when some come or go, `logged(message, level)`.
    """

    changed = Signal()
    logged = Signal(str, str)

    def __init__(self, parent: QObject, tasks: Tasks, view: MeshView) -> None:
        super().__init__(parent)
        self._tasks, self._view = tasks, view
        self._of_run: Points = {}
        self._of_scan: dict[str, int] = {}
        self._mesh: TriangleMesh | None = None

    @property
    def there(self) -> bool:
        """Whether a run suggests some for the reconstruction on screen."""
        return bool(self.points(RECONSTRUCTION))

    def points(self, layer: str) -> Points:
        """Name -> (3,) mm, on the mesh that is shown as `layer`."""
        mesh = self._view.mesh(layer)
        if layer == RECONSTRUCTION:
            return dict(self._of_run) if mesh is not None and mesh is self._mesh else {}
        if layer != GROUND_TRUTH or mesh is None:
            return {}
        known = {name: index for name, index in self._of_scan.items() if index < len(mesh.vertices)}
        return {name: mesh.vertices[index] for name, index in known.items()}

    def load(self, folder: Path, mesh: TriangleMesh) -> None:
        """Read those of the run in `folder`, whose result `mesh` is on screen."""

        def take(found: Points) -> None:
            self._of_run, self._mesh = found, mesh
            self.changed.emit()

        def explain(error: Exception) -> None:
            self.logged.emit(self.tr("The suggested landmarks cannot be shown: {0}").format(error), "warning")

        self._tasks.run(lambda: read_suggestions(folder, mesh), take, explain, key="landmarks")

    def take_scan(self, landmarks: dict[str, int]) -> None:
        """Vertices of the ground truth that the scan itself names."""
        self._of_scan = landmarks
        self.changed.emit()

    def forget(self) -> None:
        """Another mesh is on its way."""
        self._tasks.drop("landmarks")
        if self._of_run:
            self._of_run, self._mesh = {}, None
            self.changed.emit()


def read_suggestions(folder: Path, mesh: TriangleMesh) -> Points:
    """All that a run suggests; the six of H3DS are vertices of `mesh`. Raises LandmarkError."""
    from h3dstudio.data.landmark_files import read_landmark_file

    found: Points = {}
    for name in (SIXTY_EIGHT, SIX):
        if (folder / name).exists():
            entries = read_landmark_file(folder / name, mesh)
            found |= {entry.name: np.array(entry.position) for entry in entries if entry.position is not None}
    return found
