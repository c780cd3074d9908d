"""A coarse stand-in for a heavy mesh, shown while the camera moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh

HEAVY = 120_000
"""Triangles, from which a mesh gets a stand-in wherever it is drawn."""
LIGHT = 60_000
"""Triangles, up to which a mesh gets none however slowly it is drawn: a stand-in would have half as many."""
CELLS = 120
"""Along the longest side of the mesh: a head keeps its eyes and lips, and has 35,000 triangles."""
MOST = 60_000
"""Triangles of a stand-in; what fills its box more than a head does has larger cells."""


@dataclass(frozen=True, eq=False)
class StandIn:
    """`points` (n, 3) mm, unit `normals`, `faces` (m, 3); `vertices` (n,) of the full mesh, one near each."""

    points: NDArray[np.float32]
    normals: NDArray[np.float32]
    vertices: NDArray[np.intp]
    faces: NDArray[np.int32]


def stand_in(mesh: TriangleMesh, cells: int = CELLS) -> StandIn:
    """Merge the vertices in each cell of a grid into their mean; faces that collapse are gone.

    Normals are those of the coarse surface: one of the many in a cell would be of a wrinkle that is gone.

    Source: Rossignac & Borrel, "Multi-resolution 3D approximations for rendering complex scenes", 1993.
    """
    low = mesh.vertices.min(axis=0)
    side = float((mesh.vertices.max(axis=0) - low).max()) / cells or 1.0
    cell = ((mesh.vertices - low) / side).astype(np.int64)
    key = (cell[:, 0] * (cells + 2) + cell[:, 1]) * (cells + 2) + cell[:, 2]
    _, vertices, place = np.unique(key, return_index=True, return_inverse=True)
    place = place.reshape(-1)
    sums = [np.bincount(place, mesh.vertices[:, axis]) for axis in range(3)]
    points = np.stack(sums, axis=1) / np.bincount(place)[:, None]
    faces = place[mesh.faces].astype(np.int32)
    a, b, c = faces.T
    faces = faces[(a != b) & (b != c) & (a != c)]
    # The same three cells are often joined by several triangles.
    _, once = np.unique(np.sort(faces, axis=1), axis=0, return_index=True)
    faces = faces[once]
    if len(faces) > MOST:
        return stand_in(mesh, int(cells * (0.8 * MOST / len(faces)) ** 0.5))
    made = TriangleMesh(points, faces)
    normals = made.vertex_normals()
    # Some small ones are turned over when their corners move, and would be black specks.
    over = np.einsum("ij,ikj->i", made.face_normals(), normals[faces]) < 0
    faces[over] = faces[over][:, ::-1]
    return StandIn(points.astype(np.float32), normals.astype(np.float32), vertices, faces)
