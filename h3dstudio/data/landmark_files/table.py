"""CSV tables of coordinates: our own, a spreadsheet's, or what a CAD program exports.

Commas, semicolons, tabs or blanks separate; with all but commas, a decimal comma is understood. A header
names the columns in any order, and may give a unit: "x [m]". Without one, a row is three numbers, with a
name before or behind them or none at all.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Sequence

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files.entry import Entry, coordinates
from h3dstudio.data.text_files import read_text
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

UNITS = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4}
"""mm in each unit."""
_REMEDY = "Write a table with the columns name, x, y, z, in mm"
_NAMES = ("name", "label", "landmark", "point", "id")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE)
Row = tuple[int, list[str]]


def read(path: str | os.PathLike[str], _mesh: TriangleMesh | None = None) -> list[Entry]:
    """Raises LandmarkError naming the line that is wrong."""
    rows = _rows(read_text(path, LandmarkError, _REMEDY), path)
    if not rows:
        return []
    if any(_is_number(field) for field in rows[0][1]):
        return [_bare(fields, number, path) for number, fields in rows]
    columns, unit = _header(rows[0][1], path)
    return [_headed(fields, number, columns, unit, path) for number, fields in rows[1:]]


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """Columns name, x, y, z, state, note; mm with six decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", "x", "y", "z", "state", "note"])
    for entry in entries:
        where = ["", "", ""] if entry.position is None else [f"{value:.6f}" for value in entry.position]
        if entry.position is None:
            state = "skipped" if entry.skipped else "missing"
        else:
            state = "locked" if entry.locked else "set"
        writer.writerow([entry.name, *where, state, " ".join(entry.note.split())])
    write_text(path, out.getvalue())


def _rows(text: str, path: str | os.PathLike[str]) -> list[Row]:
    """(line number, fields) of what is no comment, decimal commas made points."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    lines = [(number, line) for number, line in lines if not line.lstrip().startswith("#")]
    separator = _separator([line for _, line in lines[:20]])
    rows = []
    for number, line in lines:
        try:
            fields = line.split() if separator is None else next(csv.reader([line], delimiter=separator), [])
        except csv.Error as error:
            raise LandmarkError(f"line {number} is damaged ({error})", where=path, remedy=_REMEDY) from None
        fields = [field.strip() for field in fields]
        if separator != ",":
            fields = [re.sub(r"^([+-]?\d*),(\d+)$", r"\1.\2", field) for field in fields]
        rows.append((number, fields))
    return rows


def _separator(lines: Sequence[str]) -> str | None:
    """The first of ; tab , that every line has; None: blanks."""
    return next((mark for mark in ";\t," if lines and all(mark in line for line in lines)), None)


def _is_number(field: str) -> bool:
    return _NUMBER.fullmatch(field) is not None


def _header(fields: Sequence[str], path: str | os.PathLike[str]) -> tuple[dict[str, int], float]:
    """Column name -> place, and mm in the file's unit."""
    columns: dict[str, int] = {}
    units = set()
    for place, field in enumerate(fields):
        found = re.fullmatch(r"(\w+)\s*(?:[\[(/]\s*([a-zA-Z]+)\s*[\])]?)?", field.strip().lower())
        if found:
            columns.setdefault(found[1], place)
            if found[1] in ("x", "y", "z"):
                units.add(found[2] or "mm")
    if not {"x", "y", "z"} <= set(columns):
        raise LandmarkError(
            f"the first line is {', '.join(fields)[:60]!r}, which names no columns x, y and z",
            where=path,
            remedy=_REMEDY,
        )
    unit = units.pop() if len(units) == 1 else ""
    if unit not in UNITS:
        raise LandmarkError(
            f"the unit of the coordinates is {unit or 'not the same for x, y and z'}",
            where=path,
            remedy=f"Use one of {', '.join(UNITS)}",
        )
    return columns, UNITS[unit]


def _headed(
    fields: Sequence[str], number: int, columns: dict[str, int], unit: float, path: str | os.PathLike[str]
) -> Entry:
    def field(column: str) -> str:
        place = columns.get(column, len(fields))
        return fields[place] if place < len(fields) else ""

    name = next((field(column) for column in _NAMES if column in columns), "")
    state, note = field("state").lower(), field("note")
    values = [field(axis) for axis in "xyz"]
    if not any(values) and state in ("skipped", "missing", "undefined"):
        return Entry(name, skipped=state == "skipped", note=note)
    x, y, z = coordinates(values, path, f"line {number}")
    position = coordinates((x * unit, y * unit, z * unit), path, f"line {number}")
    return Entry(name, position, locked=state == "locked", note=note)


def _bare(fields: Sequence[str], number: int, path: str | os.PathLike[str]) -> Entry:
    """Three numbers, and perhaps a name before or behind them."""
    if len(fields) == 4:
        first = _is_number(fields[3])  # A number of its own is a name too: "1, x, y, z".
        name, values = (fields[0], fields[1:]) if first else (fields[3], fields[:3])
    else:
        name, values = "", fields
    return Entry(name, coordinates(list(values), path, f"line {number}"))
