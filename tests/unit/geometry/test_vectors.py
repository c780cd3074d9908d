from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from h3dstudio.geometry.vectors import cross_rows, row_norms

rows = arrays(np.float64, (5, 3), elements=st.floats(-1e6, 1e6))


@given(rows, rows)
def test_cross_products_are_numpys_bit_by_bit(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> None:
    assert np.array_equal(cross_rows(first, second), np.cross(first, second))


def test_no_rows_give_none() -> None:
    assert cross_rows(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0, 3)


@given(arrays(np.float64, (7, 3), elements=st.floats(-1e6, 1e6)))
def test_lengths_are_numpys_bit_by_bit(rows: np.ndarray) -> None:
    np.testing.assert_array_equal(row_norms(rows), np.linalg.norm(rows, axis=1))
