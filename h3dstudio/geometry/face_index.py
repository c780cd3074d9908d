"""The first face on a ray and the face nearest to a point, for one query at a time, in numpy alone.

Faces are ordered along a space-filling curve; each `LEAF` in a row share a box, and so do `BRANCH` boxes in a
row: a tree of two levels, tested a level at once. Embree is a hundred times faster per ray, but only in bulk:
a single ray costs it the same call, and its scene holds the interpreter while it is built. Here every step is
a numpy call that lets it go, so that a worker thread builds the index while a window goes on.

Source: Ericson, "Real-Time Collision Detection", 2005, 6.2 (bounding volume hierarchies), 5.3.3 (slabs);
Morton, "A computer oriented geodetic data base", 1966 (the curve).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import barycentric_points, closest_barycentric

LEAF, BRANCH = 32, 64
"""Faces in a box and boxes in a branch: of 16 to 128 the quickest for picks on 500k faces, by
`tests/benchmarks/bench_picking.py`."""
_AT_ONCE = 8
"""Boxes whose faces are looked at together, nearest first: most rays end in the first lot."""
_SLACK = 1e-9
"""Of the largest coordinate, around each box: more than rounding moves a ray by."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ray:
    """A piece of a straight line: origin (3,) mm, unit direction (3,), length in mm."""

    origin: Floats
    direction: Floats
    length: float


@dataclass(frozen=True, eq=False)
class _Boxes:
    """N boxes along the axes: lower and upper corners (N, 3)."""

    low: Floats
    high: Floats

    def entries(self, ray: Ray, slope: Floats) -> Floats:
        """(N,) where along `ray` in mm each is entered, inf where it is missed; `slope` is 1 / direction."""
        one, other = (self.low - ray.origin) * slope, (self.high - ray.origin) * slope
        begin = np.maximum(np.minimum(one, other).max(axis=1), 0.0)
        end = np.minimum(np.maximum(one, other).min(axis=1), ray.length)
        return np.where(begin <= end, begin, np.inf)

    def squared(self, point: Floats) -> Floats:
        """(N,) mm² from `point` to each; 0 inside."""
        away = np.maximum(np.maximum(self.low - point, point - self.high), 0.0)
        return np.asarray(np.einsum("ij,ij->i", away, away))

    def grouped(self, size: int) -> _Boxes:
        """A box around each `size` of them in a row."""
        starts = np.arange(0, len(self.low), size)
        low, high = np.minimum.reduceat(self.low, starts), np.maximum.reduceat(self.high, starts)
        return _Boxes(low, high)

    def only(self, rows: NDArray[np.intp]) -> _Boxes:
        return _Boxes(self.low[rows], self.high[rows])


class FaceIndex:
    """Finds faces of one mesh (at least one face; those with a corner that is not finite are never found).

    Attributes:
        mesh: as given.
    """

    def __init__(self, mesh: TriangleMesh) -> None:
        self.mesh = mesh
        low, high = _face_boxes(mesh)
        order = _along_curve(low, high)
        slack = _SLACK * float(np.abs(low, where=np.isfinite(low), out=np.zeros_like(low)).max())
        self._order = order
        faces = _Boxes((low.take(order, axis=1) - slack).T, (high.take(order, axis=1) + slack).T)
        self._leaves = faces.grouped(LEAF)
        self._branches = self._leaves.grouped(BRANCH)

    def face_on(self, ray: Ray) -> int | None:
        """The face that `ray` meets first; one edge-on is not met."""
        slope = 1.0 / np.where(ray.direction == 0, 1e-300, ray.direction)
        branches = np.flatnonzero(np.isfinite(self._branches.entries(ray, slope)))
        leaves = self._leaves_of(branches)
        entries = self._leaves.only(leaves).entries(ray, slope)
        near = np.argsort(entries)[: np.count_nonzero(np.isfinite(entries))]
        first, depth = None, np.inf
        for lot in _lots(near):
            if entries[lot[0]] > depth:
                break
            faces = self._faces_of(leaves[lot])
            met = first_met(self.mesh.vertices[self.mesh.faces[faces]], ray)
            if met is not None and met[1] < depth:
                first, depth = int(faces[met[0]]), met[1]
        return first

    def nearest_face(self, point: Floats) -> int:
        """The face nearest to `point` (3,)."""
        far = self._branches.squared(point)
        # The nearest box holds a face that bounds the distance; what lies beyond that needs no look.
        leaves = self._leaves_of(np.array([np.argmin(far)]))
        best = leaves[np.argmin(self._leaves.only(leaves).squared(point))]
        face, bound = self._nearest_of(self._faces_of(np.array([best])), point)
        leaves = self._leaves_of(np.flatnonzero(far <= bound))
        squared = self._leaves.only(leaves).squared(point)
        near = np.argsort(squared)[: np.count_nonzero(squared <= bound)]
        for lot in _lots(near):
            if squared[lot[0]] > bound:
                break
            found, reached = self._nearest_of(self._faces_of(leaves[lot]), point)
            if reached < bound:
                face, bound = found, reached
        return face

    def _nearest_of(self, faces: NDArray[np.intp], point: Floats) -> tuple[int, float]:
        """Of `faces` the one nearest to `point`, and its squared distance."""
        corners = self.mesh.vertices[self.mesh.faces[faces]]
        queries = np.broadcast_to(point, (len(corners), 3))
        spots = barycentric_points(corners, closest_barycentric(queries, corners))
        squared = np.nan_to_num(((spots - point) ** 2).sum(axis=1), nan=np.inf)
        nearest = int(squared.argmin())
        return int(faces[nearest]), float(squared[nearest])

    def _leaves_of(self, branches: NDArray[np.intp]) -> NDArray[np.intp]:
        """The leaves in these branches."""
        leaves = (branches[:, None] * BRANCH + np.arange(BRANCH)).ravel()
        return leaves[leaves < len(self._leaves.low)]

    def _faces_of(self, leaves: NDArray[np.intp]) -> NDArray[np.intp]:
        """The faces in these leaves, in the mesh's order: of two as near, the same one is found each time."""
        places = (leaves[:, None] * LEAF + np.arange(LEAF)).ravel()
        return np.sort(self._order[places[places < len(self._order)]])


