"""IDAV Landmark Editor's `.pts`: "Version 1.0", how many there are, then a label and x, y, z for each.

Source: the Landmark Editor's manual; the R package Morpho reads it the same way (`read.pts`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files.entry import Entry, coordinates
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

_REMEDY = 'Export it again: "Version 1.0", the number of points, then lines of label, x, y, z'
_NOT_PLACED = (9999.0, 9999.0, 9999.0)


def claims(source: Source) -> bool:
    return "{" not in source.text


def read(source: Source) -> list[Entry]:
    """Labels are names, "S000" too: they say which point of the project it is. Raises LandmarkError."""
    lines = [(n, line.split()) for n, line in enumerate(source.text.splitlines(), 1) if line.strip()]
    if len(lines) < 2 or not re.match(r"(?i)version\b", " ".join(lines[0][1])):
        raise LandmarkError("the file does not begin with 'Version 1.0'", where=source.path, remedy=_REMEDY)
    said, rows = lines[1][1], lines[2:]
    if len(said) != 1 or not re.fullmatch(r"[0-9]{1,6}", said[0]) or int(said[0]) != len(rows):
        raise LandmarkError(
            f"the file says that there are {' '.join(said)[:20]!r} points, and holds {len(rows)}",
            where=source.path,
            remedy=_REMEDY,
        )
    return [_entry(fields, number, source) for number, fields in rows]


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """Names are the labels; 9999 stands for what is not placed, as in the editor."""
    lines = ["Version 1.0", str(len(entries))]
    for entry in entries:
        lines.append(" ".join([entry.name, *(f"{value:.6f}" for value in entry.position or _NOT_PLACED)]))
    write_text(path, "\n".join(lines) + "\n")


def _entry(fields: Sequence[str], number: int, source: Source) -> Entry:
    if len(fields) != 4:
        raise LandmarkError(
            f"line {number} has {len(fields)} fields, expected a label and three numbers",
            where=source.path,
            remedy=_REMEDY,
        )
    position = coordinates(fields[1:], source.path, f"line {number}")
    return Entry(fields[0], None if position == _NOT_PLACED else position)


FORMAT = LandmarkFormat("idav", "IDAV Landmark points", (".pts",), read, claims, write)
