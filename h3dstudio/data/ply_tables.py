"""The tables of a PLY file, text or binary, with lists of equal or of different lengths.

Lists are nearly always of one length (triangles), so that is tried first for a whole table; only where it
fails are rows read one by one. Nothing is reserved by what a header claims: only what the file holds.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.ply_header import Element, Header, Property
from h3dstudio.data.polygons import LONGEST, numbers
from h3dstudio.errors import MeshError

_CODES = {
    "i1": "b",
    "u1": "B",
    "i2": "h",
    "u2": "H",
    "i4": "i",
    "u4": "I",
    "i8": "q",
    "u8": "Q",
    "f4": "f",
    "f8": "d",
}


@dataclass(frozen=True, eq=False)
class Lists:
    """A column of lists: all their numbers (N,) in one row, and how long each list is (R,)."""

    values: NDArray[np.float64]
    lengths: NDArray[np.int64]


Column = NDArray[np.generic] | Lists
Table = dict[str, Column]


def read_tables(data: bytes, header: Header, where: str | os.PathLike[str] | None) -> dict[str, Table]:
    """The columns of each element by name: arrays (R,) of the file's type , or `Lists`.

    Raises MeshError for a file that ends too early or has a word that is no number.
    """
    tables: dict[str, Table] = {}
    source = _Lines(data[header.size :]) if header.order == "ascii" else _Bytes(data, header)
    for element in header.elements:
        try:
            tables.setdefault(element.name, source.table(element))
        except EOFError:
            raise MeshError(
                f"the file ends within its {element.rows} rows of '{element.name}'",
                where=where,
                remedy="Check that the file is complete, or export it again",
            ) from None
        except ValueError as error:
            raise MeshError(
                f"the rows of '{element.name}' are no numbers ({error})",
                where=where,
                remedy="Check that the file is complete, or export it again",
            ) from None
    return tables


class _Bytes:
    """Tables of a binary file, from `at` on."""

    def __init__(self, data: bytes, header: Header) -> None:
        self._data, self._at, self._order = data, header.size, header.order

    def table(self, element: Element) -> Table:
        if not element.properties or not element.rows:
            return _empty(element)
        if all(each.count is None for each in element.properties):
            return self._even(element, {})
        lengths = self._lengths_of_row(element)
        start = self._at
        try:
            table = self._even(element, lengths)
        except EOFError:
            table = None
        if table is not None and all(
            (column.lengths == lengths[name]).all()
            for name, column in table.items()
            if isinstance(column, Lists)
        ):
            return table
        self._at = start
        return self._uneven(element)

    def _even(self, element: Element, lengths: dict[str, int]) -> Table:
        """All rows at once, each list as long as `lengths` says."""
        fields: list[tuple[str, str, tuple[int, ...]]] = []
        for number, each in enumerate(element.properties):
            if each.count is not None:
                fields.append((f"n{number}", self._order + each.count, ()))
            fields.append(
                (f"v{number}", self._order + each.kind, (lengths[each.name],) if each.count else ())
            )
        dtype = np.dtype(fields)
        end = self._at + element.rows * dtype.itemsize
        if end > len(self._data):
            raise EOFError
        rows = np.frombuffer(self._data, dtype, element.rows, self._at)
        self._at = end
        table: Table = {}
        for number, each in enumerate(element.properties):
            values = rows[f"v{number}"]
            if each.count is None:
                table[each.name] = values
            else:
                counts = rows[f"n{number}"].astype(np.int64)
                table[each.name] = Lists(values.astype(np.float64).reshape(-1), counts)
        return table

    def _lengths_of_row(self, element: Element) -> dict[str, int]:
        at, lengths = self._at, {}
        for each in element.properties:
            count = 1
            if each.count is not None:
                count, at = self._count(each, at)
                lengths[each.name] = count
            at += count * np.dtype(each.kind).itemsize
            if at > len(self._data):
                raise EOFError
        return lengths

    def _count(self, each: Property, at: int) -> tuple[int, int]:
        code = self._order + _CODES[str(each.count)]
        size = struct.calcsize(code)
        if at + size > len(self._data):
            raise EOFError
        count = int(struct.unpack_from(code, self._data, at)[0])
        if count < 0:
            raise ValueError(f"a list of {count} entries")
        return count, at + size

    def _uneven(self, element: Element) -> Table:
        """Row by row."""
        parts: dict[str, list[bytes]] = {each.name: [] for each in element.properties}
        lengths: dict[str, list[int]] = {each.name: [] for each in element.properties}
        at = self._at
        sizes = [np.dtype(each.kind).itemsize for each in element.properties]
        for _ in range(element.rows):
            for each, size in zip(element.properties, sizes, strict=True):
                count = 1
                if each.count is not None:
                    count, at = self._count(each, at)
                if at + count * size > len(self._data):
                    raise EOFError
                parts[each.name].append(self._data[at : at + count * size])
                lengths[each.name].append(count)
                at += count * size
        self._at = at
        table: Table = {}
        for each in element.properties:
            values = np.frombuffer(b"".join(parts[each.name]), self._order + each.kind)
            counted = np.array(lengths[each.name], dtype=np.int64)
            table[each.name] = values if each.count is None else Lists(values.astype(np.float64), counted)
        return table


class _Lines:
    """Tables of a text file, from line `at` on: one row a line, empty lines are skipped."""

    def __init__(self, data: bytes) -> None:
        self._lines, self._at = [line for line in data.splitlines() if line.strip()], 0

    def table(self, element: Element) -> Table:
        if not element.properties or not element.rows:
            return _empty(element)
        if self._at + element.rows > len(self._lines):
            raise EOFError
        rows = [line.split() for line in self._lines[self._at : self._at + element.rows]]
        self._at += element.rows
        lengths = _lengths(element, rows[0])
        width = sum(lengths) + sum(each.count is not None for each in element.properties)
        if all(len(row) == width for row in rows):
            table = _columns(element, numbers(list(chain.from_iterable(rows))).reshape(-1, width), lengths)
            if table is not None:
                return table
        return _uneven_rows(element, rows)


def _lengths(element: Element, row: list[bytes]) -> list[int]:
    """How many values each property has in a row. Raises ValueError where the row has more or fewer."""
    lengths, at = [], 0
    for each in element.properties:
        count = 1
        if each.count is not None:
            count = _length(row[at]) if at < len(row) else 0
            at += 1
        lengths.append(count)
        at += count
    if at != len(row):
        raise ValueError(f"a row has {len(row)} values, its header asks for {at}")
    return lengths


def _uneven_rows(element: Element, rows: list[list[bytes]]) -> Table:
    parts: dict[str, list[bytes]] = {each.name: [] for each in element.properties}
    counted: dict[str, list[int]] = {each.name: [] for each in element.properties}
    for row in rows:
        at = 0
        for each, length in zip(element.properties, _lengths(element, row), strict=True):
            at += each.count is not None
            parts[each.name] += row[at : at + length]
            counted[each.name].append(length)
            at += length
    table: Table = {}
    for each in element.properties:
        values = numbers(parts[each.name])
        table[each.name] = (
            _typed(values, each) if each.count is None else Lists(values, np.array(counted[each.name]))
        )
    return table


def _columns(element: Element, rows: NDArray[np.float64], lengths: list[int]) -> Table | None:
    """The columns of text rows (R, width) whose lists are all alike; None where they are not."""
    table: Table = {}
    at = 0
    for each, length in zip(element.properties, lengths, strict=True):
        if each.count is None:
            table[each.name] = _typed(rows[:, at], each)
        else:
            if (rows[:, at] != length).any():
                return None
            at += 1
            values = np.ascontiguousarray(rows[:, at : at + length]).reshape(-1)
            table[each.name] = Lists(values, np.full(len(rows), length, dtype=np.int64))
        at += length
    return table


def _typed(values: NDArray[np.float64], each: Property) -> NDArray[np.generic]:
    """Whole numbers in the header's type for them: a byte of 1 is nearly black, a share of 1 is white."""
    if each.kind[0] == "f":
        return values
    limits = np.iinfo(each.kind)
    if not ((values >= limits.min) & (values <= limits.max)).all():
        raise ValueError(f"'{each.name}' is outside {limits.min}..{limits.max}")
    return values.astype(each.kind)


def _length(word: bytes) -> int:
    if len(word) > LONGEST or not word.isdigit():
        raise ValueError(f"a list of '{word[:20].decode('latin-1')}' entries")
    return int(word)


def _empty(element: Element) -> Table:
    none = np.empty(0)
    return {
        each.name: none if each.count is None else Lists(none, np.empty(0, np.int64))
        for each in element.properties
    }
