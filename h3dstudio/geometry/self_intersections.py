"""Which faces of a mesh cut through others: a broad search over boxes, then tests of edge on face.

Written here because the libraries that do it are GPL, or compare every face with every other one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.box_pairs import overlapping_boxes
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.vectors import cross_rows

Pairs = NDArray[np.int64]
_BLOCK = 500_000


def intersecting_pairs(mesh: TriangleMesh, among: NDArray[np.bool_] | None = None) -> Pairs:
    """(N, 2) the pairs of faces that meet elsewhere than in their common corners.

    Corners are common when they are the same vertex: weld a mesh first. Faces that coincide corner by corner
    are left to those who count doubled faces, as are faces without area. A head of 266 000 faces takes about
    4 s on one core.

    Args:
        among: (F,) pairs of which neither face is in it are left out, which is faster where they are few.

    Raises MeshError for a heap of faces that has too many candidates.
    """
    usable = (mesh.faces != np.roll(mesh.faces, -1, axis=1)).all(axis=1)
    if among is not None:
        usable &= _near(mesh, among)
    chosen = np.flatnonzero(usable)
    corner = mesh.triangles[chosen]
    pairs = chosen[overlapping_boxes(corner.min(axis=1), corner.max(axis=1))]
    if among is not None:
        pairs = pairs[among[pairs].any(axis=1)]
    blocks = [pairs[start : start + _BLOCK] for start in range(0, len(pairs), _BLOCK)]
    return np.concatenate([np.empty((0, 2), np.int64), *(block[_meet(mesh, block)] for block in blocks)])


def _near(mesh: TriangleMesh, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(F,) which faces may reach one of those `among`, by the balls around them."""
    from scipy.spatial import cKDTree

    if not among.any():
        return among
    corner = mesh.triangles
    center = corner.mean(axis=1)
    radius = np.linalg.norm(corner - center[:, None], axis=2).max(axis=1)
    distance, _ = cKDTree(center[among]).query(center, distance_upper_bound=2 * float(radius.max()))
    return np.asarray(distance <= radius + radius[among].max())


def _meet(mesh: TriangleMesh, pairs: Pairs) -> NDArray[np.bool_]:
    """(N,) whether the two faces of each pair meet outside their common corners."""
    met = np.zeros(len(pairs), dtype=np.bool_)
    one, two = mesh.faces[pairs[:, 0]], mesh.faces[pairs[:, 1]]
    shared = (one[:, :, None] == two[:, None, :]).any(axis=2)  # (N, 3) corners of the first face
    count = shared.sum(axis=1)
    apart = np.flatnonzero(count == 0)
    met[apart] = _apart_meet(mesh.vertices[one[apart]], mesh.vertices[two[apart]])
    touch = np.flatnonzero(count == 1)
    met[touch] = _opposite_meets(mesh, one[touch], two[touch], shared[touch])
    edge = np.flatnonzero(count == 2)
    met[edge] = _folded(mesh, one[edge], two[edge], shared[edge])
    return met


def _apart_meet(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(N,) whether triangles (N, 3, 3) without a common corner meet: an edge of one through the other."""
    met = _coplanar_overlap(first, second)
    for edges, face in ((first, second), (second, first)):
        side = _sides(edges, face)
        crossing = np.flatnonzero((side.min(axis=1) <= 0) & (side.max(axis=1) >= 0) & side.any(axis=1))
        for start in range(3):
            ends = edges[crossing, start], edges[crossing, (start + 1) % 3]
            met[crossing] |= _through(*ends, face[crossing])
    return met


def _opposite_meets(
    mesh: TriangleMesh, one: NDArray[np.int32], two: NDArray[np.int32], shared: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(N,) for faces with one common corner: whether the edge opposite to it goes through the other face."""
    rows = np.arange(len(one))
    at = shared.argmax(axis=1)
    other = (two == one[rows, at][:, None]).argmax(axis=1)
    met = np.zeros(len(one), dtype=np.bool_)
    for edges, corner, face in ((one, at, two), (two, other, one)):
        start = mesh.vertices[edges[rows, (corner + 1) % 3]]
        end = mesh.vertices[edges[rows, (corner + 2) % 3]]
        met |= _through(start, end, mesh.vertices[face])
    return met


def _folded(
    mesh: TriangleMesh, one: NDArray[np.int32], two: NDArray[np.int32], shared: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(N,) for faces with a common edge: whether they lie flat on each other."""
    rows = np.arange(len(one))
    at = (~shared).argmax(axis=1)
    start, end = one[rows, (at + 1) % 3], one[rows, (at + 2) % 3]
    tip = two[~((two == start[:, None]) | (two == end[:, None]))]
    a, b = mesh.vertices[start], mesh.vertices[end]
    first = cross_rows(b - a, mesh.vertices[one[rows, at]] - a)
    second = cross_rows(b - a, mesh.vertices[tip] - a)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    cosine = np.einsum("ij,ij->i", first, second)
    return np.asarray((lengths > 0) & (cosine > (1 - 1e-12) * lengths))


def _through(
    start: NDArray[np.float64], end: NDArray[np.float64], face: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """(N,) whether segments (N, 3) meet triangles (N, 3, 3) that do not lie in one plane with them.

    By the signs of the volumes of tetrahedra: the ends on different sides, the line inside all three edges.
    """
    a, b, c = face[:, 0], face[:, 1], face[:, 2]
    normal = cross_rows(b - a, c - a)
    above = np.einsum("ij,ij->i", start - a, normal)
    below = np.einsum("ij,ij->i", end - a, normal)
    line = end - start
    inside = [
        np.einsum("ij,ij->i", cross_rows(p - start, q - start), line) for p, q in ((a, b), (b, c), (c, a))
    ]
    sides = np.stack(inside, axis=1)
    one_side = (sides >= 0).all(axis=1) | (sides <= 0).all(axis=1)
    return np.asarray((above * below <= 0) & (above != below) & one_side & sides.any(axis=1))


def _sides(points: NDArray[np.float64], face: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3) on which side of the plane of triangles (N, 3, 3) the points (N, 3, 3) lie."""
    a = face[:, 0]
    normal = cross_rows(face[:, 1] - a, face[:, 2] - a)
    return np.asarray(np.einsum("ikj,ij->ik", points - a[:, None], normal))


def _coplanar_overlap(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(N,) whether triangles (N, 3, 3) lie in one plane and overlap there, by separating edges."""
    flat = ~_sides(first, second).any(axis=1) & ~_sides(second, first).any(axis=1)
    met = np.zeros(len(first), dtype=np.bool_)
    rows = np.flatnonzero(flat)
    one, two = first[rows], second[rows]
    normal = cross_rows(one[:, 1] - one[:, 0], one[:, 2] - one[:, 0])
    apart = ~normal.any(axis=1)
    for own, other in ((one, two), (two, one)):
        for start in range(3):
            out = cross_rows(own[:, (start + 1) % 3] - own[:, start], normal)
            mine = np.einsum("ikj,ij->ik", own - own[:, start, None], out)
            theirs = np.einsum("ikj,ij->ik", other - own[:, start, None], out)
            apart |= (theirs.min(axis=1) >= mine.max(axis=1)) | (theirs.max(axis=1) <= mine.min(axis=1))
    met[rows] = ~apart
    return met
