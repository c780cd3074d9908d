"""A report as one HTML page that needs no network: pictures and drawings are inside it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape
from itertools import count

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
    Row,
    Section,
    Table,
)
from h3dstudio.evaluation.report.style import STYLE
from h3dstudio.evaluation.report.svg import to_svg

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""No script, nothing from elsewhere: a browser holds the page to it."""


def to_html(document: Document) -> str:
    """The whole page."""
    numbers = count(1)
    contents = "".join(
        f'<li><a href="#{one.anchor}">{escape(one.title)}</a></li>' for one in document.sections
    )
    heads = "".join(map(_headline, document.headlines))
    sections = "".join(_section(section, numbers) for section in document.sections)
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.title)} – H3D Studio</title><style>{STYLE}</style></head>\n"
        f'<body><header><p class="kind">Report · H3D Studio</p><h1>{escape(document.title)}</h1>'
        f'<p class="subtitle">{escape(document.subtitle)}</p></header>\n'
        f'<div class="heads">{heads}</div>\n'
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav>\n'
        f"<main>{sections}</main>\n<footer><p>{escape(document.made)}</p></footer></body></html>\n"
    )


def _headline(one: Headline) -> str:
    remark = f'<p class="remark">{escape(one.remark)}</p>' if one.remark else ""
    return (
        f'<div class="head"><p class="label">{escape(one.label)}</p>'
        f'<p class="value">{escape(one.value)}</p>{remark}</div>'
    )


def _section(section: Section, numbers: Iterator[int]) -> str:
    blocks = "\n".join(_block(block, numbers) for block in section.blocks)
    return (
        f'<section id="{section.anchor}" aria-labelledby="{section.anchor}-h">'
        f'<h2 id="{section.anchor}-h">{escape(section.title)}</h2>\n{blocks}</section>\n'
    )


def _block(block: Block, numbers: Iterator[int]) -> str:
    if isinstance(block, Paragraph):
        kind = ' class="small"' if block.small else ""
        return f"<p{kind}>{escape(block.text)}</p>"
    if isinstance(block, Bullets):
        return _list(block.items)
    if isinstance(block, Notice):
        kind = "warning" if block.warning else "remark"
        role = "note" if not block.warning else "alert"
        content = f"<h3>{escape(block.title)}</h3>{_list(block.items)}"
        return f'<div class="notice {kind}" role="{role}">{content}</div>'
    if isinstance(block, Code):
        return f"<pre><code>{escape(block.text)}</code></pre>"
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Gallery):
        return _gallery(block, numbers)
    return _figure(block, numbers)


def _list(items: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _table(table: Table) -> str:
    kind = "words" if table.words else "figures"
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    corner = f'<th scope="col">{escape(table.corner)}</th>' if table.corner else "<td></td>"
    rows = "".join(_row(row, len(table.columns)) for row in table.rows)
    note = f'<p class="small">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table.caption)}">'
        f'<table class="{kind}"><caption>{escape(table.caption)}</caption>'
        f"<thead><tr>{corner}{heads}</tr></thead><tbody>{rows}</tbody></table></div>{note}"
    )


def _row(row: Row, columns: int) -> str:
    if row.group:
        return f'<tr class="group"><th scope="colgroup" colspan="{columns + 1}">{escape(row.label)}</th></tr>'
    cells = "".join(_cell(cell, best=at in row.best) for at, cell in enumerate(row.cells))
    return f'<tr><th scope="row">{escape(row.label)}</th>{cells}</tr>'


def _cell(cell: str, *, best: bool) -> str:
    text = escape(cell) if cell else "–"
    return f"<td><strong>{text}</strong></td>" if best else f"<td>{text}</td>"


def _gallery(gallery: Gallery, numbers: Iterator[int]) -> str:
    rows = "".join(_pictures(label, pictures) for label, pictures in gallery.rows)
    legend = (
        ""
        if gallery.legend is None
        else f'<div class="legend">{to_svg(gallery.legend, _next(numbers))}</div>'
    )
    return f"<figure>{legend}{rows}<figcaption>{escape(gallery.caption)}</figcaption></figure>"


def _pictures(label: str, pictures: tuple[Picture, ...]) -> str:
    title = f"<h3>{escape(label)}</h3>" if label else ""
    return f'{title}<div class="row n{len(pictures)}">{"".join(map(_picture, pictures))}</div>'


def _picture(picture: Picture) -> str:
    kind = "png" if picture.suffix == ".png" else "jpeg"
    data = base64.b64encode(picture.data).decode("ascii")
    width, height = picture.size
    return (
        f'<div class="picture"><img src="data:image/{kind};base64,{data}" width="{width}" height="{height}" '
        f'alt="{escape(picture.alt)}"><p>{escape(picture.caption)}</p></div>'
    )


def _figure(figure: Figure, numbers: Iterator[int]) -> str:
    drawings = "".join(to_svg(drawing, _next(numbers)) for drawing in figure.drawings)
    caption = f"<figcaption>{escape(figure.caption)}</figcaption>"
    return f'<figure><div class="drawings">{drawings}</div>{caption}</figure>'


def _next(numbers: Iterator[int]) -> str:
    return f"drawing-{next(numbers)}"
