"""What is wrong with a mesh as a surface: counted, and said in one line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_topology import boundary_loops, edges_of, face_components, genus, split_fans
from h3dstudio.geometry.self_intersections import intersecting_pairs
from h3dstudio.geometry.vectors import cross_rows
from h3dstudio.geometry.welding import weld

SLIVER = 100.0
"""Longest edge over the height on it, beyond which a face is a sliver."""
FLAT = 1e6
"""The same, beyond which it has no area that 32-bit numbers could hold."""


@dataclass(frozen=True)
class MeshDefects:
    """Faces and edges that a clean surface has none of, after equal positions are taken for one vertex.

    Attributes:
        intersecting: faces that go through others; None where they are too many to be counted.
        slivers: faces with `SLIVER` < aspect <= `FLAT`.
        flat: faces without area.
        doubled: faces that are there already.
        crowded: edges of more than two faces, or of two that do not agree on outside.
        holes: boundary loops.
        genus: handles; None where `crowded` leaves it undefined.
        parts: connected parts.
    """

    intersecting: int | None
    slivers: int
    flat: int
    doubled: int
    crowded: int
    holes: int
    genus: int | None
    parts: int

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong; holes, handles and parts may be the head's own."""
        return not (self.intersecting or self.slivers or self.flat or self.doubled or self.crowded)

    @property
    def watertight(self) -> bool:
        """Whether every edge has two faces that agree on outside."""
        return not (self.holes or self.crowded)

    def __str__(self) -> str:
        through = "unknown (too many to count)" if self.intersecting is None else self.intersecting
        wrong = {
            "self-intersecting faces": through,
            f"slivers (aspect > {SLIVER:g})": self.slivers,
            "faces without area": self.flat,
            "doubled faces": self.doubled,
            "edges of more than two faces": self.crowded,
        }
        told = [f"{name}: {count}" for name, count in wrong.items() if count != 0]
        shape = f"{_counted(self.parts, 'part')}, {_counted(self.holes, 'hole')}"
        shape += "" if self.genus is None else f", genus {self.genus}"
        return f"{', '.join(told) or 'no self-intersections, slivers or faces without area'}; {shape}"


def measure_defects(mesh: TriangleMesh) -> MeshDefects:
    """Count all of it; a head of 266 000 faces takes about 5 s on one core. Never raises if it is finite."""
    welded = weld(mesh)
    faces = welded.faces
    aspect = triangle_aspects(mesh.triangles)
    distinct = (faces != np.roll(faces, -1, axis=1)).all(axis=1)
    flat = ~distinct | (aspect > FLAT)
    doubled = doubled_faces(faces)
    kept = faces[distinct & ~doubled]
    edges = edges_of(kept)
    two = edges.uses == 2
    crowded = int((edges.uses > 2).sum() + (edges.balance[two] != 0).sum())
    split = split_fans(kept, edges)[0] if len(kept) else kept
    cut = edges_of(split)
    return MeshDefects(
        _intersecting(TriangleMesh(welded.vertices, kept)),
        int(((aspect > SLIVER) & ~flat).sum()),
        int(flat.sum()),
        int((doubled & distinct).sum()),
        crowded,
        len(boundary_loops(split, cut)),
        genus(kept),
        int(face_components(edges).max(initial=-1)) + 1,
    )


def _intersecting(mesh: TriangleMesh) -> int | None:
    try:
        return len(np.unique(intersecting_pairs(mesh)))
    except MeshError:
        return None


def triangle_aspects(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """(F,) the longest edge over the height on it of triangles (F, 3, 3): 1.15 at least, inf without area."""
    longest = np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=2).max(axis=1, initial=0.0)
    area = np.linalg.norm(cross_rows(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    return np.divide(longest**2, area, out=np.full(len(area), np.inf), where=area > 0)


def doubled_faces(faces: NDArray[np.integer]) -> NDArray[np.bool_]:
    """(F,) which faces have the three vertices of an earlier one, in whatever order."""
    doubled = np.ones(len(faces), dtype=np.bool_)
    doubled[np.unique(np.sort(faces, axis=1), axis=0, return_index=True)[1]] = False
    return doubled


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
