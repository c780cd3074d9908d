"""An evaluation as a few lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from h3dstudio.evaluation.evaluate import Evaluation
from h3dstudio.evaluation.h3ds import CompatibleScore
from h3dstudio.evaluation.strict import StrictScore, StrictScores, turn_in_degrees
from h3dstudio.geometry.registration import ICPSolution

_WIDTH = 41
_ALIGNED = {"landmarks": "with landmarks", "free": "without landmarks", "none": "without any alignment"}


def format_evaluation(evaluation: Evaluation) -> str:
    """Both protocols, clearly named, and the warnings; lengths in mm. No final newline."""
    counts = evaluation.counts
    lines = [
        f"scan {evaluation.scan}: {counts['truth_vertices']} ground-truth vertices, "
        f"{counts['truth_vertices_visible']} seen by its {counts['cameras']} cameras",
        f"mesh: {counts['prediction_vertices']} vertices, {counts['prediction_faces']} faces",
        "",
        *_strict_block(evaluation.strict),
        "",
        *_compatible_block(evaluation),
    ]
    if evaluation.cautions:
        lines += ["", *(f"warning: {caution.text}." for caution in evaluation.cautions)]
    return "\n".join(lines)


def _strict_block(strict: StrictScores) -> list[str]:
    names = _names(strict.as_given)
    blocks = [strict.as_given, strict.rigid] if strict.rigid else [strict.as_given]

    def row(label: str, value: Callable[[StrictScore], float | str | None], digits: int = 3) -> str:
        groups = [[None if name not in one else value(one[name]) for name in names] for one in blocks]
        return _row(label, *groups, digits=digits)

    def fit(value: Callable[[ICPSolution], float | str]) -> Callable[[StrictScore], float | str | None]:
        return lambda score: None if score.registration is None else value(score.registration)

    wide = 9 * len(names)
    title = "STRICT: distance to the surface, no scale"
    rows = [
        f"{title:<{_WIDTH}}{'as given':>{wide}}" + (f"{'rigid ICP':>{wide + 4}}" if strict.rigid else ""),
        _row("", *(names for _ in blocks)),
        row("visible ground truth -> mesh, mean mm", lambda score: score.mean),
        row("  with hidden vertices, mean mm", lambda score: score.mean_all),
        row("mesh -> ground truth, mean mm", lambda score: score.reverse),
        row("Hausdorff 95, both ways, mm", lambda score: score.hausdorff95),
    ]
    for position, threshold in enumerate(s.threshold for s in strict.head.f_scores):
        rows.append(row(f"F-score at {threshold:g} mm, %", _f_score(position), 1))
    rows.append(row("normal angle, mean degrees", lambda score: score.normal_angle, 1))
    rows.append(row("complete within 5 mm, %", lambda score: 100 * score.completeness, 1))
    if strict.rigid:
        rows.append(row("ICP turned it by, degrees", fit(lambda one: turn_in_degrees(one.transform)), 2))
        rows.append(row("ICP iterations", fit(lambda one: str(one.iterations))))
        rows.append(row("ICP RMS, mm", fit(lambda one: one.rms)))
        rows.append(row("registered", fit(_registered)))
    return rows


def _compatible_block(evaluation: Evaluation) -> list[str]:
    names = _names(evaluation.h3ds.scores)
    columns = [evaluation.h3ds.scores.get(name) for name in names]

    def row(label: str, value: Callable[[CompatibleScore], float | str], digits: int = 3) -> str:
        return _row(label, [None if score is None else value(score) for score in columns], digits=digits)

    rows = [
        f"H3DS: the published protocol, {_ALIGNED[evaluation.align]}",
        _row("", names),
        row("ground truth -> nearest vertex, mean mm", lambda score: score.mean),
    ]
    if evaluation.align == "none":
        return rows
    return [
        *rows,
        row("mesh resized by, landmarks and ICP", lambda score: score.scale, 4),
        row("  of this by the ICP", lambda score: 1 / score.icp.transform.scale, 4),
        row("determinant", lambda score: score.determinant, 4),
        row("mirrored", lambda score: "yes" if score.determinant < 0 else "no"),
        row("ICP iterations", lambda score: str(score.icp.iterations)),
        row("ICP RMS, mm", lambda score: score.icp.rms / score.icp.transform.scale),
        row("registered", lambda score: _registered(score.icp)),
    ]


def _registered(fit: ICPSolution) -> str:
    return "yes" if fit.registered else "no"


def _names(scores: Iterable[str]) -> list[str]:
    """Face and head always, then the further regions."""
    return list(dict.fromkeys(("face", "head", *scores)))


def _f_score(position: int) -> Callable[[StrictScore], float]:
    return lambda score: 100 * score.f_scores[position].f


def _row(label: str, *groups: Sequence[float | str | None], digits: int = 3) -> str:
    """A label and one or two groups of cells."""
    texts = ("".join(f"{_cell(value, digits):>9}" for value in group) for group in groups)
    return (f"{label:<{_WIDTH}}" + "    ".join(texts)).rstrip()


def _cell(value: float | str | None, digits: int) -> str:
    if value is None:
        return "-"
    return value[:8] if isinstance(value, str) else f"{value:.{digits}f}"
