"""Clicks in photos as a table: a landmark's name, the view's number, and the pixel.

A header may name the columns in another order, and others beside them; see `data.text_tables` for what
separates them.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files.entry import one_word
from h3dstudio.data.text_files import read_text
from h3dstudio.data.text_tables import Row, guarded, table_rows, unguarded
from h3dstudio.errors import H3DError, LandmarkError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.triangulation import Triangulation, triangulate

Pixel = tuple[float, float]
Clicks = Mapping[str, Mapping[int, Pixel]]
SUFFIX = ".clicks.csv"
LARGEST = 4_000_000
"""Bytes of a table of clicks."""
_COLUMNS = (
    ("name", "landmark", "label", "point"),
    ("view", "photo", "image", "camera"),
    ("x", "u", "column"),
    ("y", "v", "row"),
)
_UNIT = re.compile(r"[\s_]*[\[(/]?\s*(?:px|pixels?)\s*[\])]?$")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_REMEDY = "Write a table with the columns name, view, x, y: pixels, whose centres are at whole numbers"


def read_clicks(path: str | os.PathLike[str]) -> dict[str, dict[int, Pixel]]:
    """Name -> view -> (x, y) in pixels. Raises LandmarkError naming the line that is wrong."""
    rows = table_rows(read_text(path, LandmarkError, _REMEDY, LARGEST), path, _REMEDY)
    places = _places(rows[0].fields, path) if rows else None
    clicks: dict[str, dict[int, Pixel]] = {}
    for row in rows[places is not None :]:
        name, view, pixel = _click(_fields(row, places, path), row.number, path)
        if view in clicks.setdefault(name, {}):
            raise _bad(row.number, f"{name} is clicked in view {view} a second time", path)
        clicks[name][view] = pixel
    if not clicks:
        raise LandmarkError("there is no click in the file", where=path, remedy=_REMEDY)
    return clicks


def write_clicks(path: str | os.PathLike[str], clicks: Clicks) -> None:
    """Write what `read_clicks` reads. Raises LandmarkError where there is none, OutputError."""
    rows = [(name, view, *pixel) for name, seen in clicks.items() for view, pixel in sorted(seen.items())]
    if not rows:
        remedy = "Look through a photo (double-click it) and mark the landmark there"
        raise LandmarkError("no landmark is clicked in a photo", where=path, remedy=remedy)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("name", "view", "x", "y"))
    table.writerows((guarded(name), view, f"{x:.3f}", f"{y:.3f}") for name, view, x, y in rows)
    write_text(path, out.getvalue())


def triangulate_clicks(
    clicks: Clicks, cameras: Mapping[int, Camera], where: str | os.PathLike[str]
) -> dict[str, Triangulation]:
    """Each landmark's point; errors are in the order of the view numbers.

    Raises LandmarkError, naming the landmark, for a view that is not there or clicks that do not meet.
    """
    found: dict[str, Triangulation] = {}
    for name, seen in clicks.items():
        views = sorted(seen)
        lost = next((view for view in views if view not in cameras), None)
        if lost is not None:
            raise LandmarkError(
                f"{name} is clicked in view {lost}, which the scan does not have",
                where=where,
                remedy="Use the numbers of the scan's photos",
            )
        try:
            found[name] = triangulate([cameras[view] for view in views], np.array([seen[v] for v in views]))
        except H3DError as error:
            raise LandmarkError(f"{name}: {error.problem}", where=where, remedy=error.remedy) from error
    return found


@dataclass(frozen=True)
class _Places:
    """Of the four columns, and how many the header has."""

    of: tuple[int, ...]
    count: int


def _places(header: Sequence[str], path: str | os.PathLike[str]) -> _Places | None:
    """Where a header says that name, view, x and y are; None where the first row is a click already."""
    words = [_UNIT.sub("", field.lower()).strip() for field in header]
    if len(header) > 2 and any(_NUMBER.fullmatch(field) for field in header):
        return None
    found = [[place for place, word in enumerate(words) if word in names] for names in _COLUMNS]
    if any(len(places) != 1 for places in found):
        raise _bad(1, f"the header is {', '.join(header)[:60]!r}, expected name, view, x, y", path)
    return _Places(tuple(places[0] for places in found), len(header))


def _fields(row: Row, places: _Places | None, path: str | os.PathLike[str]) -> list[str]:
    """Name, view, x and y of a row."""
    fields = list(row.fields)
    while len(fields) > 4 and not fields[-1]:  # Spreadsheets pad their rows.
        fields.pop()
    if places is None:
        return fields
    if len(fields) > places.count:
        raise _bad(row.number, f"it has {len(fields)} fields, the header has {places.count}", path)
    return [fields[place] if place < len(fields) else "" for place in places.of]


def _click(fields: list[str], number: int, path: str | os.PathLike[str]) -> tuple[str, int, Pixel]:
    if len(fields) != 4 or not re.fullmatch(r"[0-9]+", fields[1]):
        raise _bad(number, f"expected name, view, x, y, found {', '.join(fields)[:60]!r}", path)
    name = one_word(unguarded(fields[0]))
    if not name or _NUMBER.fullmatch(name):
        raise _bad(number, f"{fields[0][:20]!r} stands where a landmark's name is expected", path)
    pixel = [float(text) if _NUMBER.fullmatch(text) else math.nan for text in fields[2:]]
    if not (all(abs(one) < 1e6 for one in pixel) and len(fields[1]) < 10):
        raise _bad(number, f"({fields[2][:20]}, {fields[3][:20]}) is no pixel of view {fields[1][:20]}", path)
    return name, int(fields[1]), (pixel[0], pixel[1])


def _bad(number: int, problem: str, path: str | os.PathLike[str]) -> LandmarkError:
    return LandmarkError(f"line {number}: {problem}", where=path, remedy=_REMEDY)
