"""Wavefront OBJ as far as meshes need it: vertices in file order, vertex colours, polygons.

Written here because landmarks and regions index the file's own vertices, and general readers merge,
reorder or split them. Vectorised: 100 000 vertices take about half a second.
"""

from __future__ import annotations

import os
import re
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

Rows = list[list[bytes]]


def parse_obj(data: bytes, where: str | os.PathLike[str] | None = None) -> TriangleMesh:
    """Parse the bytes of an OBJ file.

    Understands `v x y z [w]` and `v x y z r g b` (colours 0..1 or 0..255), `f a b c d ...` with `a/b/c`
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
    widths = {len(row) for row in vertex_rows}
    if min(widths) < 4:
        line = next(n for n, row in enumerate(rows, 1) if row and row[0] == b"v" and len(row) < 4)
        raise MeshError(f"line {line} has fewer than three coordinates", where=where, remedy=_OBJ_REMEDY)
    colored = widths == {7}
    columns = 7 if colored else 4
    try:
        tokens = list(chain.from_iterable(row[1:columns] for row in vertex_rows))
        values = np.array(tokens).astype(np.float64).reshape(len(vertex_rows), columns - 1)
    except ValueError:
        line = next(n for n, row in enumerate(rows, 1) if row and row[0] == b"v" and not _numbers(row[1:4]))
        raise MeshError(f"line {line} is not a vertex (v x y z)", where=where, remedy=_OBJ_REMEDY) from None
    if not colored:
        return values, None
    rgb = values[:, 3:]
    if not np.isfinite(rgb).all():
        return np.ascontiguousarray(values[:, :3]), None
    rgb = rgb * 255 if rgb.max() <= 1 else rgb
    return np.ascontiguousarray(values[:, :3]), np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def _numbers(tokens: list[bytes]) -> bool:
    try:
        np.array(tokens).astype(np.float64)
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
    return _fans(index, corners, start)


def _absolute(index: NDArray[np.int64], corners: NDArray[np.int64], rows: Rows) -> NDArray[np.int64]:
    """OBJ indices -> 0-based; a negative one counts back from the vertices seen so far; 0 becomes -1."""
    relative = index < 0
    if not relative.any():
        return index - 1
    kind = np.array([(row[0] if row else b"") for row in rows])
    seen = np.repeat(np.cumsum(kind == b"v")[kind == b"f"], corners)
    resolved = np.where(relative, seen + index, index - 1)
    return np.where(relative & (resolved < 0), -1, resolved)


def _fans(
    index: NDArray[np.int64], corners: NDArray[np.int64], start: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Polygons of `corners` corners, from `start` on in the flat `index`, as triangle fans in file order."""
    triangles = corners - 2
    first = np.repeat(start, triangles)
    within = np.arange(triangles.sum()) - np.repeat(np.cumsum(triangles) - triangles, triangles)
    faces = np.column_stack([index[first], index[first + within + 1], index[first + within + 2]])
    return faces.astype(np.int32)
