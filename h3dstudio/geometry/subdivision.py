"""Splitting long edges until a mesh has a given density, without moving its surface.

Vertex-to-vertex scores depend on how densely the same surface is sampled, so meshes are exported at a
fixed density.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh


def refine(mesh: TriangleMesh, max_edge: float, *, max_faces: int = 4_000_000) -> TriangleMesh:
    """The same surface with no edge longer than `max_edge` mm, without cracks.

    Every longer edge is halved, in rounds, and faces with one, two or three halved edges become two, three
    or four. The first V vertices are the old ones in their order; colours and quality are interpolated.
    Raises MeshError when the mesh is not finite or would need more than `max_faces` faces.
    """
    if not max_edge > 0:
        raise ValueError(f"max_edge is {max_edge}, expected a positive length in mm")
    if not np.isfinite(mesh.vertices).all():
        raise MeshError("the mesh has vertices with NaN or infinite coordinates")
    vertices, faces = mesh.vertices, mesh.faces.astype(np.int64)
    colors = None if mesh.colors is None else mesh.colors.astype(np.float64)
    quality = mesh.quality
    while True:
        edges, edge_of_face = _edges(faces, len(vertices))
        length = np.linalg.norm(vertices[edges[:, 0]] - vertices[edges[:, 1]], axis=1)
        long = length > max_edge
        if not long.any():
            break
        midpoint = np.full(len(edges), -1, dtype=np.int64)
        midpoint[long] = len(vertices) + np.arange(long.sum())
        pairs = edges[long]
        vertices = np.concatenate([vertices, vertices[pairs].mean(axis=1)])
        if colors is not None:
            colors = np.concatenate([colors, colors[pairs].mean(axis=1)])
        if quality is not None:
            quality = np.concatenate([quality, quality[pairs].mean(axis=1)])
        faces = _split(faces, midpoint[edge_of_face], vertices)
        if len(faces) > max_faces:
            raise MeshError(
                f"edges of at most {max_edge:g} mm need more than {max_faces} faces",
                remedy="Choose a longer edge, and check that the mesh is in millimetres",
            )
    rounded = None if colors is None else np.rint(colors).astype(np.uint8)
    return TriangleMesh(vertices, faces.astype(np.int32), rounded, quality)


def _edges(faces: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Unique undirected edges (E, 2), and per face (F, 3) those between corners (0,1), (1,2), (2,0)."""
    pairs = np.sort(np.stack([faces, np.roll(faces, -1, axis=1)], axis=2), axis=2)
    key, inverse = np.unique(pairs[..., 0] * count + pairs[..., 1], return_inverse=True)
    return np.stack([key // count, key % count], axis=1), inverse.reshape(faces.shape)


def _split(
    faces: NDArray[np.int64], middle: NDArray[np.int64], vertices: NDArray[np.float64]
) -> NDArray[np.int64]:
    """New faces, given per face the midpoints (F, 3) of its edges (0,1), (1,2), (2,0), or -1."""
    halved = middle >= 0
    count = halved.sum(axis=1)
    # Rotate each face so that its pattern is one of three: (x..), (xx.), (xxx).
    one = np.where(halved[:, 0], 0, np.where(halved[:, 1], 1, 2))
    two = np.where(~halved[:, 2], 0, np.where(~halved[:, 0], 1, 2))
    start = np.where(count == 1, one, np.where(count == 2, two, 0))
    turn = (start[:, None] + np.arange(3)) % 3
    corner = np.take_along_axis(faces, turn, axis=1)
    middle = np.take_along_axis(middle, turn, axis=1)
    parts = [corner[count == 0]]
    a, b, c = corner[count == 1].T
    ab = middle[count == 1, 0]
    parts += [np.stack([a, ab, c], 1), np.stack([ab, b, c], 1)]
    parts += _split_two(corner[count == 2], middle[count == 2], vertices)
    a, b, c = corner[count == 3].T
    ab, bc, ca = middle[count == 3].T
    parts += [np.stack(face, 1) for face in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    return np.concatenate(parts)


def _split_two(
    corner: NDArray[np.int64], middle: NDArray[np.int64], vertices: NDArray[np.float64]
) -> list[NDArray[np.int64]]:
    """Faces with edges ab and bc halved: the tip at b, and the rest cut along its shorter diagonal."""
    a, b, c = corner.T
    ab, bc, _ = middle.T
    through_a = np.linalg.norm(vertices[bc] - vertices[a], axis=1)
    through_c = np.linalg.norm(vertices[ab] - vertices[c], axis=1)
    near_a = through_a < through_c
    first = np.where(near_a[:, None], np.stack([a, ab, bc], 1), np.stack([a, ab, c], 1))
    second = np.where(near_a[:, None], np.stack([a, bc, c], 1), np.stack([ab, bc, c], 1))
    return [np.stack([ab, b, bc], 1), first, second]
