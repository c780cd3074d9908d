"""Clicks in photos as a table: a landmark's name, the view's number, and the pixel."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Mapping

import numpy as np

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files.entry import one_word
from h3dstudio.data.text_files import read_text
from h3dstudio.errors import H3DError, LandmarkError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.triangulation import Triangulation, triangulate

Pixel = tuple[float, float]
Clicks = Mapping[str, Mapping[int, Pixel]]
SUFFIX = ".clicks.csv"
_REMEDY = "Write a table with the columns name, view, x, y: pixels, whose centres are at whole numbers"


def read_clicks(path: str | os.PathLike[str]) -> dict[str, dict[int, Pixel]]:
    """Name -> view -> (x, y) in pixels. Raises LandmarkError naming the line that is wrong."""
    lines = read_text(path, LandmarkError, _REMEDY).splitlines()
    clicks: dict[str, dict[int, Pixel]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            fields = [field.strip() for field in next(csv.reader([line]), [])]
        except csv.Error as error:
            raise _bad(number, str(error), path) from None
        if not clicks and [field.lower() for field in fields] == ["name", "view", "x", "y"]:
            continue
        name, view, pixel = _click(fields, number, path)
        if view in clicks.setdefault(name, {}):
            raise _bad(number, f"{name} is clicked in view {view} a second time", path)
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
    table.writerows((name, view, f"{x:.3f}", f"{y:.3f}") for name, view, x, y in rows)
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


def _click(fields: list[str], number: int, path: str | os.PathLike[str]) -> tuple[str, int, Pixel]:
    if len(fields) != 4 or not one_word(fields[0]) or not fields[1].isascii() or not fields[1].isdigit():
        raise _bad(number, f"expected name, view, x, y, found {', '.join(fields)[:60]!r}", path)
    try:
        x, y = float(fields[2]), float(fields[3])
    except ValueError:
        x = y = math.nan
    if not (abs(x) < 1e6 and abs(y) < 1e6 and len(fields[1]) < 10):
        raise _bad(number, f"({fields[2][:20]}, {fields[3][:20]}) is no pixel of view {fields[1][:20]}", path)
    return one_word(fields[0]), int(fields[1]), (x, y)


def _bad(number: int, problem: str, path: str | os.PathLike[str]) -> LandmarkError:
    return LandmarkError(f"line {number}: {problem}", where=path, remedy=_REMEDY)
