"""Keeps the session's landmarks on the meshes that are shown, also while those stream in."""

from __future__ import annotations

from PySide6.QtCore import QObject

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import SurfaceIndex, SurfacePoint
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.table import LAYERS


class LandmarkMeshes(QObject):
    """Hands every mesh on: at once where no landmark waits for it, else once a thread has indexed it."""

    def __init__(self, parent: QObject, landmarks: LandmarkEditor, view: MeshView, tasks: Tasks) -> None:
        super().__init__(parent)
        self._landmarks, self._view, self._tasks = landmarks, view, tasks
        self._followed: dict[str, TriangleMesh | None] = dict.fromkeys(LAYERS)
        view.shown_changed.connect(self._look)

    def _look(self) -> None:
        for layer in LAYERS:
            if self._view.mesh(layer) is not self._followed[layer]:
                self.follow(layer)

    def follow(self, layer: str) -> None:
        """Hand on the mesh that is shown as `layer`, or that there is none."""
        self._followed[layer] = mesh = self._view.mesh(layer)
        key = f"landmarks on the {layer}"
        self._tasks.drop(key)
        if mesh is None or not len(mesh.faces):
            self._landmarks.set_surface(layer, None)
        elif not self._landmarks.table.marks[layer]:
            self._landmarks.set_surface(layer, SurfaceIndex(mesh))
        else:
            index, marks = SurfaceIndex(mesh), self._landmarks.table.marks[layer].values()
            points = [mark.point.position for mark in marks if mark.point is not None]
            self._tasks.run(
                lambda: index.build(points),
                lambda built: self._landmarks.set_surface(layer, built),
                key=key,
            )

    def placed(self, layer: str, point: SurfacePoint, mesh: TriangleMesh | None = None) -> SurfacePoint:
        """A point of `mesh` (None: the one on screen) for the session, whose mesh may be another by now."""
        surface = self._landmarks.surface(layer)
        mesh = self._view.mesh(layer) if mesh is None else mesh
        ours = surface is not None and surface.mesh is mesh
        return point if ours else SurfacePoint(point.position)
