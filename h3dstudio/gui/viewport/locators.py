"""Search trees over the meshes on screen, made off the GUI thread and shared by all who pick.

VTK holds the interpreter while it builds a tree, 70 ms for 500k triangles, so that a thread alone would not
keep the window going. Here a mesh has several small trees: between two of them the window has its turn.
(VTK's filters let the interpreter go, and some build a tree on the way, but none hands it out.)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from h3dstudio.geometry.mesh import TriangleMesh

QUICK = 150_000
"""Faces whose trees are built within some 20 ms: at once, when they are first needed."""
PART = 40_000
"""Faces in a tree, built in 6 ms."""
_SLACK = 1e-3
"""mm around a part's box: VTK's vertices are in single precision."""


@dataclass(frozen=True, eq=False)
class Ray:
    """From the near to the far clipping plane: origin (3,) mm, unit direction (3,), length in mm."""

    origin: NDArray[np.float64]
    direction: NDArray[np.float64]
    length: float


class Locator:
    """The faces of one mesh (at least one) in VTK's search trees, a tree for each `PART` of them."""

    def __init__(self, mesh: TriangleMesh) -> None:
        import pyvista as pv
        from vtkmodules.vtkCommonDataModel import vtkGenericCell, vtkStaticCellLocator

        self.mesh, self._cell = mesh, vtkGenericCell()
        self._trees: list[Any] = []
        points: Any = mesh.vertices.astype(np.float32)
        boxes = []
        for begin in range(0, len(mesh.faces), PART):
            faces: Any = mesh.faces[begin : begin + PART]
            corners = mesh.vertices[faces.ravel()]
            boxes.append((corners.min(axis=0) - _SLACK, corners.max(axis=0) + _SLACK))
            tree = vtkStaticCellLocator()
            tree.SetDataSet(pv.PolyData.from_regular_faces(points, faces))
            tree.SetNumberOfCellsPerNode(20)
            tree.BuildLocator()
            self._trees.append(tree)
        self._low, self._high = np.array(boxes).swapaxes(0, 1)

    def face_on(self, ray: Ray) -> int | None:
        """The face that `ray` meets first."""
        from vtkmodules.vtkCommonCore import mutable

        met, spot, far = [0.0] * 3, [0.0] * 3, ray.origin + ray.length * ray.direction
        first, depth = None, np.inf
        for part, enters in self._entered(ray):
            if enters > depth:
                break
            cell, share = mutable(-1), cast(Any, mutable(0.0))
            if self._trees[part].IntersectWithLine(
                ray.origin, far, 0.0, share, met, spot, mutable(0), cell, self._cell
            ):
                reached = float(share) * ray.length
                if reached < depth:
                    first, depth = part * PART + int(cell), reached
        return first

    def nearest_face(self, point: NDArray[np.float64]) -> int:
        """The face nearest to `point` (3,)."""
        from vtkmodules.vtkCommonCore import mutable

        found, nearest, bound = [0.0] * 3, 0, np.inf
        away = np.linalg.norm(np.maximum(0, np.maximum(self._low - point, point - self._high)), axis=1)
        for part in np.argsort(away):
            if away[part] ** 2 > bound:
                break
            cell, squared = mutable(-1), cast(Any, mutable(0.0))
            self._trees[part].FindClosestPoint(tuple(point), found, self._cell, cell, mutable(0), squared)
            if float(squared) < bound:
                nearest, bound = int(part) * PART + int(cell), float(squared)
        return nearest

    def _entered(self, ray: Ray) -> Iterator[tuple[int, float]]:
        """The parts whose box the ray meets, and at which depth in mm, in that order."""
        along = np.where(ray.direction == 0, 1e-300, ray.direction)
        ends = np.stack([self._low - ray.origin, self._high - ray.origin]) / along
        begin = np.maximum(0.0, ends.min(axis=0).max(axis=1))
        end = np.minimum(ray.length, ends.max(axis=0).min(axis=1))
        for part in np.argsort(begin):
            if begin[part] <= end[part]:
                yield int(part), float(begin[part])


def face_without_tree(mesh: TriangleMesh, ray: Ray) -> int | None:
    """The face that `ray` meets first, by looking at all of them: 30 ms for 500k."""
    across = np.linalg.svd(ray.direction[None])[2][1:]  # (2, 3) at right angles to the ray
    flat = (mesh.vertices - ray.origin) @ across.T
    x, y = (flat[:, axis][mesh.faces.T] for axis in (0, 1))
    # On which side of each edge the ray passes: for one inside, the same of all three.
    sides = [x[a] * y[b] - x[b] * y[a] for a, b in ((0, 1), (1, 2), (2, 0))]
    inside = (np.minimum.reduce(sides) >= 0) | (np.maximum.reduce(sides) <= 0)
    faces = np.flatnonzero(inside)
    depth = _depths(mesh.vertices[mesh.faces[faces]], ray)
    depth[~((depth >= 0) & (depth <= ray.length))] = np.inf
    return int(faces[depth.argmin()]) if np.isfinite(depth).any() else None


def _depths(corners: NDArray[np.float64], ray: Ray) -> NDArray[np.float64]:
    """(N,) where along the ray the planes of triangles (N, 3, 3) are; NaN for one seen edge-on."""
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(((corners[:, 0] - ray.origin) * normal).sum(axis=1) / (normal @ ray.direction))


class Locators(QObject):
    """The locators of what is on screen.

    Signals: `wanted(name, mesh)`, one is to be made (off the GUI thread), for `take`; `made()`, it is there.

    Args:
        surfaces: the meshes that can be picked now.
    """

    wanted = Signal(str, object)
    made = Signal()

    def __init__(self, surfaces: Callable[[], dict[str, TriangleMesh]], parent: QObject) -> None:
        super().__init__(parent)
        self._surfaces = surfaces
        self._made: dict[str, Locator] = {}
        self._asked: dict[str, TriangleMesh] = {}

    def prepare(self) -> None:
        """Have made what a pick would have to do without."""
        for name, mesh in self._surfaces().items():
            if len(mesh.faces) > QUICK and not self._has(name, mesh) and self._asked.get(name) is not mesh:
                self._asked[name] = mesh
                self.wanted.emit(name, mesh)

    def take(self, name: str, made: Locator) -> None:
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
            face = self._now(name, mesh).face_on(ray) if quick else face_without_tree(mesh, ray)
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

    def _now(self, name: str, mesh: TriangleMesh) -> Locator:
        """The locator of `mesh`; those of meshes that are gone are forgotten."""
        shown = self._surfaces()
        self._made = {kept: one for kept, one in self._made.items() if shown.get(kept) is one.mesh}
        if name not in self._made:
            self._made[name] = Locator(mesh)
        return self._made[name]
