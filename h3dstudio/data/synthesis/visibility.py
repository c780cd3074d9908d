"""What can be seen, and how much light arrives, at the vertices of a mesh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster

LIFT_MM = 0.15  # rays start this far off the surface, so that they do not meet it again
VIEWPOINTS = 160
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
    """(V,) bool: seen on its outer side from some viewpoint around the mesh, or next to such a vertex."""
    caster, normals = RayCaster(mesh), mesh.vertex_normals()
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    center, radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    start = mesh.vertices + LIFT_MM * normals
    seen = np.zeros(len(start), dtype=np.bool_)
    for direction in sphere_directions(VIEWPOINTS):
        # A vertex that was seen once needs no further ray.
        towards = center + FAR * radius * direction - start
        open_ = np.flatnonzero(~seen & (np.einsum("ij,ij->i", normals, towards) > 0))
        seen[open_] = ~caster.occluded(start[open_], towards[open_])
    near = np.zeros_like(seen)
    near[mesh.faces[seen[mesh.faces].any(axis=1)]] = True
    return near


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
