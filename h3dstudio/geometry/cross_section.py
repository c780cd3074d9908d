"""Where a plane cuts a mesh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh


def cross_section(
    mesh: TriangleMesh, origin: NDArray[np.floating], normal: NDArray[np.floating]
) -> NDArray[np.float64]:
    """The segments (S, 2, 3) in which the plane through `origin` (3,) with `normal` (3,) cuts the triangles.

    A vertex that lies in the plane counts as above it, so that every cut triangle gives exactly one segment
    and a closed surface closed lines. Units and frame of the mesh.
    """
    height = (mesh.vertices - origin) @ np.asarray(normal, dtype=np.float64)
    above = height >= 0
    corners = above[mesh.faces]
    count = corners.sum(axis=1)
    cut = (count == 1) | (count == 2)
    faces, corners, count = mesh.faces[cut], corners[cut], count[cut]
    # The corner that is alone on its side comes first: its two edges are the ones that are cut.
    alone = np.argmax(corners == (count == 1)[:, None], axis=1)
    rows = np.arange(len(faces))
    tip = faces[rows, alone]
    ends = np.stack([faces[rows, (alone + 1) % 3], faces[rows, (alone + 2) % 3]], axis=1)
    share = height[tip][:, None] / (height[tip][:, None] - height[ends])
    start = mesh.vertices[tip][:, None]
    return np.asarray(start + share[..., None] * (mesh.vertices[ends] - start))
