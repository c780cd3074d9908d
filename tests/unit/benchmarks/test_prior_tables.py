"""What the tables say about cells whose verdict is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.benchmarks import prior_tables
from tests.benchmarks.bench_prior import Results, report


def cell(face: float, head: float, seconds: float = 5.0, **more: Any) -> dict[str, Any]:
    return {"face": face, "head": head, "seconds": seconds, **more}


CELLS: dict[tuple[str, str, str], dict[str, Any]] = {
    ("draw01", "3", "A"): cell(0.50, 0.80),
    ("draw01", "3", "h3d-grid"): cell(0.40, 0.70),
    ("draw02", "3", "A"): cell(0.40, 0.90),
    ("draw02", "3", "h3d-grid"): cell(0.46, 0.93, 16.0),
    ("beard", "3", "hull-grid"): cell(0.70, 3.0),
    ("beard", "3", "h3d-grid"): cell(1.20, 2.0),
    ("draw01-cameras", "3", "A"): cell(0.70, 1.0),
    ("draw01-cameras", "3", "h3d-grid"): cell(
        1.50,
        1.7,
        cameras_before={"degrees": 0.5, "mm": 2.0, "relative_degrees": 0.48, "relative_mm": 1.9},
        cameras_after={"degrees": 0.2, "mm": 0.9, "relative_degrees": 0.1, "relative_mm": 0.4},
    ),
}


def test_missing_and_failed_cells_are_told_apart() -> None:
    cells = CELLS | {("draw02", "8", "hull-grid"): {"error": "no surface", "seconds": 1.0}}
    lines = prior_tables.table(cells, ["draw01", "draw02"], ["3", "8"])
    assert "0.400/0.700" in lines[2]
    assert lines[2].rstrip().endswith("-")
    assert lines[3].rstrip().endswith("failed")
    assert len({len(line) for line in lines}) == 1
    assert prior_tables.table({}, ["draw01"], ["3"]) == ["(nothing measured)"]


def test_the_summary_has_mean_worst_and_verdict() -> None:
    text = "\n".join(prior_tables.summary(CELLS, ["draw01", "draw02"], ["3"]))
    assert "0.430/0.815" in text
    assert "0.460/0.930" in text
    assert "0.42/0.80" in text
    assert "MISSED" in text
    assert "0.450/0.850" in text
    assert "reached" in text


def test_fine_tuning_that_harms_and_slow_runs_are_named() -> None:
    lines = prior_tables.rules(CELLS, ["draw01", "draw02"], ["3"])
    assert len(lines) == 3
    assert "draw02 3 views: face +0.060" in lines[1]
    assert lines[2].endswith(": draw02 at 3 (16 s)")
    fine = prior_tables.rules(CELLS, ["draw01"], ["3"])
    assert fine[1] == "  none"
    assert fine[2].endswith(": none")


def test_unlike_heads_are_compared_with_idr() -> None:
    lines = prior_tables.unlike(CELLS, ["beard"], ["3"])
    assert "face +0.500" in lines[1]
    assert "worse than the hull grid: face, face above 1.0" in lines[1]


def test_noise_tells_moves_divergence_and_cameras() -> None:
    lines = prior_tables.noise(CELLS, {"draw01-cameras": "draw01"}, ["3"])
    assert "face +1.100 head +1.000  DIVERGED" in lines[2]
    assert "0.50 deg 2.00 mm (relative 0.48, 1.90) -> 0.20 deg 0.90 mm" in lines[2]


def test_confidence_is_averaged_over_heads() -> None:
    cells = {
        ("a", "3", "h3d-grid"): cell(1, 1, confidence=[3.0, 2.0, 1.0]),
        ("b", "3", "h3d-grid"): cell(1, 1, confidence=[5.0, 2.0, 2.0]),
    }
    assert "4.00 2.00 1.50  reached (2 heads)" in prior_tables.confidence(cells, ["a", "b"], ["3"])[1]


def test_results_go_on_where_they_stopped(tmp_path: Path) -> None:
    file = tmp_path / "cells.json"
    first = Results(file, "standard, seed 0")
    first.add({"scan": "draw01", "views": "3", "method": "A", **cell(0.5, 0.8)})
    first.add({"scan": "draw01", "views": "3", "method": "A", **cell(0.4, 0.7)})
    other = Results(file, "standard, seed 1")
    assert other.cells == {}
    other.add({"scan": "draw01", "views": "3", "method": "A", **cell(0.9, 0.9)})
    again = Results(file, "standard, seed 0")
    assert again.cells["draw01", "3", "A"]["face"] == 0.4
    assert len(json.loads(file.read_text())) == 2
    text = "\n".join(report(again, ["draw01"], ["3"]))
    assert "0.400/0.700" in text
    assert "carry no confidence" in text
