"""Points spread uniformly over a surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import barycentric_points
from h3dstudio.geometry.vectors import cross_rows, row_norms


@dataclass(frozen=True, eq=False)
class SurfaceSamples:
    """Points of a mesh.

    Attributes:
        points: (N, 3) mm.
        face: (N,) int32, the face each point lies on.
        barycentric: (N, 2) float64 (u, v): point = (1 - u - v) a + u b + v c of face (a, b, c).
    """

    points: NDArray[np.float64]
    face: NDArray[np.int32]
    barycentric: NDArray[np.float64]


def face_areas(mesh: TriangleMesh) -> NDArray[np.float64]:
    """(F,) areas in mm^2."""
    corner = mesh.triangles
    return row_norms(cross_rows(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])) / 2


def sample_surface(mesh: TriangleMesh, count: int, *, seed: int = 0) -> SurfaceSamples:
    """`count` points, uniform by area and stratified over it; the same seed gives the same points.

    The cumulative area is cut into `count` equal pieces with one point each, which spreads the points more
    evenly than independent draws. Within a face: Osada et al., "Shape distributions", TOG 2002, equation 1.
    Raises MeshError when the mesh has no area.
    """
    cumulative = np.cumsum(face_areas(mesh))
    if not len(cumulative) or not np.isfinite(cumulative[-1]) or cumulative[-1] <= 0:
        raise MeshError("the mesh has no surface to take points from")
    random = np.random.default_rng(seed)
    position = (np.arange(count) + random.random(count)) / count * cumulative[-1]
    face = np.searchsorted(cumulative, position, side="right").clip(max=len(cumulative) - 1)
    root, along = np.sqrt(random.random(count)), random.random(count)
    barycentric = np.stack([root * (1 - along), root * along], axis=1)
    points = barycentric_points(mesh.vertices[mesh.faces[face]], barycentric)
    return SurfaceSamples(points, face.astype(np.int32), barycentric)
