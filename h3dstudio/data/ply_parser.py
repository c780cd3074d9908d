"""PLY as far as meshes need it: vertices in file order, colours, quality, polygons and strips.

Written here because landmarks and regions index the file's own vertices: the general reader splits them where
faces have texture coordinates at their corners, as MeshLab writes them.
"""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.mesh_encoders import CONFIDENCE, ERROR_COMMENT
from h3dstudio.data.ply_header import parse_header
from h3dstudio.data.ply_tables import Column, Lists, Table, read_tables
from h3dstudio.data.polygons import checked, colors_of_numbers, fans, strip
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

_REMEDY = "Check that the file is complete, or export it again"
_FACES = ("vertex_indices", "vertex_index")
_COLORS = (("red", "green", "blue"), ("diffuse_red", "diffuse_green", "diffuse_blue"), ("r", "g", "b"))


def parse_ply(data: bytes, where: str | os.PathLike[str] | None = None) -> TriangleMesh:
    """Parse the bytes of a PLY file, text or binary of either byte order.

    Reads x, y, z, colours (bytes, 16 bits, or 0..1), our own quality (by its MeshLab's or CloudCompare's
    name), faces of any number of corners as fans, and triangle strips; skips everything else, such as texture
    coordinates. Vertices are never merged, dropped or reordered. Raises MeshError.
    """
    header = parse_header(data, where)
    tables = read_tables(data, header, where)
    vertex = tables.get("vertex", {})
    places = [vertex.get(axis) for axis in "xyz"]
    if not all(isinstance(place, np.ndarray) for place in places):
        raise MeshError("the PLY has no element 'vertex' with x, y and z", where=where, remedy=_REMEDY)
    vertices = np.column_stack([np.asarray(place, dtype=np.float64) for place in places])
    faces = checked(_faces(tables), len(vertices), where)
    try:
        colors = _colors(vertex)
    except ValueError as error:
        raise MeshError(f"the vertices have {error}", where=where, remedy="Export the mesh again") from None
    # Our own error maps use the name as MeshLab does: these are mm, and no trust.
    ours = ERROR_COMMENT not in header.comments
    return TriangleMesh(vertices, faces, colors, _quality(vertex) if ours else None)


def _faces(tables: dict[str, Table]) -> NDArray[np.int64]:
    parts = [np.empty((0, 3), np.int64)]
    lists = _lists(tables.get("face", {}))
    if lists is not None:
        parts.append(fans(_whole(lists.values), lists.lengths))
    strips = _lists(tables.get("tristrips", {}))
    if strips is not None:
        values = _whole(strips.values)
        for row in np.split(values, np.cumsum(strips.lengths)[:-1]):
            # -1 begins a new strip within a row.
            parts += [strip(part[part >= 0]) for part in np.split(row, np.flatnonzero(row == -1))]
    return np.concatenate(parts)


def _lists(table: Table) -> Lists | None:
    found = [table[name] for name in _FACES if name in table]
    return found[0] if found and isinstance(found[0], Lists) else None


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices; what no vertex can have becomes -2, which no check lets pass."""
    usable = np.isfinite(values) & (values >= -1) & (values < 2**31) & (values == np.rint(values))
    return np.where(usable, values, -2).astype(np.int64)


def _colors(vertex: Table) -> NDArray[np.uint8] | None:
    """(V, 3), or None where there are none. Raises ValueError where they are out of range."""
    for names in _COLORS:
        columns: list[Column] = [vertex[name] for name in names if name in vertex]
        if len(columns) == 3 and all(isinstance(column, np.ndarray) for column in columns):
            rgb = np.column_stack([np.asarray(column) for column in columns])
            if rgb.dtype == np.uint16:
                return np.rint(rgb / 257.0).astype(np.uint8)
            return rgb if rgb.dtype == np.uint8 else colors_of_numbers(rgb.astype(np.float64))
    return None


def _quality(vertex: Table) -> NDArray[np.float32] | None:
    """(V,) where it is ours: other programs keep any scalar under MeshLab's name."""
    for name in CONFIDENCE:
        column = vertex.get(name)
        if isinstance(column, np.ndarray):
            quality = column.astype(np.float32)
            with np.errstate(invalid="ignore"):
                return quality if bool(((quality >= 0) & (quality <= 1)).all()) else None
    return None
