"""`landmarks68.json` of a run: where the prior's head has the 68 of Multi-PIE."""

from __future__ import annotations

import os

from h3dstudio.data.landmark_files.entry import Entry, coordinates
from h3dstudio.data.landmark_files.slicer_json import load_json
from h3dstudio.data.landmark_lists import MULTI_PIE, STANDARD_LISTS
from h3dstudio.errors import LandmarkError

_REMEDY = "Take landmarks68.json from a run's folder, as it was written"


def can_read(path: str | os.PathLike[str]) -> bool:
    """Whether it is one of these rather than Slicer's. Raises LandmarkError when it is no JSON."""
    return "scheme" in load_json(path, _REMEDY)


def read(path: str | os.PathLike[str]) -> list[Entry]:
    """The 68, by the names of the standard list. Raises LandmarkError."""
    document, names = load_json(path, _REMEDY), STANDARD_LISTS[MULTI_PIE]
    points = document.get("points")
    if document.get("scheme") != MULTI_PIE:
        raise LandmarkError(
            f"the scheme is {str(document.get('scheme'))[:30]!r}, expected {MULTI_PIE}",
            where=path,
            remedy=_REMEDY,
        )
    if not isinstance(points, list) or len(points) != len(names):
        raise LandmarkError(f"expected a list of {len(names)} points", where=path, remedy=_REMEDY)
    entries = []
    for name, point in zip(names, points, strict=True):
        numbers = point if isinstance(point, list) else []
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in numbers):
            numbers = []
        entries.append(Entry(name, coordinates(numbers, path, name)))
    return entries
