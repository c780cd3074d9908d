from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.data.text_tables import guarded, separator_of, table_rows, unguarded
from h3dstudio.errors import LandmarkError


@given(st.text())
def test_a_guarded_cell_is_never_a_formula_and_comes_back(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    if not cell.startswith(("=", "+", "-", "@", "\t", "\r", "'")):
        assert guarded(cell) == cell


@pytest.mark.parametrize(
    ("lines", "separator"),
    [
        (["a;1,5;2,5"], ";"),
        (["a\t1,5\t2,5"], "\t"),
        (["a,1.5,2.5"], ","),
        (["a 1,5 2,5 3,5", "b 1,5 2,5 3,5"], None),
        (["a 1.5 2.5"], None),
        (['"a;b;c",1,2'], ","),
        ([], None),
    ],
)
def test_what_separates(lines: list[str], separator: str | None) -> None:
    assert separator_of(lines) == separator


def test_rows_know_their_lines() -> None:
    rows = table_rows("# made\n\nname;x;y\na;1,5;2\n", "a.csv", "")
    assert [(row.number, row.fields) for row in rows] == [(3, ("name", "x", "y")), (4, ("a", "1.5", "2"))]


def test_two_kinds_of_decimals_are_refused() -> None:
    with pytest.raises(LandmarkError, match="decimal comma and others a point"):
        table_rows("a;1,5;2.5\n", "a.csv", "")
