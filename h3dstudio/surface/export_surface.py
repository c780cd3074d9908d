"""The mesh a user gets: finer than the grid, on the tricubic zero level instead of the trilinear one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.subdivision import refine
from h3dstudio.surface.grid import Grid


def export_surface(grid: Grid, samples: Tensor, mesh: TriangleMesh, max_edge: float) -> TriangleMesh:
    """Refine the zero level `mesh` to edges of about `max_edge` mm and move it onto the tricubic zero level.

    Scores between vertices depend on the density of the mesh, so it is fixed here, not by the grid.
    """
    from scipy.ndimage import spline_filter

    fine = refine(mesh, max_edge)
    spline = spline_filter(samples.cpu().numpy().astype(np.float32), order=3)
    vertices = fine.vertices
    for _ in range(2):
        value = _cubic(grid, spline, vertices)
        normal = fine.with_vertices(vertices).vertex_normals()
        # The slope along the normal turns a field value into a length; half a voxel is the most it may move.
        slope = (_cubic(grid, spline, vertices + 0.5 * normal) - value) / 0.5
        move = -value / np.clip(slope, 0.5, 2.0)
        vertices = vertices + np.clip(move, -0.5 * grid.spacing, 0.5 * grid.spacing)[:, None] * normal
    return fine.with_vertices(vertices)


def _cubic(grid: Grid, spline: NDArray[np.float32], points: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.ndimage import map_coordinates

    at = (points - np.asarray(grid.origin)) / grid.spacing
    return np.asarray(
        map_coordinates(spline, at.T, order=3, mode="nearest", prefilter=False), dtype=np.float64
    )
