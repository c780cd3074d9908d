"""`landmarks68.json` of a run: where the prior's head has the 68 of Multi-PIE."""

from __future__ import annotations

from typing import Any

from h3dstudio.data.landmark_files.entry import Entry, coordinates
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.data.landmark_files.json_points import load
from h3dstudio.data.landmark_lists import MULTI_PIE, STANDARD_LISTS
from h3dstudio.errors import LandmarkError

_REMEDY = "Take landmarks68.json from a run's folder, as it was written"


def claims(source: Source) -> bool:
    return '"scheme"' in source.text


def read(source: Source) -> list[Entry]:
    """The 68, by the names of the standard list. Raises LandmarkError."""
    document, names = load(source, _REMEDY), STANDARD_LISTS[MULTI_PIE]
    content: dict[str, Any] = document if isinstance(document, dict) else {}
    points = content.get("points")
    if content.get("scheme") != MULTI_PIE:
        raise LandmarkError(
            f"the scheme is {str(content.get('scheme'))[:30]!r}, expected {MULTI_PIE}",
            where=source.path,
            remedy=_REMEDY,
        )
    if not isinstance(points, list) or len(points) != len(names):
        raise LandmarkError(f"expected a list of {len(names)} points", where=source.path, remedy=_REMEDY)
    entries = []
    for name, point in zip(names, points, strict=True):
        numbers = point if isinstance(point, list) else []
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in numbers):
            numbers = []
        entries.append(Entry(name, coordinates(numbers, source.path, name)))
    return entries


FORMAT = LandmarkFormat("run-68", "The 68 landmarks of a run", (".json",), read, claims)
