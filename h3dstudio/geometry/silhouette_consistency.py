"""Do silhouettes and cameras belong together? The share of each silhouette that the hull of all covers.

The visual hull of silhouettes that one solid cast through the cameras at hand covers each of them wholly; one
that belongs to another camera is cut by the rest, and cuts them. So the shares are 1 for right data, whatever
the shape, and fall with swapped or rescaled cameras, turned photos, inverted masks.

Source: Laurentini, "The visual hull concept for silhouette-based image understanding", PAMI 1994; as a test
of cameras: Hernandez, Schmitt & Cipolla, "Silhouette coherence for camera calibration under circular motion",
PAMI 2007. A cell of the grid counts as inside where any of its points may be: the share of right data is 1
exactly, not about 1. The price is that errors below a cell (2 to 3 mm for a head) are not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

CELLS = 110
"""Along an edge of the cube around the unit sphere."""
CORNER = float(0.5 * np.sqrt(3.0))
"""From a cell's middle to its farthest point, in cells."""
FINENESS = 2.5
"""Mask samples across a cell: finer ones cost time and tell nothing."""
ROUNDING = float(np.sqrt(2.0))
"""Samples: half a diagonal from a mask pixel to its sample, half a one from a projection to the nearest."""
NEAREST = np.float32(1e-3)
"""mm in front of a camera: what is nearer, or behind it, no photo tells of."""
BLOCK = 1 << 15
"""Points at a time: so many stay in a core's cache."""
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Silhouette:
    """A mask (H, W) and the camera, world mm -> pixel, that is said to have taken it."""

    mask: Bools
    camera: Camera


@dataclass(frozen=True, eq=False)
class CellGrid:
    """The cells of a cube around a sphere that the sphere touches.

    Attributes:
        points: (N, 3) their middles, world mm.
        edge: of a cell, mm.
        centre: (3,) of the sphere, world mm.
    """

    points: NDArray[np.float32]
    edge: float
    centre: NDArray[np.float64]

    @staticmethod
    def over(sphere: Similarity, cells: int = CELLS) -> CellGrid:
        """`cells` along each axis of the cube around `sphere` (unit sphere -> mm)."""
        points = _cells_in(float(sphere.scale), tuple(map(float, sphere.translation)), cells)
        return CellGrid(points, 2.0 * float(sphere.scale) / cells, sphere.translation)


class MaskSamples:
    """A mask (H, W) with one sample for each `step` x `step` pixels, set where any of them is."""

    def __init__(self, mask: Bools, step: int) -> None:
        self.step = step
        self.mask = _reduced(mask, step)

    @cached_property
    def beyond(self) -> tuple[bool, bool, bool, bool]:
        """Whether the mask may go on beyond the left, right, top, bottom side of the photo."""
        mask = self.mask
        left, right, top, bottom = (bool(side.any()) for side in (mask[:, 0], mask[:, -1], mask[0], mask[-1]))
        return left, right, top, bottom

    @cached_property
    def distance(self) -> NDArray[np.float32]:
        """(H + 2, W + 2) samples to the nearest one of the mask.

        In a frame for what lies beside the photo: 0 where the mask may go on there, infinite elsewhere.
        """
        from scipy.ndimage import distance_transform_edt

        framed = np.full((self.mask.shape[0] + 2, self.mask.shape[1] + 2), np.inf, np.float32)
        if self.mask.any():
            framed[1:-1, 1:-1] = distance_transform_edt(~self.mask)
        sides = (framed[:, 0], framed[:, -1], framed[0], framed[-1])
        for side, unknown in zip(sides, self.beyond, strict=True):
            if unknown:
                side[:] = 0.0
        return framed


