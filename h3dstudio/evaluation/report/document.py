"""What a report is made of, whatever it is written as: sections of paragraphs, tables, pictures, drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from h3dstudio.evaluation.report.drawing import Drawing

MOST_COLUMNS = 6
"""Of a table on paper."""


@dataclass(frozen=True)
class Paragraph:
    """Plain text; `small` for what only a reviewer reads."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    """Short sentences, one below the other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """What must not be overlooked: `warning` for what makes figures doubtful, else a remark."""

    title: str
    items: tuple[str, ...]
    warning: bool = True


@dataclass(frozen=True)
class Code:
    """Commands, a line each, to be copied as they are."""

    text: str


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        cells: as many as the table has columns; "" prints as a dash.
        best: positions of the cells that are the best of their row.
        group: whether this row is a heading for those below it; it has no cells then.
    """

    label: str
    cells: tuple[str, ...] = ()
    best: frozenset[int] = frozenset()
    group: bool = False


@dataclass(frozen=True)
class Table:
    """Figures: a label at the left of each row, `columns` above.

    Attributes:
        caption: says what the table shows, for those who do not see it, too.
        corner: what the labels are.
        note: how to read it.
        words: whether the cells hold words, not numbers.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    corner: str = ""
    note: str = ""
    words: bool = False

    def split(self, most: int = MOST_COLUMNS) -> list[Table]:
        """As tables of `most` columns at most, below each other, so that none is wider than a page."""
        count = len(self.columns)
        if count <= most:
            return [self]
        tables = []
        for first in range(0, count, most):
            end = min(first + most, count)
            rows = tuple(_part(row, first, end) for row in self.rows)
            caption = f"{self.caption} ({first + 1} to {end} of {count})"
            tables.append(replace(self, caption=caption, columns=self.columns[first:end], rows=rows))
        return tables


def _part(row: Row, first: int, end: int) -> Row:
    best = frozenset(at - first for at in row.best if first <= at < end)
    return replace(row, cells=row.cells[first:end], best=best)


@dataclass(frozen=True)
class Picture:
    """An encoded picture.

    Attributes:
        name: of its file, without suffix: letters, digits, `-` and `_`.
        data: the bytes of a JPEG or PNG file.
        size: (width, height) pixels.
        alt: what is to be seen, for those who do not see it.
        caption: printed below.
    """

    name: str
    data: bytes = field(repr=False)
    size: tuple[int, int]
    alt: str
    caption: str

    @property
    def suffix(self) -> str:
        return ".png" if self.data.startswith(b"\x89PNG") else ".jpg"


@dataclass(frozen=True)
class Gallery:
    """Rows of pictures, each with a heading at its left end ("" for none), with one caption and legend."""

    rows: tuple[tuple[str, tuple[Picture, ...]], ...]
    caption: str
    legend: Drawing | None = None


@dataclass(frozen=True)
class Figure:
    """Drawings side by side, as many as fit, with one caption."""

    drawings: tuple[Drawing, ...]
    caption: str


Block = Paragraph | Bullets | Notice | Code | Table | Gallery | Figure


@dataclass(frozen=True)
class Section:
    """A heading and what is below it. `anchor`: letters and dashes, unique in the document."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Headline:
    """A number that stands at the top: "0.34 mm", what it is, and a remark."""

    value: str
    label: str
    remark: str = ""


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes:
        subtitle: what was made, in a line.
        made: when and with what, in a line; the footer repeats it.
    """

    title: str
    subtitle: str
    made: str
    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> list[Picture]:
        """Every picture, in order."""
        blocks: Sequence[Block] = [block for section in self.sections for block in section.blocks]
        galleries = [block for block in blocks if isinstance(block, Gallery)]
        return [picture for gallery in galleries for _, pictures in gallery.rows for picture in pictures]
