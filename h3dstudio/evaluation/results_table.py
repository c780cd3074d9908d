"""The scores of many runs as a table: mean and deviation over scans, beside what others have published.

Like is put beside like: the compatible protocol's rows beside published rows of the same evaluator, published
rows of other protocols apart from them, the strict protocol by itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from h3dstudio.evaluation.published import EVALUATOR, ROWS, PublishedRow
from h3dstudio.methods.registry import method_title

COMPATIBLE, STRICT = "compatible", "strict"
FACE, HEAD = "face", "head"


@dataclass(frozen=True)
class ScoredCell:
    """One run of the table.

    Attributes:
        scores: (protocol, region) -> mm; empty where there is no result.
        reduced: the smaller quality it was made with, "" where it is the one asked for.
        missing: why there is no result, "" where there is one.
        warnings: codes of the evaluation's cautions.
    """

    scan: str
    views: str
    method: str
    scores: Mapping[tuple[str, str], float] = field(default_factory=dict)
    reduced: str = ""
    missing: str = ""
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.scan}, {self.views} views, {method_title(self.method)}"


@dataclass(frozen=True)
class Figure:
    """Mean over `count` scans and its sample standard deviation, mm; None of one scan."""

    mean: float
    deviation: float | None
    count: int


@dataclass(frozen=True)
class Entry:
    """One place of the table.

    Attributes:
        face, head: None without any score.
        wanted: how many scans it is to be the mean of; 0 for published figures.
        reduced: how many of them were made with a smaller quality.
    """

    face: Figure | None
    head: Figure | None
    wanted: int = 0
    reduced: int = 0

    @property
    def count(self) -> int:
        """How many scans it is the mean of; those without a face region count for the head alone."""
        return max((figure.count for figure in (self.face, self.head) if figure is not None), default=0)


@dataclass(frozen=True)
class Row:
    """A method by one protocol; `ours` tells measured from published."""

    label: str
    method: str
    protocol: str
    ours: bool
    entries: Mapping[str, Entry]


@dataclass(frozen=True)
class Block:
    """Rows that compare with one another."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ResultsTable:
    """The whole table; `views` are its columns, `notes` what a reader must know."""

    title: str
    views: tuple[str, ...]
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]


def make_table(title: str, cells: Sequence[ScoredCell]) -> ResultsTable:
    """Put scored cells, missing ones included, into a table with the published rows of the same views."""
    views = tuple(sorted({cell.views for cell in cells}, key=_by_number))
    methods = sorted({cell.method for cell in cells})
    same = tuple(row for row in ROWS if row.protocol == EVALUATOR)
    other = tuple(row for row in ROWS if row.protocol != EVALUATOR)
    blocks = (
        Block(
            "Compatible protocol (that of the h3ds evaluator: nearest vertex, aligned with scale)",
            (*_measured(cells, methods, COMPATIBLE), *_published(same, views)),
        ),
        Block("Published by other protocols: not comparable with the rows above", _published(other, views)),
        Block(
            "Strict protocol (to the surface, as given, no scale; visible vertices)",
            _measured(cells, methods, STRICT),
        ),
    )
    return ResultsTable(title, views, tuple(one for one in blocks if one.rows), _notes(cells))


def figure(values: Iterable[float]) -> Figure | None:
    """None of nothing."""
    given = list(values)
    if not given:
        return None
    mean = math.fsum(given) / len(given)
    spread = math.fsum((value - mean) ** 2 for value in given)
    return Figure(mean, math.sqrt(spread / (len(given) - 1)) if len(given) > 1 else None, len(given))


def _measured(cells: Sequence[ScoredCell], methods: Sequence[str], protocol: str) -> tuple[Row, ...]:
    rows = []
    for method in methods:
        mine = [cell for cell in cells if cell.method == method]
        entries = {
            views: _entry([cell for cell in mine if cell.views == views], protocol)
            for views in dict.fromkeys(cell.views for cell in mine)
        }
        name = method_title(method)
        rows.append(Row(f"{name}, these results", name, protocol, True, entries))
    return tuple(rows)


def _entry(cells: Sequence[ScoredCell], protocol: str) -> Entry:
    face, head = (
        figure(cell.scores[protocol, region] for cell in cells if (protocol, region) in cell.scores)
        for region in (FACE, HEAD)
    )
    return Entry(face, head, len(cells), sum(bool(cell.reduced and cell.scores) for cell in cells))


def _published(rows: Sequence[PublishedRow], views: Sequence[str]) -> tuple[Row, ...]:
    """Those that have any of these views."""
    made = []
    for row in rows:
        entries = {
            name: Entry(Figure(row.figures[name][0], None, 0), Figure(row.figures[name][1], None, 0))
            for name in views
            if name in row.figures
        }
        if entries:
            made.append(Row(row.label, row.method, row.protocol, False, entries))
    return tuple(made)


def _notes(cells: Sequence[ScoredCell]) -> tuple[str, ...]:
    scans = len({cell.scan for cell in cells})
    notes = [
        f"Face / head in mm, mean ± sample standard deviation over {scans} scan{'s' * (scans != 1)}.",
        "Published figures are of the H3DS dataset: they compare with results on the same version of it.",
    ]
    codes = Counter(code for cell in cells for code in cell.warnings)
    if codes:
        told = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
        notes.append(f"Warnings of the evaluation, in how many cells: {told}.")
    notes += [f"* {cell}: made with quality {cell.reduced}" for cell in cells if cell.reduced and cell.scores]
    notes += [f"missing: {cell}: {cell.missing}" for cell in cells if cell.missing]
    return tuple(notes)


def _by_number(views: str) -> tuple[int, str]:
    return (int(views), "") if views.isascii() and views.isdigit() and len(views) < 10 else (10**9, views)
