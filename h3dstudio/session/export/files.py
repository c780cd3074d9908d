"""The files of an export: the mesh, checked by reading it back, and its motion as text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import OutputError
from h3dstudio.geometry.mesh import TriangleMesh

EXPORTS = {".ply": "PLY, with colours", ".obj": "OBJ", ".stl": "STL", ".glb": "GLB, with colours"}
TOLERANCE = 1e-6
"""Of the size of a mesh: what 32-bit numbers cost, and GLB's metres."""


def check_back(path: Path, mesh: TriangleMesh) -> TriangleMesh:
    """The mesh in the file. Raises OutputError unless it has the same triangles in mm as `mesh`."""
    from h3dstudio.data.mesh_files import read_mesh

    written = read_mesh(path)
    found = written.triangles
    expected = mesh.triangles
    size = float(np.abs(mesh.vertices).max())
    if found.shape != expected.shape or np.abs(found - expected).max() > max(1e-4, TOLERANCE * size):
        raise OutputError(
            "the file does not read back as it was written",
            where=path,
            remedy="Check the disk, or choose another format",
        )
    return written


def write_transform(path: Path, matrix: NDArray[np.float64]) -> None:
    """Four lines of four numbers, as CloudCompare and MeshLab read them. Raises OutputError."""
    from h3dstudio.data.atomic import write_text

    write_text(path, "".join(" ".join(f"{value:.12g}" for value in row) + "\n" for row in matrix))
