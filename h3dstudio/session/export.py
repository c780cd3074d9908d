"""Saving a mesh that the user has on screen."""

from __future__ import annotations

from pathlib import Path

from h3dstudio.geometry.mesh import TriangleMesh

EXPORTS = {".ply": "PLY, with colours", ".obj": "OBJ", ".stl": "STL", ".glb": "GLB, with colours"}


def export_mesh(mesh: TriangleMesh, path: Path) -> Path:
    """Write `mesh` (mm) to `path` in the format of its suffix, PLY when it has none; returns the path.

    Raises MeshError for any other suffix, OutputError when it cannot be written.
    """
    from h3dstudio.data.mesh_files import write_mesh

    path = path if path.suffix else path.with_suffix(".ply")
    write_mesh(path, mesh)
    return path
