"""Text that users bring: read whole, whichever of the usual encodings a spreadsheet gave it."""

from __future__ import annotations

import os
from pathlib import Path

from h3dstudio.data.json_text import decoded
from h3dstudio.errors import H3DError

LARGEST = 50_000_000
"""Bytes; no list of points is as long."""


def read_text(
    path: str | os.PathLike[str], error: type[H3DError], remedy: str, largest: int = LARGEST
) -> str:
    """The file's text: UTF-8, or UTF-16 with its mark. Raises `error`; `remedy` says what was expected."""
    try:
        if Path(path).stat().st_size > largest:
            raise error("the file is too large for this", where=path, remedy=remedy)
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise error("there is no such file", where=path, remedy="Check the path") from None
    except OSError as problem:
        raise error(f"the file cannot be read ({problem.strerror})", where=path) from problem
    try:
        text = decoded(data)
    except UnicodeDecodeError:
        raise error("this is not a text file in UTF-8 or UTF-16", where=path, remedy=remedy) from None
    if "\0" in text:
        raise error("this is not a text file", where=path, remedy=remedy)
    return text
