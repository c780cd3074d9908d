"""The bust's cut edge: tatters are closed, what is whole stays where it is, the head is not touched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
import trimesh
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.priors.cut_edge import BELOW_CHIN, mended_cut_edge
from h3dstudio.priors.posed_head import PosedHead
from h3dstudio.surface.grid import Grid

GRID = Grid((-60.0, -90.0, -60.0), 3.0, (41, 61, 41))
CHIN_HEIGHT = 30.0


@dataclass
class Chin:
    """Of a prior, all that the rim asks for."""

    height: float = CHIN_HEIGHT

    def landmarks(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        points = torch.zeros(68, 3)
        points[8, 1] = self.height
        return points, torch.zeros(68, 3, 1)


def head(offset: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> PosedHead:
    return PosedHead(torch.zeros(1), Similarity(1.0, np.eye(3), np.array(offset)))


def places() -> NDArray[np.float64]:
    return GRID.nodes().reshape(*GRID.shape, 3)


def column(radius: float = 40.0) -> NDArray[np.float32]:
    """A neck that ends at y = -75."""
    at = places()
    side = np.hypot(at[..., 0], at[..., 2]) - radius
    return np.maximum(np.maximum(side, -75 - at[..., 1]), at[..., 1] - 75).astype(np.float32)


def tattered() -> NDArray[np.float32]:
    """The same with slots of 6 mm cut 33 mm deep into its foot."""
    at = places()
    slots = (np.mod(at[..., 0], 18.0) < 6.0) & (at[..., 1] < -42)
    return np.where(slots, np.maximum(column(), 1.5), column()).astype(np.float32)


def mended(field: NDArray[np.float32], posed: PosedHead | None = None) -> NDArray[np.float32]:
    return mended_cut_edge(Chin(), posed or head(), GRID, torch.from_numpy(field)).numpy()


def area(field: NDArray[np.float32]) -> float:
    mesh = zero_level(field, GRID.origin, GRID.spacing)
    return float(trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).area)


def test_gaps_in_the_cut_edge_are_closed() -> None:
    whole, torn = area(column()), area(tattered())
    assert torn > 1.15 * whole
    assert area(mended(tattered())) < 1.03 * whole


def test_a_whole_edge_is_only_rounded() -> None:
    before = zero_level(column(), GRID.origin, GRID.spacing)
    after = zero_level(mended(column()), GRID.origin, GRID.spacing)
    assert np.abs(after.vertices.min(axis=0) - before.vertices.min(axis=0)).max() < 0.6


@pytest.mark.parametrize("offset", [(0.0, 0.0, 0.0), (0.0, 25.0, 0.0)])
def test_the_head_above_is_the_same_to_the_last_bit(offset: tuple[float, float, float]) -> None:
    field = tattered()
    field[:, 40:50] += 0.8  # a step that smoothing would wipe out
    above = places()[..., 1] + offset[1] > CHIN_HEIGHT - BELOW_CHIN
    assert np.array_equal(mended(field, head(offset))[above], field[above])
    assert not np.array_equal(mended(field, head(offset)), field)


def test_a_scene_without_a_bust_is_left_alone() -> None:
    field = tattered()
    assert np.array_equal(mended(field, head((0.0, 500.0, 0.0))), field)
