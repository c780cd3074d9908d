"""Distance of one mesh to another at each vertex, without the libraries that only workers load."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import closest_barycentric

NEIGHBOURS = 4
"""Faces tried for each vertex: those whose middles are nearest."""


def difference(mesh: TriangleMesh, other: TriangleMesh) -> NDArray[np.float64]:
    """(V,) mm from each vertex of `mesh` to the surface of `other`.

    Exact wherever the nearest face is among the `NEIGHBOURS` with the nearest middles, which holds on meshes
    of even triangles; never too small. Raises MeshError when `other` has no faces.
    """
    if not len(other.faces):
        raise MeshError("the mesh to compare with has no faces")
    from scipy.spatial import cKDTree

    corners = other.triangles
    _, near = cKDTree(corners.mean(axis=1)).query(mesh.vertices, k=min(NEIGHBOURS, len(corners)))
    near = near.reshape(len(mesh.vertices), -1)
    best = np.full(len(mesh.vertices), np.inf)
    for column in near.T:
        candidate = corners[column]
        u, v = closest_barycentric(mesh.vertices, candidate).T
        a, b, c = candidate[:, 0], candidate[:, 1], candidate[:, 2]
        spot = a + u[:, None] * (b - a) + v[:, None] * (c - a)
        best = np.minimum(best, np.linalg.norm(mesh.vertices - spot, axis=1))
    return best
