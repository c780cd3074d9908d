"""A mesh made from another one: which vertex became which, and colours and quality carried over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster, barycentric_points
from h3dstudio.geometry.sliver_removal import Surface


@dataclass(frozen=True, eq=False)
class Remade:
    """A mesh and what it has to do with the one that it was made from.

    Attributes:
        mesh: the new one.
        number: (V,) for each old vertex the new one that stands for it.
        moved: mm, the farthest that any vertex of either mesh lies from the surface of the other.
        mean: mm, the mean of these distances over the vertices of both.
    """

    mesh: TriangleMesh
    number: NDArray[np.int64]
    moved: float
    mean: float

    @classmethod
    def unchanged(cls, mesh: TriangleMesh) -> Remade:
        """As it was."""
        return cls(mesh, np.arange(len(mesh.vertices)), 0.0, 0.0)


def remade(mesh: TriangleMesh, surface: Surface) -> Remade:
    """The mesh of a `surface` that was made from `mesh`, with its colours and quality, and how far it moved.

    Vertices that kept their place keep both; the others take them from the nearest point of the old surface.
    Vertices without faces are left out.
    """
    used = np.unique(surface.faces)
    number = np.full(len(surface.vertices), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    vertices = surface.vertices[used]
    # Old vertices that no face used, or whose part went: the nearest one stands for them.
    into = number[surface.number]
    lost = np.flatnonzero(into < 0)
    if len(lost):
        into[lost] = _nearest(vertices, mesh.vertices[lost])
    colors, quality = _carried(mesh, vertices, into)
    made = TriangleMesh(vertices, number[surface.faces].astype(np.int32), colors, quality)
    return Remade(made, into, *surface_change(mesh, made))


def surface_change(before: TriangleMesh, after: TriangleMesh) -> tuple[float, float]:
    """mm: the greatest and the mean distance of the used vertices of each mesh to the other's surface."""
    there = RayCaster(before).distances(after.vertices[np.unique(after.faces)])
    back = RayCaster(after).distances(before.vertices[np.unique(before.faces)])
    both = np.concatenate([there, back]).astype(np.float64)
    return float(both.max()), float(both.mean())


def _carried(
    mesh: TriangleMesh, vertices: NDArray[np.float64], into: NDArray[np.int64]
) -> tuple[NDArray[np.uint8] | None, NDArray[np.float32] | None]:
    """Colours (N, 3) and quality (N,) for new vertices (N, 3), where the mesh has them."""
    if mesh.colors is None and mesh.quality is None:
        return None, None
    source = np.full(len(vertices), -1, dtype=np.int64)
    same = (mesh.vertices == vertices[into]).all(axis=1)
    # Backwards, so that the first of several vertices at a place counts.
    source[into[same][::-1]] = np.flatnonzero(same)[::-1]
    new = np.flatnonzero(source < 0)
    closest = RayCaster(mesh).closest(vertices[new])
    corners = mesh.faces[closest.face]
    colors = quality = None
    if mesh.colors is not None:
        colors = mesh.colors[source]
        blend = barycentric_points(mesh.colors[corners].astype(np.float64), closest.barycentric)
        colors[new] = np.clip(np.rint(blend), 0, 255).astype(np.uint8)
    if mesh.quality is not None:
        quality = mesh.quality[source]
        values = mesh.quality[corners][..., None].astype(np.float64)
        quality[new] = np.clip(barycentric_points(values, closest.barycentric)[:, 0], 0, 1)
    return colors, quality


def _nearest(vertices: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.int64]:
    from scipy.spatial import cKDTree

    return np.asarray(cKDTree(vertices).query(points)[1], dtype=np.int64)
