"""How the faces of a mesh hang together: edges, their faces, boundaries, genus. Vertices are numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Faces = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Edges:
    """The E undirected edges of F faces.

    Attributes:
        ends: (E, 2) vertices, the smaller first.
        of_face: (F, 3) the edges between corners (0, 1), (1, 2) and (2, 0).
        uses: (E,) how many faces have the edge.
        balance: (E,) faces that run along it upwards minus those that run downwards: 0 inside of an oriented
            surface.
    """

    ends: NDArray[np.int64]
    of_face: NDArray[np.int64]
    uses: NDArray[np.int64]
    balance: NDArray[np.int64]


def edges_of(faces: Faces) -> Edges:
    """The edges of faces (F, 3)."""
    start = faces.astype(np.int64)
    end = np.roll(start, -1, axis=1)
    base = int(start.max(initial=0)) + 1
    low, high = np.minimum(start, end), np.maximum(start, end)
    key, of_face = np.unique(low * base + high, return_inverse=True)
    flat = of_face.reshape(-1)
    uses = np.bincount(flat, minlength=len(key))
    balance = np.bincount(flat, np.where(start < end, 1.0, -1.0).reshape(-1), minlength=len(key))
    ends = np.column_stack([key // base, key % base])
    return Edges(ends, of_face.reshape(faces.shape), uses, np.rint(balance).astype(np.int64))


def face_components(edges: Edges) -> NDArray[np.int64]:
    """(F,) the number of the connected part that each face belongs to, by common edges."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(edges.of_face)
    face = np.repeat(np.arange(count), 3)
    graph = coo_matrix(
        (np.ones(len(face), np.int8), (face, count + edges.of_face.reshape(-1))),
        (count + len(edges.ends),) * 2,
    )
    _, label = connected_components(graph, directed=False)
    return np.asarray(np.unique(label[:count], return_inverse=True)[1], dtype=np.int64)


def split_fans(faces: Faces, edges: Edges) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Faces (F, 3) of vertices that each have one fan of faces, and the old vertex (V,) of each new one.

    Where parts touch in a point or along an edge of more than two faces, each part gets vertices of its own.
    The first fan of a vertex keeps its place in the order; unused vertices are left out.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    corner = np.arange(faces.size).reshape(faces.shape)
    pair = edges.uses[edges.of_face] == 2
    face, side = np.nonzero(pair)
    order = np.argsort(edges.of_face[face, side], kind="stable")
    starts = corner[face, side][order].reshape(-1, 2)
    ends = corner[face, (side + 1) % 3][order].reshape(-1, 2)
    flat = faces.reshape(-1)
    # The second face runs along the edge the other way, except where the two are wound differently.
    alike = flat[starts[:, 0]] == flat[starts[:, 1]]
    one = np.concatenate([starts[:, 0], ends[:, 0]])
    two = np.concatenate(
        [np.where(alike, starts[:, 1], ends[:, 1]), np.where(alike, ends[:, 1], starts[:, 1])]
    )
    graph = coo_matrix((np.ones(len(one), np.int8), (one, two)), (faces.size, faces.size))
    _, fan = connected_components(graph, directed=False)
    _, first = np.unique(fan, return_index=True)
    origin = flat[first].astype(np.int64)
    rank = np.lexsort((first, origin))
    number = np.empty(len(rank), dtype=np.int64)
    number[rank] = np.arange(len(rank))
    return number[fan].reshape(faces.shape), origin[rank]


def boundary_loops(faces: Faces, edges: Edges) -> list[NDArray[np.int64]]:
    """The closed ways along edges of one face, each (N,) vertices in the direction of its faces' edges.

    Of oriented faces whose vertices have one fan each (`split_fans`): only there is each way one loop.
    """
    face, side = np.nonzero(edges.uses[edges.of_face] == 1)
    start, end = faces[face, side].tolist(), faces[face, (side + 1) % 3].tolist()
    following = dict(zip(start, end, strict=True))
    loops = []
    while following:
        first, at = following.popitem()
        way = [first]
        while at != first and at in following:
            way.append(at)
            at = following.pop(at)
        if at == first and len(way) > 2:
            loops.append(np.array(way, dtype=np.int64))
    return loops


def genus(faces: Faces) -> int | None:
    """The number of handles of faces (F, 3), over all parts, by Euler's formula with holes thought closed.

    None where an edge has more than two faces or the two do not agree on outside.
    """
    edges = edges_of(faces)
    if not len(faces) or edges.uses.max() > 2 or (edges.balance[edges.uses == 2] != 0).any():
        return None
    split, origin = split_fans(faces, edges)
    edges = edges_of(split)
    loops = boundary_loops(split, edges)
    parts = int(face_components(edges).max()) + 1
    euler = len(origin) - len(edges.ends) + len(split) + len(loops)
    return parts - euler // 2
