"""A mesh with fewer faces that takes no more memory to make than the mesh itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh

_GROWTH = 1.2
_MOST_CELLS = 2**20
"""Along one axis: three of them fit into the 63 bits of a cell's number."""


@dataclass(frozen=True, eq=False)
class ThinnedMesh:
    """What `thinned` made of a mesh.

    Attributes:
        mesh: its vertices are vertices of the original.
        vertex: (V,) for each original vertex the one that stands for it in `mesh`.
        shift: mm, the farthest that a vertex lies from the one that stands for it.
    """

    mesh: TriangleMesh
    vertex: NDArray[np.intp]
    shift: float


def thinned(mesh: TriangleMesh, most_faces: int) -> ThinnedMesh | None:
    """`mesh` with at most `most_faces` faces, or None where it has no more than that.

    Vertices in the same cell of a grid become one, the first of them in the file's order (Rossignac & Borrel,
    "Multi-resolution 3D approximations for rendering complex scenes", 1993); faces that lose a corner go. The
    cells grow until it is enough. Colours and quality are dropped.
    """
    if len(mesh.faces) <= most_faces:
        return None
    corner, extent = mesh.vertices.min(axis=0), float(np.ptp(mesh.vertices, axis=0).max())
    cell = max(extent / _MOST_CELLS, mean_edge(mesh) * np.sqrt(len(mesh.faces) / most_faces) / _GROWTH)
    while True:
        first, vertex = _clustered(mesh.vertices - corner, cell)
        faces = vertex[mesh.faces]
        whole = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
        if np.count_nonzero(whole) <= most_faces:
            break
        cell *= _GROWTH
    kept = TriangleMesh(mesh.vertices[first], faces[whole].astype(np.int32))
    shift = np.linalg.norm(mesh.vertices - kept.vertices[vertex], axis=1).max()
    return ThinnedMesh(kept, vertex, float(shift))


def _clustered(points: NDArray[np.float64], cell: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(the first point of every used cell, the number of each point's cell)."""
    place = np.floor(points / cell).astype(np.int64)
    number = (place[:, 0] * (2 * _MOST_CELLS) + place[:, 1]) * (2 * _MOST_CELLS) + place[:, 2]
    _, first, inverse = np.unique(number, return_index=True, return_inverse=True)
    return first, inverse


def mean_edge(mesh: TriangleMesh) -> float:
    """Of some of the faces; mm."""
    some = mesh.vertices[mesh.faces[:: max(1, len(mesh.faces) // 10_000)]]
    return float(np.linalg.norm(some[:, 0] - some[:, 1], axis=1).mean())


def spread_points(points: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """About `count` of the points (N, 3), evenly in space however densely they lie; all if there are fewer.

    The first point of each cell of a grid that is as coarse as leaves `count` or up to half as many again.
    """
    corner, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    # A surface of this extent fills about three times the square of the cells along a side.
    cell = extent / np.sqrt(count / 3) * _GROWTH**2
    while len(points) > count and cell > extent / _MOST_CELLS:
        first, _ = _clustered(points - corner, cell)
        if len(first) >= count:
            return points[first]
        cell /= _GROWTH
    return points
