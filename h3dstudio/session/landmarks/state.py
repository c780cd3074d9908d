"""Serialization of landmarks in the project file: plain JSON, every field checked when it is read."""

from __future__ import annotations

import re
from typing import NoReturn

from h3dstudio.data.landmark_lists import H3DS
from h3dstudio.errors import LandmarkError, ProjectError
from h3dstudio.geometry.surface_points import NO_FACE, SurfacePoint
from h3dstudio.session.landmarks.table import LAYERS, RECONSTRUCTION, About, Mark, Sighting, Table
from h3dstudio.session.project.sections import Json

LARGEST = 1e9
"""mm, or pixels: what is farther away is a damaged file."""


def write_state(table: Table, list_name: str, layer: str) -> Json:
    """What `parse_state` reads. Faces index the mesh of the moment: only positions outlive it."""
    return {
        "list": list_name,
        "layer": layer,
        "lists": {title: list(names) for title, names in table.lists.items()},
        "about": {name: {"color": one.color, "note": one.note} for name, one in table.about.items()},
        "marks": {
            layer: {name: _write_mark(mark) for name, mark in marks.items()}
            for layer, marks in table.marks.items()
        },
    }


def parse_state(state: Json) -> tuple[Table, str, str]:
    """The table, the list in use and the layer. Raises ProjectError naming the field that is wrong."""
    top = _object(state, "landmarks")
    table = Table()
    for title, names in _object(top.get("lists", {}), "landmarks.lists").items():
        where = f"landmarks.lists.{title}"
        try:
            entries = [_text(name, where) for name in _list(names, where)]
            table = table.with_list(title, tuple(entries))
        except LandmarkError as error:
            _refuse(where, error.problem)
    for name, one in _object(top.get("about", {}), "landmarks.about").items():
        table = table.with_about(name, _about(one, f"landmarks.about.{name}"))
    marks = _object(top.get("marks", {}), "landmarks.marks")
    for each in LAYERS:
        where = f"landmarks.marks.{each}"
        entry = _object(marks.get(each, {}), where)
        table = table.with_marks(each, {n: _mark(mark, f"{where}.{n}") for n, mark in entry.items()})
    list_name, layer = top.get("list", H3DS), top.get("layer", RECONSTRUCTION)
    # A list or layer of a newer version is no reason to lose the points.
    return (
        table,
        list_name if isinstance(list_name, str) and list_name in table.all_lists else H3DS,
        layer if isinstance(layer, str) and layer in LAYERS else RECONSTRUCTION,
    )


def _write_mark(mark: Mark) -> Json:
    out: dict[str, Json] = {}
    if mark.point is not None:
        out["position"] = list(mark.point.position)
        if mark.point.face != NO_FACE:
            out["face"] = mark.point.face
            out["barycentric"] = list(mark.point.barycentric)
    if mark.skipped:
        out["skipped"] = True
    if mark.locked:
        out["locked"] = True
    if mark.sightings:
        out["photos"] = [{"view": one.view, "x": one.x, "y": one.y} for one in mark.sightings]
    return out


def _mark(value: Json, where: str) -> Mark:
    entry = _object(value, where)
    point = None
    if "position" in entry:
        x, y, z = _numbers(entry["position"], 3, f"{where}.position")
        u, v = _numbers(entry.get("barycentric", [0, 0]), 2, f"{where}.barycentric")
        face = _whole(entry.get("face", NO_FACE), f"{where}.face", NO_FACE)
        point = SurfacePoint((x, y, z), face, (u, v))
    photos = _list(entry.get("photos", []), f"{where}.photos")
    return Mark(
        point,
        skipped=point is None and _flag(entry, "skipped", where),
        locked=point is not None and _flag(entry, "locked", where),
        sightings=tuple(_sighting(one, f"{where}.photos") for one in photos),
    )


def _sighting(value: Json, where: str) -> Sighting:
    entry = _object(value, where)
    x, y = _numbers([entry.get("x"), entry.get("y")], 2, where)
    return Sighting(_whole(entry.get("view"), f"{where}.view", 0), x, y)


def _about(value: Json, where: str) -> About:
    entry = _object(value, where)
    color, note = _text(entry.get("color", ""), where), _text(entry.get("note", ""), where)
    if color and not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        _refuse(where, f"{color!r} is no colour such as #3f5bd9")
    return About(color, note)


def _object(value: Json, where: str) -> dict[str, Json]:
    return value if isinstance(value, dict) else _refuse(where, "expected an object")


def _list(value: Json, where: str) -> list[Json]:
    return value if isinstance(value, list) else _refuse(where, "expected a list")


def _text(value: Json, where: str) -> str:
    return value if isinstance(value, str) else _refuse(where, "expected text")


def _flag(entry: dict[str, Json], key: str, where: str) -> bool:
    value = entry.get(key, False)
    return value if isinstance(value, bool) else _refuse(f"{where}.{key}", "expected true or false")


def _whole(value: Json, where: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**31:
        _refuse(where, f"expected a whole number from {least}")
    return value


def _numbers(value: Json, length: int, where: str) -> tuple[float, ...]:
    entries = _list(value, where)
    numbers = tuple(
        float(entry)
        for entry in entries
        if isinstance(entry, int | float) and not isinstance(entry, bool) and abs(entry) < LARGEST
    )
    if len(entries) != length or len(numbers) != length:
        _refuse(where, f"expected {length} finite numbers")
    return numbers


def _refuse(where: str, problem: str) -> NoReturn:
    raise ProjectError(
        f"the project's {where} cannot be used: {problem}",
        remedy="Open a backup of the project, or mend that entry with a text editor",
    )
