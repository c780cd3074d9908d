"""3D Slicer's older `.fcsv`: comma-separated fiducials under a header of `#` lines.

The header tells the coordinate system ("LPS", "RAS", or 1 and 0 for them; files before Slicer 4.6 say
nothing and are RAS) and the order of the columns. Source: Slicer's vtkMRMLMarkupsFiducialStorageNode.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files.entry import Entry, coordinates, turned
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.data.landmark_files.names import without_numbers
from h3dstudio.data.text_tables import guarded, unguarded
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

_COLUMNS = (
    "id",
    "x",
    "y",
    "z",
    "ow",
    "ox",
    "oy",
    "oz",
    "vis",
    "sel",
    "lock",
    "label",
    "desc",
    "associatedNodeID",
)
_REMEDY = "Save the fiducials again in 3D Slicer, as .fcsv or .mrk.json"
_SYSTEMS = {"LPS": False, "1": False, "RAS": True, "0": True}


def read(source: Source) -> list[Entry]:
    """Raises LandmarkError naming the line that is wrong."""
    lines, path = source.text.splitlines(), source.path
    header = [line[1:].strip() for line in lines if line.startswith("#")]
    ras, columns = _system(header, path), _columns(header, path)
    entries: list[Entry] = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            entries.append(_entry(line, number, columns, ras, path))
    return entries if source.numbered else without_numbers(entries, path)


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """In LPS. What was skipped is left out: the format cannot say so."""
    out = io.StringIO()
    out.write("# Markups fiducial file version = 4.11\n# CoordinateSystem = LPS\n")
    out.write(f"# columns = {','.join(_COLUMNS)}\n")
    writer = csv.writer(out, lineterminator="\n")
    for number, entry in enumerate((one for one in entries if one.position is not None), 1):
        assert entry.position is not None
        where = [f"{value:.9g}" for value in entry.position]
        note = " ".join(entry.note.split())
        writer.writerow(
            [number, *where, 0, 0, 0, 1, 1, 1, int(entry.locked), guarded(entry.name), guarded(note), ""]
        )
    write_text(path, out.getvalue())


def _system(header: Sequence[str], path: str | os.PathLike[str]) -> bool:
    """Whether it is RAS."""
    for line in header:
        name, _, value = line.partition("=")
        if name.strip().lower() == "coordinatesystem":
            if value.strip().upper() not in _SYSTEMS:
                raise LandmarkError(
                    f"the coordinate system is {value.strip()[:20]!r}, expected LPS or RAS",
                    where=path,
                    remedy=_REMEDY,
                )
            return _SYSTEMS[value.strip().upper()]
    return True


def _columns(header: Sequence[str], path: str | os.PathLike[str]) -> Sequence[str]:
    for line in header:
        name, _, value = line.partition("=")
        if name.strip().lower() == "columns":
            columns = [each.strip() for each in value.split(",")]
            if not {"x", "y", "z"} <= set(columns):
                raise LandmarkError("the columns x, y and z are not there", where=path, remedy=_REMEDY)
            return columns
    return _COLUMNS


def _entry(line: str, number: int, columns: Sequence[str], ras: bool, path: str | os.PathLike[str]) -> Entry:
    try:
        fields = next(csv.reader([line]), [])
    except csv.Error as error:
        raise LandmarkError(f"line {number} is damaged ({error})", where=path, remedy=_REMEDY) from None
    if len(fields) > len(columns):
        raise LandmarkError(
            f"line {number} has {len(fields)} fields, the file has {len(columns)} columns",
            where=path,
            remedy=_REMEDY,
        )
    row = dict(zip(columns, (field.strip() for field in fields), strict=False))
    name = unguarded(row.get("label", "")) or row.get("id") or f"point_{number}"
    position = coordinates([row.get(axis, "") for axis in "xyz"], path, f"line {number}")
    return Entry(
        name,
        turned(position) if ras else position,
        locked=row.get("lock") == "1",
        note=unguarded(row.get("desc", "")),
    )


FORMAT = LandmarkFormat("fcsv", "3D Slicer fiducials", (".fcsv",), read, write=write)
