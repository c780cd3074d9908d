"""H3DS `landmarks.txt`: a vertex number for each name. Coordinates in a `.txt` are `cloudcompare`'s."""

from __future__ import annotations

import os
from collections.abc import Sequence

from h3dstudio.data.landmark_files.entry import Entry
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.data.landmark_files.names import without_numbers
from h3dstudio.data.landmarks import check_indices, indices_in, write_landmarks
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import SurfacePoint, nearest_vertex, vector


def read(source: Source) -> list[Entry]:
    """Raises LandmarkError, also for a vertex that the mesh does not have."""
    indices, mesh = indices_in(source.text, source.path), source.mesh
    check_indices(indices, None if mesh is None else len(mesh.vertices), source.path)
    entries = [
        Entry(name, None if mesh is None else vector(mesh.vertices[index]), index)
        for name, index in indices.items()
    ]
    return entries if source.numbered else without_numbers(entries, source.path)


def write(path: str | os.PathLike[str], entries: Sequence[Entry], mesh: TriangleMesh | None) -> None:
    """What is not placed is left out, which is how the format says so."""
    write_landmarks(path, {entry.name: _vertex(entry, mesh, path) for entry in entries if entry.placed})


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


FORMAT = LandmarkFormat("h3ds", "H3DS landmarks", (".txt",), read, write=write, rank=1, snaps=True)
