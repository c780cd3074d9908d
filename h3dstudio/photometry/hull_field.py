"""Where a reconstruction without prior starts: the visual hull in the unit sphere, as a smooth distance."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.errors import ReconstructionError
from h3dstudio.geometry.visual_hull import SilhouetteDistance, hull_distance
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.surface.grid import Grid, grid_over, refined

PROBE = 12.0
"""mm: spacing of the first, coarse look for the hull's extent."""
PADDING = 14.0
"""mm of free space kept around the hull."""
RECESS = 1.0
"""mm: smoothing takes no more than this off what stands out (nose, ears, shoulders)."""


@dataclass(frozen=True, eq=False)
class InitialField:
    """The grid a scene lives on and its first signed distance (X, Y, Z), mm."""

    grid: Grid
    samples: Tensor


def hull_field(
    photos: PhotoSet, radius: float, *, spacing: float, levels: int, smoothing: float
) -> InitialField:
    """Hull of the masks within a sphere of `radius` mm about the origin, Gaussian `smoothing` in mm.

    Smoothing matters: the hull's creases have wrong normals, and windows warped through them do not match.
    Raises ReconstructionError when no point lies inside all silhouettes.
    """
    from scipy.ndimage import gaussian_filter

    masks = photos.masks.cpu().numpy()
    with ThreadPoolExecutor(max(1, torch.get_num_threads())) as pool:  # scipy lets go of the interpreter
        silhouettes = list(pool.map(SilhouetteDistance.of, masks, photos.cameras))
    lower, upper = _extent(silhouettes, radius)
    grid = grid_over(lower, upper, spacing, levels)
    coarse = grid.coarser()
    nodes = coarse.nodes()
    distance = np.maximum(hull_distance(silhouettes, nodes), np.linalg.norm(nodes, axis=1) - radius)
    exact = distance.reshape(coarse.shape)
    smooth = np.minimum(gaussian_filter(exact, smoothing / coarse.spacing), exact + RECESS)
    smooth = gaussian_filter(smooth, 1.0).astype(np.float32)
    if smooth.min() >= 0:  # a sliver of agreement that smoothing wipes out is no head either
        raise _no_hull(silhouettes, radius)
    return InitialField(grid, refined(torch.from_numpy(smooth)).to(photos.device))


def _extent(silhouettes: list[SilhouetteDistance], radius: float) -> tuple[NDArray, NDArray]:
    inside = _probe(radius)
    inside = inside[hull_distance(silhouettes, inside) < 0.7 * PROBE]
    if not len(inside):
        raise _no_hull(silhouettes, radius)
    return inside.min(axis=0) - PADDING, inside.max(axis=0) + PADDING


def _probe(radius: float) -> NDArray[np.float32]:
    axis = np.arange(-radius, radius + PROBE / 2, PROBE, dtype=np.float32)
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    return points[np.linalg.norm(points, axis=1) < radius]


def _no_hull(silhouettes: list[SilhouetteDistance], radius: float) -> ReconstructionError:
    """Name the photo without which the others agree, where there is one."""
    points = _probe(radius)
    outside = np.stack([silhouette(points) for silhouette in silhouettes]) > 0
    misses = outside.sum(axis=0)
    culprit = ""
    if len(silhouettes) > 2 and (misses == 1).any():
        worst = int(outside[:, misses == 1].sum(axis=1).argmax())
        culprit = f"; without the photo at position {worst + 1} of the views in use the others agree"
    return ReconstructionError(
        f"the masks and cameras do not fit together: no point of space lies inside all silhouettes{culprit}",
        remedy="Check that masks are white on the head, and that photos, masks and cameras have the same "
        "numbers",
    )
