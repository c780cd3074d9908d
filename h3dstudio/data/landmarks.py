"""Landmarks: named vertices of a mesh, one `name vertex_index` per line, as H3DS writes them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from h3dstudio.data.atomic import write_text
from h3dstudio.data.text_files import read_text
from h3dstudio.errors import LandmarkError

# The eyes are their inner corners. Left and right are the subject's.
H3DS_LANDMARKS = ("right_eye", "left_eye", "nose_tip", "nose_base", "right_lips", "left_lips")
H3DS_OF_68 = {
    "right_eye": 39,
    "left_eye": 42,
    "nose_tip": 30,
    "nose_base": 33,
    "right_lips": 48,
    "left_lips": 54,
}
"""The six among the 68 of Multi-PIE (0-based)."""
_REMEDY = "Write one 'name vertex_index' per line"
_NAME_INDEX = re.compile(r"[\"']?(?P<name>[^\s,;\"']+?)[\"']?\s*[:=,;\s]\s*(?P<index>[0-9]{1,9})")


def read_landmarks(path: str | os.PathLike[str], vertex_count: int | None = None) -> dict[str, int]:
    """Landmark name -> vertex index, in the file's order. Blank lines and `#` comments are allowed.

    Raises LandmarkError when the file is unreadable, a line is no `name index`, a name comes twice, or an
    index is not below `vertex_count`. Names other than the six of H3DS are kept.
    """
    landmarks = indices_in(read_text(path, LandmarkError, _REMEDY), path)
    counted = next((name for name in landmarks if name.isdigit()), None)
    if counted is not None:
        raise LandmarkError(
            f"the number {counted} stands where a landmark's name is expected",
            where=path,
            remedy=f"{_REMEDY}: {', '.join(H3DS_LANDMARKS)}",
        )
    check_indices(landmarks, vertex_count, path)
    return landmarks


def indices_in(text: str, where: str | os.PathLike[str]) -> dict[str, int]:
    """`read_landmarks` of a file's text, for whatever mesh; names may be numbers.

    "name: 12", "name = 12" and "name,12" are understood, too.
    """
    landmarks: dict[str, int] = {}
    for number, line in lines_of(text):
        found = _NAME_INDEX.fullmatch(line)
        if found is None:
            raise LandmarkError(f"line {number} is {line[:40]!r}", where=where, remedy=_REMEDY)
        _add(landmarks, found["name"], int(found["index"]), number, where)
    return landmarks


def is_name_index(line: str) -> bool:
    """Whether a line, without its comment, is a name and a vertex index."""
    return _NAME_INDEX.fullmatch(line) is not None


def write_landmarks(path: str | os.PathLike[str], landmarks: Mapping[str, int]) -> None:
    """Write `name vertex_index` lines, the six of H3DS first and in its order. Raises OutputError."""
    names = [name for name in H3DS_LANDMARKS if name in landmarks]
    names += [name for name in landmarks if name not in H3DS_LANDMARKS]
    write_text(path, "".join(f"{name} {int(landmarks[name])}\n" for name in names))


def lines_of(text: str) -> list[tuple[int, str]]:
    """(line number, line) of every line of a file that says something, comments cut off."""
    stripped = ((number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in stripped if line]


def check_indices(
    landmarks: Mapping[str, int], vertex_count: int | None, where: str | os.PathLike[str]
) -> None:
    """Raise LandmarkError when an index is no vertex of a mesh with `vertex_count` vertices (None: any)."""
    for name, index in landmarks.items():
        if vertex_count is not None and index >= vertex_count:
            from_one = max(landmarks.values()) == vertex_count and min(landmarks.values()) > 0
            raise LandmarkError(
                f"{name} is vertex {index}, but the mesh has {vertex_count} vertices, numbered from 0",
                where=where,
                remedy="The indices seem to start at 1: subtract 1 from each"
                if from_one
                else "Use the landmarks that belong to this mesh; was it exported with merged vertices?",
            )


def _add(known: dict[str, Any], name: str, value: object, line: int, where: object) -> None:
    if name in known:
        raise LandmarkError(f"line {line} names {name} a second time", where=str(where), remedy=_REMEDY)
    known[name] = value
