"""Hair or a hat as a solid: what lies between the scalp and strips that have no thickness.

A point is outside when a ball of radius `GAP_MM` fits into the empty space around it and can be moved there
from far away: the morphological closing of skin and strips, with what it encloses filled. On a grid of
distances d such balls are known at its nodes, and c(x) = max over outer nodes q with d(q) >= GAP_MM of
d(q) - |x - q| is how deep x lies in them: the distance to the solid where positive, else minus its depth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.signed_distance import SampleGrid, unsigned_distance
from h3dstudio.geometry.mesh import TriangleMesh

GAP_MM = 20.0
"""Gaps between strips, and between hair and neck, of twice this are filled."""
STRIP_MM = 2.0
"""Half the thickness that strips are given: a thinner shell would fall between the grid's nodes."""
HOLD_MM = 9.0
"""The closing acts this near to strips; farther off it fades, so that bare ears and eyes keep their folds."""
DEEP_MM, NEAR_STRIPS_MM = 20.0, 45.0
"""How deep in the bald head, and how far from strips, nothing changes."""
BALLS = 8
"""Nearest balls that are asked per point."""

F32 = NDArray[np.float32]


def worn_distance(bald: F32, worn: TriangleMesh, grid: SampleGrid, *, threads: int = 0) -> F32:
    """Signed distance (X, Y, Z) mm of a head with what it wears.

    Args:
        bald: the head's own, at the grid's nodes.
        worn: strips or a shell, not closed; what of them lies outside the grid is cut off.
    """
    from scipy.ndimage import label
    from scipy.spatial import cKDTree

    strips = unsigned_distance(worn, grid, threads=threads)
    empty = np.minimum(bald, strips - STRIP_MM)
    roomy, _ = label(empty >= GAP_MM)
    outside = (roomy == roomy[0, -1, -1]) & (roomy > 0)
    nodes = grid.nodes()
    balls = outside & (empty < GAP_MM + np.sqrt(3) * grid.spacing)
    asked = ~outside & (strips < NEAR_STRIPS_MM) & (bald > -DEEP_MM)
    closed = empty.copy()
    if balls.any() and asked.any():
        far, which = cKDTree(nodes[balls]).query(nodes[asked], k=min(BALLS, int(balls.sum())))
        depth = (empty[balls][which] - far).reshape(len(far), -1).max(axis=1).astype(np.float32)
        own = empty[asked]
        # Balls are only known at nodes: on open ground the distance itself is the better figure.
        closed[asked] = np.where((own > 0) & (own - depth < 0.3 * grid.spacing), own, depth)
    held = closed + np.maximum(strips - HOLD_MM, 0)
    return np.maximum(np.minimum(empty, held), _off_box(grid))


def _off_box(grid: SampleGrid) -> F32:
    """(X, Y, Z) mm, positive at the box's outermost nodes: the solid ends within it."""
    out = np.full(grid.shape, -np.inf, dtype=np.float32)
    for axis, count in enumerate(grid.shape):
        inward = np.minimum(np.arange(count), count - 1 - np.arange(count)) * grid.spacing
        shape = [1, 1, 1]
        shape[axis] = count
        out = np.maximum(out, 0.5 * grid.spacing - inward.reshape(shape).astype(np.float32))
    return out
