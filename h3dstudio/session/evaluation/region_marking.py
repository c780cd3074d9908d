"""Editor of a region of the ground truth: vertices painted, lassoed or taken from the nose tip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.regions import face_sphere, write_region
from h3dstudio.errors import EvaluationError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.session.project.commands import CommandStack

Mask = NDArray[np.bool_]


@dataclass
class RegionChange:
    """From one set of vertices to the next."""

    marking: RegionMarking
    label: str
    before: Mask = field(repr=False)
    later: Mask = field(repr=False)

    def do(self) -> None:
        self.marking._take(self.later)

    def undo(self) -> None:
        self.marking._take(self.before)


class RegionMarking:
    """Which vertices of one mesh belong to the region. A whole stroke is one step of undo.

    `listeners` hear of every change, also in the middle of a stroke.
    """

    def __init__(self, stack: CommandStack) -> None:
        self._stack = stack
        self._mesh: TriangleMesh | None = None
        self._mask: Mask = np.zeros(0, dtype=np.bool_)
        self._before: Mask | None = None
        self.listeners: list[Callable[[], None]] = []

    @property
    def mesh(self) -> TriangleMesh | None:
        """What is marked."""
        return self._mesh

    @property
    def mask(self) -> Mask:
        """(V,) bool."""
        return self._mask

    def begin_on(self, mesh: TriangleMesh | None) -> None:
        """Mark this mesh from now on; nothing is marked on another one."""
        if mesh is not self._mesh:
            self._mesh, self._before = mesh, None
            self._mask = np.zeros(0 if mesh is None else len(mesh.vertices), dtype=np.bool_)
            self._notify()

    def dab(self, center: NDArray[np.float64], radius: float, add: bool) -> None:
        """Mark or unmark all within `radius` mm of `center` (3,), as a part of a stroke."""
        if self._mesh is None:
            return
        if self._before is None:
            self._before = self._mask
        near = np.linalg.norm(self._mesh.vertices - center, axis=1) <= radius
        self._mask = self._mask | near if add else self._mask & ~near
        self._notify()

    def end_stroke(self, label: str) -> None:
        """The mouse is up: what was dabbed can be taken back as one."""
        before, self._before = self._before, None
        if before is not None:
            self._put(label, before, self._mask)

    def choose(self, chosen: Mask, add: bool, label: str) -> None:
        """Mark or unmark these (V,) at once."""
        self._put(label, self._mask, self._mask | chosen if add else self._mask & ~chosen)

    def take_face(self, nose_tip: int) -> None:
        """The face's sphere, 95 mm around the nose tip, in place of what is marked."""
        if self._mesh is not None:
            mask = np.zeros(len(self._mesh.vertices), dtype=np.bool_)
            mask[face_sphere(self._mesh.vertices, nose_tip)] = True
            self._put("mark the face", self._mask, mask)

    def clear(self) -> None:
        """Mark nothing."""
        self._put("clear the region", self._mask, np.zeros_like(self._mask))

    def save(self, path: Path) -> None:
        """As H3DS does: one vertex index per line. Raises EvaluationError without any, OutputError."""
        if not self._mask.any():
            raise EvaluationError("nothing is marked", remedy="Paint on the ground truth first")
        write_region(path, np.flatnonzero(self._mask))

    def _put(self, label: str, before: Mask, later: Mask) -> None:
        if not np.array_equal(before, later):
            self._stack.do(RegionChange(self, label, before, later))

    def _take(self, mask: Mask) -> None:
        """Commands alone call this."""
        if self._mesh is not None and len(mask) == len(self._mesh.vertices):
            self._mask = mask
            self._notify()

    def _notify(self) -> None:
        for listener in tuple(self.listeners):
            listener()


def inside_polygon(points: NDArray[np.float64], polygon: NDArray[np.float64]) -> Mask:
    """(N,) which points (N, 2) a closed polygon (P, 2) holds, by the even-odd rule; NaN is outside."""
    inside = np.zeros(len(points), dtype=np.bool_)
    x, y = points[:, 0], points[:, 1]
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        crosses = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            inside ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return inside
