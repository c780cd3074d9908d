"""Coordinates from elsewhere as vertices of a mesh, and what to doubt about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmark_files.axes import UNITS
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

FAR = 5.0
"""mm from the nearest vertex, beyond which a coordinate is doubtful."""
_RAS = "RAS"
_CLEARLY = 0.2
"""Another reading of the numbers must bring them this much nearer to be suggested."""


@dataclass(frozen=True)
class Snapped:
    """Attributes:
    vertices: name -> the nearest vertex.
    distances: name -> mm to it.
    warnings: what is doubtful, as sentences without a final period.
    unit: the one the numbers seem to be in, where that is not mm; "" for none.
    """

    vertices: Mapping[str, int]
    distances: Mapping[str, float]
    warnings: tuple[str, ...]
    unit: str = ""

    @property
    def worst(self) -> float:
        """The largest distance in mm."""
        return max(self.distances.values(), default=0.0)


def snap(points: Mapping[str, tuple[float, float, float]], mesh: TriangleMesh) -> Snapped:
    """The vertices nearest to points in mm, and warnings where one is far or the unit seems another.

    Vertices that no face uses are no part of the surface and are passed over. Raises LandmarkError where
    the mesh has no faces.
    """
    if not len(mesh.faces):
        raise LandmarkError("the mesh has no faces to snap to", remedy="Choose the surface they lie on")
    if not points:
        return Snapped({}, {}, ())
    from scipy.spatial import cKDTree

    used = np.unique(mesh.faces)
    tree = cKDTree(mesh.vertices[used])
    places = np.array(list(points.values()), dtype=np.float64)
    distance, index = tree.query(places)
    names = list(points)
    return Snapped(
        dict(zip(names, map(int, used[index]), strict=True)),
        dict(zip(names, map(float, distance), strict=True)),
        *_doubts(names, places, distance, tree),
    )


def _doubts(
    names: list[str], places: NDArray[np.float64], distance: NDArray[np.float64], tree: object
) -> tuple[tuple[str, ...], str]:
    """The warnings, and the unit that the numbers seem to be in."""
    if distance.max() <= FAR:
        return (), ""
    far = [f"{name} ({mm:.1f} mm)" for name, mm in zip(names, distance, strict=True) if mm > FAR]
    more = f" and {len(far) - 5} more" if len(far) > 5 else ""
    warnings = [f"more than {FAR:g} mm from the mesh: {', '.join(far[:5])}{more}"]
    reading = _better_reading(places, float(np.median(distance)), tree)
    if reading == _RAS:
        warnings.append("the coordinates look like RAS, not LPS: x and y the other way round")
    elif reading:
        warnings.append(f"the coordinates look like {reading}, not mm")
    return tuple(warnings), reading if reading in UNITS else ""


def _better_reading(places: NDArray[np.float64], median: float, tree: object) -> str:
    """How the numbers would lie on the mesh, "" when no other reading is clearly better."""
    readings = {unit: places * mm for unit, mm in UNITS.items() if unit != "mm"}
    readings |= {"micrometres": places / 1000, _RAS: places * [-1, -1, 1]}
    medians = {name: float(np.median(tree.query(moved)[0])) for name, moved in readings.items()}  # type: ignore[attr-defined]
    best = min(medians, key=lambda name: medians[name])
    # A tiny cloud at the mesh's own middle is near to nothing: it must really lie on the surface.
    return best if medians[best] < min(FAR, _CLEARLY * median) else ""
