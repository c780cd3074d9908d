"""Wavefront OBJ as far as meshes need it: vertices in file order, vertex colours, polygons.

Written here because landmarks and regions index the file's own vertices, and general readers merge,
reorder or split them. Vectorised: 100 000 vertices take about half a second.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.polygons import LONGEST, colors_of_numbers, fans, numbers
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

Rows = list[list[bytes]]


def parse_obj(data: bytes, where: str | os.PathLike[str] | None = None) -> TriangleMesh:
    """Parse the bytes of an OBJ file.

    Understands `v x y z [w]` and `v x y z r g b [a]` (colours 0..1 or 0..255), `f a b c d ...` with `a/b/c`
    corners and negative (relative) indices, comments anywhere, CRLF, and lines continued by a backslash.
    Polygons become fans of triangles in place; vertices are never merged, dropped or reordered.
    Raises MeshError with the line number.
    """
    if b"\\" in data:
        data = re.sub(rb"\\\r?\n", b" ", data)
    lines = data.splitlines()
    if b"#" in data:
        lines = [line.partition(b"#")[0] for line in lines]
    # Python's split also drops the leading blanks and the tabs that some exporters write.
    rows = [line.split() for line in lines]
    vertex_rows = [row for row in rows if row and row[0] == b"v"]
    if not vertex_rows:
        raise MeshError("the file holds no vertex line (v x y z)", where=where, remedy=_OBJ_REMEDY)
    vertices, colors = _vertices(vertex_rows, rows, where)
    face_rows = [row for row in rows if row and row[0] == b"f"]
    faces = _faces(face_rows, rows, len(vertices), where)
    return TriangleMesh(vertices, faces, colors)


_OBJ_REMEDY = "Check that this is a Wavefront OBJ file"


def count_obj_vertices(path: Path) -> int:
    """How many vertices an OBJ file has, without parsing it. Raises OSError."""
    data = path.read_bytes()
    return len(re.findall(rb"(?:\A|[\r\n])[ \t]*v[ \t]", data))


def _vertices(
    vertex_rows: Rows, rows: Rows, where: str | os.PathLike[str] | None
) -> tuple[NDArray[np.float64], NDArray[np.uint8] | None]:
    """Places (V, 3) and colours (V, 3); vertices without a colour are white if others have one."""
    width = np.array([len(row) - 1 for row in vertex_rows])

    def fail(at: int, problem: str) -> MeshError:
        line = [number for number, row in enumerate(rows, 1) if row and row[0] == b"v"][at]
        return MeshError(f"line {line} {problem}", where=where, remedy=_OBJ_REMEDY)

    if width.min() < 3:
        raise fail(int(width.argmin()), "has fewer than three coordinates")
    odd = np.flatnonzero(~np.isin(width, (3, 4, 6, 7)))
    if len(odd):
        raise fail(
            int(odd[0]), f"has {width[odd[0]]} values, expected x y z, a weight, or a colour (r g b, r g b a)"
        )
    vertices = _table([row[1:4] for row in vertex_rows], fail, "is not a vertex (v x y z)")
    colored = np.flatnonzero(width >= 6)
    if not len(colored):
        return vertices, None
    rgb = _table(
        [vertex_rows[at][4:7] for at in colored], lambda at, text: fail(colored[at], text), _NO_COLOR
    )
    bad = np.flatnonzero(~(np.isfinite(rgb) & (rgb >= 0) & (rgb <= 255)).all(axis=1))
    if len(bad):
        raise fail(int(colored[bad[0]]), _NO_COLOR)
    colors = np.full((len(vertices), 3), 255, dtype=np.uint8)
    colors[colored] = colors_of_numbers(rgb)
    return vertices, colors


_NO_COLOR = "has a colour that is none (v x y z r g b, each 0..1 or 0..255)"


def _table(rows: Rows, fail: Callable[[int, str], MeshError], problem: str) -> NDArray[np.float64]:
    """(N, 3) the numbers of rows of three words. Raises what `fail` makes of the first other row."""
    try:
        return numbers(list(chain.from_iterable(rows))).reshape(-1, 3)
    except ValueError:
        raise fail(next(at for at, row in enumerate(rows) if not _numbers(row)), problem) from None


def _numbers(tokens: list[bytes]) -> bool:
    try:
        numbers(tokens)
    except ValueError:
        return False
    return True


def _faces(
    face_rows: Rows, rows: Rows, vertex_count: int, where: str | os.PathLike[str] | None
) -> NDArray[np.int32]:
    if not face_rows:
        return np.empty((0, 3), np.int32)
    corners = np.array([len(row) - 1 for row in face_rows])

    def line_of(face: int) -> int:
        lines = (number for number, row in enumerate(rows, 1) if row and row[0] == b"f")
        return next(line for position, line in enumerate(lines) if position == face)

    if corners.min() < 3:
        line = line_of(int(corners.argmin()))
        raise MeshError(f"line {line} is a face with fewer than three corners", where=where)
    tokens = list(chain.from_iterable(row[1:] for row in face_rows))
    if any(b"/" in row[1] or b"/" in row[-1] for row in face_rows):
        tokens = [token.partition(b"/")[0] for token in tokens]
    start = np.concatenate([[0], np.cumsum(corners)[:-1]])
    try:
        if max(map(len, tokens)) > LONGEST:
            raise ValueError
        index = np.array(tokens).astype(np.int64)
    except (ValueError, OverflowError):
        bad = next(at for at, token in enumerate(tokens) if not re.fullmatch(rb"[+-]?\d{1,18}", token))
        line = line_of(int(np.searchsorted(start, bad, side="right")) - 1)
        raise MeshError(f"line {line} is not a face (f a b c)", where=where, remedy=_OBJ_REMEDY) from None
    index = _absolute(index, corners, rows)
    wrong = np.flatnonzero((index < 0) | (index >= vertex_count))
    if len(wrong):
        line = line_of(int(np.searchsorted(start, wrong[0], side="right")) - 1)
        raise MeshError(
            f"line {line} is a face of a vertex that does not exist; there are {vertex_count}",
            where=where,
            remedy="Export the mesh again",
        )
    return fans(index, corners, start).astype(np.int32)


def _absolute(index: NDArray[np.int64], corners: NDArray[np.int64], rows: Rows) -> NDArray[np.int64]:
    """OBJ indices -> 0-based; a negative one counts back from the vertices seen so far; 0 becomes -1."""
    relative = index < 0
    if not relative.any():
        return index - 1
    kind = np.array([(row[0] if row else b"") for row in rows])
    seen = np.repeat(np.cumsum(kind == b"v")[kind == b"f"], corners)
    resolved = np.where(relative, seen + index, index - 1)
    return np.where(relative & (resolved < 0), -1, resolved)
