"""Whether a ground truth lies where the cameras look, in their unit: else its landmarks lead astray."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import Problem
from h3dstudio.geometry.transforms import Similarity

SMALLEST, LARGEST = 0.2, 5.0
"""Of the unit sphere's radius: what half a head scan's diagonal can be. Scans with shoulders reach 2."""
OUTSIDE = 0.5
"""Share of the vertices outside the unit sphere."""
_UNITS = {1000.0: "metres", 10.0: "centimetres", 25.4: "inches", 0.001: "micrometres"}
"""How many mm the mesh's unit has, for cameras in mm."""


def truth_misfit(vertices: NDArray[np.float64], sphere: Similarity, path: Path) -> Problem | None:
    """What is wrong with a ground truth (V, 3) for cameras with this unit sphere (-> mm), or None.

    Either its size is none that a head in that sphere can have (another unit), or it lies elsewhere.
    """
    if not len(vertices):
        return None
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    half = float(np.linalg.norm(high - low)) / 2
    ratio = half / sphere.scale
    if not SMALLEST <= ratio <= LARGEST:
        what = f"the ground truth is {2 * half:.3g} long, the unit sphere {2 * sphere.scale:.3g}"
        return Problem(str(path), f"{what}: {_unit(ratio, sphere.scale)}", _REMEDY)
    distance = np.linalg.norm(vertices - sphere.translation, axis=1)
    share = float(np.mean(distance > sphere.scale))
    if share > OUTSIDE:
        return Problem(str(path), f"{share:.0%} of the vertices lie outside the unit sphere", _REMEDY)
    return None


_REMEDY = "Bring the mesh to the cameras' frame and units"


def _unit(ratio: float, radius: float) -> str:
    """The likeliest unit of a mesh whose size is `ratio` times what it should be."""
    names = {**_UNITS, radius: "radii of the unit sphere"}
    factor = min(names, key=lambda unit: abs(np.log(unit * max(ratio, 1e-12))))
    if not 1 / 2.5 < factor * ratio < 2.5:
        return "they are not in the same unit"
    if not 50 <= radius <= 1000 and factor != radius:  # the cameras are not in mm either
        return f"they are not in the same unit, about {factor:g} apart"
    return f"its unit is not the cameras' one; these look like {names[factor]}"
