"""CSV tables of coordinates: our own, a spreadsheet's, or what a CAD program exports.

A header names the columns in any order, and may give a unit: "x [m]", "X_mm". Without one, a row is three
numbers, with a name before or behind them or none at all. See `data.text_tables` for what separates them.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Sequence
from dataclasses import replace

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files.axes import UNITS, Axes, axes_of
from h3dstudio.data.landmark_files.entry import Entry, Vector, coordinates, scaled
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.data.landmark_files.names import counts_up, without_numbers
from h3dstudio.data.text_tables import Row, guarded, table_rows, unguarded
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

REMEDY = "Write a table with the columns name, x, y, z, in mm"
COLUMNS = ("name", "x", "y", "z", "state", "note")
_NAMES = ("name", "label", "landmark", "point", "id", "index", "no", "nr", "number", "")
_NOTES = ("note", "description", "desc")
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf|infinity))(?:\s*(?P<unit>mm|cm|m|in))?",
    re.IGNORECASE,
)


def read(source: Source) -> list[Entry]:
    """Raises LandmarkError naming the line that is wrong."""
    rows = [_trimmed(row) for row in table_rows(source.text, source.path, REMEDY)]
    if not rows:
        return []
    if any(_is_number(field) for field in rows[0].fields):
        return _bare(rows, source)
    return _headed(rows, source)


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """Columns name, x, y, z, state, note; mm with six decimals."""
    out = io.StringIO()
    tabs = os.fspath(path).lower().endswith(".tsv")
    writer = csv.writer(out, lineterminator="\n", delimiter="\t" if tabs else ",")
    writer.writerow(COLUMNS)
    for entry in entries:
        where = ["", "", ""] if entry.position is None else [f"{value:.6f}" for value in entry.position]
        if entry.position is None:
            state = "skipped" if entry.skipped else "missing"
        else:
            state = "locked" if entry.locked else "set"
        note = " ".join(entry.note.split())
        writer.writerow([guarded(entry.name), *where, state, guarded(note)])
    write_text(path, out.getvalue())


def _trimmed(row: Row) -> Row:
    """Without the empty fields that spreadsheets add at the end."""
    fields = list(row.fields)
    while len(fields) > 3 and not fields[-1]:
        fields.pop()
    return Row(row.number, tuple(fields))


def _is_number(field: str) -> bool:
    return _NUMBER.fullmatch(field) is not None


def _position(cells: Sequence[str], header: Axes | None, where: object, place: str) -> Vector:
    """mm: each cell in the unit it names, else in the header's. Raises LandmarkError."""
    found = [_NUMBER.fullmatch(cell) for cell in cells]
    units = [match["unit"].lower() if match and match["unit"] else "" for match in found]
    told = header.unit if header is not None and header.told else None
    if len(set(units)) > 1 or (units[0] and told not in (None, UNITS[units[0]])):
        shown = ", ".join(cells)[:60]
        raise LandmarkError(
            f"{place} gives a unit for some of ({shown}) only, or another than the header's",
            where=str(where),
            remedy="Give one unit in the header: x [mm]",
        )
    bare = [match["number"] if match else cell for match, cell in zip(found, cells, strict=True)]
    unit = UNITS[units[0]] if units[0] else told or 1.0
    x, y, z = scaled(coordinates(bare, where, place), unit, where, place)
    if header is None:
        return x, y, z
    a, b, c = header.signs
    return a * x + 0.0, b * y + 0.0, c * z + 0.0


def _headed(rows: Sequence[Row], source: Source) -> list[Entry]:
    header = [field.lower().lstrip("#/ ") for field in rows[0].fields]
    axes = axes_of(rows[0].fields, source.path, REMEDY)
    names = next((header.index(each) for each in _NAMES if each in header), None)
    if names is None and 0 not in axes.places and not any(_is_number(row.fields[0]) for row in rows[1:]):
        names = 0  # In another language.
    entries = [_entry(row, header, axes, names, source.path) for row in rows[1:]]
    ours = header[: len(COLUMNS)] == list(COLUMNS)
    return entries if ours or source.numbered else without_numbers(entries, source.path)


def _entry(
    row: Row, header: Sequence[str], axes: Axes, names: int | None, path: str | os.PathLike[str]
) -> Entry:
    fields, place = row.fields, f"line {row.number}"
    if len(fields) > len(header):
        raise LandmarkError(
            f"{place} has {len(fields)} fields, the header has {len(header)}",
            where=path,
            remedy="Write decimals with a point, and put quotes around a text that holds the separator",
        )

    def field(*columns: str) -> str:
        at = next((header.index(each) for each in columns if each in header), len(fields))
        return fields[at] if at < len(fields) else ""

    name = "" if names is None or names >= len(fields) else unguarded(fields[names])
    entry = Entry(name, note=unguarded(field(*_NOTES)))
    state, cells = field("state").lower(), [fields[at] if at < len(fields) else "" for at in axes.places]
    if field("defined") == "0" or (not any(cells) and state in ("skipped", "missing", "undefined")):
        return replace(entry, skipped=state == "skipped")
    position = _position(cells, axes, path, place)
    return replace(entry, position=position, locked=state == "locked" or field("locked") == "1")


def _bare(rows: Sequence[Row], source: Source) -> list[Entry]:
    """Three numbers, and perhaps a name before or behind them, or how many they are."""
    if not all(len(row.fields) == 4 and all(map(_is_number, row.fields)) for row in rows):
        return [_bare_entry(row, source.path) for row in rows]
    if source.numbered:
        return [_entry_of(row.fields[0], row.fields[1:], row, source.path) for row in rows]
    return _counted(rows, source.path)


def _bare_entry(row: Row, path: str | os.PathLike[str]) -> Entry:
    fields, place, name = row.fields, f"line {row.number}", ""
    if len(fields) == 4 and not _is_number(fields[0]):
        name, fields = fields[0], fields[1:]
    elif len(fields) == 4 and not _is_number(fields[3]):
        name, fields = fields[3], fields[:3]
    elif len(fields) > 3:
        raise LandmarkError(
            f"{place} has {len(fields)} fields, expected three numbers and perhaps a name",
            where=path,
            remedy=REMEDY + ", decimals with a point",
        )
    return _entry_of(unguarded(name), fields, row, path)


def _entry_of(name: str, cells: Sequence[str], row: Row, path: str | os.PathLike[str]) -> Entry:
    return Entry(name, _position(cells, None, path, f"line {row.number}"))


def _counted(rows: Sequence[Row], path: str | os.PathLike[str]) -> list[Entry]:
    """Four numbers in every row, of which the first or the last counts the rows."""
    for at, rest in ((0, slice(1, 4)), (3, slice(0, 3))):
        column = [row.fields[at] for row in rows]
        other = [row.fields[3 - at] for row in rows]
        if len(rows) > 1 and _counts(column) and not _counts(other):
            return [_entry_of("", row.fields[rest], row, path) for row in rows]
    raise LandmarkError(
        "every line has four numbers, and none counts the lines, so what are the coordinates is not known",
        where=path,
        remedy=f"{REMEDY}; in CloudCompare, save the list as label name, x, y, z",
    )


def _counts(column: Sequence[str]) -> bool:
    return all(each.isascii() and each.isdigit() and len(each) < 9 for each in column) and counts_up(
        [int(each) for each in column]
    )


FORMAT = LandmarkFormat("table", "Table of coordinates", (".csv", ".tsv"), read, write=write, snaps=True)
