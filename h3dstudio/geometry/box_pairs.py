"""Which boxes overlap which: the broad half of any search for collisions, on grids of cells.

A k-d tree over the middles of boxes was tried first: four times as slow on a head, and one large box widens
its search for all.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError

CROWD = 400
"""Neighbours of a box, in the mean, beyond which they are a heap in one place; faces of a surface have 50."""
_FEW = 1_000_000  # pairs that are no burden, however few the boxes


def overlapping_boxes(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.int64]:
    """(N, 2) the pairs of boxes from `low` (B, 3) to `high` (B, 3) that overlap or touch, each pair once.

    Boxes of like size share a grid whose cells are as large as the largest of them; smaller ones are looked
    up in it. Source: the hierarchical spatial hashing of Eitz and Gu, SMI 2007.
    Raises MeshError when boxes share cells with more than `CROWD` others in the mean.
    """
    size = (high - low).max(axis=1) if len(low) else np.empty(0)
    largest = float(size.max(initial=0.0))
    if largest <= 0:
        return np.empty((0, 2), np.int64)
    # Thirty halvings: below a billionth of the largest one cell size serves for all.
    level = np.clip(np.floor(np.log2(largest / np.maximum(size, largest * 1e-9))), 0, 30).astype(np.int64)
    found, left = [np.empty((0, 2), np.int64)], _FEW + CROWD * len(low)
    for own in np.unique(level):
        within = np.flatnonzero(level >= own)
        for pairs in _sharing_a_cell(low, high, within, level[within] == own, largest / 2.0**own, left):
            left -= len(pairs)
            one, two = pairs.T
            keep = ((low[one] <= high[two]) & (low[two] <= high[one])).all(axis=1)
            found.append(pairs[keep])
    return np.concatenate(found)


def _sharing_a_cell(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    boxes: NDArray[np.intp],
    own: NDArray[np.bool_],
    cell: float,
    most: int,
) -> Iterator[NDArray[np.int64]]:
    """Blocks of pairs (N, 2) of `boxes`, at least one of each pair among `own`, that share a cell."""
    origin = low[boxes].min(axis=0)
    extent = (high[boxes] - origin).max(axis=0) / cell + 2
    if extent.max() > 2.0**60:
        raise MeshError("the faces lie too far apart for their size", remedy="Remove what lies far away")
    first = np.floor((low[boxes] - origin) / cell).astype(np.int64)
    last = np.floor((high[boxes] - origin) / cell).astype(np.int64)
    member, place = _cells(first, last)
    key = _keys(place, last.max(axis=0) + 1)
    # Own boxes first in each cell, so that a pair of them is met from the earlier one only.
    order = np.lexsort((member, ~own[member], key))
    member, place, key = member[order], place[order], key[order]
    end = np.searchsorted(key, key, side="right")
    count = np.where(own[member], end - np.arange(len(key)) - 1, 0)
    if count.sum() > most:
        raise MeshError("too many faces lie in the same places to be compared")
    for start, stop in _blocks(count):
        one = np.repeat(np.arange(start, stop), count[start:stop])
        before = np.cumsum(count[start:stop]) - count[start:stop]
        two = one + 1 + np.arange(len(one)) - np.repeat(before, count[start:stop])
        # Two boxes that share several cells meet in the one that holds the start of their overlap.
        meeting = np.maximum(first[member[one]], first[member[two]])
        once = (place[one] == meeting).all(axis=1)
        yield np.column_stack([boxes[member[one[once]]], boxes[member[two[once]]]])


def _cells(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Every cell of every box: which box (N,), which cell (N, 3)."""
    extent = last - first + 1
    count = extent.prod(axis=1)
    member = np.repeat(np.arange(len(first)), count)
    number = np.arange(len(member)) - np.repeat(np.cumsum(count) - count, count)
    depth, width = extent[member, 2], extent[member, 1]
    steps = np.column_stack([number // (depth * width), number // depth % width, number % depth])
    return member, first[member] + steps


def _keys(place: NDArray[np.int64], shape: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N,) a number for each cell (N, 3) of a grid of the given shape (3,)."""
    if np.prod(shape.astype(np.float64)) > 2.0**62:  # most cells are empty: count those that are not
        place = np.column_stack([np.unique(axis, return_inverse=True)[1].reshape(-1) for axis in place.T])
        shape = place.max(axis=0) + 1
    return np.asarray((place[:, 0] * shape[1] + place[:, 1]) * shape[2] + place[:, 2])


def _blocks(count: NDArray[np.int64], size: int = 4_000_000) -> Iterator[tuple[int, int]]:
    """Ranges of rows whose counts add up to about `size`."""
    total = np.cumsum(count)
    start = 0
    while start < len(count):
        done = total[start - 1] if start else 0
        stop = max(int(np.searchsorted(total, done + size, side="right")), start + 1)
        yield start, stop
        start = stop
