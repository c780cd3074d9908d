"""An `Evaluation` out of the JSON it was written as; nothing in the file is believed unchecked."""

from __future__ import annotations

import numpy as np

from h3dstudio.evaluation.cautions import Caution
from h3dstudio.evaluation.evaluate import Evaluation
from h3dstudio.evaluation.h3ds import CompatibleScore, CompatibleScores
from h3dstudio.evaluation.json_fields import Fields
from h3dstudio.evaluation.options import ALIGNMENTS, Alignment
from h3dstudio.evaluation.strict import StrictScore, StrictScores
from h3dstudio.geometry.distances import FScore
from h3dstudio.geometry.registration import ICPSolution
from h3dstudio.geometry.transforms import Similarity

COUNTS = (
    "prediction_vertices",
    "prediction_faces",
    "truth_vertices",
    "truth_vertices_visible",
    "cameras",
)


def evaluation_from_fields(fields: Fields) -> Evaluation:
    """What `Evaluation.as_dict` wrote, without the distances. Raises EvaluationError naming a wrong field."""
    counts = fields.section("counts")
    strict = fields.section("strict")
    return Evaluation(
        scan=fields.text("scan"),
        h3ds=CompatibleScores(
            {name: _compatible(one) for name, one in _present(fields.section("h3ds")).items()}
        ),
        strict=StrictScores(
            _strict_scores(strict.section("as_given"), needs_head=True),
            _strict_scores(strict.section("rigid_icp")),
        ),
        cautions=tuple(Caution(one.text("code"), one.text("text")) for one in fields.sections("warnings")),
        align=_alignment(fields),
        counts={name: counts.count(name) for name in COUNTS},
    )


def _alignment(fields: Fields) -> Alignment:
    text = fields.text("align")
    for known in ALIGNMENTS:
        if text == known:
            return known  # type: ignore[return-value]
    raise fields.wrong("align", " or ".join(ALIGNMENTS))


def _present(scores: Fields) -> dict[str, Fields]:
    return {name: scores.section(name) for name in scores.names if scores.has(name)}


def _compatible(one: Fields) -> CompatibleScore:
    similarity = Similarity.from_matrix(one.matrix("icp_transform"))
    return CompatibleScore(
        mean=one.number("mean_mm"),
        alignment_region=one.text("alignment_region") if one.has("alignment_region") else None,
        transform=one.matrix("transform"),
        icp=ICPSolution(
            similarity,
            one.flag("icp_converged"),
            one.count("icp_iterations"),
            one.number("icp_rms_mm") * similarity.scale,
            _registered(one, "icp_registered"),
        ),
        landmark_scale=one.optional_number("landmark_scale"),
    )


def _strict_scores(scores: Fields, *, needs_head: bool = False) -> dict[str, StrictScore]:
    found = {name: _strict(one) for name, one in _present(scores).items()}
    if needs_head and "head" not in found:
        raise scores.wrong("head", "an object")
    return found


def _strict(one: Fields) -> StrictScore:
    return StrictScore(
        mean=one.number("mean_mm"),
        median=one.number("median_mm"),
        rms=one.number("rms_mm"),
        mean_all=one.number("mean_with_hidden_mm"),
        reverse=one.optional_number("prediction_to_truth_mm"),
        hausdorff95=one.optional_number("hausdorff95_mm"),
        f_scores=tuple(_f_score(score) for score in one.sections("f_scores")),
        # JSON has no NaN: an angle that is not defined was written as null.
        normal_angle=one.number("normal_angle_deg") if one.has("normal_angle_deg") else np.nan,
        completeness=one.number("completeness_5mm"),
        vertices=one.count("vertices"),
        registration=_registration(one.section("registration")) if one.has("registration") else None,
    )


def _f_score(one: Fields) -> FScore:
    score = FScore(one.number("threshold_mm"), one.number("precision"), one.number("recall"))
    if abs(score.f - one.number("f")) > 1e-6:
        raise one.wrong("f", "the harmonic mean of precision and recall")
    return score


def _registration(one: Fields) -> ICPSolution:
    transform = Similarity.from_matrix(one.matrix("transform"))
    registered = _registered(one, "registered")
    return ICPSolution(
        transform, one.flag("converged"), one.count("iterations"), one.number("rms_mm"), registered
    )


def _registered(one: Fields, name: str) -> bool:
    """Absent in files of earlier versions, which did not ask."""
    return one.flag(name) if one.has(name) else True
