"""Closing a loop of edges with new faces: a disc of triangles, bent to go on smoothly or to lie taut.

The loop is laid around a circle, the circle filled with rings of points that grow coarser inwards, joined by
Delaunay's rule, and the disc carried back into space by solving for its vertices. Sources: Liepa, "Filling
holes in meshes", SGP 2003 (the smooth one); Floater, CAGD 1997 (discs are harmonic maps).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Bend = Literal["smooth", "taut"]
GROWTH = 1.12
"""How much coarser each ring of a disc is than the one outside of it."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Faces that close a loop of N vertices.

    Attributes:
        vertices: (M, 3) mm, new ones inside of the loop.
        faces: (K, 3): 0..N-1 are the loop's vertices, N.. the new ones.
    """

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]


def close_loop(
    loop: NDArray[np.float64], bend: Bend, around: tuple[NDArray[np.float64], NDArray[np.int64]] | None = None
) -> Patch:
    """A patch whose faces run along the loop (N, 3) mm, N >= 3, in the loop's own direction.

    Args:
        bend: "smooth" goes on with the slope of the faces around, "taut" spans the loop like a soap film.
        around: other vertices (K, 3) mm of faces (L, 3) that touch the loop, numbered after the loop's: what
            a smooth patch goes on from. Without it every patch is taut.
    """
    count = len(loop)
    if count == 3:
        return Patch(np.empty((0, 3)), np.array([[0, 1, 2]]))
    points, faces = _disc(count)
    inner = len(points) - count
    taut = _solve(loop, faces, inner)
    if bend == "taut" or around is None:
        return Patch(taut, faces)
    return Patch(_smooth(loop, faces, taut, around), faces)


def _disc(count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points (P, 2) of a disc, `count` on its rim first, and its faces, wound as the rim runs.

    The rim is spaced evenly, whatever the lengths of the loop's edges: so no face has two edges on it, which
    might be there already on the other side of the loop.
    """
    from scipy.spatial import Delaunay

    rings = [_ring(count, 1.0, 0.0)]
    step, radius, turn = 2 * np.pi / count, 1.0, 0.5
    while True:
        radius -= 0.87 * step
        number = round(2 * np.pi * radius / step)
        if radius <= 0.4 * step or number < 3:
            break
        rings.append(_ring(number, radius, turn))
        step, turn = step * GROWTH, 0.5 - turn
    rings.append(np.zeros((1, 2)))
    points = np.concatenate(rings)
    faces = Delaunay(points).simplices.astype(np.int64)
    a, b, c = (points[faces[:, k]] for k in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    faces[area < 0] = faces[area < 0][:, ::-1]
    # Rounding leaves faces without area between neighbours on the circle.
    return points, faces[np.abs(area) > 1e-9 / count**2]


def _ring(number: int, radius: float, turn: float) -> NDArray[np.float64]:
    """(number, 2) points of a circle, the first one `turn` of their distance on."""
    at = 2 * np.pi * (np.arange(number) + turn) / number
    return np.asarray(radius * np.column_stack([np.cos(at), np.sin(at)]))


def _laplacian(faces: NDArray[np.int64], count: int) -> Any:
    """(count, count) sparse: each vertex minus the mean of its neighbours."""
    from scipy.sparse import coo_matrix, diags_array, identity

    start = np.concatenate([faces, np.roll(faces, -1, axis=1)]).reshape(-1)
    end = np.concatenate([np.roll(faces, -1, axis=1), faces]).reshape(-1)
    near = coo_matrix((np.ones(len(start)), (start, end)), (count, count)).tocsr()
    near.data[:] = 1.0
    degree = np.maximum(np.asarray(near.sum(axis=1)).reshape(-1), 1.0)
    return (identity(count) - diags_array(1 / degree) @ near).tocsr()


def _solve(loop: NDArray[np.float64], faces: NDArray[np.int64], inner: int) -> NDArray[np.float64]:
    """(inner, 3) each new vertex in the middle of its neighbours."""
    from scipy.sparse.linalg import splu

    count = len(loop)
    operator = _laplacian(faces, count + inner)
    rows = operator[count:].tocsc()
    return np.asarray(splu(rows[:, count:].tocsc()).solve(-(rows[:, :count] @ loop)))


def _smooth(
    loop: NDArray[np.float64],
    faces: NDArray[np.int64],
    taut: NDArray[np.float64],
    around: tuple[NDArray[np.float64], NDArray[np.int64]],
) -> NDArray[np.float64]:
    """(inner, 3) new vertices of least bending, the loop and what is around it held."""
    from scipy.sparse.linalg import splu

    beside, touching = around
    count, inner, outer = len(loop), len(taut), len(beside)
    # Numbered: the loop, the new vertices, the others.
    moved = np.where(touching >= count, touching + inner, touching)
    operator = _laplacian(np.concatenate([faces, moved]), count + inner + outer)
    rows = operator[: count + inner].tocsc()
    free = rows[:, count : count + inner]
    held = rows[:, :count] @ loop + rows[:, count + inner :] @ beside
    return np.asarray(splu((free.T @ free).tocsc()).solve(-(free.T @ held)))
