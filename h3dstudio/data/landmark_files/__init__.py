"""Landmark files of this program and others, each format in a file of its own; imports `geometry` at most.

    marks = read_landmark_file("face.mrk.json")
    write_landmark_file("landmarks.txt", marks, mesh)

A module here with a `FORMAT` (see `format`) is a format: every command and dialog reads and writes it.

Positions are in mm in the scan's frame. 3D Slicer reads mesh files as LPS, so a mesh exported from here and
Slicer's landmarks on it agree when "LPS" numbers are taken as they are and "RAS" ones are turned about z.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from h3dstudio.data.landmark_files.entry import Entry, unique
from h3dstudio.data.landmark_files.format import LandmarkFormat, SeveralLists, Source
from h3dstudio.data.landmark_files.registry import (
    FORMATS,
    READABLE,
    WRITABLE,
    format_named,
    means_vertices,
    reader_of,
    suffix_of,
    writer_of,
)
from h3dstudio.data.text_files import read_text
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

LARGEST = 4_000_000
"""Bytes; what a thousand landmarks need is a hundredth of it."""


def read_landmark_file(
    path: str | os.PathLike[str],
    mesh: TriangleMesh | None = None,
    *,
    part: str = "",
    numbered: bool = False,
) -> tuple[Entry, ...]:
    """What `path` holds, in its order; ending and content say the format. Names are unique, or all "".

    Args:
        mesh: what vertex indices count in; without it, entries of H3DS files have no position.
        part: which list, where the file holds several (a markup, a specimen, a face): name or number from 1.
        numbered: keep numbers as names; else they are an order where they count up, and refused elsewhere.

    Raises LandmarkError when the file cannot be read, or a value in it cannot be; SeveralLists when `part`
    must be said.
    """
    known = reader_of(path)
    source = Source(path, read_text(path, LandmarkError, _REMEDY, LARGEST), mesh, part, numbered)
    found = next((one for one in known[:-1] if one.claims(source)), known[-1])
    entries = found.read(source)
    if not entries:
        raise LandmarkError(
            "there is no landmark in the file", where=path, remedy="Check that it is the right one"
        )
    return unique(entries, path)


def write_landmark_file(
    path: str | os.PathLike[str],
    entries: Sequence[Entry],
    mesh: TriangleMesh | None = None,
    format: str = "",
) -> None:
    """Write them as the `format` of that key, "": as the ending says.

    H3DS files hold vertices: those given, else the nearest of `mesh`. Raises LandmarkError for another
    ending, or without the mesh that is needed; OutputError.
    """
    writer = writer_of(path, format)
    assert writer.write is not None
    if writer.key != "h3ds":
        _require_positions(path, entries)
    writer.write(path, entries, mesh)


def _require_positions(path: str | os.PathLike[str], entries: Sequence[Entry]) -> None:
    lost = next((one.name for one in entries if one.position is None and one.placed), None)
    if lost is not None:
        raise LandmarkError(
            f"{lost} is a vertex number alone, and its position is not known",
            where=path,
            remedy="Give the mesh that the vertex numbers belong to",
        )


_REMEDY = "Give a landmark file: the endings " + ", ".join(READABLE)

__all__ = [
    "FORMATS",
    "READABLE",
    "WRITABLE",
    "Entry",
    "LandmarkFormat",
    "SeveralLists",
    "format_named",
    "means_vertices",
    "read_landmark_file",
    "suffix_of",
    "write_landmark_file",
]
