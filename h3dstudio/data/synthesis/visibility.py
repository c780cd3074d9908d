"""What can be seen, and how much light arrives, at the vertices of a mesh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster

LIFT_MM = 0.15  # rays start this far off the surface, so that they do not meet it again
VIEWPOINTS = 160
# Compared with ground truths made from the same heads by others: 98 % of the skin and eyes that they keep lie
# above this openness, and 99.6 % of what lies above it they keep. What some viewpoint sees at all is 1,000
# vertices more, all in nostrils, lips and lids.
OPEN = 0.08
FAR = 3.0  # viewpoints stand this many head radii away


def sphere_directions(count: int) -> NDArray[np.float64]:
    """(count, 3) unit vectors spread evenly over the sphere (Fibonacci lattice)."""
    k = np.arange(count) + 0.5
    z = 1 - 2 * k / count
    angle = np.pi * (1 + 5**0.5) * k
    radius = np.sqrt(1 - z**2)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), z])


def disc_directions(axis: NDArray[np.floating], half_angle_degrees: float, count: int) -> NDArray[np.float64]:
    """(count, 3) unit vectors spread evenly over the cap around the unit vector `axis` (3,)."""
    k = np.arange(count) + 0.5
    z = 1 - (1 - np.cos(np.radians(half_angle_degrees))) * k / count
    angle = np.pi * (1 + 5**0.5) * k
    radius = np.sqrt(np.maximum(1 - z**2, 0))
    helper = np.eye(3)[np.argmin(np.abs(axis))]
    x = np.cross(axis, helper)
    x /= np.linalg.norm(x)
    y = np.cross(axis, x)
    local = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), z])
    return np.asarray(local @ np.stack([x, y, np.asarray(axis)]))


def seen_from_around(mesh: TriangleMesh) -> NDArray[np.bool_]:
    """(V,) bool: in reach of a scanner, which keeps `OPEN` of the sky above the surface in view.

    A glimpse from one side is not enough: a scanner needs several directions, none grazing, with room. What
    goes is the inside of nostrils, lips and ears and the eyes behind their lids, where the surface is deep in
    a pocket that photos do not show.
    """
    return openness(mesh) >= OPEN


def openness(mesh: TriangleMesh) -> NDArray[np.float64]:
    """(V,) the part of the sky that each vertex sees, weighted by the cosine to its normal: 0 to 1."""
    return light_seen(mesh, RayCaster(mesh), sphere_directions(VIEWPOINTS))


def seen_vertices(mesh: TriangleMesh) -> NDArray[np.bool_]:
    """(V,) bool: seen on its outer side from some viewpoint around the mesh."""
    return seen_points(RayCaster(mesh), mesh.vertices, mesh.vertex_normals())


def seen_points(
    caster: RayCaster, points: NDArray[np.floating], normals: NDArray[np.floating]
) -> NDArray[np.bool_]:
    """(N,) bool: which points (N, 3) of a surface with normals (N, 3) are seen from around it."""
    low, high = caster.mesh.vertices.min(axis=0), caster.mesh.vertices.max(axis=0)
    center, radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    start = points + LIFT_MM * normals
    seen = np.zeros(len(start), dtype=np.bool_)
    for direction in sphere_directions(VIEWPOINTS):
        # A point that was seen once needs no further ray.
        towards = center + FAR * radius * direction - start
        open_ = np.flatnonzero(~seen & (np.einsum("ij,ij->i", normals, towards) > 0))
        seen[open_] = ~caster.occluded(start[open_], towards[open_])
    return seen


def light_seen(
    mesh: TriangleMesh,
    caster: RayCaster,
    directions: NDArray[np.floating],
    *,
    normals: NDArray[np.floating] | None = None,
) -> NDArray[np.float64]:
    """(V,) how much of a source made of `directions` (D, 3) each vertex sees: 0 shadow, 1 free.

    Directions are weighted by their cosine to the vertex normal, so this is the factor by which the
    surroundings dim the diffuse light of that source; 0 where the surface turns away from all of it.
    """
    normals = mesh.vertex_normals() if normals is None else normals
    start = mesh.vertices + LIFT_MM * normals
    got, full = np.zeros(len(start)), np.zeros(len(start))
    for direction in np.asarray(directions, dtype=np.float64):
        cosine = normals @ direction
        lit = np.flatnonzero(cosine > 0)
        rays = np.broadcast_to(direction, (len(lit), 3))
        free = ~caster.occluded(start[lit], rays)
        full[lit] += cosine[lit]
        got[lit] += cosine[lit] * free
    return np.asarray(np.divide(got, full, out=np.zeros_like(got), where=full > 0))
