"""Text in a PDF: the standard fonts where they have the letters, DejaVu for Greek, Cyrillic, arrows, ..."""

from __future__ import annotations

import importlib.util
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from h3dstudio.evaluation.report.drawing import INK

ACCENT, LINE = "#344ec4", "#dde1e8"
REGULAR, BOLD, WIDE = "Helvetica", "Helvetica-Bold", "DejaVu"


@cache
def register_fonts() -> bool:
    """Make DejaVu known to ReportLab, from matplotlib's files (nothing is imported); False without them."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    found = importlib.util.find_spec("matplotlib")
    for place in (found.submodule_search_locations or ()) if found else ():
        file = Path(place) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        try:
            pdfmetrics.registerFont(TTFont(WIDE, str(file)))
        except (OSError, TTFError):
            continue
        return True
    return False


def text_style(size: float, *, bold: bool = False, color: str = INK, **more: Any) -> Any:
    """A ReportLab style; `more` are its own options."""
    from reportlab.lib.styles import ParagraphStyle

    options = {"fontName": BOLD if bold else REGULAR, "leading": 1.4 * size, "spaceAfter": 5, **more}
    return ParagraphStyle("text", fontSize=size, textColor=color, splitLongWords=1, **options)


def flowing(text: str, size: float = 9.5, **more: Any) -> Any:
    """A paragraph of plain text in a `text_style`."""
    from reportlab.platypus import Paragraph

    return Paragraph(marked(text), text_style(size, **more))


def marked(text: str) -> str:
    """As ReportLab's markup: escaped, with the font changed where the standard ones lack letters."""
    if not register_fonts():
        return escape(_plain(text).encode("cp1252", "replace").decode("cp1252"))
    parts = []
    for standard, letters in groupby(_plain(text), _in_standard_fonts):
        part = escape("".join(letters))
        parts.append(part if standard else f'<font name="{WIDE}">{part}</font>')
    return "".join(parts)


def runs_of(text: str) -> list[tuple[str, bool]]:
    """Pieces of a line, and whether the standard fonts have their letters."""
    pieces = [(standard, "".join(letters)) for standard, letters in groupby(_plain(text), _in_standard_fonts)]
    return [(piece, standard) for standard, piece in pieces]


def _plain(text: str) -> str:
    """Without control characters, which no font has."""
    return "".join(sign if sign.isprintable() or sign == "\N{NO-BREAK SPACE}" else " " for sign in text)


def _in_standard_fonts(sign: str) -> bool:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
