"""The header of a PLY file: its elements, properties and types. Source: Turk, "The PLY format", 1994."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal

from h3dstudio.errors import MeshError

_TYPES = {
    "char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4",
    "float": "f4", "double": "f8", "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2",
    "int32": "i4", "uint32": "u4", "int64": "i8", "uint64": "u8", "float32": "f4", "float64": "f8",
}  # fmt: skip
_FORMATS: dict[str, Literal["ascii", "<", ">"]] = {
    "ascii": "ascii",
    "binary_little_endian": "<",
    "binary_big_endian": ">",
}
_LONGEST = 100_000  # bytes of a header; trimesh's writers put whole materials into comments
_REMEDY = "Check that the file is complete, or export it again"


@dataclass(frozen=True)
class Property:
    """One number of an element, or a list of them.

    Attributes:
        name: as in the file.
        kind: NumPy's name of its type, without byte order.
        count: the type of a list's length; None for a single number.
    """

    name: str
    kind: str
    count: str | None = None


@dataclass(frozen=True)
class Element:
    """A table of the file: `rows` times its properties."""

    name: str
    rows: int
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Header:
    """What follows and where: `order` is "ascii", or the byte order; `size` the header's own bytes."""

    order: Literal["ascii", "<", ">"]
    elements: tuple[Element, ...]
    comments: tuple[str, ...]
    size: int


def parse_header(data: bytes, where: str | os.PathLike[str] | None) -> Header:
    """Read the header at the start of a PLY file. Raises MeshError."""
    end = re.search(rb"(?:\A|[\r\n])[ \t]*end_header[ \t]*(?:\r\n|\n|\r|\Z)", data[:_LONGEST])
    if not data.startswith(b"ply") or end is None:
        raise MeshError("the file is not a readable PLY (its header has no end)", where=where, remedy=_REMEDY)
    lines = data[: end.start()].decode("latin-1").splitlines()
    order, elements, comments = None, [], []
    for number, line in enumerate(lines, 1):
        words = line.split()
        try:
            if not words or words[0] in ("ply", "obj_info"):
                continue
            if words[0] == "comment":
                comments.append(line)
            elif words[0] == "format":
                order = _FORMATS[words[1]]
            elif words[0] == "element":
                elements.append(Element(words[1], _row_count(words[2]), ()))
            elif words[0] == "property":
                last = elements[-1]
                elements[-1] = Element(last.name, last.rows, (*last.properties, _property(words[1:])))
            else:
                raise ValueError
        except (IndexError, KeyError, ValueError):
            raise MeshError(
                f"line {number} is no line of a PLY header: {line[:60]}", where=where, remedy=_REMEDY
            ) from None
    if order is None:
        raise MeshError("the PLY header does not say its format", where=where, remedy=_REMEDY)
    return Header(order, tuple(elements), tuple(comments), end.end())


def _row_count(word: str) -> int:
    if not re.fullmatch(r"\d{1,18}", word):
        raise ValueError
    return int(word)


def _property(words: list[str]) -> Property:
    if words[0] == "list":
        count = _TYPES[words[1]]
        if count[0] == "f":
            raise ValueError
        return Property(words[3], _TYPES[words[2]], count)
    return Property(words[1], _TYPES[words[0]])
