"""Faces that are nearly lines, taken out by collapsing an edge or turning it: the surface stays where it is.

A needle has one edge far shorter than the others, which is collapsed; a cap has a corner on its longest edge,
which is turned. Sources: Botsch and Kobbelt, "A robust procedure to eliminate degenerate faces from triangle
meshes", VMV 2001; the link condition that keeps a collapse from changing the topology: Dey et al. 1999.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh_defects import triangle_aspects

NEEDLE = 0.3
"""Shortest over longest edge, below which a sliver is a needle."""
TURN = 0.5
"""The least cosine between a face's normal before and after: nothing may fold over."""


@dataclass(eq=False)
class Surface:
    """Vertices (V, 3) mm and faces (F, 3) that change; `number` (V0,) follows each first vertex."""

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    number: NDArray[np.int64]


def remove_slivers(surface: Surface, limit: float, *, rounds: int = 12) -> None:
    """Collapse or turn edges until no face has an aspect above `limit`, or nothing more can be done.

    Collapsed vertices stay in `vertices`, unused, and `number` says what they became.
    """
    for _ in range(rounds):
        aspect = triangle_aspects(surface.vertices[surface.faces])
        bad = np.flatnonzero(aspect > limit)
        if not len(bad) or not _round(surface, bad[np.argsort(-aspect[bad])]):
            return


def _round(surface: Surface, bad: NDArray[np.intp]) -> bool:
    """One change at most around each vertex; whether anything was changed."""
    changes = _Changes(surface)
    for face in bad.tolist():
        corner = surface.faces[face]
        length = np.linalg.norm(surface.vertices[corner] - surface.vertices[np.roll(corner, -1)], axis=1)
        short, long = int(length.argmin()), int(length.argmax())
        edges = [(int(corner[k]), int(corner[(k + 1) % 3])) for k in (short, long)]
        if length[short] < NEEDLE * length[long]:
            _ = changes.collapse(*edges[0]) or changes.turn(*edges[1])
        else:
            _ = changes.turn(*edges[1]) or changes.collapse(*edges[0])
    return changes.apply()


class _Changes:
    """Changes that do not touch each other, so that each can be judged on the surface as it was."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        order = np.argsort(surface.faces.reshape(-1), kind="stable")
        self._face = order // 3
        self._start = np.searchsorted(surface.faces.reshape(-1)[order], np.arange(len(surface.vertices) + 1))
        self._locked = np.zeros(len(surface.vertices), dtype=np.bool_)
        self._into = np.arange(len(surface.vertices))
        self._turned: dict[int, tuple[int, int, int]] = {}
        self._changed = False

    def collapse(self, one: int, two: int) -> bool:
        """Make two ends of an edge one vertex at the best of three places; False where it must not be."""
        around = np.union1d(self._faces(one), self._faces(two))
        faces = self._surface.faces[around]
        if self._locked[faces].any() or not self._may_join(one, two):
            return False
        gone = ((faces == one) | (faces == two)).sum(axis=1) > 1
        before = self._surface.vertices[faces]
        ends = self._surface.vertices[[one, two]]
        best, place = triangle_aspects(before).max(), None
        for candidate in (ends.mean(axis=0), ends[0], ends[1]):
            after = before[~gone].copy()
            after[(faces[~gone] == one) | (faces[~gone] == two)] = candidate
            worst = triangle_aspects(after).max(initial=0.0)
            if worst < best and _alike(before[~gone], after):
                best, place = worst, candidate
        if place is None:
            return False
        self._surface.vertices[one] = place
        self._into[two] = one
        self._lock(faces)
        return True

    def turn(self, one: int, two: int) -> bool:
        """Replace an edge by the other diagonal of its two faces; False where it must not be."""
        pair = np.intersect1d(self._faces(one), self._faces(two))
        faces = self._surface.faces[pair]
        if len(pair) != 2 or self._locked[faces].any():
            return False
        tips = [int(face[(face != one) & (face != two)][0]) for face in faces]
        first = faces[0].tolist()
        if first[(first.index(one) + 1) % 3] != two:
            tips.reverse()
        left, right = tips  # the tips of the faces that run from one to two, and back
        if left == right or len(np.intersect1d(self._faces(left), self._faces(right))):
            return False
        new = [(one, right, left), (right, two, left)]
        after = self._surface.vertices[np.array(new)]
        before = self._surface.vertices[faces]
        if triangle_aspects(after).max() >= triangle_aspects(before).max():
            return False
        normal = _normals(before).sum(axis=0)
        if (_units(_normals(after)) @ _units(normal) < TURN).any():
            return False
        self._turned.update(zip(pair.tolist(), new, strict=True))
        self._lock(faces)
        return True

    def apply(self) -> bool:
        """Write the changes; whether there were any."""
        surface = self._surface
        for face, corners in self._turned.items():
            surface.faces[face] = corners
        surface.faces = self._into[surface.faces]
        surface.number = self._into[surface.number]
        whole = (surface.faces != np.roll(surface.faces, -1, axis=1)).all(axis=1)
        surface.faces = surface.faces[whole]
        return self._changed

    def _faces(self, vertex: int) -> NDArray[np.intp]:
        return self._face[self._start[vertex] : self._start[vertex + 1]]

    def _neighbours(self, vertex: int) -> NDArray[np.int64]:
        return np.setdiff1d(self._surface.faces[self._faces(vertex)], vertex)

    def _may_join(self, one: int, two: int) -> bool:
        """The link condition: the ends have no common neighbours but the tips of their two faces."""
        pair = np.intersect1d(self._faces(one), self._faces(two))
        common = np.intersect1d(self._neighbours(one), self._neighbours(two))
        closed = all(len(self._faces(end)) == len(self._neighbours(end)) for end in (one, two))
        return closed and len(pair) == 2 and len(common) == 2

    def _lock(self, faces: NDArray[np.int64]) -> None:
        self._locked[faces] = True
        self._changed = True


def _alike(before: NDArray[np.float64], after: NDArray[np.float64]) -> bool:
    """Whether faces (N, 3, 3) look the same way as they did; those that had no area may look anywhere."""
    old, new = _normals(before), _normals(after)
    flat = triangle_aspects(before) > 1000.0
    cosine = np.einsum("ij,ij->i", _units(old), _units(new))
    return bool((flat | (cosine > TURN)).all())


def _normals(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def _units(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
