"""Points that lie on a mesh, and the nearest ones of a surface, without the ray caster's libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import barycentric_points, closest_barycentric

NO_FACE = -1
MOST_KNOWN = 10_000
Vector = tuple[float, float, float]


@dataclass(frozen=True)
class SurfacePoint:
    """A point and where it lies on its mesh. Plain numbers: it is compared, kept and written as it is.

    Attributes:
        position: mm.
        face: the face that holds it; NO_FACE for a point in space, or whose mesh is not known.
        barycentric: (u, v): position = (1 - u - v) a + u b + v c of face (a, b, c).
    """

    position: Vector
    face: int = NO_FACE
    barycentric: tuple[float, float] = (0.0, 0.0)

    @property
    def array(self) -> NDArray[np.float64]:
        """(3,) the position."""
        return np.array(self.position)

    @staticmethod
    def at(mesh: TriangleMesh, face: int, barycentric: NDArray[np.floating]) -> SurfacePoint:
        """The point of `face` at (u, v)."""
        u, v = (float(value) for value in barycentric)
        position = barycentric_points(mesh.vertices[mesh.faces[[face]]], np.array([[u, v]]))[0]
        return SurfacePoint(vector(position), int(face), (u, v))

    @staticmethod
    def of_vertex(mesh: TriangleMesh, vertex: int) -> SurfacePoint:
        """A vertex of the mesh, in the first face that has it. In space where no face has."""
        position = vector(mesh.vertices[vertex])
        holder, corner = np.nonzero(mesh.faces == vertex)
        if not len(holder):
            return SurfacePoint(position)
        return SurfacePoint(position, int(holder[0]), ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))[corner[0]])


def vector(values: NDArray[np.floating] | Sequence[float]) -> Vector:
    """Three numbers as plain floats."""
    x, y, z = (float(value) for value in values)
    return x, y, z


def nearest_vertex(mesh: TriangleMesh, point: SurfacePoint) -> int:
    """The corner of the point's face that is nearest to it, or of all vertices for a point in space."""
    if point.face == NO_FACE:
        return int(((mesh.vertices - point.array) ** 2).sum(axis=1).argmin())
    corners = mesh.faces[point.face]
    return int(corners[((mesh.vertices[corners] - point.array) ** 2).sum(axis=1).argmin()])


class SurfaceIndex:
    """Finds the surface points of one mesh that are nearest to given ones.

    `build` takes a quarter of a second for 500k faces, and may be called on any thread: scipy lets others
    run meanwhile. A query takes some tenths of a millisecond per point the first time, and is remembered.

    Args:
        mesh: at least one face, finite vertices (mm). `build` raises MeshError otherwise.
    """

    def __init__(self, mesh: TriangleMesh) -> None:
        self.mesh = mesh
        self._known: dict[Vector, tuple[SurfacePoint, float]] = {}

    def build(self, points: Sequence[Vector] = ()) -> SurfaceIndex:
        """Make the search tree now instead of at the first query, and query these points."""
        assert self._tree is not None
        for point in points:
            self._find(point)
        return self

    def nearest(self, points: NDArray[np.floating]) -> tuple[list[SurfacePoint], NDArray[np.float64]]:
        """The surface points nearest to points (N, 3), and how far they are (N,) in mm."""
        points = np.asarray(points, dtype=np.float64).reshape(-1, 3)
        if not np.isfinite(points).all():
            raise MeshError("a query point has NaN or infinite coordinates")
        found = [self._find(vector(point)) for point in points]
        return [point for point, _ in found], np.array([distance for _, distance in found])

    def _find(self, point: Vector) -> tuple[SurfacePoint, float]:
        if point not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[point] = self._nearest(np.array(point))
        return self._known[point]

    def _nearest(self, query: NDArray[np.float64]) -> tuple[SurfacePoint, float]:
        """One face bounds the distance; only faces whose centre is hardly farther can be nearer."""
        _, first = self._tree.query(query)
        bound = self._distances(query, np.array([first]))[1][0]
        faces = np.array(self._tree.query_ball_point(query, bound + self._reach), dtype=np.int64)
        if not len(faces):  # Rounding, where the bound is everything.
            faces = np.array([first])
        barycentric, distance = self._distances(query, faces)
        best = int(distance.argmin())
        return SurfacePoint.at(self.mesh, int(faces[best]), barycentric[best]), float(distance[best])

    def _distances(
        self, query: NDArray[np.float64], faces: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        corners = self.mesh.vertices[self.mesh.faces[faces]]
        barycentric = closest_barycentric(np.broadcast_to(query, (len(faces), 3)), corners)
        return barycentric, np.linalg.norm(barycentric_points(corners, barycentric) - query, axis=1)

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        if not len(self.mesh.faces):
            raise MeshError("the mesh has no faces, so no point can lie on it")
        corners = self.mesh.triangles
        if not np.isfinite(corners).all():
            raise MeshError("the mesh has vertices with NaN or infinite coordinates")
        centers = corners.mean(axis=1)
        self._reach = float(np.sqrt(((corners - centers[:, None]) ** 2).sum(axis=2).max())) * (1 + 1e-9)
        return cKDTree(centers, balanced_tree=False, compact_nodes=False)
