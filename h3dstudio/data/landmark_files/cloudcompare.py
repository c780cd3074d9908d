"""CloudCompare's picking list: "label,x,y,z" in a `.txt`; and any other table that somebody called `.txt`."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files import table
from h3dstudio.data.landmark_files.entry import Entry
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.data.landmarks import is_name_index, lines_of
from h3dstudio.data.text_tables import guarded, table_rows
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh


def claims(source: Source) -> bool:
    """Whether every line has three fields or more: a name and its vertex in H3DS have two."""
    if all(is_name_index(line) for _, line in lines_of(source.text)):
        return False  # "a = 12"
    try:
        rows = table_rows(source.text, source.path, table.REMEDY)
    except LandmarkError:
        return True
    return bool(rows) and all(len(row.fields) >= 3 for row in rows)


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """As CloudCompare's "label, x, y, z". What is not placed is left out: the format cannot say so."""
    lines = []
    for entry in entries:
        if entry.position is not None:
            x, y, z = entry.position
            lines.append(f"{_cell(entry.name)},{x:.6f},{y:.6f},{z:.6f}\n")
    write_text(path, "".join(lines))


def _cell(name: str) -> str:
    """Without a header, a name with a separator in it would decide what separates."""
    cell = guarded(name)
    return '"{}"'.format(cell.replace('"', '""')) if re.search(r'[,;"\t]', cell) else cell


FORMAT = LandmarkFormat(
    "cloudcompare",
    "CloudCompare picking list",
    (".txt",),
    table.read,
    claims,
    write,
    default=False,
    snaps=True,
)
