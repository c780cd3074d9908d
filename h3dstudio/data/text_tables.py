"""Tables as spreadsheets and other programs write them, cut into fields; and cells that are safe to open.

Commas, semicolons, tabs or blanks separate. A decimal comma is understood where it cannot be a separator:
with all but commas, and between quotes.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from h3dstudio.errors import LandmarkError

_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+(?:[eE][+-]?\d+)?(?:\s*(?:mm|cm|m|in))?)")
_DECIMAL_POINT = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?(?:\s*(?:mm|cm|m|in))?")
_BLANK_IN_CELL = re.compile(r"\d,\d+[ \t]+[+-]?[\d.]")
_QUOTED = re.compile(r'"[^"]*"')
_SAID = re.compile(r"(?i)\"?sep=(.)\"?\s*")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True)
class Row:
    """A line's number in its file, counted from 1, and its fields without blanks around them."""

    number: int
    fields: tuple[str, ...]


def table_rows(text: str, where: str | os.PathLike[str], remedy: str) -> list[Row]:
    """Every row that says something; `#` begins a comment, decimal commas are made points.

    Raises LandmarkError for a line that is no row of a table, or decimals with commas and with points.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    said = _SAID.fullmatch(lines[0][1]) if lines else None
    lines = [(n, line) for n, line in lines[said is not None :] if not line.lstrip().startswith("#")]
    separator = said[1] if said else separator_of([line for _, line in lines[:20]])
    rows = [(number, _cells(line, number, separator, where, remedy)) for number, line in lines]
    cells = [cell for _, row in rows for cell in row]
    if any(map(_DECIMAL_COMMA.fullmatch, cells)) and any(map(_DECIMAL_POINT.fullmatch, cells)):
        problem = "some numbers have a decimal comma and others a point"
        raise LandmarkError(problem, where=where, remedy="Write all of them with a point")
    return [Row(number, tuple(map(_with_point, row))) for number, row in rows if any(row)]


def separator_of(lines: Sequence[str]) -> str | None:
    """The first of ; tab , that every line has twice outside of quotes; None: blanks."""
    bare = [_QUOTED.sub("", line) for line in lines]
    found = next((mark for mark in ";\t," if lines and all(line.count(mark) > 1 for line in bare)), None)
    # "nose_tip 1,5 2,0 3,1": the commas are decimal ones.
    decimal = found == "," and all(_BLANK_IN_CELL.search(line) for line in lines)
    return None if decimal else found


def guarded(cell: str) -> str:
    """`cell` as text: a spreadsheet runs what begins with = + - @, a tab or a line end as a formula.

    Source: OWASP, "CSV Injection". `unguarded` gives exactly the text back.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _cells(
    line: str, number: int, separator: str | None, where: str | os.PathLike[str], remedy: str
) -> list[str]:
    if separator is None:
        return line.partition("#")[0].split()
    try:
        fields = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except (csv.Error, TypeError, ValueError) as error:
        raise LandmarkError(f"line {number} is damaged ({error})", where=where, remedy=remedy) from None
    return [field.strip() for field in fields]


def _with_point(cell: str) -> str:
    found = _DECIMAL_COMMA.fullmatch(cell)
    return f"{found[1]}.{found[2]}" if found else cell
