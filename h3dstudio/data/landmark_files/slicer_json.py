"""3D Slicer's `.mrk.json`: markups with named control points, in LPS (Slicer 5) or RAS.

The schema is Slicer's Modules/Loadable/Markups/Resources/Schema/markups-schema-v1.0.3.json.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NoReturn

from h3dstudio.data.atomic import write_json
from h3dstudio.data.landmark_files.entry import Entry, coordinates, one_word, scaled, turned
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source, choose_part
from h3dstudio.data.landmark_files.json_points import load
from h3dstudio.data.landmark_files.names import without_numbers
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

_SCHEMA = (
    "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/"
    "markups-schema-v1.0.3.json#"
)
_REMEDY = "Save the markups again in 3D Slicer, as .mrk.json"
_UNITS = {"um": 1e-3, "mm": 1.0, "cm": 10.0, "m": 1000.0}


def claims(source: Source) -> bool:
    return '"markups"' in source.text


def read(source: Source) -> list[Entry]:
    """The control points of the one markup that has any.

    Raises LandmarkError naming the entry that is wrong; SeveralLists where several markups have points.
    """
    document, path = load(source, _REMEDY), source.path
    if not isinstance(document, dict):
        _refuse(path, "the file holds no JSON object")
    markups = document.get("markups")
    if not isinstance(markups, list):
        _refuse(path, 'there is no list "markups" in the file, expected that of 3D Slicer')
    places: dict[int, str] = {}
    for place, markup in enumerate(markups):
        if not isinstance(markup, dict):
            _refuse(path, f"markup {place + 1} is no object")
        if markup.get("controlPoints", []) != []:
            places[place] = _called(markup, place)
    if not places:
        return []
    chosen = choose_part(list(places.values()), source.part, path, "markups")
    place = list(places)[chosen]
    entries = _points(markups[place], place, path)
    return entries if source.numbered else without_numbers(entries, path)


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


def _called(markup: dict[str, Any], place: int) -> str:
    """ "F", or what it is where it has no name: "Curve_2"; in one word, for a command line."""
    for key in ("name", "id"):
        if isinstance(markup.get(key), str) and one_word(markup[key]):
            return one_word(markup[key])
    return f"{one_word(str(markup.get('type', 'markup'))[:30])}_{place + 1}"


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
    values = point.get("position")
    if status in ("undefined", "missing", "preview") or values in ("", None, []):
        return Entry(name, skipped=status == "missing", note=note)
    if not isinstance(values, list) or any(
        isinstance(v, bool) or not isinstance(v, int | float) for v in values
    ):
        _refuse(path, f"{name} has no position of three numbers")
    position = scaled(coordinates(values, path, name), unit, path, name)
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


FORMAT = LandmarkFormat("slicer", "3D Slicer markups", (".mrk.json", ".json"), read, claims, write)
