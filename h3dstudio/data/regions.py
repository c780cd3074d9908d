"""Regions: sets of ground-truth vertices, one index per line, as H3DS writes them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import write_text
from h3dstudio.data.text_files import read_text
from h3dstudio.errors import MeshError

H3DS_REGIONS = ("face", "face_sphere", "nose")
FACE_SPHERE_RADIUS = 95.0  # mm around the nose tip
LARGEST = 20_000_000
"""Bytes: the vertices of a mesh of two million."""
FEWEST_IN_A_LINE = 5
"""Indices that somebody has wrapped; fewer, in several lines, are the columns of a table."""
_REMEDY = "Write one vertex index per line"
_INDEX = re.compile(r"[0-9]{1,9}(\.[0-9]*)?([eE]\+?[0-9]{1,2})?")
_WORDS = {"true": "1", "false": "0"}


def read_region(path: str | os.PathLike[str], vertex_count: int | None = None) -> NDArray[np.int64]:
    """The vertex indices (N,) in `path`, in the file's order without duplicates.

    One flag for each vertex, 0 or 1, is understood where their number is `vertex_count`, or that is not
    known. Raises MeshError when the file is unreadable or empty, a line is no index, an index is not below
    `vertex_count`, or the numbers look like something else: flags of another mesh, labels, a table.
    """
    text = read_text(path, MeshError, _REMEDY, LARGEST)
    lines = [fields for line in text.splitlines() if (fields := line.partition("#")[0].split())]
    _check_shape(lines, path)
    numbers = _numbers([token for line in lines for token in line], path)
    if _are_flags(numbers):
        return _flagged(numbers, vertex_count, path)
    _check_labels(numbers, vertex_count, path)
    indices = numbers[np.sort(np.unique(numbers, return_index=True)[1])]
    if vertex_count is not None and indices.max() >= vertex_count:
        raise MeshError(
            f"the region holds vertex {indices.max()}, but the mesh has {vertex_count} vertices, from 0",
            where=path,
            remedy="The indices seem to start at 1: subtract 1 from each"
            if indices.max() == vertex_count and indices.min() > 0
            else "Use the regions that belong to this mesh; was it exported with merged vertices?",
        )
    return indices


def write_region(path: str | os.PathLike[str], indices: Iterable[int]) -> None:
    """Write one vertex index per line, each once. Raises OutputError."""
    write_text(path, "".join(f"{index}\n" for index in dict.fromkeys(map(int, indices))))


def face_sphere(vertices: NDArray[np.floating], nose_tip: int) -> NDArray[np.int64]:
    """Indices of the vertices (V, 3) within 95 mm of vertex `nose_tip`: the region of the face score."""
    distance = np.linalg.norm(vertices - vertices[nose_tip], axis=1)
    return np.flatnonzero(distance <= FACE_SPHERE_RADIUS)


def _check_shape(lines: Sequence[Sequence[str]], path: str | os.PathLike[str]) -> None:
    """Raise MeshError for no lines, or a table: its other columns would be taken for vertices."""
    if not lines:
        raise MeshError("the region is empty", where=path, remedy=_REMEDY)
    widest = max(map(len, lines))
    if len(lines) > 1 and 1 < widest < FEWEST_IN_A_LINE:
        raise MeshError(f"there are up to {widest} numbers in a line", where=path, remedy=_REMEDY)


def _numbers(tokens: Sequence[str], path: str | os.PathLike[str]) -> NDArray[np.int64]:
    """Whole numbers, also where they are written as 12.0 or 1.2e1; words are flags, and all of them then."""
    words = [token.lower() in _WORDS for token in tokens]
    known = [_WORDS.get(token.lower(), token) for token in tokens]
    numbers = [float(token) if _INDEX.fullmatch(token) else -1.0 for token in known]
    most = 1.0 if any(words) else 999_999_999.0
    wrong = next((at for at, one in enumerate(numbers) if not 0 <= one <= most or one % 1), None)
    if wrong is not None:
        raise MeshError(f"{tokens[wrong][:20]!r} is no vertex index", where=path, remedy=_REMEDY)
    return np.array(numbers).astype(np.int64)


def _are_flags(numbers: NDArray[np.int64]) -> bool:
    """Whether they are zeros and ones, more than two of them: vertices 0 and 1 are no region."""
    return len(numbers) > 2 and int(numbers.max()) <= 1


def _flagged(
    flags: NDArray[np.int64], vertex_count: int | None, path: str | os.PathLike[str]
) -> NDArray[np.int64]:
    if vertex_count is not None and len(flags) != vertex_count:
        raise MeshError(
            f"these are {len(flags)} flags of 0 and 1, but the mesh has {vertex_count} vertices",
            where=path,
            remedy=f"{_REMEDY}, or one flag for each vertex of this mesh",
        )
    if not flags.any():
        raise MeshError("the region is empty: all its flags are 0", where=path, remedy=_REMEDY)
    return np.flatnonzero(flags)


def _check_labels(numbers: NDArray[np.int64], vertex_count: int | None, path: str | os.PathLike[str]) -> None:
    """Raise MeshError for the number of a part for each vertex: many numbers, of few different ones."""
    different = len(np.unique(numbers))
    for_each = len(numbers) == vertex_count and different < 0.5 * len(numbers)
    if for_each or (len(numbers) > 100 and different < 0.1 * len(numbers)):
        raise MeshError(
            f"of {len(numbers)} numbers only {different} differ: they are labels of vertices, no list",
            where=path,
            remedy=_REMEDY,
        )
