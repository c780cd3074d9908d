"""How good a mesh is, without flattery: no scale, no reflection, distances to the surface.

The primary number is the mean distance from the ground-truth vertices that the scan's cameras see to the
predicted surface, with no alignment at all: a reconstruction from calibrated photos is in the scan's frame.
The same after rigid registration tells shape from pose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.evaluation.ground_truth import GroundTruth
from h3dstudio.evaluation.h3ds import check_landmarks
from h3dstudio.evaluation.posed import Comparison, Part, Posed, registered, scored_parts
from h3dstudio.evaluation.visibility import visible_vertices
from h3dstudio.geometry.distances import FScore, f_score, hausdorff95
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.registration import ICPSolution
from h3dstudio.geometry.transforms import Similarity, umeyama

__all__ = ["StrictScore", "StrictScores", "evaluate_strict", "visible_vertices"]

THRESHOLDS = (1.0, 2.0, 5.0)


@dataclass(frozen=True, eq=False)
class StrictScore:
    """One region under one alignment. Lengths in mm; distances are to the surface, not to vertices.

    Attributes:
        mean: visible ground-truth vertices of the region -> predicted surface. The number to compare.
        median, rms: of the same distances.
        mean_all: the same mean with hidden vertices (inner lips, lids, underside) included.
        reverse: mean distance of uniform samples of the predicted surface -> ground truth; only samples
            that the cameras see, and for the face within 95 mm of the nose tip. None when there are none.
        hausdorff95: the larger 95th percentile of both directions, or None without `reverse`.
        f_scores: at 1, 2 and 5 mm; recall over ground-truth vertices, precision over predicted samples.
        normal_angle: mean angle in degrees between the normals at visible vertices and their nearest
            predicted points.
        completeness: share of the visible vertices with predicted surface within 5 mm.
        vertices: how many visible vertices the region has.
        registration: the rigid registration prediction -> ground truth, or None for "as given".
        distances: (V,) mm for every ground-truth vertex, NaN outside a registered part; None for a score read
            from a file.
    """

    mean: float
    median: float
    rms: float
    mean_all: float
    reverse: float | None
    hausdorff95: float | None
    f_scores: tuple[FScore, ...]
    normal_angle: float
    completeness: float
    vertices: int
    registration: ICPSolution | None
    distances: NDArray[np.float64] | None = field(default=None, repr=False)

    def as_dict(self) -> dict[str, Any]:
        return {
            "mean_mm": self.mean,
            "median_mm": self.median,
            "rms_mm": self.rms,
            "mean_with_hidden_mm": self.mean_all,
            "prediction_to_truth_mm": self.reverse,
            "hausdorff95_mm": self.hausdorff95,
            "f_scores": [
                {"threshold_mm": s.threshold, "f": s.f, "precision": s.precision, "recall": s.recall}
                for s in self.f_scores
            ],
            "normal_angle_deg": self.normal_angle,
            "completeness_5mm": self.completeness,
            "vertices": self.vertices,
            "registration": None if self.registration is None else _registration(self.registration),
        }


@dataclass(frozen=True, eq=False)
class StrictScores:
    """Scores by what is scored, as given and after rigid ICP; lengths in mm.

    Attributes:
        as_given: "head" always, "face" (within 95 mm of the nose tip) where there is one, further regions.
        rigid: the same after registration; empty where none was wanted.
    """

    as_given: Mapping[str, StrictScore]
    rigid: Mapping[str, StrictScore]

    @property
    def face(self) -> StrictScore | None:
        return self.as_given.get("face")

    @property
    def head(self) -> StrictScore:
        return self.as_given["head"]

    @property
    def face_rigid(self) -> StrictScore | None:
        return self.rigid.get("face")

    @property
    def head_rigid(self) -> StrictScore | None:
        return self.rigid.get("head")

    def as_dict(self) -> dict[str, Any]:
        return {"as_given": _scores_dict(self.as_given), "rigid_icp": _scores_dict(self.rigid)}


def evaluate_strict(
    truth: GroundTruth,
    mesh: TriangleMesh,
    landmarks: Mapping[str, int] | None = None,
    *,
    regions: Sequence[str] = (),
    register: bool = True,
    caster: RayCaster | None = None,
) -> StrictScores:
    """The strict scores of a prediction (mm, with faces) for face, head and more `regions` of the truth.

    `caster` is the prediction's ray caster, where there is one. The rigid registrations fit the very vertices
    that are scored; the head's starts from the landmarks' rigid alignment where landmarks are given, and
    those of its parts from the head's. Raises MeshError, LandmarkError and EvaluationError.
    """
    parts = scored_parts(truth, regions)
    comparison = Comparison(truth, mesh, caster or RayCaster(mesh))
    given = Posed.as_given(comparison)
    as_given = {name: _score(given, part) for name, part in parts.items()}
    if not register:
        return StrictScores(as_given, {})
    start = None if landmarks is None else _start(truth, mesh, landmarks)
    head = registered(given, parts["head"], start)
    rigid = {}
    for name, part in parts.items():
        posed = head if name == "head" else registered(given, part, head.pose, search=False)
        rigid[name] = _score(posed, part)
    return StrictScores(as_given, rigid)


def rigid_motion(
    truth: GroundTruth, mesh: TriangleMesh, landmarks: Mapping[str, int] | None = None
) -> Similarity:
    """Prediction -> ground truth: the registration under which the head is scored."""
    parts = scored_parts(truth, ())
    given = Posed.as_given(Comparison(truth, mesh, RayCaster(mesh)))
    start = None if landmarks is None else _start(truth, mesh, landmarks)
    return registered(given, parts["head"], start).pose.inverse()


def _score(posed: Posed, part: Part) -> StrictScore:
    """Over the vertices of `part` that are seen."""
    forward, backward = posed.forward(part.seen), posed.backward(part)
    scores = tuple(f_score(forward, backward, threshold) for threshold in THRESHOLDS)
    return StrictScore(
        mean=float(forward.mean()),
        median=float(np.median(forward)),
        rms=float(np.sqrt(np.mean(forward**2))),
        mean_all=float(posed.forward(part.whole).mean()),
        reverse=float(backward.mean()) if len(backward) else None,
        hausdorff95=hausdorff95(forward, backward) if len(backward) else None,
        f_scores=scores,
        normal_angle=posed.normal_angle(part.seen),
        completeness=scores[-1].recall,
        vertices=int(part.seen.sum()),
        registration=None if posed.fit is None else _inverse(posed.fit),
        distances=posed.distances,
    )


def _start(truth: GroundTruth, mesh: TriangleMesh, landmarks: Mapping[str, int]) -> Similarity:
    """Ground truth -> prediction, rigid, from the landmarks."""
    check_landmarks(truth, mesh, landmarks)
    source = truth.mesh.vertices[list(truth.landmarks.values())]
    target = mesh.vertices[[landmarks[name] for name in truth.landmarks]]
    return umeyama(source, target, with_scale=False)


def _inverse(fit: ICPSolution) -> ICPSolution:
    return replace(fit, transform=fit.transform.inverse())


def turn_in_degrees(transform: Similarity) -> float:
    """How far a rigid motion turns, 0..180."""
    from scipy.spatial.transform import Rotation

    return float(np.degrees(Rotation.from_matrix(transform.rotation).magnitude()))


def _registration(fit: ICPSolution) -> dict[str, Any]:
    return {
        "converged": fit.converged,
        "registered": fit.registered,
        "iterations": fit.iterations,
        "rms_mm": fit.rms,
        "rotation_deg": turn_in_degrees(fit.transform),
        "transform": fit.transform.matrix.tolist(),
    }


def _scores_dict(scores: Mapping[str, StrictScore]) -> dict[str, Any]:
    names = dict.fromkeys(("face", "head", *scores))
    return {name: scores[name].as_dict() if name in scores else None for name in names}
