from __future__ import annotations

import csv
import io
import statistics
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.evaluation.published import EVALUATOR, ROWS
from h3dstudio.evaluation.results_table import (
    COMPATIBLE,
    FACE,
    HEAD,
    STRICT,
    ScoredCell,
    figure,
    make_table,
)
from h3dstudio.evaluation.table_formats import FORMATS, as_csv, as_html, as_latex, as_text


def cell(scan: str, views: str, method: str, face: float, head: float, **more: object) -> ScoredCell:
    scores = {
        (COMPATIBLE, FACE): face,
        (COMPATIBLE, HEAD): head,
        (STRICT, FACE): face / 2,
        (STRICT, HEAD): head / 2,
    }
    return ScoredCell(scan, views, method, scores, **more)  # type: ignore[arg-type]


CELLS = (
    cell("S1", "8", "hull-grid", 1.0, 4.0),
    cell("S2", "8", "hull-grid", 2.0, 8.0),
    cell("S1", "3", "hull-grid", 3.0, 9.0),
    ScoredCell("S2", "3", "hull-grid", missing="failed: told to fail"),
    cell("S1", "3", "h3d-grid", 1.5, 5.0, reduced="draft", warnings=("sparse",)),
    cell("S2", "3", "h3d-grid", 1.5, 5.0, warnings=("sparse", "rescaled")),
)
TABLE = make_table("two_scans & more", CELLS)


def line(text: str, start: str, number: int = 0) -> str:
    return [one for one in text.splitlines() if one.startswith(start)][number]


def test_mean_and_deviation_over_the_scans() -> None:
    assert "1.50 ± 0.71 / 6.00 ± 2.83" in line(as_text(TABLE), "Hull grid, these results")
    assert "0.75 ± 0.35 / 3.00 ± 1.41" in line(as_text(TABLE), "Hull grid, these results", 1), "strict"


def test_missing_and_reduced_cells_are_visible() -> None:
    text = as_text(TABLE)
    assert "3.00 / 9.00 (1 of 2)" in line(text, "Hull grid, these results")
    assert "1.50 ± 0.00 / 5.00 ± 0.00*" in line(text, "H3D grid, these results")
    assert line(text, "H3D grid, these results").endswith("–"), "nobody asked for 8 views by it"
    assert "missing: S2, 3 views, Hull grid: failed: told to fail" in text
    assert "* S1, 3 views, H3D grid: made with quality draft" in text
    assert "rescaled 1, sparse 2" in text


def test_like_stands_beside_like() -> None:
    compatible, other, strict = TABLE.blocks
    assert {row.protocol for row in compatible.rows} == {COMPATIBLE, EVALUATOR}
    assert {row.ours for row in other.rows} == {False}
    assert EVALUATOR not in {row.protocol for row in other.rows}
    assert {row.protocol for row in strict.rows} == {STRICT}
    published = line(as_text(TABLE), "IDR, h3ds evaluator, H3DS v1")
    assert published.index("2.79 / 14.58") < published.index("1.83 / 8.34"), "3 views, then 8"


def test_the_columns_are_the_views_in_order() -> None:
    cells = [cell("S1", views, "hull-grid", 1, 1) for views in ("32", "mine", "3", "16", "4")]
    assert make_table("t", cells).views == ("3", "4", "16", "32", "mine")


def test_a_batch_without_any_result_is_a_table_too() -> None:
    text = as_text(make_table("t", [ScoredCell("S1", "5", "hull-grid", missing="waiting")]))
    assert "– (0 of 1)" in text
    assert "missing: S1, 5 views, Hull grid: waiting" in text
    assert "Published" in text.splitlines()[-2], "no published row has 5 views: none is shown"
    assert all(write(make_table("t", [])) for write in FORMATS.values())


def test_csv_holds_every_number_in_full() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(TABLE))))
    ours = {(row["protocol"], row["method"], row["views"]): row for row in rows if row["n"]}
    assert len(ours) == 6
    third = ours["compatible", "Hull grid", "8"]
    assert float(third["head_mean_mm"]) == 6.0
    assert float(third["head_sd_mm"]) == statistics.stdev([4.0, 8.0])
    assert ours["strict", "H3D grid", "3"]["reduced"] == "1"
    assert (ours["compatible", "Hull grid", "3"]["n"], ours["compatible", "Hull grid", "3"]["wanted"]) == (
        "1",
        "2",
    )
    published = [row for row in rows if not row["n"] and row["source"] == "H3D-Net, h3ds evaluator, H3DS v1"]
    assert [(row["views"], row["head_mean_mm"]) for row in published] == [("3", "10.52"), ("8", "6.45")]


def test_methods_that_a_spreadsheet_would_run_are_guarded() -> None:
    cell = ScoredCell("S1", "8", "=cmd|' /C calc'!A0", missing="waiting")
    rows = list(csv.DictReader(io.StringIO(as_csv(make_table("t", [cell])))))
    assert {row["method"][:5] for row in rows if row["method"].endswith("A0")} == {"'=cmd"}


def test_latex_is_escaped_and_balanced() -> None:
    text = as_latex(TABLE)
    assert r"two\_scans \& more" in text
    assert text.count("{") == text.count("}")
    assert text.count(r"\begin{") == text.count(r"\end{")
    rows = [one for one in text.splitlines() if one.endswith(r"\\") and "multicolumn" not in one]
    assert {one.count("&") - one.count(r"\&") for one in rows} == {2}
    assert "±" not in text


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_html_says_the_same() -> None:
    page = as_html(make_table("<b>", CELLS))
    parser = _Cells()
    parser.feed(page)
    assert "1.50 ± 0.71 / 6.00 ± 2.83" in parser.text
    assert "<b>" in parser.text, "escaped"
    assert "http" not in page, "it needs nothing else"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1e3), min_size=2, max_size=20))
def test_the_deviation_is_that_of_statistics(values: list[float]) -> None:
    found = figure(values)
    assert found is not None
    assert found.mean == pytest.approx(statistics.fmean(values))
    assert found.deviation == pytest.approx(statistics.stdev(values), abs=1e-9)
    assert figure([]) is None


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            cell,
            st.text(max_size=6),
            st.text(max_size=4),
            st.text(max_size=6),
            st.floats(0, 99),
            st.floats(0, 99),
        ),
        max_size=6,
    )
)
def test_any_names_can_be_put_into_every_format(cells: list[ScoredCell]) -> None:
    table = make_table("t", cells)
    for write in FORMATS.values():
        assert write(table).endswith("\n")


@pytest.mark.parametrize(
    ("label", "views", "figures"),
    [
        ("IDR, the papers' own evaluation", "3", (3.52, 17.04)),
        ("IDR, the reproduction's own evaluation", "16", (1.37, 6.63)),
        ("IDR, h3ds evaluator, H3DS v1", "32", (1.25, 5.71)),
        ("H3D-Net, the papers' own evaluation", "8", (1.38, 5.47)),
        ("H3D-Net, h3ds evaluator, H3DS v1", "4", (1.35, 7.71)),
        ("SIRA++, h3ds evaluator, H3DS v1", "16", (1.00, 6.34)),
        ("SIRA++, h3ds evaluator, H3DS v2", "6", (1.05, 5.59)),
        ("InstantAvatar, the papers' own evaluation", "6", (1.22, 8.03)),
    ],
)
def test_published_figures(label: str, views: str, figures: tuple[float, float]) -> None:
    (row,) = [one for one in ROWS if one.label == label]
    assert row.figures[views] == figures
