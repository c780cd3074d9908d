"""Handles of a surface: the shortest loop around one, so that it can be cut there.

Erickson and Whittlesey, "Greedy optimal homotopy and homology generators", SODA 2005: a tree of shortest ways
from a root, a tree of faces across the other edges that joins the longest loops first, and two edges for each
handle remain, which close the shortest loops through that root. The root then walks along the loop.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh_topology import Edges, boundary_loops, edges_of

_DETOUR = 1e6
"""What an edge into the lid of a hole counts more than its length: no loop goes there."""


def shortest_handle(
    vertices: NDArray[np.float64], faces: NDArray[np.int64]
) -> tuple[NDArray[np.int64], float] | None:
    """A loop (N,) of vertices around a handle that is nearly the shortest one, and its length in mm.

    Of one connected, oriented surface without edges of more than two faces; its holes are no handles. None
    where there is no handle.
    """
    closed, count = _with_lids(faces, len(vertices))
    edges = edges_of(closed)
    places = np.concatenate([vertices, np.zeros((count - len(vertices), 3))])
    length = np.linalg.norm(places[edges.ends[:, 0]] - places[edges.ends[:, 1]], axis=1) + 1e-9
    length[edges.ends[:, 1] >= len(vertices)] = _DETOUR
    best = _loop_through(int(faces[0, 0]), edges, length, count)
    for _ in range(6):
        if best is None:
            return None
        loop, around = best
        tries = [_loop_through(int(loop[at]), edges, length, count) for at in (0, len(loop) // 2)]
        found = min((each for each in tries if each is not None), key=lambda each: each[1], default=best)
        if found[1] >= around - 1e-9:
            break
        best = found
    return best


def _with_lids(faces: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], int]:
    """The faces with a fan around a new vertex over each boundary loop, and how many vertices there are."""
    parts = [faces]
    for loop in boundary_loops(faces, edges_of(faces)):
        tip = np.full(len(loop), count)
        parts.append(np.column_stack([np.roll(loop, -1), loop, tip]))
        count += 1
    return np.concatenate(parts), count


def _loop_through(
    root: int, edges: Edges, length: NDArray[np.float64], count: int
) -> tuple[NDArray[np.int64], float] | None:
    """The shortest loop around a handle that goes through `root`, less the way there and back; its length."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    one, two = edges.ends.T
    graph = coo_matrix((length, (one, two)), (count, count)).tocsr()
    distance, before = dijkstra(graph, directed=False, indices=root, return_predecessors=True)
    in_tree = (before[one] == two) | (before[two] == one)
    around = distance[one] + length + distance[two]
    rest = np.flatnonzero(~in_tree & np.isfinite(around))
    left = rest[~_spanning(edges, rest, around[rest])]
    if not len(left):
        return None
    chosen = int(left[around[left].argmin()])
    ways = [_way(int(end), before) for end in edges.ends[chosen]]
    shared = 0
    while shared < min(map(len, ways)) and ways[0][-1 - shared] == ways[1][-1 - shared]:
        shared += 1
    # The last common vertex belongs to the loop.
    loop = ways[0][: len(ways[0]) - shared + 1] + ways[1][: len(ways[1]) - shared][::-1]
    return np.array(loop), float(around[chosen] - 2 * distance[loop[len(ways[0]) - shared]])


def _spanning(edges: Edges, rest: NDArray[np.intp], around: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the edges `rest` a tree of faces crosses, longest loops `around` first."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import minimum_spanning_tree

    order = np.argsort(edges.of_face.reshape(-1), kind="stable")
    pair = (order // 3).reshape(-1, 2)[rest]  # every edge has two faces
    count = len(edges.of_face)
    # Ranks, because two faces may share two edges, which a matrix would add up.
    rank = np.empty(len(rest))
    rank[np.argsort(-around, kind="stable")] = np.arange(1, len(rest) + 1)
    low, high = pair.min(axis=1), pair.max(axis=1)
    key, first = np.unique(low * count + high, return_inverse=True)
    least = np.full(len(key), np.inf)
    np.minimum.at(least, first.reshape(-1), rank)
    graph = coo_matrix((least, (key // count, key % count)), (count, count))
    tree = minimum_spanning_tree(graph.tocsr()).tocoo()
    crossed = np.zeros(len(rest) + 1, dtype=np.bool_)
    crossed[tree.data.astype(np.int64)] = True
    return crossed[rank.astype(np.int64)]


def _way(vertex: int, before: NDArray[np.int32]) -> list[int]:
    """From a vertex back to the root."""
    way = [vertex]
    while before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return way
