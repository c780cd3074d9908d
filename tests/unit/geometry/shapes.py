"""Meshes whose geometry is known."""

from __future__ import annotations

import numpy as np

from h3dstudio.geometry.mesh import TriangleMesh


def sphere(radius: float = 100.0, subdivisions: int = 4, center=(0.0, 0.0, 0.0)) -> TriangleMesh:
    import trimesh

    ball = trimesh.creation.icosphere(subdivisions=subdivisions, radius=radius)
    return TriangleMesh(np.asarray(ball.vertices) + center, np.asarray(ball.faces))


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
