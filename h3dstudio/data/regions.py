"""Regions: sets of ground-truth vertices, one index per line, as H3DS writes them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import write_text
from h3dstudio.errors import MeshError

H3DS_REGIONS = ("face", "face_sphere", "nose")
FACE_SPHERE_RADIUS = 95.0  # mm around the nose tip
_REMEDY = "Write one vertex index per line"


def read_region(path: str | os.PathLike[str], vertex_count: int | None = None) -> NDArray[np.int64]:
    """The vertex indices (N,) in `path`, in the file's order without duplicates.

    Raises MeshError when the file is unreadable or empty, a line is no index, or an index is not below
    `vertex_count`.
    """
    try:
        tokens = Path(path).read_bytes().split()
    except FileNotFoundError:
        raise MeshError("there is no such region file", where=path, remedy="Check the path") from None
    except OSError as error:
        raise MeshError(f"the file cannot be read ({error.strerror})", where=path) from error
    if not tokens:
        raise MeshError("the region is empty", where=path, remedy=_REMEDY)
    wrong = next((token for token in tokens if not token.isdigit() or len(token) > 9), None)
    if wrong is not None:
        shown = wrong[:20].decode("ascii", "replace")
        raise MeshError(f"{shown!r} is no vertex index", where=path, remedy=_REMEDY)
    indices = np.array(list(dict.fromkeys(map(int, tokens))), dtype=np.int64)
    if vertex_count is not None and indices.max() >= vertex_count:
        raise MeshError(
            f"the region holds vertex {indices.max()}, but the mesh has {vertex_count} vertices",
            where=path,
            remedy="Use the regions that belong to this mesh; was it exported with merged vertices?",
        )
    return indices


def write_region(path: str | os.PathLike[str], indices: Iterable[int]) -> None:
    """Write one vertex index per line. Raises OutputError."""
    write_text(path, "".join(f"{int(index)}\n" for index in indices))


def face_sphere(vertices: NDArray[np.floating], nose_tip: int) -> NDArray[np.int64]:
    """Indices of the vertices (V, 3) within 95 mm of vertex `nose_tip`: the region of the face score."""
    distance = np.linalg.norm(vertices - vertices[nose_tip], axis=1)
    return np.flatnonzero(distance <= FACE_SPHERE_RADIUS)
