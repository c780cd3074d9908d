"""Landmark files of this program and others, each format in a file of its own; imports `geometry` at most.

    marks = read_landmark_file("face.mrk.json")
    write_landmark_file("landmarks.txt", marks, mesh)

Positions are in mm in the scan's frame. 3D Slicer reads mesh files as LPS, so a mesh exported from here and
Slicer's landmarks on it agree when "LPS" numbers are taken as they are and "RAS" ones are turned about z.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from h3dstudio.data.landmark_files.entry import Entry, unique
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

READABLE = {
    ".txt": "H3DS landmarks",
    ".mrk.json": "3D Slicer markups",
    ".fcsv": "3D Slicer fiducials",
    ".csv": "Table of coordinates",
    ".json": "The 68 of a run, or 3D Slicer markups",
}
WRITABLE = (".txt", ".mrk.json", ".fcsv", ".csv")


def suffix_of(path: str | os.PathLike[str]) -> str:
    """ ".mrk.json" counts as one ending; lower case."""
    name = Path(path).name.lower()
    return ".mrk.json" if name.endswith(".mrk.json") else Path(name).suffix


def read_landmark_file(path: str | os.PathLike[str], mesh: TriangleMesh | None = None) -> tuple[Entry, ...]:
    """What `path` holds, in its order; the ending says the format. Names are unique, or all "".

    `mesh` is what vertex indices count in; without it, entries of H3DS files have no position. Raises
    LandmarkError when the file cannot be read, or a value in it cannot be.
    """
    from h3dstudio.data.landmark_files import fcsv, h3ds, sixty_eight, slicer_json, table

    suffix = suffix_of(path)
    if suffix == ".txt":
        entries = h3ds.read(path, mesh)
    elif suffix == ".fcsv":
        entries = fcsv.read(path)
    elif suffix == ".csv":
        entries = table.read(path)
    elif suffix in (".mrk.json", ".json"):
        entries = sixty_eight.read(path) if sixty_eight.can_read(path) else slicer_json.read(path)
    else:
        raise _unknown(path, suffix, READABLE)
    if not entries:
        raise LandmarkError(
            "there is no landmark in the file", where=path, remedy="Check that it is the right one"
        )
    return unique(entries, path)


def write_landmark_file(
    path: str | os.PathLike[str], entries: Sequence[Entry], mesh: TriangleMesh | None = None
) -> None:
    """Write them as the ending says. H3DS files hold vertices: those given, else the nearest of `mesh`.

    Raises LandmarkError for another ending, or without the mesh that is needed; OutputError.
    """
    from h3dstudio.data.landmark_files import fcsv, h3ds, slicer_json, table

    writers: dict[str, Callable[..., None]] = {
        ".txt": h3ds.write,
        ".mrk.json": slicer_json.write,
        ".fcsv": fcsv.write,
        ".csv": table.write,
    }
    suffix = suffix_of(path)
    if suffix not in writers:
        raise _unknown(path, suffix, WRITABLE)
    if suffix != ".txt":
        _require_positions(path, entries)
    writers[suffix](path, entries, mesh)


def _require_positions(path: str | os.PathLike[str], entries: Sequence[Entry]) -> None:
    lost = next((entry.name for entry in entries if entry.position is None and not entry.skipped), None)
    if lost is not None:
        raise LandmarkError(
            f"{lost} is a vertex number alone, and its position is not known",
            where=path,
            remedy="Give the mesh that the vertex numbers belong to",
        )


def _unknown(path: str | os.PathLike[str], suffix: str, known: Iterable[str]) -> LandmarkError:
    return LandmarkError(
        f"landmark files of type {suffix or '(none)'} are not known, expected {', '.join(known)}",
        where=path,
        remedy="Choose one of these endings",
    )


__all__ = ["READABLE", "WRITABLE", "Entry", "read_landmark_file", "suffix_of", "write_landmark_file"]
