"""Reading a mesh file for the 3D view, on any thread."""

from __future__ import annotations

from pathlib import Path

from h3dstudio.gui.shell.supervisor import ReadyMesh


def read_ready(path: Path) -> ReadyMesh:
    """A mesh file with its normals. Raises MeshError."""
    from h3dstudio.data.mesh_files import read_mesh

    mesh = read_mesh(path)
    return ReadyMesh(0, mesh, mesh.vertex_normals())
