"""Rays and nearest points against a triangle mesh, on Embree through open3d's RaycastingScene.

Embree works in single precision, so the mesh is moved to its own centre first: depths of a head seen from a
metre away are good to about 1e-4 mm. Nearest points are computed again in double precision on the face found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.ray_library import open3d
from h3dstudio.geometry.vectors import row_norms


@dataclass(frozen=True, eq=False)
class Hits:
    """Where N rays first meet the mesh.

    Attributes:
        depth: (N,) float64, along the direction in units of its length; inf where nothing is hit.
        face: (N,) int32, -1 where nothing is hit.
        barycentric: (N, 2) float64 (u, v): point = (1 - u - v) a + u b + v c of face (a, b, c).
        normal: (N, 3) float64 unit normal of the face, outward by its winding; zero where nothing is hit.
    """

    depth: NDArray[np.float64]
    face: NDArray[np.int32]
    barycentric: NDArray[np.float64]
    normal: NDArray[np.float64]

    @property
    def hit(self) -> NDArray[np.bool_]:
        """(N,) which rays meet the mesh."""
        return self.face >= 0


@dataclass(frozen=True, eq=False)
class Closest:
    """The surface points nearest to N query points.

    Attributes:
        distance: (N,) float64 mm, never negative.
        point: (N, 3) float64 mm, on the surface.
        face: (N,) int32, the face that holds `point`.
        barycentric: (N, 2) float64 (u, v): point = (1 - u - v) a + u b + v c of face (a, b, c).
    """

    distance: NDArray[np.float64]
    point: NDArray[np.float64]
    face: NDArray[np.int32]
    barycentric: NDArray[np.float64]

    def only(self, rows: NDArray[np.bool_]) -> Closest:
        """Those of the query points where `rows` (N,) is true."""
        return Closest(self.distance[rows], self.point[rows], self.face[rows], self.barycentric[rows])


class RayCaster:
    """Ray and nearest-point queries on one mesh (immutable; build a new one for a new mesh).

    Args:
        mesh: at least one face, finite vertices (mm). Raises MeshError otherwise.
        threads: threads per query; 0 means all cores.

    Attributes:
        mesh: as given.
        center: (3,) the middle of the mesh's bounding box, mm; what no face uses is outside the mesh.
        extent: (3,) the box's sides, mm.
    """

    def __init__(self, mesh: TriangleMesh, *, threads: int = 0) -> None:
        if not len(mesh.faces):
            raise MeshError("the mesh has no faces, so no ray can meet it")
        in_face = np.zeros(len(mesh.vertices), dtype=np.bool_)
        in_face[mesh.faces.ravel()] = True
        used = mesh.vertices if in_face.all() else mesh.vertices[in_face]
        if not np.isfinite(used).all():
            raise MeshError("the mesh has vertices with NaN or infinite coordinates")
        o3d = open3d()
        self.mesh = mesh
        self.threads = threads
        self._tensor: Any = o3d.core.Tensor.from_numpy
        low, high = used.min(axis=0), used.max(axis=0)
        self.center, self.extent = (low + high) / 2, high - low
        # A face-less vertex may be NaN; Embree must not see it.
        vertices = mesh.vertices - self.center
        if used is not mesh.vertices:
            vertices = np.nan_to_num(vertices, posinf=0.0, neginf=0.0)
        self._scene = o3d.t.geometry.RaycastingScene(nthreads=threads)
        self._scene.add_triangles(
            self._tensor(vertices.astype(np.float32)), self._tensor(mesh.faces.astype(np.uint32))
        )

    @cached_property
    def normals(self) -> NDArray[np.float64]:
        """(F, 3) unit face normals."""
        return self.mesh.face_normals()

    def normals_of(self, faces: NDArray[np.integer]) -> NDArray[np.float64]:
        """(N, 3) unit normals of some faces (N,): where they are few, `normals` of all would take longer."""
        return TriangleMesh(self.mesh.vertices, self.mesh.faces[faces]).face_normals()

    def cast(self, origins: NDArray[np.floating], directions: NDArray[np.floating]) -> Hits:
        """First hits of rays with origins (N, 3) in mm (or one (3,)) and directions (N, 3) of any length."""
        origins, directions = _rays(origins, directions)
        found = self._scene.cast_rays(self._pack(origins, directions), nthreads=self.threads)
        face = _faces(found["primitive_ids"].numpy())
        hit = face >= 0
        depth = found["t_hit"].numpy().astype(np.float64)
        depth[~hit] = np.inf
        normal = np.where(hit[:, None], self.normals[face], 0.0)
        return Hits(depth, face, found["primitive_uvs"].numpy().astype(np.float64), normal)

    def depths(self, origins: NDArray[np.floating], directions: NDArray[np.floating]) -> NDArray[np.float32]:
        """(N,) `depth` of `cast` alone, single precision."""
        packed = self._pack(*_rays(origins, directions))
        return np.asarray(self._scene.cast_rays(packed, nthreads=self.threads)["t_hit"].numpy())

    def occluded(
        self,
        origins: NDArray[np.floating],
        directions: NDArray[np.floating],
        *,
        far: float = np.inf,
    ) -> NDArray[np.bool_]:
        """(N,) whether rays (as in `cast`) meet the mesh before depth `far`; faster than `cast`."""
        origins, directions = _rays(origins, directions)
        found = self._scene.test_occlusions(
            self._pack(origins, directions), 0.0, float(far), nthreads=self.threads
        )
        return np.asarray(found.numpy(), dtype=np.bool_)

    def closest(self, points: NDArray[np.floating]) -> Closest:
        """The surface points nearest to points (N, 3) mm. Raises MeshError where a point is not finite."""
        points = np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 3)
        if not np.isfinite(points).all():
            raise MeshError("a query point has NaN or infinite coordinates")
        query = self._tensor((points - self.center).astype(np.float32))
        found = self._scene.compute_closest_points(query, nthreads=self.threads)
        face = _faces(found["primitive_ids"].numpy())
        corner = self.mesh.vertices[self.mesh.faces[face]]
        barycentric = closest_barycentric(points, corner)
        point = barycentric_points(corner, barycentric)
        return Closest(row_norms(points - point), point, face, barycentric)

    def distances(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """(N,) mm from points (N, 3) to the surface, single precision: thrice as fast as `closest`."""
        query = np.ascontiguousarray(points - self.center, dtype=np.float32).reshape(-1, 3)
        found = self._scene.compute_distance(self._tensor(query), nthreads=self.threads)
        return np.asarray(found.numpy(), dtype=np.float32)

    def _pack(self, origins: NDArray[np.float64], directions: NDArray[np.float64]) -> Any:
        rays = np.empty((len(directions), 6), dtype=np.float32)
        rays[:, :3] = origins - self.center
        rays[:, 3:] = directions
        return self._tensor(rays)


def closest_barycentric(points: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 2) coordinates (u, v) of the points of triangles (N, 3, 3) nearest to points (N, 3).

    The foot of the perpendicular where it lies inside, else the nearest point of the three edges, which
    also serves triangles without area. Coordinates: Ericson, "Real-Time Collision Detection", 3.4.
    """
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, ap = b - a, c - a, points - a
    aa, cc, mixed = _dot(ab, ab), _dot(ac, ac), _dot(ab, ac)
    p, q = _dot(ab, ap), _dot(ac, ap)
    area = aa * cc - mixed**2
    u, v = _ratio(cc * p - mixed * q, area), _ratio(aa * q - mixed * p, area)
    inside = (area > 0) & (u >= 0) & (v >= 0) & (u + v <= 1)
    along_ab = np.clip(_ratio(p, aa), 0, 1)
    along_ac = np.clip(_ratio(q, cc), 0, 1)
    along_bc = np.clip(_ratio(_dot(c - b, points - b), _dot(c - b, c - b)), 0, 1)
    zero = np.zeros_like(u)
    candidates = np.stack(
        [
            np.stack([np.where(inside, u, 0), np.where(inside, v, 0)], axis=1),
            np.stack([along_ab, zero], axis=1),
            np.stack([zero, along_ac], axis=1),
            np.stack([1 - along_bc, along_bc], axis=1),
        ]
    )
    # Compared by distance, not by sign tests: in slivers rounding makes signs meaningless.
    offsets = candidates[..., :1] * ab + candidates[..., 1:] * ac - ap
    best = np.einsum("kij,kij->ki", offsets, offsets).argmin(axis=0)
    return np.asarray(candidates[best, np.arange(len(points))])


def barycentric_points(corners: NDArray[np.float64], barycentric: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3) the points (1 - u - v) a + u b + v c of triangles (N, 3, 3) at (u, v) (N, 2)."""
    u, v = barycentric[:, :1], barycentric[:, 1:]
    return np.asarray(
        corners[:, 0] + u * (corners[:, 1] - corners[:, 0]) + v * (corners[:, 2] - corners[:, 0])
    )


def _dot(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.einsum("ij,ij->i", first, second))


def _ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(over, under, out=np.zeros_like(over), where=under > 0)


def _faces(identifiers: NDArray[np.uint32]) -> NDArray[np.int32]:
    # Embree's "nothing" is the largest unsigned integer, which is -1 in two's complement.
    return identifiers.astype(np.uint32).view(np.int32)


def _rays(
    origins: NDArray[np.floating], directions: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    directions = np.asarray(directions, dtype=np.float64).reshape(-1, 3)
    return np.broadcast_to(np.asarray(origins, dtype=np.float64), directions.shape), directions
