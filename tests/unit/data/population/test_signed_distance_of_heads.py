from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from h3dstudio.data.population.head import Head
from h3dstudio.data.population.signed_distance import LeakingHead, SampleGrid, signed_distance
from h3dstudio.errors import MeshError
from tests.unit.data.population.test_heads_and_augmentation import bust
from tests.unit.data.synthesis.heads import ball

GRID = SampleGrid((-120.0, -130.0, -120.0), 10.0, (25, 26, 25))
CENTER = np.array([3.0, -2.0, 1.0])


@pytest.mark.parametrize("grid", [GRID, SampleGrid((-118.0, -119.0, -120.0), 6.0, (41, 40, 42))])
def test_a_ball_has_its_own_distance(grid: SampleGrid) -> None:
    exact = np.linalg.norm(grid.nodes() - CENTER, axis=-1) - 80
    found = signed_distance(Head("ball", ball(80, 5, tuple(CENTER))), grid)
    near = np.abs(exact) < 12
    assert np.abs(found - exact)[near].max() < 0.2
    # Farther off it is interpolated between coarse nodes, and the centre is a kink.
    assert np.abs(found - exact)[np.abs(exact) < 50].mean() < 1.5
    assert ((found < 0) == (exact < 0))[np.abs(exact) > 0.3].all()


def test_a_small_gap_does_not_let_the_flood_in_but_a_hole_does() -> None:
    mesh = ball(80, 5, (0, 0, 0))
    gap = mesh.submesh(np.linalg.norm(mesh.vertices - [0, 0, 80], axis=1) > 2)
    assert signed_distance(Head("gap", gap), GRID).min() < -65
    hole = mesh.submesh(mesh.vertices[:, 2] < 60)
    with pytest.raises(LeakingHead, match="not closed"):
        signed_distance(Head("hole", hole), GRID)
    closed = Head("closed", hole, barrier=mesh)
    assert signed_distance(closed, GRID).min() < -60


def test_a_cap_counts_as_surface() -> None:
    head = bust()
    grid = SampleGrid((-120.0, -240.0, -120.0), 8.0, (31, 53, 31))
    samples = signed_distance(head, grid)
    below = grid.nodes()[15, :, 15, 1]
    line = samples[15, :, 15]
    lowest = below[line < 0].min()
    assert -152 < lowest < -140
    with pytest.raises(LeakingHead):
        signed_distance(replace(head, cap=None), grid)


def test_a_head_elsewhere_is_said_to_be() -> None:
    with pytest.raises(MeshError, match="lies in the prior's box"):
        signed_distance(Head("far", ball(80, 3, (400, 0, 0))), GRID)
