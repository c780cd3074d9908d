"""A mesh without holes, as 3D printers want it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_defects import doubled_faces
from h3dstudio.geometry.mesh_topology import boundary_loops, edges_of, face_components, split_fans
from h3dstudio.geometry.patches import Bend, close_loop
from h3dstudio.geometry.remaking import Remade, remade
from h3dstudio.geometry.sliver_removal import Surface
from h3dstudio.geometry.smoothing import volume
from h3dstudio.geometry.welding import weld

WIDE = 40
"""Edges of a loop beyond which it is spanned like a soap film: an open neck, which is to become flat."""


def close_mesh(mesh: TriangleMesh) -> tuple[Remade, int]:
    """Every hole closed, each part a closed surface looking outwards; how many holes there were.

    Equal positions are welded, doubled faces and those at edges of more than two faces dropped, faces wound
    alike. Small holes go on with the slope around them, wide ones are spanned.
    """
    welded = weld(mesh)
    faces = welded.faces.astype(np.int64)
    distinct = (faces != np.roll(faces, -1, axis=1)).all(axis=1)
    faces = _wound_alike(_uncrowded(faces[distinct & ~doubled_faces(faces)]))
    if not len(faces):
        return Remade.unchanged(mesh), 0
    faces, origin = split_fans(faces, edges_of(faces))
    into = np.full(len(welded.vertices), -1, dtype=np.int64)
    into[origin[::-1]] = np.arange(len(origin))[::-1]
    vertices = [welded.vertices[origin]]
    parts, count = [faces], len(origin)
    loops = boundary_loops(faces, edges_of(faces))
    for loop in loops:
        new, patch = _lid(vertices[0], faces, loop, count)
        vertices.append(new)
        parts.append(patch)
        count += len(new)
    closed = np.concatenate(parts)
    places = np.concatenate(vertices)
    if volume(TriangleMesh(places, closed.astype(np.int32))) < 0:
        closed = closed[:, ::-1]
    number = into[welded.number]
    # A vertex without faces: `remade` finds the nearest one for it.
    places = np.concatenate([places, mesh.vertices[number < 0]])
    number[number < 0] = count + np.arange((number < 0).sum())
    return remade(mesh, Surface(places, closed, number)), len(loops)


def _lid(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], loop: NDArray[np.int64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """New vertices (M, 3), numbered from `count` on, and faces (K, 3) that close a loop."""
    way = loop[::-1]
    mark = np.full(len(vertices), -1, dtype=np.int64)
    mark[way] = np.arange(len(way))
    touching = faces[(mark[faces] >= 0).any(axis=1)]
    beside = np.setdiff1d(touching, way)
    mark[beside] = len(way) + np.arange(len(beside))
    bend: Bend = "smooth" if len(way) <= WIDE else "taut"
    patch = close_loop(vertices[way], bend, (vertices[beside], mark[touching]))
    number = np.concatenate([way, count + np.arange(len(patch.vertices))])
    return patch.vertices, number[patch.faces]


def _uncrowded(faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Without the faces at edges of more than two faces: the hole that they leave is closed like others."""
    for _ in range(20):
        if not len(faces):
            break
        edges = edges_of(faces)
        crowded = (edges.uses > 2)[edges.of_face].any(axis=1)
        if not crowded.any():
            break
        faces = faces[~crowded]
    return faces


def _wound_alike(faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Neighbours wound alike, part by part, as most of a part's faces are; along edges of two faces."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not len(faces):
        return faces
    edges = edges_of(faces)
    if not (edges.balance[edges.uses == 2] != 0).any():
        return faces
    # Each face twice, as it is and turned: neighbours that agree join like to like, others like to turned.
    order = np.argsort(edges.of_face.reshape(-1), kind="stable")
    pair = (order[(edges.uses == 2)[edges.of_face.reshape(-1)[order]]] // 3).reshape(-1, 2)
    against = edges.balance[edges.uses == 2] != 0
    count = len(faces)
    one = np.concatenate([pair[:, 0], pair[:, 0] + count])
    two = np.concatenate([pair[:, 1] + count * against, pair[:, 1] + count * ~against])
    graph = coo_matrix((np.ones(len(one), np.int8), (one, two)), (2 * count,) * 2)
    _, side = connected_components(graph, directed=False)
    part = face_components(edges)
    first = np.full(int(part.max()) + 1, -1, dtype=np.int64)
    first[part[::-1]] = side[:count][::-1]
    turned = side[:count] != first[part]
    share = np.bincount(part, turned) / np.bincount(part)
    turned ^= (share > 0.5)[part]
    return np.where(turned[:, None], faces[:, ::-1], faces)
