"""A unit sphere that does not hold what the masks show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from h3dstudio.data.view_consistency.assumptions import Assumption, Cause
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.silhouette_consistency import CellGrid, Outline
from h3dstudio.geometry.transforms import Similarity

GROWTHS = (1.5, 2.0)
CELLS = 48
MARGIN = 1.05


def spheres(sights: Sequence[Sight], sphere: Similarity) -> Iterator[Assumption]:
    """Larger ones around the same middle."""
    for growth in GROWTHS:
        yield Assumption(
            Cause.SPHERE,
            f"the unit sphere (radius {sphere.scale:.4g} mm) does not hold what the masks show",
            holding(sights, sphere, growth),
            growth=growth,
        )


def holding(sights: Sequence[Sight], sphere: Similarity, growth: float) -> str:
    """Advice: the sphere around the hull that the masks have in one `growth` times as large."""
    usual = "Set scale_mat_i to a sphere that holds the head, in the units of world_mat_i"
    grown = replace(sphere, scale=sphere.scale * growth)
    grid = CellGrid.over(grown, CELLS)
    hull = grid.points
    for one in sights:
        hull = hull[Outline.of(one.silhouette, grid).inside(hull)]
    if not len(hull):
        return usual
    centre = (hull.min(axis=0) + hull.max(axis=0)) / 2
    radius = float(np.linalg.norm(hull - centre, axis=1).max()) * MARGIN
    if np.linalg.norm(centre - sphere.translation) + radius > 1.2 * grown.scale:
        return usual
    around = ", ".join(f"{value:.0f}" for value in centre)
    return f"{usual}: radius {radius:.0f} mm around ({around}) would do"