def first_face_on(mesh: TriangleMesh, ray: Ray) -> int | None:
    """The face that `ray` meets first, without an index, by looking at all of them: 30 ms for 500k."""
    flat = (mesh.vertices - ray.origin) @ _across(ray)
    faces = np.flatnonzero(_around(flat[:, 0][mesh.faces.T], flat[:, 1][mesh.faces.T]))
    met = first_met(mesh.vertices[mesh.faces[faces]], ray)
    return None if met is None else int(faces[met[0]])


def first_met(corners: Floats, ray: Ray) -> tuple[int, float] | None:
    """Of triangles (N, 3, 3) the one that `ray` meets first, and how far along it in mm; None of none."""
    flat = (corners - ray.origin) @ _across(ray)
    rows = np.flatnonzero(_around(flat[..., 0].T, flat[..., 1].T))
    depth = plane_depths(corners[rows], ray)
    depth[~((depth >= 0) & (depth <= ray.length))] = np.inf
    if not np.isfinite(depth).any():
        return None
    nearest = int(depth.argmin())
    return int(rows[nearest]), float(depth[nearest])


def plane_depths(corners: Floats, ray: Ray) -> Floats:
    """(N,) where along the ray the planes of triangles (N, 3, 3) are; NaN for one seen edge-on."""
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(((corners[:, 0] - ray.origin) * normal).sum(axis=1) / (normal @ ray.direction))


def _across(ray: Ray) -> Floats:
    """(3, 2) unit directions at right angles to the ray and to each other."""
    return np.asarray(np.linalg.svd(ray.direction[None])[2][1:].T)


def _around(x: Floats, y: Floats) -> NDArray[np.bool_]:
    """(N,) which triangles, corners (3, N), are around the origin of the plane; edges count as inside."""
    # On which side of each edge the origin lies: for one inside, the same of all three.
    sides = [x[a] * y[b] - x[b] * y[a] for a, b in ((0, 1), (1, 2), (2, 0))]
    return np.asarray((np.minimum.reduce(sides) >= 0) | (np.maximum.reduce(sides) <= 0))


def _face_boxes(mesh: TriangleMesh) -> tuple[Floats, Floats]:
    """Lower and upper corners, (3, F) each, of each face's box; inf and -inf where a corner is not finite."""
    first, second, third = np.ascontiguousarray(mesh.faces.T)
    low, high = np.empty((2, 3, len(mesh.faces)))
    for axis, along in enumerate(np.ascontiguousarray(mesh.vertices.T)):
        a, b, c = along.take(first), along.take(second), along.take(third)
        np.minimum(np.minimum(a, b, out=low[axis]), c, out=low[axis])
        np.maximum(np.maximum(a, b, out=high[axis]), c, out=high[axis])
    lost = ~np.isfinite(low + high).all(axis=0)
    low[:, lost], high[:, lost] = np.inf, -np.inf
    return low, high


def _along_curve(low: Floats, high: Floats) -> NDArray[np.intp]:
    """The order of the boxes' middles along a Morton curve over 1024 cells a side."""
    with np.errstate(invalid="ignore"):
        middle = low + high
    begin = np.nanmin(middle, axis=1, initial=np.inf)[:, None]
    side = float((np.nanmax(middle, axis=1, initial=-np.inf)[:, None] - begin).max())
    cell = np.nan_to_num((middle - begin) * (1023 / side if side > 0 else 0.0)).astype(np.uint32)
    return np.argsort(_spread(cell[0]) | _spread(cell[1]) << 1 | _spread(cell[2]) << 2)


def _spread(value: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Ten bits with two zeros between each and the next."""
    for shift, mask in ((16, 0x030000FF), (8, 0x0300F00F), (4, 0x030C30C3), (2, 0x09249249)):
        value = (value | value << np.uint32(shift)) & np.uint32(mask)
    return value


def _lots(rows: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    for begin in range(0, len(rows), _AT_ONCE):
        yield rows[begin : begin + _AT_ONCE]
