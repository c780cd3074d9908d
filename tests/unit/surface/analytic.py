"""Fields and photos whose truth is a formula."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from h3dstudio.data.scan import LoadedView
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.working_frame import photo_set, working_frame
from h3dstudio.surface.grid import Grid
from tests.unit.methods.textured_ball import UNIT_SPHERE

BALL = (60.0, 60.0, 60.0)
"""mm: the half axes of a ball for which one photo, one grid and one step take no time."""


def cube(half: float, spacing: float) -> Grid:
    """A grid over [-half, half]^3; it can be halved where half / spacing is even."""
    count = 2 * round(half / spacing) + 1
    return Grid((-half, -half, -half), spacing, (count, count, count))


def sphere(grid: Grid, radius: float, center: Sequence[float] = (0, 0, 0)) -> Tensor:
    """Its signed distance (X, Y, Z), mm."""
    distance = np.linalg.norm(grid.nodes() - np.asarray(center), axis=1) - radius
    return torch.from_numpy(distance.astype(np.float32)).reshape(grid.shape)


def surface(grid: Grid, samples: Tensor) -> TriangleMesh:
    return zero_level(samples.reshape(grid.shape).numpy(), grid.origin, grid.spacing)


def photos_of(views: Sequence[LoadedView], unit_sphere: Similarity = UNIT_SPHERE) -> PhotoSet:
    """In the working frame: the middle of the ball is the origin."""
    frame, _, _ = working_frame(unit_sphere)
    return photo_set(views, frame, 1024, "cpu")


def parallel_rays(count: int, spread: float, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Rays (M, 3), (M, 3) along +x from x = -200, within `spread` mm of the axis."""
    rng = np.random.default_rng(seed)
    angle, reach = rng.uniform(0, 2 * np.pi, count), spread * np.sqrt(rng.uniform(0, 1, count))
    origins = np.column_stack([np.full(count, -200.0), reach * np.cos(angle), reach * np.sin(angle)])
    directions = np.broadcast_to([1.0, 0, 0], origins.shape).copy()
    return torch.from_numpy(origins).float(), torch.from_numpy(directions).float()
