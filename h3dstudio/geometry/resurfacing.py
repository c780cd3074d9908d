"""Parts of a surface cut out and grown anew: what mends tangles, handles and holes alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh_topology import boundary_loops, edges_of, face_components, split_fans
from h3dstudio.geometry.patches import Bend, close_loop
from h3dstudio.geometry.sliver_removal import Surface

SCRAP = 0.01
"""Share of the faces below which a part that is cut off goes as well."""


def dilated(faces: NDArray[np.int64], chosen: NDArray[np.bool_], rings: int = 1) -> NDArray[np.bool_]:
    """(F,) the chosen faces (F,) and those around them that have a common vertex, `rings` times."""
    for _ in range(rings):
        near = np.zeros(int(faces.max()) + 1, dtype=np.bool_)
        near[faces[chosen]] = True
        chosen = np.asarray(near[faces].any(axis=1))
    return chosen


def regrow(surface: Surface, cut: NDArray[np.bool_], bend: Bend = "smooth") -> int:
    """Cut the faces `cut` (F,) out of a surface and close what opens; returns how many loops were closed.

    Loops that were open before stay open, and faces at them stay as they are. A vertex that goes is followed
    by `number` to the nearest one that stays or is new.
    """
    before = edges_of(surface.faces)
    rim = np.zeros(len(surface.vertices), dtype=np.bool_)
    rim[before.ends[before.uses != 2]] = True
    cut = _clear_cut(surface.faces, cut & ~rim[surface.faces].any(axis=1))
    if not cut.any():
        return 0
    kept = surface.faces[~cut]
    used = np.unique(surface.faces)
    loops = [loop for loop in boundary_loops(kept, edges_of(kept)) if not rim[loop].any()]
    parts = [kept]
    for loop in loops:
        vertices, faces = _closed(surface.vertices, kept, loop, bend)
        surface.vertices = np.concatenate([surface.vertices, vertices])
        parts.append(faces)
    surface.faces = np.concatenate(parts)
    _renumber(surface, used)
    return len(loops)


def _clear_cut(faces: NDArray[np.int64], cut: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cut, grown until each vertex that stays has one fan, and no scraps are left behind."""
    for _ in range(20):
        kept = np.flatnonzero(~cut)
        if not len(kept):
            return np.zeros_like(cut)
        edges = edges_of(faces[kept])
        part = face_components(edges)
        small = np.bincount(part) < SCRAP * len(faces)
        touched = np.zeros(len(small), dtype=np.bool_)
        touched[part[dilated(faces, cut)[kept]]] = True
        scrap = (small & touched)[part]
        origin = split_fans(faces[kept], edges)[1]
        torn = np.bincount(origin, minlength=int(faces.max()) + 1) > 1
        near = np.zeros_like(torn)
        near[faces[cut]] = True
        torn &= near
        if not scrap.any() and not torn.any():
            return cut
        cut = cut.copy()
        cut[kept[scrap]] = True
        cut |= torn[faces].any(axis=1)
    return np.zeros_like(cut)


def _closed(
    vertices: NDArray[np.float64], kept: NDArray[np.int64], loop: NDArray[np.int64], bend: Bend
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """New vertices (M, 3) and faces (K, 3) that close one loop; new vertices are numbered from V on."""
    way = loop[::-1]  # the new faces run along it against those that are there
    mark = np.full(len(vertices), -1, dtype=np.int64)
    mark[way] = np.arange(len(way))
    touching = kept[(mark[kept] >= 0).any(axis=1)]
    beside = np.setdiff1d(touching, way)
    mark[beside] = len(way) + np.arange(len(beside))
    patch = close_loop(vertices[way], bend, (vertices[beside], mark[touching]))
    number = np.concatenate([way, len(vertices) + np.arange(len(patch.vertices))])
    return patch.vertices, number[patch.faces]


def _renumber(surface: Surface, used: NDArray[np.int64]) -> None:
    """Vertices that lost all faces lead to the nearest that has some."""
    from scipy.spatial import cKDTree

    now = np.unique(surface.faces)
    lost = np.setdiff1d(used, now)
    into = np.arange(len(surface.vertices))
    if len(lost):
        into[lost] = now[cKDTree(surface.vertices[now]).query(surface.vertices[lost])[1]]
    surface.number = into[surface.number]
