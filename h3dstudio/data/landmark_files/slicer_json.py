"""3D Slicer's `.mrk.json`: markups with named control points, in LPS (Slicer 5) or RAS.

The schema is Slicer's Modules/Loadable/Markups/Resources/Schema/markups-schema-v1.0.3.json.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any, NoReturn

from h3dstudio.data.atomic import write_json
from h3dstudio.data.landmark_files.entry import Entry, coordinates, turned
from h3dstudio.data.text_files import read_text
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

_SCHEMA = (
    "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/"
    "markups-schema-v1.0.3.json#"
)
_REMEDY = "Save the markups again in 3D Slicer, as .mrk.json"
_UNITS = {"um": 1e-3, "mm": 1.0, "cm": 10.0, "m": 1000.0}


def read(path: str | os.PathLike[str], _mesh: TriangleMesh | None = None) -> list[Entry]:
    """All control points of all markups. Raises LandmarkError naming the entry that is wrong."""
    document = load_json(path, _REMEDY)
    markups = document.get("markups")
    if not isinstance(markups, list):
        _refuse(path, 'there is no list "markups" in the file, expected that of 3D Slicer')
    entries: list[Entry] = []
    for place, markup in enumerate(markups):
        if not isinstance(markup, dict):
            _refuse(path, f"markup {place + 1} is no object")
        entries += _points(markup, place, path)
    return entries


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """One fiducial list in LPS, which Slicer shows on a mesh that was exported from here."""
    points = [_control_point(number, entry) for number, entry in enumerate(entries, 1)]
    markup = {
        "type": "Fiducial",
        "coordinateSystem": "LPS",
        "coordinateUnits": "mm",
        "locked": False,
        "fixedNumberOfControlPoints": False,
        "labelFormat": "%N-%d",
        "controlPoints": points,
    }
    write_json(path, {"@schema": _SCHEMA, "markups": [markup]})


def load_json(path: str | os.PathLike[str], remedy: str) -> dict[str, Any]:
    """The object in a JSON file. Raises LandmarkError when it is damaged or something else."""
    text = read_text(path, LandmarkError, remedy)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        at = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise LandmarkError(
            f"the file is damaged or cut off: it is no JSON{at}", where=path, remedy=remedy
        ) from None
    if not isinstance(document, dict):
        raise LandmarkError("the file holds no JSON object", where=path, remedy=remedy)
    return document


def _points(markup: dict[str, Any], place: int, path: str | os.PathLike[str]) -> list[Entry]:
    system, unit = markup.get("coordinateSystem", "LPS"), markup.get("coordinateUnits", "mm")
    unit = unit[0] if isinstance(unit, list) and unit else unit
    if system not in ("LPS", "RAS"):
        _refuse(path, f"the coordinate system is {str(system)[:20]!r}, expected LPS or RAS")
    if not isinstance(unit, str) or unit not in _UNITS:
        _refuse(path, f"the unit is {str(unit)[:20]!r}, expected one of {', '.join(_UNITS)}")
    points = markup.get("controlPoints", [])
    if not isinstance(points, list):
        _refuse(path, f'"controlPoints" of markup {place + 1} is no list')
    return [
        _entry(point, number, system == "RAS", _UNITS[unit], path) for number, point in enumerate(points, 1)
    ]


def _entry(point: Any, number: int, ras: bool, unit: float, path: str | os.PathLike[str]) -> Entry:
    if not isinstance(point, dict):
        _refuse(path, f"control point {number} is no object")
    name, note = point.get("label", ""), point.get("description", "")
    if not isinstance(name, str) or not isinstance(note, str):
        _refuse(path, f"control point {number} has a label or description that is no text")
    name = name or f"point_{number}"
    status = point.get("positionStatus", "defined")
    if status in ("undefined", "missing", "preview"):
        return Entry(name, skipped=status == "missing", note=note)
    values = point.get("position")
    if not isinstance(values, list) or any(
        isinstance(v, bool) or not isinstance(v, int | float) for v in values
    ):
        _refuse(path, f"{name} has no position of three numbers")
    x, y, z = coordinates(values, path, name)
    position = coordinates((x * unit, y * unit, z * unit), path, name)
    return Entry(name, turned(position) if ras else position, locked=point.get("locked") is True, note=note)


def _control_point(number: int, entry: Entry) -> dict[str, Any]:
    point: dict[str, Any] = {
        "id": str(number),
        "label": entry.name,
        "description": entry.note,
        "associatedNodeID": "",
        "selected": True,
        "locked": entry.locked,
        "visibility": True,
        "positionStatus": "defined",
    }
    if entry.position is None:
        return point | {"positionStatus": "missing" if entry.skipped else "undefined"}
    orientation = [-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0]  # Slicer's default, in LPS.
    return point | {"position": list(entry.position), "orientation": orientation}


def _refuse(path: str | os.PathLike[str], problem: str) -> NoReturn:
    raise LandmarkError(problem, where=path, remedy=_REMEDY)
