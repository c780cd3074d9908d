"""The face indices of the meshes on screen, made off the GUI thread and shared by all who pick.

None is VTK's: its objects may be made, changed and freed on the GUI thread only, since its garbage collector
takes a lock that a worker holds while it waits for the interpreter, and the window for the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from h3dstudio.geometry.face_index import FaceIndex, Ray, first_face_on
from h3dstudio.geometry.mesh import TriangleMesh

QUICK = 150_000
"""Faces whose index is built within some 25 ms: at once, when it is first needed."""


class Locators(QObject):
    """The face indices of what is on screen.

    Signals: `wanted(name, mesh)`, one is to be made (off the GUI thread), for `take`; `made()`, it is there.

    Args:
        surfaces: the meshes that can be picked now.
    """

    wanted = Signal(str, object)
    made = Signal()

    def __init__(self, surfaces: Callable[[], dict[str, TriangleMesh]], parent: QObject) -> None:
        super().__init__(parent)
        self._surfaces = surfaces
        self._made: dict[str, FaceIndex] = {}
        self._asked: dict[str, TriangleMesh] = {}

    def prepare(self) -> None:
        """Have made what a pick would have to do without."""
        for name, mesh in self._surfaces().items():
            if len(mesh.faces) > QUICK and not self._has(name, mesh) and self._asked.get(name) is not mesh:
                self._asked[name] = mesh
                self.wanted.emit(name, mesh)

    def take(self, name: str, made: FaceIndex) -> None:
        """Use `made`, if its mesh is still on screen; what comes too late is asked for again when needed."""
        if self._asked.get(name) is made.mesh:
            del self._asked[name]
        if self._surfaces().get(name) is made.mesh:
            self._made[name] = made
            self.made.emit()

    @property
    def ready(self) -> bool:
        """Whether a pick now would be a matter of a moment."""
        return all(
            len(mesh.faces) <= QUICK or self._has(name, mesh) for name, mesh in self._surfaces().items()
        )

    def faces_on(self, ray: Ray, layers: Collection[str] | None) -> dict[str, tuple[TriangleMesh, int]]:
        """By name, the meshes that `ray` meets, of `layers` or of all, and the first face of each."""
        self.prepare()
        found = {}
        for name, mesh in self._wanted(layers).items():
            quick = len(mesh.faces) <= QUICK or self._has(name, mesh)
            face = self._now(name, mesh).face_on(ray) if quick else first_face_on(mesh, ray)
            if face is not None:
                found[name] = (mesh, face)
        return found

    def nearest_face(self, name: str, point: NDArray[np.float64]) -> tuple[TriangleMesh, int] | None:
        """The mesh `name` and its face nearest to `point` (3,); None where that is not on screen."""
        mesh = self._surfaces().get(name)
        return None if mesh is None else (mesh, self._now(name, mesh).nearest_face(point))

    def _wanted(self, layers: Collection[str] | None) -> dict[str, TriangleMesh]:
        return {name: mesh for name, mesh in self._surfaces().items() if layers is None or name in layers}

    def _has(self, name: str, mesh: TriangleMesh) -> bool:
        return name in self._made and self._made[name].mesh is mesh

    def _now(self, name: str, mesh: TriangleMesh) -> FaceIndex:
        """The index of `mesh`; those of meshes that are gone are forgotten."""
        shown = self._surfaces()
        self._made = {kept: one for kept, one in self._made.items() if shown.get(kept) is one.mesh}
        if name not in self._made:
            self._made[name] = FaceIndex(mesh)
        return self._made[name]
