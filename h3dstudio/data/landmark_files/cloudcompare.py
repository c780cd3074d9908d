"""CloudCompare's picking list: "label,x,y,z" in a `.txt`; and any other table that somebody called `.txt`."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files import table
from h3dstudio.data.landmark_files.entry import Entry
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.data.text_tables import guarded, table_rows
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh


def claims(source: Source) -> bool:
    """Whether every line has three fields or more: a vertex of H3DS has two."""
    try:
        rows = table_rows(source.text, source.path, table.REMEDY)
    except LandmarkError:
        return True
    return bool(rows) and all(len(row.fields) >= 3 for row in rows)


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """As CloudCompare's "label, x, y, z". What is not placed is left out: the format cannot say so."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for entry in entries:
        if entry.position is not None:
            writer.writerow([guarded(entry.name), *(f"{value:.6f}" for value in entry.position)])
    write_text(path, out.getvalue())


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
