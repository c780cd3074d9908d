"""JSON that users bring: decoded with or without a mark, never deeper than this program can walk."""

from __future__ import annotations

import codecs
import json
import os
from pathlib import Path
from typing import Any

DEEPEST = 100
"""Levels of lists and objects; our own files have about ten. Whoever walks a document may recurse."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes) -> str:
    """UTF-8, with or without its mark, or UTF-16 with its mark. Raises UnicodeDecodeError, a ValueError."""
    return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")


def parse_json(text: str) -> Any:
    """What `text` says. Raises ValueError for what is no JSON, NaN and infinity included, or too deep."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    check_depth(value)
    return value


def read_json(path: str | os.PathLike[str]) -> Any:
    """What the file at `path` says. Raises OSError and ValueError."""
    return parse_json(decoded(Path(path).read_bytes()))


def check_depth(value: object) -> None:
    """Raise ValueError where lists and objects are nested deeper than `DEEPEST`."""
    level: list[object] = [value]
    for _ in range(DEEPEST):
        level = [child for each in level for child in _children(each)]
        if not level:
            return
    raise ValueError(_TOO_DEEP)


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, dict | list)]
    if isinstance(value, list):
        return [child for child in value if isinstance(child, dict | list)]
    return []


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_TOO_DEEP = f"it is nested more than {DEEPEST} levels deep"
