"""Colours for the vertices that no photo shows, grown smoothly from those that one does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh

PULL = 2e-4
"""Towards the typical colour, relative to the neighbours: one dark rim must not colour all the rest."""
SWEEPS = 80


def fill_unseen(
    mesh: TriangleMesh, values: NDArray[np.floating], seen: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Values (V, C), those of unseen vertices replaced by a membrane over the mesh's edges.

    Solves (L + PULL D) x = PULL D m on the unseen vertices with the seen ones held (L the graph's Laplacian,
    D its degrees, m the median of the seen values) by conjugate gradients from the value of the nearest
    vertex at the rim of what is seen.

    Args:
        seen: (V,) bool. Where it is False everywhere, all values become grey 0.5.
    """
    from scipy.sparse import coo_matrix, diags
    from scipy.spatial import cKDTree

    out = np.array(values, dtype=np.float64)
    if not seen.any():
        out[:] = 0.5
        return out
    hidden = np.flatnonzero(~seen)
    if not len(hidden):
        return out
    middle = np.median(out[seen], axis=0)
    start = mesh.faces[:, [0, 1, 2]].ravel()
    end = mesh.faces[:, [1, 2, 0]].ravel()
    count = len(mesh.vertices)
    edges = coo_matrix((np.ones(len(start)), (start, end)), (count, count)).tocsr()
    rows = (edges + edges.T).tocsr()[hidden]
    degree = np.asarray(rows.sum(axis=1)).ravel()
    system = (diags(degree * (1 + PULL) + 1e-9) - rows[:, hidden]).tocsr()
    right = rows[:, np.flatnonzero(seen)] @ out[seen] + (PULL * degree + 1e-9)[:, None] * middle
    rim = np.unique(rows.indices[seen[rows.indices]])
    rim = rim if len(rim) else np.flatnonzero(seen)
    _, nearest = cKDTree(mesh.vertices[rim]).query(mesh.vertices[hidden])
    out[hidden] = _conjugate_gradients(system, right.T, out[rim[nearest]].T).T
    return out


def _conjugate_gradients(
    system: object, right: NDArray[np.float64], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    """For each of the right sides (C, M), from x (C, M); preconditioned by the diagonal."""
    from scipy.sparse import csr_matrix

    matrix = csr_matrix(system)
    inverse = 1 / matrix.diagonal()
    x = np.array(x, order="C")
    residual = right - np.stack([matrix @ row for row in x])
    step = inverse * residual
    rho = _dot(residual, step)
    for _ in range(SWEEPS):
        image = np.stack([matrix @ row for row in step])
        alpha = rho / np.maximum(_dot(step, image), 1e-30)
        x += alpha * step
        residual -= alpha * image
        z = inverse * residual
        rho, before = _dot(residual, z), rho
        step *= rho / np.maximum(before, 1e-30)
        step += z
    return x


def _dot(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """(C, 1) products of rows (C, M)."""
    return np.asarray(np.einsum("cm,cm->c", first, second)[:, None])
