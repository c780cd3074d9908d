"""Points in JSON of any shape that programs give them: lists, name -> point, objects with x, y and z."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from h3dstudio.data.json_text import parse_json
from h3dstudio.data.landmark_files.axes import UNITS
from h3dstudio.data.landmark_files.entry import Entry, coordinates, scaled
from h3dstudio.data.landmark_files.format import Source, choose_part
from h3dstudio.data.landmark_files.names import by_count, without_numbers
from h3dstudio.errors import LandmarkError

REMEDY = 'Write {"nose_tip": [x, y, z], …} in mm, or a list of the 68, 468 or 478 points of a detector'
_AROUND = (
    "landmarks",
    "points",
    "face_landmarks",
    "faceLandmarks",
    "multi_face_landmarks",
    "landmark",
    "keypoints",
)
"""Keys that hold the points in what dlib, FAN and MediaPipe users save."""
_PLACES = ("position", "coordinates", "point", "xyz")
_LABELS = ("name", "label", "id")


def load(source: Source, remedy: str = REMEDY) -> Any:
    """The document. Raises LandmarkError where it is no JSON."""
    try:
        return parse_json(source.text)
    except ValueError as error:
        raise LandmarkError(
            f"the file is damaged or cut off: it is no JSON ({error})", where=source.path, remedy=remedy
        ) from None


def read_points(source: Source) -> list[Entry]:
    """Whatever points the document holds; 68, 468 or 478 without names are those of their list.

    Raises LandmarkError naming the point that is wrong, SeveralLists where there are several faces.
    """
    document = load(source)
    unit = _unit(document, source)
    points = _unwrapped(document, source)
    if isinstance(points, Mapping):
        entries = [_entry(str(name), value, unit, source) for name, value in points.items()]
    elif isinstance(points, list):
        entries = [_entry(_label(one), one, unit, source, number) for number, one in enumerate(points, 1)]
    else:
        _refuse(source, "there are no points in the file")
    if source.numbered:
        return entries
    entries = without_numbers(entries, source.path)
    return by_count(entries) if not any(entry.name for entry in entries) else entries


def _unit(document: Any, source: Source) -> float:
    named = document.get("unit", document.get("units", "mm")) if isinstance(document, Mapping) else "mm"
    if not isinstance(named, str) or named not in UNITS:
        _refuse(source, f"the unit is {str(named)[:20]!r}, expected one of {', '.join(UNITS)}")
    return UNITS[named]


def _unwrapped(document: Any, source: Source) -> Any:
    """The list of points, or the mapping of names, of the one face that is meant."""
    while True:
        around = [key for key in _AROUND if isinstance(document, Mapping) and key in document]
        if around and isinstance(document[around[0]], dict | list) and not _is_point(document[around[0]]):
            document = document[around[0]]
        elif isinstance(document, list) and document and all(map(_is_face, document)):
            faces = [f"face_{number}" for number in range(1, len(document) + 1)]
            document = document[choose_part(faces, source.part, source.path, "faces")]
        else:
            return document


def _is_face(value: Any) -> bool:
    """Whether it is a list of points itself, or an object around one."""
    if isinstance(value, Mapping):
        return any(isinstance(value.get(key), list) and not _is_point(value[key]) for key in _AROUND)
    return isinstance(value, list) and bool(value) and all(isinstance(one, list | dict) for one in value)


def _is_point(value: Any) -> bool:
    if isinstance(value, Mapping):
        return {"x", "y"} <= set(value)
    return isinstance(value, list) and bool(value) and all(_is_number(one) for one in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _label(value: Any) -> str:
    """The name in an object of a list; "" for none."""
    labels = [value.get(key) for key in _LABELS] if isinstance(value, Mapping) else []
    return next((str(label) for label in labels if isinstance(label, str | int)), "")


def _entry(name: str, value: Any, unit: float, source: Source, number: int = 0) -> Entry:
    place = name[:40] or f"point {number}"
    if isinstance(value, int) and not isinstance(value, bool) and not number:
        return _vertex(name, value, source)
    numbers = _numbers(value, place, source)
    if numbers is None:
        return Entry(name)
    return Entry(name, scaled(coordinates(numbers, source.path, place), unit, source.path, place))


def _numbers(value: Any, place: str, source: Source) -> Sequence[float] | None:
    """Of one point; None for one that is not placed."""
    if isinstance(value, Mapping):
        inner = next((value[key] for key in _PLACES if key in value), None)
        if inner is not None or not _is_point(value):
            return _numbers(inner, place, source) if not isinstance(inner, Mapping) else _axes(inner)
        return _axes(value)
    if value is None or value == [] or value == [None, None, None]:
        return None
    if not isinstance(value, list) or not all(map(_is_number, value)):
        _refuse(source, f"{place} has no position of three numbers")
    if len(value) == 2:
        _refuse(
            source,
            f"{place} has two numbers: they are pixels of a photo, not points of a surface",
            "Write them as clicks in two or more photos, and let `landmarks triangulate` place them",
        )
    return value


def _axes(value: Mapping[str, Any]) -> list[Any]:
    given = [value.get(axis, "") for axis in "xyz"]
    return [one if _is_number(one) else "" for one in given]


def _vertex(name: str, index: int, source: Source) -> Entry:
    from h3dstudio.data.landmarks import check_indices
    from h3dstudio.geometry.surface_points import vector

    if not 0 <= index < 10**9:
        _refuse(source, f"{name} is vertex {str(index)[:20]}")
    if source.mesh is None:
        return Entry(name, vertex=index)
    check_indices({name: index}, len(source.mesh.vertices), source.path)
    return Entry(name, vector(source.mesh.vertices[index]), index)


def _refuse(source: Source, problem: str, remedy: str = REMEDY) -> NoReturn:
    raise LandmarkError(problem, where=source.path, remedy=remedy)
