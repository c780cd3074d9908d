"""Catmull-Clark subdivision of quad meshes whose connectivity never changes.

New vertices are linear in old ones, so that a topology has one sparse matrix, made once. Source: Catmull &
Clark, "Recursively generated B-spline surfaces on arbitrary topological meshes", 1978; borders are cubic
B-spline curves, and a corner that only one quad has stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Subdivision:
    """Finer vertices are `matrix` (M, N) times coarser ones (N, 3); `quads` (F, 4) join the finer ones.

    Vertex i of the coarser mesh becomes vertex i of the finer one.
    """

    matrix: Any
    quads: NDArray[np.int64]

    def apply(self, vertices: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.asarray(self.matrix @ vertices, dtype=np.float64)


def catmull_clark(quads: NDArray[np.integer], count: int) -> Subdivision:
    """One step for `count` vertices and quads (F, 4); a triangle repeats its last corner.

    Vertices in no face stay where they are.
    """
    from scipy.sparse import csr_matrix, vstack

    quads = np.asarray(quads, dtype=np.int64)
    following = np.roll(quads, -1, axis=1)
    real = quads != following
    face = np.repeat(np.arange(len(quads)), 4).reshape(-1, 4)[real]
    begin, end = quads[real], following[real]
    ends, edge, uses = np.unique(
        np.sort(np.column_stack([begin, end]), axis=1), axis=0, return_inverse=True, return_counts=True
    )
    edge = edge.ravel()
    edges, faces, border = len(ends), len(quads), uses != 2

    def table(rows: NDArray[Any], columns: NDArray[Any], shape: tuple[int, int]) -> Any:
        return csr_matrix((np.ones(len(rows)), (rows, columns)), shape)

    corners = _mean_rows(table(face, begin, (faces, count)))
    middles = table(np.repeat(np.arange(edges), 2), ends.ravel(), (edges, count)) * 0.5
    beside = _mean_rows(table(edge, face, (edges, faces)))
    inner = (middles + beside @ corners) * 0.5
    edge_points = _chosen(border, middles, inner)

    around = table(begin, face, (count, faces))
    at = table(ends.ravel(), np.repeat(np.arange(edges), 2), (count, edges))
    valence = np.asarray(at.sum(axis=1)).ravel()
    used = np.maximum(valence, 1)
    identity = _scaled(table(np.arange(count), np.arange(count), (count, count)), np.ones(count))
    smooth = (
        _scaled(_mean_rows(around) @ corners, 1 / used)
        + _scaled(_mean_rows(at) @ middles, 2 / used)
        + _scaled(identity, (used - 3) / used)
    )
    rim = at @ _scaled(table(np.arange(edges), np.arange(edges), (edges, edges)), border.astype(float))
    rims = np.asarray(rim.sum(axis=1)).ravel()
    curve = (_mean_rows(rim) @ middles + identity) * 0.5
    quads_around = np.asarray(around.sum(axis=1)).ravel()
    points = _chosen(
        (rims == 2) & (quads_around > 1), curve, _chosen((rims > 0) | (valence == 0), identity, smooth)
    )
    matrix = vstack([points, edge_points, corners]).tocsr()
    return Subdivision(matrix, _finer(quads, real, edge, count, edges))


def subdivided(quads: NDArray[np.integer], count: int, levels: int) -> Subdivision:
    """`levels` steps at once; none leaves the mesh as it is."""
    from scipy.sparse import identity

    matrix, out = identity(count, format="csr"), np.asarray(quads, dtype=np.int64)
    for _ in range(levels):
        step = catmull_clark(out, matrix.shape[0])
        matrix, out = (step.matrix @ matrix).tocsr(), step.quads
    return Subdivision(matrix, out)


def triangles(quads: NDArray[np.integer]) -> NDArray[np.int32]:
    """(T, 3) two per quad (F, 4), one where the last corner is repeated."""
    halves = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    whole = (halves != np.roll(halves, 1, axis=1)).all(axis=1)
    return np.asarray(halves[whole], dtype=np.int32)


def _finer(
    quads: NDArray[np.integer], real: NDArray[np.bool_], edge: NDArray[np.intp], count: int, edges: int
) -> NDArray[np.int64]:
    """One quad per corner: the vertex, the edge that leaves it, the face, the edge that comes to it."""
    leaving = np.full(quads.shape, -1, dtype=np.int64)
    leaving[real] = edge
    coming = np.roll(leaving, 1, axis=1)
    coming = np.where(coming < 0, np.roll(leaving, 2, axis=1), coming)
    face = np.broadcast_to(np.arange(len(quads))[:, None], quads.shape)
    return np.stack([quads, count + leaving, count + edges + face, count + coming], axis=-1)[real]


def _mean_rows(matrix: Any) -> Any:
    total = np.asarray(matrix.sum(axis=1)).ravel()
    return _scaled(matrix, 1 / np.maximum(total, 1))


def _scaled(matrix: Any, by: NDArray[np.float64]) -> Any:
    """Row i times by[i]."""
    from scipy.sparse import diags

    return (diags(by) @ matrix).tocsr()


def _chosen(rows: NDArray[np.bool_], first: Any, second: Any) -> Any:
    """The rows of `first` where `rows`, else those of `second`."""
    return _scaled(first, rows.astype(float)) + _scaled(second, (~rows).astype(float))
