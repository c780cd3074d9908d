"""What parsers of mesh files share: numbers from words, polygons to triangles, checked indices, colours."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError

LONGEST = 64
"""Characters of a number. NumPy gives every word the room of the longest: a forged one would fill memory."""


def numbers(words: Sequence[bytes]) -> NDArray[np.float64]:
    """(N,) the numbers that the words are. Raises ValueError where one is none."""
    if not words:
        return np.empty(0)
    if max(map(len, words)) > LONGEST:
        raise ValueError(f"a number of more than {LONGEST} characters")
    return np.array(words).astype(np.float64)


def fans(
    index: NDArray[np.int64], corners: NDArray[np.int64], start: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Polygons of `corners` (P,) corners each, in the flat `index`, as triangle fans (F, 3) in their order.

    `start` (P,) is where each begins, by default where the one before ends. Those of fewer than three corners
    have no triangle.
    """
    if start is None:
        if len(corners) and (corners == 3).all() and len(index) == 3 * len(corners):
            return index.reshape(-1, 3)
        start = np.cumsum(corners) - corners
    triangles = np.maximum(corners - 2, 0)
    first = np.repeat(start, triangles)
    within = np.arange(triangles.sum()) - np.repeat(np.cumsum(triangles) - triangles, triangles)
    return np.column_stack([index[first], index[first + within + 1], index[first + within + 2]])


def strip(index: NDArray[np.int64]) -> NDArray[np.int64]:
    """(F, 3) the triangles of a strip (N,), every second one turned, less those with a corner twice."""
    count = max(len(index) - 2, 0)
    at, odd = np.arange(count), np.arange(count) % 2
    faces = np.column_stack([index[at], index[at + 1 + odd], index[at + 2 - odd]])
    return faces[(faces != np.roll(faces, -1, axis=1)).all(axis=1)]


def checked(faces: NDArray[np.int64], count: int, where: str | os.PathLike[str] | None) -> NDArray[np.int32]:
    """The faces (F, 3), if all of their `count` vertices exist. Raises MeshError."""
    wrong = np.flatnonzero(((faces < 0) | (faces >= count)).any(axis=1))
    if len(wrong):
        raise MeshError(
            f"face {wrong[0]} is of vertices {faces[wrong[0]].tolist()}, but there are {count}",
            where=where,
            remedy="Check that the file is complete, or export it again",
        )
    return faces.astype(np.int32)


def colors_of_numbers(rgb: NDArray[np.float64]) -> NDArray[np.uint8]:
    """(N, 3) colours given as 0..1 or as 0..255. Raises ValueError where one is neither.

    Numbers up to 1 are shares; so are broken numbers a little above, as brightened colours have them.
    """
    if not len(rgb):
        return rgb.astype(np.uint8)
    if not (np.isfinite(rgb).all() and rgb.min() >= 0 and rgb.max() <= 255):
        raise ValueError("a colour outside 0..1 and 0..255")
    shares = rgb.max() <= 1 or (rgb.max() < 2 and bool((rgb % 1).any()))
    return np.clip(np.rint(rgb * 255 if shares else rgb), 0, 255).astype(np.uint8)
