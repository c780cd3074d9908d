"""An evaluation as a few lines of text."""

from __future__ import annotations

from collections.abc import Callable

from h3dstudio.evaluation.evaluate import Evaluation
from h3dstudio.evaluation.h3ds import CompatibleScore
from h3dstudio.evaluation.strict import StrictScore, StrictScores

_WIDTH = 44


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
    columns = (strict.face, strict.head, strict.face_rigid, strict.head_rigid)

    def row(label: str, value: Callable[[StrictScore], float | None], digits: int = 3) -> str:
        return _row(label, *(None if score is None else value(score) for score in columns), digits=digits)

    rows = [
        f"{'STRICT: distance to the surface, no scale':<{_WIDTH}}{'as given':>18}{'rigid ICP':>22}",
        _row("", "face", "head", "face", "head"),
        row("visible ground truth -> mesh, mean mm", lambda score: score.mean),
        row("  with hidden vertices, mean mm", lambda score: score.mean_all),
        row("mesh -> ground truth, mean mm", lambda score: score.reverse),
        row("Hausdorff 95, both ways, mm", lambda score: score.hausdorff95),
    ]
    for position, threshold in enumerate(s.threshold for s in strict.head.f_scores):
        rows.append(row(f"F-score at {threshold:g} mm, %", _f_score(position), 1))
    rows.append(row("normal angle, mean degrees", lambda score: score.normal_angle, 1))
    rows.append(row("complete within 5 mm, %", lambda score: 100 * score.completeness, 1))
    return rows


def _compatible_block(evaluation: Evaluation) -> list[str]:
    columns = (evaluation.h3ds.face, evaluation.h3ds.head)

    def row(label: str, value: Callable[[CompatibleScore], float | str], digits: int = 3) -> str:
        return _row(label, *(None if score is None else value(score) for score in columns), digits=digits)

    landmarks = "with landmarks" if evaluation.landmarks_used else "without landmarks"
    return [
        f"H3DS: the published protocol, {landmarks}",
        _row("", "face", "head"),
        row("ground truth -> nearest vertex, mean mm", lambda score: score.mean),
        row("mesh resized by", lambda score: score.scale, 4),
        row("mirrored", lambda score: "yes" if score.determinant < 0 else "no"),
        row("ICP iterations", lambda score: str(score.icp.iterations)),
    ]


def _f_score(position: int) -> Callable[[StrictScore], float]:
    return lambda score: 100 * score.f_scores[position].f


def _row(label: str, *values: float | str | None, digits: int = 3) -> str:
    cells = ("-" if v is None else v if isinstance(v, str) else f"{v:.{digits}f}" for v in values)
    pairs = [f"{cell:>9}" for cell in cells]
    return (f"{label:<{_WIDTH}}" + "".join(pairs[:2]) + "    " + "".join(pairs[2:])).rstrip()
