"""H3DS `landmarks.txt`: a vertex number for each name (or its coordinates, which others write there)."""

from __future__ import annotations

import os
from collections.abc import Sequence

from h3dstudio.data.landmark_files.entry import Entry, coordinates
from h3dstudio.data.landmarks import check_indices, read_landmarks, read_lines, write_landmarks
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import SurfacePoint, nearest_vertex, vector


def read(path: str | os.PathLike[str], mesh: TriangleMesh | None) -> list[Entry]:
    """Raises LandmarkError, also for a vertex that `mesh` does not have."""
    lines = read_lines(path)
    if any(len(line.split()) == 4 for _, line in lines):
        return [_with_coordinates(line, number, path) for number, line in lines]
    indices = read_landmarks(path)
    if mesh is None:
        return [Entry(name, vertex=index) for name, index in indices.items()]
    check_indices(indices, len(mesh.vertices), path)
    return [Entry(name, vector(mesh.vertices[index]), index) for name, index in indices.items()]


def write(path: str | os.PathLike[str], entries: Sequence[Entry], mesh: TriangleMesh | None) -> None:
    """Skipped ones are left out, which is how the format says so."""
    write_landmarks(path, {entry.name: _vertex(entry, mesh, path) for entry in entries if not entry.skipped})


def _vertex(entry: Entry, mesh: TriangleMesh | None, path: str | os.PathLike[str]) -> int:
    if entry.vertex is not None:
        return entry.vertex
    if mesh is None or entry.position is None:
        raise LandmarkError(
            f"H3DS landmarks are vertices of a mesh, and {entry.name} has none",
            where=path,
            remedy="Give the mesh it belongs to, or choose another format",
        )
    return nearest_vertex(mesh, SurfacePoint(entry.position))


def _with_coordinates(line: str, number: int, path: str | os.PathLike[str]) -> Entry:
    name, *values = line.split()
    return Entry(name, coordinates(values, path, f"line {number}"))
