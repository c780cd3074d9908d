"""A report as PDF, A4, by ReportLab: the same document as the HTML page."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from h3dstudio.evaluation.report.document import (
    Block,
    Bullets,
    Code,
    Document,
    Figure,
    Gallery,
    Headline,
    Notice,
    Paragraph,
    Picture,
    Section,
    Table,
)
from h3dstudio.evaluation.report.drawing import INK, MUTED
from h3dstudio.evaluation.report.pdf_drawing import Sketch
from h3dstudio.evaluation.report.pdf_table import table_flowables
from h3dstudio.evaluation.report.pdf_text import (
    ACCENT,
    LINE,
    REGULAR,
    flowing,
    marked,
    register_fonts,
    text_style,
)

MARGIN, TOP = 45.0, 50.0
SOFT, WARNING, WARNING_SOFT = "#f4f5f8", "#8a3a00", "#fff3e2"
WIDTH = 595.27 - 2 * MARGIN


def to_pdf(document: Document) -> bytes:
    """The whole file. Deterministic: the same document gives the same bytes."""
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    register_fonts()
    stream = io.BytesIO()
    pages = _outlined(BaseDocTemplate)(
        stream,
        pagesize=(595.27, 841.89),
        title=f"{document.title} – H3D Studio",
        author="H3D Studio",
        subject=document.subtitle,
        lang="en",
        invariant=1,
    )
    frame = Frame(MARGIN, TOP, WIDTH, 841.89 - 2 * TOP, 0, 0, 0, 0)
    pages.addPageTemplates([PageTemplate("page", [frame], onPage=_footer(document.made))])
    pages.build(list(_story(document)))
    return stream.getvalue()


def _outlined(base: Any) -> Any:
    """A document that puts its headings into the outline that viewers show beside the pages."""

    class Outlined(base):  # type: ignore[misc]
        def afterFlowable(self, flowable: Any) -> None:
            anchor = getattr(flowable, "anchor", None)
            if anchor:
                self.canv.bookmarkPage(anchor)
                self.canv.addOutlineEntry(flowable.getPlainText(), anchor, 0)

    return Outlined


def _footer(made: str) -> Callable[[Any, Any], None]:
    def draw(canvas: Any, _: Any) -> None:
        canvas.saveState()
        canvas.setFont(REGULAR, 7.5)
        canvas.setFillColor(MUTED)
        canvas.drawString(MARGIN, 28, made)
        canvas.drawRightString(MARGIN + WIDTH, 28, f"Page {canvas.getPageNumber()}")
        canvas.restoreState()

    return draw


def _story(document: Document) -> Iterator[Any]:
    from reportlab.platypus import Spacer

    yield flowing("Report · H3D Studio", 8.5, color=MUTED, spaceAfter=2)
    yield flowing(document.title, 21, bold=True, leading=25, spaceAfter=3)
    yield flowing(document.subtitle, 11.5, color=MUTED, spaceAfter=10)
    if document.headlines:
        yield _headlines(document.headlines)
        yield Spacer(1, 6)
    for section in document.sections:
        yield from _section(section)


def _headlines(heads: tuple[Headline, ...]) -> Any:
    from reportlab.platypus import Table as Grid

    columns = len(heads) if len(heads) <= 5 else 3
    cells: list[Any] = [
        [
            flowing(one.label, 8.5, bold=True, spaceAfter=0),
            flowing(one.value, 15, bold=True, color=ACCENT, spaceAfter=0),
            flowing(one.remark, 7.5, color=MUTED, leading=9.5, spaceAfter=0),
        ]
        for one in heads
    ]
    cells += [""] * (-len(cells) % columns)
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), SOFT),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("INNERGRID", (0, 0), (-1, -1), 5, "#ffffff"),
        ("TOPPADDING", (0, 0), (-1, -1), 8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 9),
        ("LEFTPADDING", (0, 0), (-1, -1), 9),
    ]
    return Grid(rows, colWidths=[WIDTH / columns] * columns, style=style)


def _section(section: Section) -> Iterator[Any]:
    from reportlab.platypus import CondPageBreak, HRFlowable

    # Pictures are kept in one piece, and a heading is not to stay behind alone.
    yield CondPageBreak(260 if isinstance(section.blocks[0], Gallery | Figure) else 110)
    yield HRFlowable(width="100%", thickness=0.6, color=LINE, spaceBefore=12, spaceAfter=5)
    heading = flowing(section.title, 14, bold=True, spaceAfter=6, keepWithNext=1)
    heading.anchor = section.anchor
    yield heading
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[Any]:
    if isinstance(block, Paragraph):
        yield flowing(block.text, 8 if block.small else 9.5, color=MUTED if block.small else INK)
    elif isinstance(block, Bullets):
        yield from _bullets(block.items)
    elif isinstance(block, Notice):
        yield from _notice(block)
    elif isinstance(block, Code):
        yield from _code(block)
    elif isinstance(block, Table):
        yield from table_flowables(block, WIDTH)
    elif isinstance(block, Gallery):
        yield from _gallery(block)
    else:
        yield from _figure(block)


def _bullets(items: tuple[str, ...]) -> Iterator[Any]:
    from reportlab.platypus import Paragraph as Flowing

    for item in items:
        yield Flowing(
            marked(item), text_style(9.5, leftIndent=11, bulletIndent=1, spaceAfter=3), bulletText="•"
        )


def _notice(notice: Notice) -> Iterator[Any]:
    from reportlab.platypus import Spacer
    from reportlab.platypus import Table as Grid

    color = WARNING if notice.warning else INK
    rows = [
        [flowing(notice.title, 10, bold=True, color=color, spaceAfter=0)],
        *([one] for one in _bullets(notice.items)),
    ]
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), WARNING_SOFT if notice.warning else SOFT),
        ("LINEBEFORE", (0, 0), (0, -1), 3, "#e0a24a" if notice.warning else MUTED),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        ("TOPPADDING", (0, 0), (-1, 0), 6),
        ("BOTTOMPADDING", (0, -1), (-1, -1), 5),
        ("LEFTPADDING", (0, 0), (-1, -1), 10),
    ]
    yield Grid(rows, colWidths=[WIDTH], style=style)
    yield Spacer(1, 7)


def _code(code: Code) -> Iterator[Any]:
    from reportlab.platypus import Table as Grid

    lines = [
        [flowing(line, 7.5, leading=10.5, fontName="Courier", spaceAfter=0)]
        for line in code.text.splitlines()
    ]
    style = [("BACKGROUND", (0, 0), (-1, -1), SOFT), ("LEFTPADDING", (0, 0), (-1, -1), 9)]
    yield Grid(lines, colWidths=[WIDTH], style=style, spaceAfter=6)


def _gallery(gallery: Gallery) -> Iterator[Any]:
    from reportlab.platypus import KeepTogether

    begin: list[Any] = [] if gallery.legend is None else [Sketch(gallery.legend)]
    for label, pictures in gallery.rows:
        title = [flowing(label, 9, bold=True, spaceBefore=4, spaceAfter=2)] if label else []
        yield KeepTogether([*begin, *title, _pictures(pictures)])
        begin = []
    yield flowing(gallery.caption, 8, color=MUTED, spaceAfter=10)


def _pictures(pictures: tuple[Picture, ...]) -> Any:
    from reportlab.platypus import Table as Grid

    room = WIDTH / max(len(pictures), 3)
    cells = [[_image(picture, room - 8) for picture in pictures]]
    cells.append([flowing(one.caption, 7.5, color=MUTED, alignment=1, spaceAfter=2) for one in pictures])
    style = [(f"{side}PADDING", (0, 0), (-1, -1), 2) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    return Grid(cells, colWidths=[room] * len(pictures), style=style, hAlign="LEFT")


def _image(picture: Picture, width: float) -> Any:
    from reportlab.platypus import Image

    return Image(io.BytesIO(picture.data), width, width * picture.size[1] / picture.size[0])


def _figure(figure: Figure) -> Iterator[Any]:
    from reportlab.platypus import Table as Grid

    widest = max(drawing.width for drawing in figure.drawings)
    columns = max(1, min(len(figure.drawings), round(WIDTH / (0.72 * widest))))
    factor = min(1.0, (WIDTH / columns - 8) / widest)
    sketches: list[Any] = [Sketch(drawing, factor) for drawing in figure.drawings]
    sketches += [""] * (-len(sketches) % columns)
    rows = [sketches[at : at + columns] for at in range(0, len(sketches), columns)]
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    yield Grid(rows, colWidths=[WIDTH / columns] * columns, style=style, hAlign="LEFT")
    yield flowing(figure.caption, 8, color=MUTED, spaceAfter=10)