@dataclass(frozen=True, eq=False)
class Outline:
    """A silhouette at the fineness of a grid of cells.

    Attributes:
        samples: of the mask.
        camera: world mm -> sample.
        edge: of a cell, mm.
    """

    samples: MaskSamples
    camera: Camera
    edge: float

    @staticmethod
    def of(silhouette: Silhouette, grid: CellGrid) -> Outline:
        """As fine as cells at the middle of the grid look."""
        camera = silhouette.camera
        depth = float(camera.project(grid.centre[None])[1][0])
        step = max(1, int(_focal(camera) * grid.edge / max(depth, grid.edge) / FINENESS))
        return Outline(MaskSamples(silhouette.mask, step), camera.scaled(1.0 / step), grid.edge)

    def through(self, camera: Camera) -> Outline:
        """The same mask, taken by another camera (world mm -> pixel)."""
        return replace(self, camera=camera.scaled(1.0 / self.samples.step))

    def inside(self, points: NDArray[np.float32]) -> Bools:
        """(N,) which of the cells around `points` (N, 3) the silhouette does not exclude.

        What lies beyond a side of the photo that the mask touches is unknown, and not excluded; what lies
        beyond the others is background.
        """
        found = np.empty(len(points), bool)
        for begin in range(0, len(points), BLOCK):
            at, depth = self._project(points[begin : begin + BLOCK])
            near = self.samples.distance.ravel().take(at) <= self._reach / depth + self._slack
            found[begin : begin + BLOCK] = near | (depth <= NEAREST)
        return found

    def covered(self, points: NDArray[np.float32]) -> float:
        """Share of the mask that the cells around `points` (N, 3) cover, 0..1."""
        mask = self.samples.mask
        framed = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), bool)
        photo = framed.copy()
        photo[1:-1, 1:-1] = True
        nearest = np.inf
        for begin in range(0, len(points), BLOCK):
            at, depth = self._project(points[begin : begin + BLOCK])
            seen = photo.ravel().take(at) & (depth > NEAREST)
            framed.ravel()[at[seen]] = True
            nearest = min(nearest, float(depth[seen].min(initial=np.inf)))
        hit = framed[1:-1, 1:-1]
        if np.isinf(nearest) or not mask.any():
            return 0.0
        if not (mask & ~hit).any():
            return 1.0
        return float(np.mean(_widened(hit, float(self._reach / nearest + self._slack))[mask]))

    @property
    def _reach(self) -> np.float32:
        """Times 1 / depth: samples that half a cell's diagonal covers."""
        return np.float32(CORNER * self.edge * _focal(self.camera))

    @property
    def _slack(self) -> np.float32:
        return np.float32(ROUNDING if self.samples.step > 1 else ROUNDING / 2)

    def _project(self, points: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """(N,) where in a mask with a frame of one sample the points fall, by rows, and their depth, mm."""
        height, width = self.samples.mask.shape
        projection = self.camera.projection.astype(np.float32)
        pixel = projection[:, :3] @ points.T
        pixel += projection[:, 3:]
        depth = np.maximum(pixel[2], NEAREST)
        column, row = pixel[:2] / depth
        at = _framed(row, height)
        at *= width + 2
        at += _framed(column, width)
        return at, depth


def hull_shares(
    silhouettes: Sequence[Silhouette], sphere: Similarity, cells: int = CELLS
) -> NDArray[np.float64]:
    """(n,) of each mask, the share 0..1 that the hull of all in `sphere` (unit sphere -> mm) covers.

    Half a second for 8 silhouettes of 512 x 512 on one core, two for 66.
    """
    grid = CellGrid.over(sphere, cells)
    outlines = [Outline.of(one, grid) for one in silhouettes]
    left = []
    for begin in range(0, len(grid.points), BLOCK):
        points = grid.points[begin : begin + BLOCK]
        for outline in outlines:
            points = points[outline.inside(points)]
        left.append(points)
    points = np.concatenate(left)
    return np.array([outline.covered(points) for outline in outlines])


@lru_cache(maxsize=4)
def _cells_in(scale: float, centre: tuple[float, ...], cells: int) -> NDArray[np.float32]:
    """(N, 3) of `_unit_cells` in mm, not to be changed: a search asks a hundred times in the same sphere."""
    points = _unit_cells(cells) * np.float32(scale)
    points += np.array(centre, np.float32)
    points.setflags(write=False)
    return points


@lru_cache(maxsize=3)
def _unit_cells(cells: int) -> NDArray[np.float32]:
    """Middles (N, 3) of the cells of a cube of edge 2 that the unit sphere touches."""
    axis = (np.arange(cells, dtype=np.float32) + 0.5) * np.float32(2.0 / cells) - 1
    square = axis**2
    reach = 1.0 + CORNER * 2.0 / cells
    near = square[:, None, None] + square[None, :, None] + square[None, None, :] <= reach**2
    return np.stack([axis[one] for one in np.nonzero(near)], axis=1)


def _framed(values: NDArray[np.float32], side: int) -> NDArray[np.int32]:
    """(N,) the samples 1..side that `values` (changed) are nearest to, 0 and side + 1 beyond, as is NaN."""
    np.rint(values, out=values)
    np.fmax(values, np.float32(-1), out=values)
    np.fmin(values, np.float32(side), out=values)
    whole = values.astype(np.int32)
    whole += 1
    return whole


def _widened(hit: Bools, reach: float) -> Bools:
    """(H, W) the samples at most `reach` from one that is hit: a row's, then its neighbours' disc by disc.

    For a reach of a few samples, a twentieth of the time that the distances to the nearest take.
    """
    height, width = hit.shape
    most = int(min(reach, max(height, width)))
    half = [int(np.sqrt(max(reach * reach - down * down, 0.0))) for down in range(most + 1)]
    found, wide, done = np.zeros_like(hit), hit.copy(), 0
    for down in range(most, -1, -1):  # from the disc's narrow end to its middle
        for across in range(done + 1, min(half[down], width - 1) + 1):
            wide[:, across:] |= hit[:, :-across]
            wide[:, :-across] |= hit[:, across:]
        done = max(done, half[down])
        if down == 0:
            found |= wide
        elif down < height:
            found[down:] |= wide[:-down]
            found[:-down] |= wide[down:]
    return found


def _focal(camera: Camera) -> float:
    return float(0.5 * (camera.intrinsics[0, 0] + camera.intrinsics[1, 1]))


def _reduced(mask: Bools, step: int) -> Bools:
    if step == 1:
        return mask
    height, width = (-(-side // step) * step for side in mask.shape)
    wide = np.zeros((height, width), bool)
    wide[: mask.shape[0], : mask.shape[1]] = mask
    rows = np.asarray(wide.reshape(height // step, step, width).any(axis=1))
    return np.asarray(np.logical_or.reduce([rows[:, first::step] for first in range(step)]))
