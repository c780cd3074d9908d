"""A `Table` in a PDF: it may run over pages, and then repeats its caption and its columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from h3dstudio.evaluation.report.document import Row, Table
from h3dstudio.evaluation.report.drawing import INK, MUTED
from h3dstudio.evaluation.report.pdf_text import ACCENT, LINE, flowing

HEADS = 2
"""Rows that are repeated."""
Style = list[tuple[Any, ...]]


def table_flowables(table: Table, width: float) -> Iterator[Any]:
    """The table within `width` points, and its note."""
    from reportlab.platypus import Table as Grid

    cells = _Cells(table)
    style: Style = [
        ("SPAN", (0, 0), (-1, 0)),
        ("LINEBELOW", (0, 1), (-1, 1), 1.0, INK),
        ("LINEBELOW", (0, HEADS), (-1, -1), 0.4, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ]
    rows = cells.heads()
    for at, row in enumerate(table.rows, start=HEADS):
        rows.append(cells.row(row))
        if row.group:
            style += [("SPAN", (0, at), (-1, at)), ("TOPPADDING", (0, at), (-1, at), 8)]
            style.append(("NOSPLIT", (0, at), (0, min(at + 2, HEADS + len(table.rows) - 1))))
    options = {"repeatRows": HEADS, "hAlign": "LEFT", "spaceBefore": 5, "spaceAfter": 6}
    yield Grid(rows, colWidths=_widths(table, width), style=style, **options)
    if table.note:
        yield flowing(table.note, 8, color=MUTED)


class _Cells:
    """The cells of one table: smaller letters where there are many columns."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._size = 8.5 if len(table.columns) <= 4 else 7.5 if len(table.columns) <= 8 else 6.5
        self._right = {} if table.words else {"alignment": 2}

    def heads(self) -> list[list[Any]]:
        """Caption and columns."""
        table = self._table
        caption = flowing(table.caption, 9.5, bold=True, spaceAfter=2)
        columns = (self._cell(name, bold=True, **self._right) for name in table.columns)
        return [
            [caption, *([""] * len(table.columns))],
            [self._cell(table.corner or " ", bold=True), *columns],
        ]

    def row(self, row: Row) -> list[Any]:
        if row.group:
            return [self._cell(row.label, bold=True), *([""] * len(self._table.columns))]
        return [
            self._cell(row.label),
            *(self._figure(text, at in row.best) for at, text in enumerate(row.cells)),
        ]

    def _figure(self, text: str, best: bool) -> Any:
        return self._cell(text, bold=best, color=ACCENT if best else INK, **self._right)

    def _cell(self, text: str, **more: Any) -> Any:
        return flowing(text or "–", self._size, leading=1.25 * self._size, spaceAfter=0, **more)


def _widths(table: Table, width: float) -> list[float]:
    """Points: labels get what they need, the rest is shared."""
    longest = max((len(row.label) for row in table.rows if not row.group), default=8)
    label = min(max(4.6 * longest, 60.0), 0.45 * width)
    each = (width - label) / max(len(table.columns), 1)
    return [label, *([each if table.words else min(each, 92.0)] * len(table.columns))]
