"""OFF (Geomview): vertices in file order, their colours, polygons. Text only.

Source: Geomview's manual, "OFF Files": [ST][C][N][4][n]OFF, counts, vertices, faces.
"""

from __future__ import annotations

import os
import re
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.polygons import checked, colors_of_numbers, fans, numbers
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

_REMEDY = "Check that the file is complete, or export it as PLY or OBJ"
_KEYWORD = re.compile(rb"(ST)?(C)?(N)?OFF(?![A-Za-z])[ \t]*(BINARY)?")


def parse_off(data: bytes, where: str | os.PathLike[str] | None = None) -> TriangleMesh:
    """Parse the bytes of an OFF, COFF, NOFF or CNOFF file. Raises MeshError."""
    lines = [line.partition(b"#")[0].strip() for line in data.splitlines()]
    lines = [line for line in lines if line]
    keyword = _KEYWORD.match(lines[0]) if lines else None
    if keyword is None or keyword[4]:
        raise MeshError("the file is not a readable OFF in text form", where=where, remedy=_REMEDY)
    lines[0] = lines[0][keyword.end() :].strip()
    rows = [line.split() for line in lines if line]
    try:
        count, polygons = (int(word) for word in rows[0][:2])
        vertex_rows, face_rows = rows[1 : 1 + count], rows[1 + count : 1 + count + polygons]
        if count < 0 or polygons < 0 or len(vertex_rows) < count or len(face_rows) < polygons:
            raise ValueError(f"it ends before its {count} vertices and {polygons} faces")
        vertices, colors = _vertices(vertex_rows, bool(keyword[2]), bool(keyword[3]))
        faces = checked(_faces(face_rows), count, where)
    except (ValueError, IndexError, OverflowError) as error:
        raise MeshError(
            f"the file is not a readable OFF ({str(error)[:120]})", where=where, remedy=_REMEDY
        ) from None
    return TriangleMesh(vertices, faces, colors)


def _vertices(
    rows: list[list[bytes]], colored: bool, normals: bool
) -> tuple[NDArray[np.float64], NDArray[np.uint8] | None]:
    if not rows:
        return np.empty((0, 3)), None
    width = min(map(len, rows))
    values = numbers(list(chain.from_iterable(row[:width] for row in rows))).reshape(len(rows), width)
    if width < 3:
        raise ValueError("a vertex has fewer than three coordinates")
    at = 6 if normals else 3
    if not colored or width < at + 3:
        return values[:, :3], None
    return values[:, :3], colors_of_numbers(values[:, at : at + 3])


def _faces(rows: list[list[bytes]]) -> NDArray[np.int64]:
    corners = np.array([int(row[0]) for row in rows], dtype=np.int64)
    if any(len(row) <= count or count < 0 for row, count in zip(rows, corners.tolist(), strict=True)):
        raise ValueError("a face has fewer corners than it says")
    words = list(
        chain.from_iterable(row[1 : 1 + count] for row, count in zip(rows, corners.tolist(), strict=True))
    )
    index = numbers(words)
    if not (np.isfinite(index) & (np.abs(index) < 2**31)).all():
        raise ValueError("a face has a corner that is no number")
    return fans(index.astype(np.int64), corners)
