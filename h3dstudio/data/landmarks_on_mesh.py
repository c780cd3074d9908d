"""Landmarks of a mesh from a file of any format: as its vertices, or as points."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmark_files import read_landmark_file
from h3dstudio.data.landmark_files.names import named
from h3dstudio.data.landmark_snapping import snap
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

TOO_FAR = 20.0
"""mm between a landmark and the nearest vertex, beyond which they do not belong together."""


@dataclass(frozen=True)
class OnMesh:
    """Attributes:
    vertices: name -> vertex, of what is placed.
    warnings: what is doubtful, as sentences without a final period.
    """

    vertices: Mapping[str, int]
    warnings: tuple[str, ...] = ()


def landmark_vertices(path: str | os.PathLike[str], mesh: TriangleMesh) -> OnMesh:
    """The vertices of `mesh` (mm) that the landmark file means, or that lie nearest to its points.

    Raises LandmarkError for a file that cannot be read, points without names, and points that are not on
    this mesh.
    """
    entries = [one for one in named(read_landmark_file(path, mesh), "", path) if one.placed]
    points = {one.name: one.position for one in entries if one.vertex is None and one.position is not None}
    found = snap(points, mesh)
    if found.worst > TOO_FAR:
        raise LandmarkError(
            "the landmarks do not lie on this mesh: " + "; ".join(found.warnings),
            where=path,
            remedy="Check that they belong to this mesh, and that both are in mm and in the same axes",
        )
    meant = {one.name: one.vertex for one in entries if one.vertex is not None}
    return OnMesh(dict(found.vertices) | meant, found.warnings)


def landmark_points(path: str | os.PathLike[str], mesh: TriangleMesh) -> dict[str, NDArray[np.float64]]:
    """Name -> point (3,) in the units of `mesh`, of what is placed; names may be places in the 68.

    Raises LandmarkError.
    """
    entries = named(read_landmark_file(path, mesh, numbered=True), "", path)
    return {one.name: np.array(one.position) for one in entries if one.position is not None}
