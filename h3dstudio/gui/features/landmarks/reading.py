"""A landmark file read for the mesh on screen: without a dialog, which `landmark_exchange` is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from h3dstudio.data.landmark_files.entry import Entry
from h3dstudio.data.landmark_snapping import Snapped
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import SurfaceIndex, SurfacePoint, vector


@dataclass(frozen=True)
class Found:
    """What a file holds for a mesh: entries, their places on it, and what is doubtful.

    `named`: whether the file names its points; where it does not, they have the list's names in its order.
    """

    path: Path
    layer: str
    mesh: TriangleMesh | None
    entries: Sequence[Entry]
    points: dict[str, SurfacePoint]
    snapped: Snapped | None
    named: bool = True


def find(
    path: Path,
    layer: str,
    mesh: TriangleMesh | None,
    names: Sequence[str],
    unit: float = 1.0,
    part: str = "",
) -> Found:
    """Read a file and find its landmarks on `mesh`. Entries without names are `names`, in their order.

    A table's coordinates become vertices, as those of a CAD program are meant; 3D Slicer's become surface
    points. Raises LandmarkError.
    """
    from h3dstudio.data.landmark_files import means_vertices, read_landmark_file
    from h3dstudio.data.landmark_files.entry import in_order
    from h3dstudio.data.landmark_snapping import snap

    read = read_landmark_file(path, mesh, part=part)
    has_names = all(entry.name for entry in read)
    entries = in_order(read, names, path)
    at = {one.name: vector(np.array(one.position) * unit) for one in entries if one.position is not None}
    if mesh is None or not len(mesh.faces):
        lost = next((one.name for one in entries if one.position is None and one.placed), None)
        if lost is not None:
            raise LandmarkError(
                f"{lost} is a vertex, but no {layer} is shown that it could belong to",
                where=path,
                remedy=f"Show the {layer} first, then import again",
            )
        on_nothing = {name: SurfacePoint(point) for name, point in at.items()}
        return Found(path, layer, None, entries, on_nothing, None, has_names)
    snapped = snap(at, mesh)
    if means_vertices(path):
        # A file of vertices means these very ones, also where two lie at one place.
        meant = dict(snapped.vertices) | {one.name: one.vertex for one in entries if one.vertex is not None}
        points = {name: SurfacePoint.of_vertex(mesh, index) for name, index in meant.items()}
    else:
        on, _ = SurfaceIndex(mesh).nearest(np.array(list(at.values())).reshape(-1, 3))
        points = dict(zip(at, on, strict=True))
    return Found(path, layer, mesh, entries, points, snapped, has_names)


def in_list_order(found: Found, names: Sequence[str]) -> Found:
    """`found`, whose points are called `names` in their order."""
    new = dict(zip((entry.name for entry in found.entries), names, strict=True))
    entries = [replace(entry, name=new[entry.name]) for entry in found.entries]
    return replace(found, entries=entries, points={new[name]: at for name, at in found.points.items()})
