"""Meshes whose geometry is known."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh

GOLDEN = (1 + 5**0.5) / 2
CORNERS = np.array(
    [
        [-1, GOLDEN, 0], [1, GOLDEN, 0], [-1, -GOLDEN, 0], [1, -GOLDEN, 0],
        [0, -1, GOLDEN], [0, 1, GOLDEN], [0, -1, -GOLDEN], [0, 1, -GOLDEN],
        [GOLDEN, 0, -1], [GOLDEN, 0, 1], [-GOLDEN, 0, -1], [-GOLDEN, 0, 1],
    ]
)  # fmt: skip
SIDES = np.array(
    [
        [0, 11, 5], [0, 5, 1], [0, 1, 7], [0, 7, 10], [0, 10, 11], [1, 5, 9], [5, 11, 4], [11, 10, 2],
        [10, 7, 6], [7, 1, 8], [3, 9, 4], [3, 4, 2], [3, 2, 6], [3, 6, 8], [3, 8, 9], [4, 9, 5], [2, 4, 11],
        [6, 2, 10], [8, 6, 7], [9, 8, 1],
    ]
)  # fmt: skip
"""The icosahedron, outward."""


def sphere(radius: float = 100.0, subdivisions: int = 4, center=(0.0, 0.0, 0.0)) -> TriangleMesh:
    vertices, faces = _unit_sphere(subdivisions)
    return TriangleMesh(radius * vertices + center, faces.copy())


@lru_cache
def _unit_sphere(subdivisions: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """An icosahedron, each face cut into four so many times; vertices and faces in trimesh's order.

    Not by trimesh: a process that needs one ball would spend most of its start on importing that.
    """
    vertices, faces = CORNERS / np.linalg.norm(CORNERS, axis=1, keepdims=True), SIDES
    for _ in range(subdivisions):
        edges = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
        _, first, place = np.unique(edges[:, 0] + (edges[:, 1] << 32), return_index=True, return_inverse=True)
        a, b, c = faces.T
        ab, bc, ca = place.reshape(-1, 3).T + len(vertices)
        middles = vertices[edges[first]].mean(axis=1)
        vertices = np.vstack([vertices, middles / np.linalg.norm(middles, axis=1, keepdims=True)])
        faces = np.stack([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca], axis=1).reshape(-1, 3)
    return vertices, faces


def head(subdivisions: int = 4) -> TriangleMesh:
    """A smooth blob without any symmetry, the size of a head: registration has one answer."""
    ball = sphere(1.0, subdivisions).vertices
    x, y, z = ball.T
    nose = np.exp(-((x - 0.1) ** 2 + y**2) / 0.02) * (z > 0)
    radius = 1 + 0.15 * x * y + 0.1 * z**3 - 0.12 * y**2 * x + 0.07 * np.sin(5 * x + 3 * y) + 0.25 * nose
    return TriangleMesh(ball * radius[:, None] * [78, 118, 96], sphere(1.0, subdivisions).faces)


def square(size: float = 10.0) -> TriangleMesh:
    """In the plane z = 0, facing +z."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]) * size
    return TriangleMesh(corners, np.array([[0, 1, 2], [0, 2, 3]]))
