"""Texts for the user outside of widgets: marked where a table holds them, translated where they are shown.

`python packaging/texts.py` collects what is in `tr`, `translate`, a `translator` or `marked`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication


def translator(context: str) -> Callable[..., str]:
    """A function `tr(text, count=-1)` that translates within `context`; `count` stands for %n in the text."""

    def translate(text: str, count: int = -1) -> str:
        return QCoreApplication.translate(context, text, None, count)

    return translate


def marked(text: str) -> str:
    """`text` as it is: a table's entry, which the translator of the same module is given later."""
    return text
