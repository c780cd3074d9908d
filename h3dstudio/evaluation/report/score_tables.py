"""The tables of both protocols: rows are figures, columns are regions of one run or runs of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from h3dstudio.evaluation.report.document import Row, Table
from h3dstudio.evaluation.report.run import ReportedRun
from h3dstudio.evaluation.report.words import count, number, region_name

Scores = Mapping[str, Any]

STRICT = "Strict: distance to the surface, no resizing"
GROUPS = {
    "as_given": f"{STRICT}, as given",
    "rigid_icp": f"{STRICT}, after rigid registration (ICP)",
    "h3ds": "H3DS: the published protocol",
}


@dataclass(frozen=True)
class Measure:
    """One row: its label, the field, how it is written, and whether less (-1) or more (+1) is better."""

    label: str
    value: Callable[[Scores], object]
    digits: int = 2
    better: int = 0
    factor: float = 1.0

    def cell(self, score: Scores | None) -> str:
        value = None if score is None else self.value(score)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return value
        if isinstance(value, int):
            return count(value)
        return number(value * self.factor if isinstance(value, float) else value, self.digits)

    def best(self, scores: Sequence[Scores | None]) -> frozenset[int]:
        """Positions of the best cells, as they are printed; none where all are alike."""
        cells = [self.cell(score) for score in scores]
        values = [self.better * float(cell) for cell in cells if self.better and cell]
        if len(values) < 2 or max(values) == min(values):
            return frozenset()
        return frozenset(
            at for at, cell in enumerate(cells) if cell and self.better * float(cell) == max(values)
        )


def _field(name: str) -> Callable[[Scores], object]:
    return lambda score: score.get(name)


def _f_score(threshold: float) -> Callable[[Scores], object]:
    def value(score: Scores) -> object:
        return next((one["f"] for one in score["f_scores"] if one["threshold_mm"] == threshold), None)

    return value


def _registered(name: str) -> Callable[[Scores], object]:
    return lambda score: (score.get("registration") or {}).get(name)


SURFACE = (
    Measure("Reference → result, mean, mm", _field("mean_mm"), 2, -1),
    Measure("Reference → result, median, mm", _field("median_mm"), 2, -1),
    Measure("Reference → result, root mean square, mm", _field("rms_mm"), 2, -1),
    Measure("Reference → result, mean with hidden places, mm", _field("mean_with_hidden_mm"), 2, -1),
    Measure("Result → reference, mean, mm", _field("prediction_to_truth_mm"), 2, -1),
    Measure("Hausdorff 95 %, both ways, mm", _field("hausdorff95_mm"), 2, -1),
    Measure("F-score at 1 mm, %", _f_score(1.0), 1, 1, 100),
    Measure("F-score at 2 mm, %", _f_score(2.0), 1, 1, 100),
    Measure("F-score at 5 mm, %", _f_score(5.0), 1, 1, 100),
    Measure("Normal angle, mean, degrees", _field("normal_angle_deg"), 1, -1),
    Measure("Complete within 5 mm, %", _field("completeness_5mm"), 1, 1, 100),
    Measure("Reference vertices scored", _field("vertices")),
)
REGISTRATION = (
    Measure("Registered", _registered("registered")),
    Measure("ICP converged", _registered("converged")),
    Measure("ICP iterations", _registered("iterations")),
    Measure("ICP residual, root mean square, mm", _registered("rms_mm"), 3),
    Measure("ICP rotation, degrees", _registered("rotation_deg"), 3),
)
PUBLISHED = (
    Measure("Reference → nearest vertex, mean, mm", _field("mean_mm"), 2, -1),
    Measure("Registered on the region", _field("alignment_region")),
    Measure("Result resized by", _field("scale"), 4),
    Measure("Determinant (below 0: mirrored)", _field("determinant"), 4),
    Measure("Resized by the landmarks", _field("landmark_scale"), 4),
    Measure("ICP scale", _field("icp_scale"), 4),
    Measure("Registered", _field("icp_registered")),
    Measure("ICP converged", _field("icp_converged")),
    Measure("ICP iterations", _field("icp_iterations")),
    Measure("ICP residual, root mean square, mm", _field("icp_rms_mm"), 3),
)
MEASURES = {"as_given": SURFACE, "rigid_icp": (*SURFACE, *REGISTRATION), "h3ds": PUBLISHED}


def scores_of(run: ReportedRun, group: str) -> Mapping[str, Scores | None]:
    """Region -> its score under one of `GROUPS`."""
    if run.evaluation is None:
        return {}
    found: Mapping[str, Scores | None] = (
        run.evaluation["h3ds"] if group == "h3ds" else run.evaluation["strict"][group]
    )
    return found


def regions_of(runs: Sequence[ReportedRun]) -> list[str]:
    """What any of the runs was scored on: face, head, nose, then others as they come."""
    found = [name for run in runs for group in GROUPS for name, one in scores_of(run, group).items() if one]
    return [name for name in dict.fromkeys(("face", "head", "nose", *found)) if name in found]


def score_tables(runs: Sequence[ReportedRun]) -> list[Table]:
    """One table for one run, regions side by side; one for each region of several, runs side by side."""
    tables: list[Table] = []
    regions = regions_of(runs)
    if len(runs) == 1:
        columns = [(region_name(region), runs[0], region) for region in regions]
        return _table("Both protocols", columns, compare=False).split() if columns else []
    alike = len({run.facts.scan for run in runs}) == 1  # another head may simply be an easier one
    for region in regions:
        columns = [(run.label, run, region) for run in runs]
        tables += _table(region_name(region), columns, compare=alike).split()
    return tables


def protocol_table(run: ReportedRun) -> Table | None:
    """What is fixed in both protocols, as the evaluation noted it; None where it did not."""
    noted = (run.evaluation or {}).get("protocols")
    if not isinstance(noted, dict):
        return None
    rows = []
    for protocol, name in (("strict", "Strict"), ("h3ds", "H3DS")):
        entries = noted.get(protocol)
        if isinstance(entries, dict) and entries:
            rows.append(Row(name, group=True))
            rows += [Row(str(key).replace("_", " "), (_plain(value),)) for key, value in entries.items()]
    return Table("What the protocols fix", ("Value",), tuple(rows), words=True) if rows else None


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(caption: str, columns: Sequence[tuple[str, ReportedRun, str]], *, compare: bool) -> Table:
    rows: list[Row] = []
    for group, title in GROUPS.items():
        scores = [scores_of(run, group).get(region) for _, run, region in columns]
        if not any(scores):
            continue
        rows.append(Row(title, group=True))
        for measure in MEASURES[group]:
            cells = tuple(measure.cell(score) for score in scores)
            if any(cells):
                rows.append(Row(measure.label, cells, measure.best(scores) if compare else frozenset()))
    note = "Bold: the best of its row. " if compare else ""
    note += "The face is what lies within 95 mm of the tip of the nose. “As given” is without any alignment."
    return Table(caption, tuple(name for name, _, _ in columns), tuple(rows), "Figure", note)
