"""Closing a raw scan: a head with holes and open at the neck, for the sign of its distance.

The generalized winding number of an oriented surface is 1 inside, 0 outside, and falls smoothly across holes
 (Jacobson et al., "Robust Inside-Outside Segmentation using Generalized Winding Numbers", SIGGRAPH
2013). Its level 1/2 is a closed surface that follows the scan where there is one and spans its holes. Each
patch of the scan counts as a dipole (Barill et al., "Fast Winding Numbers for Soups and Clouds", 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.sampling import face_areas, sample_surface

SPACING_MM = 9.0
DIPOLES = 3000
SMOOTHING = 0.6  # nodes: single dipoles show near the scan
OFF_SCAN_MM = 9.0
MARGIN_MM = 24.0
CHUNK = 2000


@dataclass(frozen=True, eq=False)
class Closure:
    """What closes a scan.

    Attributes:
        caps: spans its large holes, faces outward; None where there are none.
        hull: the whole closed surface, roughly: it stops a flood at small gaps, too.
    """

    caps: TriangleMesh | None
    hull: TriangleMesh


def closure(mesh: TriangleMesh) -> Closure:
    """What closes the holes of a scan (mm).

    Raises MeshError when the faces enclose nothing.
    """
    from scipy.ndimage import gaussian_filter

    origin, shape = _box(mesh)
    axes = [start + SPACING_MM * np.arange(count) for start, count in zip(origin, shape, strict=True)]
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    winding = gaussian_filter(winding_numbers(mesh, nodes).reshape(shape), SMOOTHING)
    if not winding.min() < 0.5 < winding.max():
        raise MeshError(
            "its faces enclose nothing",
            remedy="Check that the scan is of a whole head, with its faces outward",
        )
    closed = zero_level(0.5 - winding, origin, SPACING_MM)
    nearest = RayCaster(mesh).closest(closed.vertices)
    far = nearest.distance > OFF_SCAN_MM
    # What lies at the scan is laid onto it, so that the cap's rim leaves neither a gap nor a crease.
    closed = closed.with_vertices(np.where(far[:, None], closed.vertices, nearest.point))
    spans = closed.faces[far[closed.faces].any(axis=1)]
    return Closure(TriangleMesh(closed.vertices, spans) if len(spans) else None, closed)


def oriented(mesh: TriangleMesh) -> TriangleMesh:
    """The mesh with its faces outward: turned round when most of what it encloses is negative."""
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    probes = np.random.default_rng(0).uniform(low, high, (400, 3))
    winding = winding_numbers(mesh, probes)
    if winding[np.abs(winding) > 0.5].sum() < 0:
        return TriangleMesh(mesh.vertices, mesh.faces[:, ::-1], mesh.colors)
    return mesh


def winding_numbers(mesh: TriangleMesh, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N,) how often the surface winds around points (N, 3), good some millimetres off it."""
    samples = sample_surface(mesh, DIPOLES)
    area = face_areas(mesh).sum() / DIPOLES
    dipole = (mesh.face_normals()[samples.face] * area / (4 * np.pi)).astype(np.float32)
    place = samples.points.astype(np.float32)
    out = np.empty(len(points))
    # Nearer than a dipole's own radius its field is no surface's: keep it finite there.
    least = np.float32(area / np.pi)
    for start in range(0, len(points), CHUNK):
        part = points[start : start + CHUNK].astype(np.float32)
        square = (part**2).sum(axis=1)[:, None] + (place**2).sum(axis=1) - 2 * part @ place.T
        flux = (place * dipole).sum(axis=1) - part @ dipole.T
        out[start : start + CHUNK] = (flux / np.maximum(square, least) ** 1.5).sum(axis=1)
    return out


def _box(mesh: TriangleMesh) -> tuple[NDArray[np.float64], tuple[int, int, int]]:
    low = mesh.vertices.min(axis=0) - MARGIN_MM
    high = mesh.vertices.max(axis=0) + MARGIN_MM
    x, y, z = (int(count) for count in np.ceil((high - low) / SPACING_MM) + 1)
    return low, (x, y, z)
