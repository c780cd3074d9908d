"""Signed distance of a head on a grid: exact near its surface, interpolated far from it.

Distance: to skin, front of the eyes and cap. Sign: whatever a flood from the grid's corner reaches through
nodes that lie more than half a node's spacing off every surface, barriers included, is outside; within that
layer, the side of the nearest face decides. A head that the flood leaks into is told by its volume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.caps import joined
from h3dstudio.data.population.head import Head
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster

NEAR_MM = 10.0
LEAST_VOLUME = 0.75  # of what the faces enclose: a flooded head has next to none left
LEAST_DEPTH_MM = 45.0

F32 = NDArray[np.float32]


@dataclass(frozen=True)
class SampleGrid:
    """Nodes at origin + spacing * (i, j, k), mm, the last axis fastest.

    The default box holds a head of any size in the canonical frame, down to the chest, and its hair or hat.
    """

    origin: tuple[float, float, float] = (-165.0, -240.0, -160.0)
    spacing: float = 5.0
    shape: tuple[int, int, int] = (67, 91, 67)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    def nodes(self) -> F32:
        """(X, Y, Z, 3) mm."""
        axes = [
            (start + self.spacing * np.arange(count)).astype(np.float32)
            for start, count in zip(self.origin, self.shape, strict=True)
        ]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


class LeakingHead(MeshError):
    """The surface is not closed enough to tell inside from outside."""


def signed_distance(head: Head, grid: SampleGrid, *, threads: int = 0) -> F32:
    """(X, Y, Z) mm at the grid's nodes, negative inside.

    Args:
        threads: of the nearest-point queries; 0 means all cores.

    Raises LeakingHead when the flood gets in, MeshError when the head is not in the grid.
    """
    surface = joined(head.mesh, head.cap)
    _check_place(surface, grid)
    caster = RayCaster(surface, threads=threads)
    nodes = grid.nodes()
    distance = _distances(caster, nodes)
    wall = distance.copy()
    if head.barrier is not None and len(head.barrier.faces):
        _lower_near(wall, head.barrier, nodes, grid.spacing, threads)
    inside = _inside(caster, nodes, distance, wall, 0.5 * grid.spacing)
    distance[inside] *= -1
    _check_volume(surface, float(inside.sum()) * grid.spacing**3, float(-distance.min()))
    return distance


def unsigned_distance(mesh: TriangleMesh, grid: SampleGrid, *, threads: int = 0) -> F32:
    """(X, Y, Z) mm to a mesh that need not be closed; exact near it, interpolated far from it."""
    return _distances(RayCaster(mesh, threads=threads), grid.nodes())


def _distances(caster: RayCaster, nodes: F32) -> F32:
    """Unsigned, coarse to fine: a node far from the surface takes its distance from its neighbours."""
    spacing = float(nodes[0, 0, 1, 2] - nodes[0, 0, 0, 2])
    coarse = nodes[::4, ::4, ::4]
    distance = caster.distances(coarse.reshape(-1, 3)).reshape(coarse.shape[:3])
    for step in (2, 1):
        fine = nodes[::step, ::step, ::step]
        distance = _doubled(distance, fine.shape)
        # Between nodes on both sides of the surface the estimate is too large by up to half their distance.
        near = distance < NEAR_MM + 1.2 * step * spacing
        distance[near] = caster.distances(fine[near])
    return distance


def _doubled(coarse: F32, shape: tuple[int, ...]) -> F32:
    """Linear interpolation of samples of every second node to all nodes (X, Y, Z)."""
    for axis in range(3):
        moved = np.moveaxis(coarse, axis, 0)
        out = np.empty((shape[axis], *moved.shape[1:]), dtype=np.float32)
        out[::2] = moved
        between = out[1::2]
        whole = len(moved) - 1
        between[:whole] = 0.5 * (moved[:-1] + moved[1:])
        if len(between) > whole:  # an even count ends between two coarse nodes
            between[whole] = 1.5 * moved[-1] - 0.5 * moved[-2] if whole else moved[-1]
        coarse = np.moveaxis(out, 0, axis)
    return np.ascontiguousarray(coarse)


def _lower_near(wall: F32, barrier: TriangleMesh, nodes: F32, spacing: float, threads: int) -> None:
    """Lower `wall` in place to the distance to the barrier, where that is a node's spacing or less."""
    used = barrier.vertices[barrier.faces.ravel()]
    low, high = used.min(axis=0) - spacing, used.max(axis=0) + spacing
    axes = (nodes[:, 0, 0, 0], nodes[0, :, 0, 1], nodes[0, 0, :, 2])
    box = tuple(slice(*np.searchsorted(axis, (low[k], high[k]))) for k, axis in enumerate(axes))
    part = nodes[box]
    if part.size:
        near = RayCaster(barrier, threads=threads).distances(part.reshape(-1, 3))
        wall[box] = np.minimum(wall[box], near.reshape(part.shape[:3]))


def _inside(caster: RayCaster, nodes: F32, distance: F32, wall: F32, half: float) -> NDArray[np.bool_]:
    """(X, Y, Z) whether a node is inside."""
    from scipy.ndimage import binary_dilation, label

    free = wall > half
    regions, _ = label(free)
    outside = regions == regions[0, 0, 0]
    # In the layer around the surface the nearest face decides, if the flood came close at all.
    layer = ~free & binary_dilation(outside, iterations=2)
    points = nodes[layer].astype(np.float64)
    closest = caster.closest(points)
    normal = caster.normals[closest.face]
    front = np.einsum("ij,ij->i", points - closest.point, normal) > 0
    outside[layer] = front
    return ~outside


def _check_place(surface: TriangleMesh, grid: SampleGrid) -> None:
    low = np.asarray(grid.origin)
    high = low + grid.spacing * (np.asarray(grid.shape) - 1)
    used = surface.vertices[surface.faces.ravel()]
    within = ((used > low) & (used < high)).all(axis=1).mean()
    if within < 0.98:
        raise MeshError(
            f"only {within:.0%} of the head lies in the prior's box of "
            f"{', '.join(f'{a:.0f} to {b:.0f}' for a, b in zip(low, high, strict=True))} mm",
            remedy="Check its unit and its landmarks",
        )


def _check_volume(surface: TriangleMesh, found: float, depth: float) -> None:
    """Compare the volume (mm^3) and depth that the signs give with what the faces enclose.

    By the divergence theorem, roughly: caps may overlap the skin.
    """
    corner = surface.triangles - surface.vertices.mean(axis=0)
    expected = float(np.einsum("ij,ij->i", corner[:, 0], np.cross(corner[:, 1], corner[:, 2])).sum() / 6)
    if found < LEAST_VOLUME * expected or depth < LEAST_DEPTH_MM:
        raise LeakingHead(
            f"the surface is not closed: it encloses {expected / 1e6:.2f} litres, and a flood of the rest of "
            f"space leaves {found / 1e6:.2f}",
            remedy="Fill its holes",
        )
