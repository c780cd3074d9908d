"""MeshLab's picked points, `.pp`: XML with a name, x, y, z and "active" for each point.

Source: MeshLab's edit_pickpoints plugin, pickedPoints.cpp.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files.entry import Entry, coordinates
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.data.landmark_files.names import without_numbers
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

_REMEDY = "Save the picked points again in MeshLab"


def read(source: Source) -> list[Entry]:
    """Points that are not active are not placed. Raises LandmarkError naming the point that is wrong."""
    found: list[Mapping[str, str]] = []
    elements: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        elements.append(name)
        if name == "point":
            found.append(attributes)

    # No tree is built and no entity taken: a hostile file costs no more than its own length.
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = _no_entities
    try:
        parser.Parse(source.text.encode("utf-8", "replace"), True)
    except (expat.ExpatError, ValueError) as error:
        raise LandmarkError(f"the file is no XML ({error})", where=source.path, remedy=_REMEDY) from None
    if elements[0] != "PickedPoints":
        raise LandmarkError(
            f"the file holds {elements[0][:30]!r}, expected PickedPoints", where=source.path, remedy=_REMEDY
        )
    entries = [_entry(attributes, number, source) for number, attributes in enumerate(found, 1)]
    return entries if source.numbered else without_numbers(entries, source.path)


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """What is not placed is a point that is not active."""
    lines = ["<!DOCTYPE PickedPoints>", "<PickedPoints>", " <DocumentData/>"]
    for entry in entries:
        x, y, z = entry.position or (0.0, 0.0, 0.0)
        place = f'x="{x:.9g}" y="{y:.9g}" z="{z:.9g}" active="{int(entry.position is not None)}"'
        lines.append(f" <point {place} name={quoteattr(entry.name)}/>")
    write_text(path, "\n".join([*lines, "</PickedPoints>", ""]))


def _no_entities(*_: object) -> None:
    raise ValueError("it declares an entity, which picked points have no use for")


def _entry(attributes: Mapping[str, str], number: int, source: Source) -> Entry:
    name = attributes.get("name", "")
    if attributes.get("active", "1") == "0":
        return Entry(name)
    values = [attributes.get(axis, "").replace(",", ".") for axis in "xyz"]  # A German MeshLab's commas.
    return Entry(name, coordinates(values, source.path, f"point {number}"))


FORMAT = LandmarkFormat("meshlab", "MeshLab picked points", (".pp",), read, write=write)
