"""Alignment of the reconstruction with the ground truth, by landmarks or ICP; each move can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import ProjectError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import vector
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.session.landmarks.editor import LandmarkEditor, TableChange
from h3dstudio.session.landmarks.table import RECONSTRUCTION, Table
from h3dstudio.session.project.commands import Command, CommandStack
from h3dstudio.session.project.sections import Json, entries

Matrix = NDArray[np.float64]


class Shown(Protocol):
    """Whoever shows the reconstruction."""

    @property
    def mesh(self) -> TriangleMesh | None:
        """What is shown now."""
        ...

    def show(self, mesh: TriangleMesh) -> None:
        """Show this in its place."""
        ...


@dataclass
class Move:
    """From one place to the next: the mesh, and with it its landmarks."""

    alignment: Alignment
    label: str
    before: Matrix
    later: Matrix
    landmarks: Command | None = field(default=None, repr=False)

    def do(self) -> None:
        if self.landmarks is not None:
            self.landmarks.do()
        self.alignment._take(self.later)

    def undo(self) -> None:
        if self.landmarks is not None:
            self.landmarks.undo()
        self.alignment._take(self.before)


class Alignment:
    """The motion of the reconstruction from where its file has it to where it is shown.

    It belongs to one mesh: when another is shown, it is the identity again, and taking back the moves of the
    mesh before moves nothing. `listeners` hear of every change. A `sections.Section`.
    """

    def __init__(self, stack: CommandStack, shown: Shown, landmarks: LandmarkEditor | None = None) -> None:
        self._stack, self._shown_by = stack, shown
        self._given: TriangleMesh | None = None
        self._moved: TriangleMesh | None = None
        self._motion = np.eye(4)
        self._waiting: Matrix | None = None
        self._landmarks = landmarks
        self.listeners: list[Callable[[], None]] = []

    @property
    def given(self) -> TriangleMesh | None:
        """The mesh where its file has it."""
        return self._given if self._is_ours else self._shown_by.mesh

    @property
    def motion(self) -> Matrix:
        """(4, 4), from `given` to what is shown."""
        return self._motion if self._is_ours else np.eye(4)

    @property
    def moved(self) -> bool:
        """Whether it is anywhere else."""
        return not np.array_equal(self.motion, np.eye(4))

    def move_to(self, label: str, motion: Matrix) -> None:
        """Show the mesh moved by `motion` (4, 4) from where its file has it; nothing without a mesh."""
        if self._shown_by.mesh is None or np.array_equal(motion, self.motion):
            return
        if not self._is_ours:
            self._given = self._moved = self._shown_by.mesh
            self._motion = np.eye(4)
        self._stack.do(Move(self, label, self._motion, motion, self._with_landmarks(label, motion)))

    def reset(self) -> None:
        """Back to where the file has it."""
        self.move_to("move the mesh back", np.eye(4))

    def state(self) -> Json:
        """Of the section; a mesh that has not come yet keeps its place."""
        motion = self.motion if self._waiting is None else self._waiting
        return {} if np.array_equal(motion, np.eye(4)) else {"motion": motion.tolist()}

    def restore(self, state: Json) -> None:
        """Waits for the mesh: see `settle`."""
        rows = entries(state, "alignment").get("motion")
        self._waiting = None if rows is None else _matrix(rows)

    def settle(self) -> None:
        """The mesh of the project is shown: move it to where it was, without a command."""
        waiting, mesh = self._waiting, self._shown_by.mesh
        if waiting is not None and mesh is not None:
            self._waiting = None
            self._given = self._moved = mesh
            self._take(waiting)

    def forget(self) -> None:
        """The mesh of the project will not come: others take its place."""
        self._waiting = None

    @property
    def _is_ours(self) -> bool:
        return self._moved is not None and self._shown_by.mesh is self._moved

    def _with_landmarks(self, label: str, motion: Matrix) -> Command | None:
        landmarks = self._landmarks
        if landmarks is None or not landmarks.table.marks[RECONSTRUCTION]:
            return None
        way = Similarity.from_matrix(motion @ np.linalg.inv(self._motion))
        return TableChange(landmarks, label, landmarks.table, moved_table(landmarks.table, way))

    def _take(self, motion: Matrix) -> None:
        """Commands alone call this."""
        if not self._is_ours or self._given is None:
            return  # Another mesh has come since.
        self._motion = motion
        moved = self._given.with_vertices(Similarity.from_matrix(motion).apply(self._given.vertices))
        self._moved = self._given if np.array_equal(motion, np.eye(4)) else moved
        self._shown_by.show(self._moved)
        for listener in tuple(self.listeners):
            listener()


def moved_table(table: Table, way: Similarity) -> Table:
    """The landmarks of the reconstruction moved along with it; the others where they are."""
    marks = {}
    for name, mark in table.marks[RECONSTRUCTION].items():
        if mark.point is not None:
            position = vector(way.apply(np.array([mark.point.position]))[0])
            mark = replace(mark, point=replace(mark.point, position=position))
        marks[name] = mark
    return table.with_marks(RECONSTRUCTION, marks)


def _matrix(rows: Json) -> Matrix:
    try:
        matrix = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all() or np.linalg.det(matrix[:3, :3]) <= 0:
        raise ProjectError("the alignment's motion is no 4x4 matrix of a motion")
    return matrix
