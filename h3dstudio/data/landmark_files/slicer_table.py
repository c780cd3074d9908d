"""3D Slicer's "Export to table": label, l, p, s, defined, …; read as any other table (see `table`)."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files import table
from h3dstudio.data.landmark_files.entry import Entry
from h3dstudio.data.landmark_files.format import LandmarkFormat
from h3dstudio.data.text_tables import guarded
from h3dstudio.geometry.mesh import TriangleMesh

COLUMNS = ("label", "l", "p", "s", "defined", "selected", "visible", "locked", "description")
"""Source: Slicer's vtkSlicerMarkupsLogic::ExportControlPointsToCSV."""


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """In LPS, as this program's meshes. What is not placed is a row that is not "defined"."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        where = [0, 0, 0] if entry.position is None else [f"{value:.6f}" for value in entry.position]
        defined, note = int(entry.position is not None), guarded(" ".join(entry.note.split()))
        writer.writerow([guarded(entry.name), *where, defined, 1, 1, int(entry.locked), note])
    write_text(path, out.getvalue())


FORMAT = LandmarkFormat(
    "slicer-table", "3D Slicer table", (".csv",), table.read, write=write, rank=1, default=False, snaps=True
)
