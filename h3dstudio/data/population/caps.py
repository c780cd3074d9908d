"""Closing a head where it is open: at the neck or chest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh

ON_PLANE_MM = 1e-3


def boundary_edges(faces: NDArray[np.integer]) -> NDArray[np.int64]:
    """(E, 2) directed edges that only one face has, as that face runs along them."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).astype(np.int64)
    count = int(faces.max()) + 1
    ends = np.sort(edges, axis=1)
    _, inverse, uses = np.unique(ends[:, 0] * count + ends[:, 1], return_inverse=True, return_counts=True)
    return np.asarray(edges[uses[inverse.ravel()] == 1])


def fan(points: NDArray[np.float64], edges: NDArray[np.integer]) -> TriangleMesh:
    """Triangles from each directed edge (E, 2) of points (N, 3) to their common centre, facing outward."""
    used, index = np.unique(edges, return_inverse=True)
    corner = points[used]
    # The centre of the edges, not of the vertices: an uneven loop must not pull it aside.
    middle = points[edges].mean(axis=1)
    length = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    center = (middle * length[:, None]).sum(axis=0) / max(length.sum(), 1e-12)
    pairs = index.reshape(-1, 2)
    faces = np.column_stack([pairs[:, 1], pairs[:, 0], np.full(len(pairs), len(used))])
    return TriangleMesh(np.vstack([corner, center]), faces.astype(np.int32))


def lowest_cap(mesh: TriangleMesh) -> TriangleMesh | None:
    """A fan over the boundary loop that lies lowest (along y); None for a mesh without boundary."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    edges = boundary_edges(mesh.faces)
    if not len(edges):
        return None
    count = len(mesh.vertices)
    graph = coo_matrix((np.ones(len(edges), dtype=np.int8), edges.T), (count, count))
    _, label = connected_components(graph, directed=False)
    loop = label[edges[:, 0]]
    names, members = np.unique(loop, return_inverse=True)
    height = np.bincount(members, mesh.vertices[edges[:, 0], 1]) / np.bincount(members)
    return fan(mesh.vertices, edges[loop == names[height.argmin()]])


def cap_of_plane(
    meshes: Sequence[TriangleMesh], normal: NDArray[np.float64], origin: NDArray[np.float64]
) -> TriangleMesh | None:
    """A fan over all boundary edges of the meshes that lie in the plane; None when fewer than three do."""
    points, edges, start = [], [], 0
    for mesh in meshes:
        found = boundary_edges(mesh.faces) if len(mesh.faces) else np.empty((0, 2), dtype=np.int64)
        off = np.abs((mesh.vertices - origin) @ normal)
        edges.append(found[(off[found] < ON_PLANE_MM).all(axis=1)] + start)
        points.append(mesh.vertices)
        start += len(mesh.vertices)
    together = np.concatenate(edges)
    return fan(np.concatenate(points), together) if len(together) >= 3 else None


def joined(first: TriangleMesh, second: TriangleMesh | None) -> TriangleMesh:
    """Both meshes as one, uncoloured."""
    if second is None:
        return first
    return TriangleMesh(
        np.vstack([first.vertices, second.vertices]),
        np.vstack([first.faces, second.faces + len(first.vertices)]),
    )
