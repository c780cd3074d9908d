"""Fewer faces for the same surface, by quadric error metrics."""

from __future__ import annotations

import numpy as np

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.ray_library import open3d
from h3dstudio.geometry.remaking import Remade, remade
from h3dstudio.geometry.sliver_removal import Surface
from h3dstudio.geometry.welding import weld


def decimate_mesh(mesh: TriangleMesh, faces: int) -> Remade:
    """The mesh with at most about `faces` faces, its colours and quality carried over.

    A mesh that has no more is returned as it is. Equal positions are welded first. Source: Garland and
    Heckbert, "Surface simplification using quadric error metrics", SIGGRAPH 1997, as open3d has it.
    Raises MeshError where nothing is left.
    """
    if len(mesh.faces) <= faces:
        return Remade.unchanged(mesh)
    o3d = open3d()
    welded = weld(mesh)
    middle = welded.vertices.mean(axis=0)
    source = o3d.geometry.TriangleMesh(
        o3d.utility.Vector3dVector(welded.vertices - middle), o3d.utility.Vector3iVector(welded.faces)
    )
    found = source.simplify_quadric_decimation(faces)
    vertices, corners = np.asarray(found.vertices) + middle, np.asarray(found.triangles).astype(np.int64)
    if not len(corners):
        raise MeshError(f"nothing is left of the mesh with {faces} faces", remedy="Ask for more faces")
    from scipy.spatial import cKDTree

    number = cKDTree(vertices).query(mesh.vertices)[1]
    return remade(mesh, Surface(vertices, corners, np.asarray(number, dtype=np.int64)))
