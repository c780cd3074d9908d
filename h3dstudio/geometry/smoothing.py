"""Taubin's smoothing: noise goes, the volume stays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_topology import edges_of
from h3dstudio.geometry.welding import weld

SHRINK, GROW = 0.5, -0.53
"""Taubin, "A signal processing approach to fair surface design", SIGGRAPH 1995: lambda and mu."""


def smooth_mesh(mesh: TriangleMesh, steps: int) -> TriangleMesh:
    """The mesh after `steps` pairs of shrinking and growing, each vertex towards the mean of its neighbours.

    Vertices at holes stay where they are, and none is added or dropped. Of a closed mesh the little that
    Taubin's filter leaves of a change in volume is undone along the normals.
    """
    from scipy.sparse import coo_matrix, diags_array

    welded = weld(mesh)
    places, faces = welded.vertices, welded.faces
    edges = edges_of(faces)
    both = np.concatenate([edges.ends, edges.ends[:, ::-1]])
    near = coo_matrix((np.ones(len(both)), both.T), (len(places),) * 2).tocsr()
    degree = np.maximum(np.asarray(near.sum(axis=1)).reshape(-1), 1.0)
    mean = diags_array(1 / degree) @ near
    free = np.bincount(edges.ends.reshape(-1), minlength=len(places)) > 0
    free[edges.ends[edges.uses != 2]] = False
    for _ in range(steps):
        for share in (SHRINK, GROW):
            places = np.where(free[:, None], places + share * (mean @ places - places), places)
    if (edges.uses == 2).all():
        places = _with_volume(TriangleMesh(places, faces), volume(TriangleMesh(welded.vertices, faces)))
    return mesh.with_vertices(places[welded.number])


def volume(mesh: TriangleMesh) -> float:
    """mm³ inside of a closed mesh, negative when its faces look inwards."""
    a, b, c = np.moveaxis(mesh.triangles - mesh.vertices.mean(axis=0), 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def _with_volume(mesh: TriangleMesh, wanted: float) -> NDArray[np.float64]:
    """(V, 3) the vertices moved along their normals, all as far, until the volume is as wanted."""
    for _ in range(3):
        corners = mesh.triangles
        area = (
            np.linalg.norm(
                np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
            ).sum()
            / 2
        )
        step = (wanted - volume(mesh)) / max(float(area), 1e-12)
        mesh = mesh.with_vertices(mesh.vertices + step * mesh.vertex_normals())
    return mesh.vertices
