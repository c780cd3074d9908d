"""Which rows of a table are equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def first_of_equal(rows: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(the first row of each kind, in order; the number of each row's kind) of rows (N, 3) of 64-bit columns.

    What `np.unique(rows, axis=0)` finds out, in a fraction of its time; columns are compared bit by bit.
    """
    key = _mixed(rows)
    order = np.argsort(key, kind="stable")
    key = key[order]
    same = key[1:] == key[:-1]
    if not same.any():
        return np.arange(len(rows)), np.arange(len(rows))
    pairs = np.flatnonzero(same)
    if (rows[order[pairs]] != rows[order[pairs + 1]]).any():  # two kinds with one key: one in 2**64 pairs
        order = np.lexsort(rows.T)
        same = (rows[order][1:] == rows[order][:-1]).all(axis=1)
    new = np.concatenate([np.ones(min(len(rows), 1), dtype=np.bool_), ~same])
    first = order[new]
    place = np.argsort(first)
    number = np.empty(len(first), dtype=np.intp)
    number[place] = np.arange(len(first))
    kind = np.empty(len(rows), dtype=np.intp)
    kind[order] = number[np.cumsum(new) - 1]
    return first[place], kind


def _mixed(rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(N,) one number for each row (N, 3), by the finalizer of splitmix64 (Steele et al., OOPSLA 2014)."""
    key = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.T:
        key = (key ^ column) + np.uint64(0x9E3779B97F4A7C15)
        key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        key ^= key >> np.uint64(31)
    return key
