from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.appearance.vertex_fill import fill_unseen
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.geometry.shapes import sphere


def strip(count: int) -> TriangleMesh:
    """A band of triangles along x, 1 mm wide."""
    x = np.arange(count, dtype=float)
    vertices = np.concatenate([np.column_stack([x, 0 * x, 0 * x]), np.column_stack([x, 0 * x + 1, 0 * x])])
    at = np.arange(count - 1)
    lower = np.column_stack([at, at + 1, at + count])
    upper = np.column_stack([at + 1, at + count + 1, at + count])
    return TriangleMesh(vertices, np.concatenate([lower, upper]).astype(np.int32))


def test_seen_values_stay_and_a_gap_is_bridged_linearly() -> None:
    mesh = strip(11)
    values = np.tile(np.arange(11.0), 2)[:, None]
    seen = np.tile((np.arange(11) < 3) | (np.arange(11) > 7), 2)
    filled = fill_unseen(mesh, np.where(seen[:, None], values, 99.0), seen)
    assert (filled[seen] == values[seen]).all()
    assert np.abs(filled - values).max() < 0.35


def test_nothing_exceeds_what_is_seen() -> None:
    mesh = sphere(100, 4)
    seen = mesh.vertices[:, 2] > 20
    values = np.random.default_rng(0).uniform(0.2, 0.7, (len(seen), 3))
    filled = fill_unseen(mesh, np.where(seen[:, None], values, 0.0), seen)
    assert filled.min() > 0.19
    assert filled.max() < 0.71


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_all_or_nothing_seen(share: float) -> None:
    mesh = strip(5)
    seen = np.full(10, share > 0)
    values = np.full((10, 3), 0.25)
    assert (fill_unseen(mesh, values, seen) == (0.25 if share else 0.5)).all()


def test_an_island_and_a_lone_vertex_get_a_colour() -> None:
    first, second = strip(4), strip(4)
    vertices = np.concatenate([first.vertices, second.vertices + 50, [[9.0, 9, 9]]])
    mesh = TriangleMesh(vertices, np.concatenate([first.faces, second.faces + 8]))
    seen = np.arange(17) < 8
    filled = fill_unseen(mesh, np.where(seen, 0.4, 0.0)[:, None], seen)
    assert np.abs(filled - 0.4).max() < 1e-3
