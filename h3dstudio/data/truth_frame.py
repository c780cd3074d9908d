"""Whether a ground truth lies where the cameras and masks say, in their unit: else it leads astray."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView, Problem
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

SMALLEST, LARGEST = 0.2, 5.0
"""Of the unit sphere's radius: what half a head scan's diagonal can be. Scans with shoulders reach 2."""
OUTSIDE = 0.5
"""Share of the vertices outside the unit sphere."""
ENOUGH = 4000
"""Vertices that are looked at."""
BEYOND, MUCH = 5.0, 0.1
"""mm from a mask, and the share of the vertices that may be so far: real masks are rough."""
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


def truth_outside_masks(
    vertices: NDArray[np.float64], views: Sequence[LoadedView], path: Path
) -> Problem | None:
    """Where much of a ground truth (V, 3) lies beyond what the masks show, or None.

    Of right scans nothing does; turned by half or a quarter, with other axes, moved by 30 mm or a tenth too
    large, 20% and more. The same is seen where the cameras are another lens's: masks alone cannot tell.
    """
    some = vertices[:: max(1, len(vertices) // ENOUGH)]
    beyond = [_beyond(some, view.mask, view.view.camera) for view in views]
    if not len(some) or not beyond:
        return None
    share = float(np.mean(np.max(beyond, axis=0) > BEYOND))
    if share <= MUCH:
        return None
    return Problem(
        str(path),
        f"{share:.0%} of the ground truth lies more than {BEYOND:g} mm beyond what the masks show: it lies "
        "elsewhere, has other axes or another size, or the cameras are not those of these photos",
        f"{_REMEDY}; where it is right, check the cameras' focal length",
    )


def _beyond(points: NDArray[np.float64], mask: NDArray[np.bool_], camera: Camera) -> NDArray[np.float64]:
    """(N,) mm at the point's depth to the mask (H, W); 0 in it, beyond the photo, and behind the camera."""
    from scipy.ndimage import distance_transform_edt

    pixels, depth = camera.project(points)
    column, row = np.rint(pixels.clip(-1e6, 1e6)).astype(int).T
    seen = (depth > 0) & (column >= 0) & (column < mask.shape[1]) & (row >= 0) & (row < mask.shape[0])
    found = np.zeros(len(points))
    if mask.any():
        away = distance_transform_edt(~mask)[row[seen], column[seen]]
        found[seen] = away * depth[seen] / camera.intrinsics[0, 0]
    return found


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
