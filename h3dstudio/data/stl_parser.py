"""STL, binary or text: three vertices of its own for each triangle, as the file has them."""

from __future__ import annotations

import os
import re

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.polygons import numbers
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

_REMEDY = "Check that the file is complete, or export it again"
_ROW = np.dtype([("normal", "<f4", (3,)), ("corner", "<f4", (3, 3)), ("attribute", "<u2")])
_HEADER = 84
_VERTEX = re.compile(
    rb"^[ \t]*vertex[ \t]+(\S+)[ \t]+(\S+)[ \t]+(\S+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)


def parse_stl(data: bytes, where: str | os.PathLike[str] | None = None) -> TriangleMesh:
    """Parse the bytes of an STL file; face i has vertices 3 i, 3 i + 1, 3 i + 2. Raises MeshError.

    A file is text where it begins with "solid" and has facets; many binary ones begin so, too.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:5].lower() == b"solid" and re.search(rb"facet|endsolid", text[:2000], re.IGNORECASE):
        corners = _from_text(text, where)
    else:
        corners = _from_binary(data, where)
    return TriangleMesh(corners.reshape(-1, 3), np.arange(len(corners) * 3, dtype=np.int32).reshape(-1, 3))


def _from_binary(data: bytes, where: str | os.PathLike[str] | None) -> NDArray[np.float64]:
    count = int.from_bytes(data[80:_HEADER], "little")
    there = max(len(data) - _HEADER, 0) // _ROW.itemsize
    if len(data) < _HEADER or there < count:
        raise MeshError(
            f"the file is not a readable STL (it claims {count} triangles, there are {there})",
            where=where,
            remedy=_REMEDY,
        )
    return np.frombuffer(data, _ROW, count, _HEADER)["corner"].astype(np.float64)


def _from_text(text: bytes, where: str | os.PathLike[str] | None) -> NDArray[np.float64]:
    found = _VERTEX.findall(text)
    facets = len(re.findall(rb"^[ \t]*facet\b", text, re.IGNORECASE | re.MULTILINE))
    if len(found) != 3 * facets or b"endsolid" not in text[-1000:].lower():
        raise MeshError(
            f"the file is not a readable STL ({facets} facets with {len(found)} vertices, "
            "expected three for each and an end)",
            where=where,
            remedy=_REMEDY,
        )
    try:
        return numbers([word for row in found for word in row]).reshape(-1, 3, 3)
    except ValueError as error:
        raise MeshError(f"a vertex is no number ({error})", where=where, remedy=_REMEDY) from None
