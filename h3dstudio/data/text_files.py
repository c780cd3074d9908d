"""Text that users bring: read whole, whichever of the usual encodings a spreadsheet gave it."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from h3dstudio.errors import H3DError

LARGEST = 50_000_000
"""Bytes; no list of points is as long."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: str | os.PathLike[str], error: type[H3DError], remedy: str) -> str:
    """The file's text: UTF-8, or UTF-16 with its mark. Raises `error`; `remedy` says what was expected."""
    try:
        if Path(path).stat().st_size > LARGEST:
            raise error("the file is too large for this", where=path, remedy=remedy)
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise error("there is no such file", where=path, remedy="Check the path") from None
    except OSError as problem:
        raise error(f"the file cannot be read ({problem.strerror})", where=path) from problem
    try:
        text = data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise error("this is not a text file in UTF-8 or UTF-16", where=path, remedy=remedy) from None
    if "\0" in text:
        raise error("this is not a text file", where=path, remedy=remedy)
    return text
