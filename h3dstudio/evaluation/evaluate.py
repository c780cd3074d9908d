"""One prediction against one scan: both protocols and what to be warned of."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from h3dstudio.data.scan import Scan
from h3dstudio.errors import EvaluationError, MeshError
from h3dstudio.evaluation.cautions import Caution, after_scoring, before_scoring, suggested_unit
from h3dstudio.evaluation.ground_truth import ALIGNMENT, FACE, GroundTruth, load_ground_truth
from h3dstudio.evaluation.h3ds import CompatibleScore, CompatibleScores, evaluate_compatible
from h3dstudio.evaluation.strict import StrictScores, evaluate_strict
from h3dstudio.evaluation.visibility import visible
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The scores of one mesh on one scan; lengths in mm.

    Attributes:
        scan: the scan's name.
        h3ds: the published protocol (compare with published figures).
        strict: the strict protocol (compare methods, judge a mesh).
        cautions: what misleads about these figures; empty when nothing does.
        landmarks_used: whether predicted landmarks started the registrations.
        counts: vertices and faces of the prediction, vertices of the ground truth, how many of them any
            camera sees, number of cameras.
    """

    scan: str
    h3ds: CompatibleScores
    strict: StrictScores
    cautions: tuple[Caution, ...]
    landmarks_used: bool
    counts: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Plain types for JSON; angles in degrees, lengths in mm."""
        return {
            "scan": self.scan,
            "landmarks_used": self.landmarks_used,
            "counts": dict(self.counts),
            "h3ds": self.h3ds.as_dict(),
            "strict": self.strict.as_dict(),
            "warnings": [{"code": caution.code, "text": caution.text} for caution in self.cautions],
        }


def evaluate_scan(scan: Scan, mesh: TriangleMesh, landmarks: Mapping[str, int] | None = None) -> Evaluation:
    """Score a predicted mesh (mm, the scan's frame) against the ground truth of `scan`.

    `landmarks`: name -> vertex of the prediction, for a prediction in a frame of its own. Raises MeshError
    (no faces, NaN), LandmarkError (unknown, missing or impossible landmarks), EvaluationError (no ground
    truth, registration impossible).
    """
    check_prediction(mesh)
    truth = load_ground_truth(scan)
    try:
        compatible = evaluate_compatible(truth, mesh, landmarks)
    except EvaluationError as error:
        raise _with_unit(error, truth, mesh) from error
    caster = RayCaster(mesh)
    strict = evaluate_strict(truth, mesh, landmarks, caster=caster)
    cautions = [
        *before_scoring(truth, mesh, landmarks),
        *after_scoring(compatible, strict, _density_costs(truth, caster, compatible)),
    ]
    counts = {
        "prediction_vertices": len(mesh.vertices),
        "prediction_faces": len(mesh.faces),
        "truth_vertices": len(truth.mesh.vertices),
        "truth_vertices_visible": int(visible(truth).sum()),
        "cameras": len(truth.cameras),
    }
    return Evaluation(truth.name, compatible, strict, tuple(cautions), landmarks is not None, counts)


def check_prediction(mesh: TriangleMesh, where: str | os.PathLike[str] | None = None) -> None:
    """Raises MeshError when a mesh cannot be scored: no vertices, no faces, NaN or infinite coordinates."""
    if not len(mesh.vertices) or not len(mesh.faces):
        raise MeshError(
            f"the mesh has {len(mesh.vertices)} vertices and {len(mesh.faces)} faces, expected a surface",
            where=where,
            remedy="Point clouds cannot be scored: export the mesh with its faces",
        )
    broken = ~np.isfinite(mesh.vertices).all(axis=1)
    if broken.any():
        raise MeshError(
            f"{broken.sum()} of {len(mesh.vertices)} vertices have NaN or infinite coordinates "
            f"(the first is vertex {broken.argmax()})",
            where=where,
            remedy="Repair or export the mesh again",
        )


def _density_costs(truth: GroundTruth, caster: RayCaster, compatible: CompatibleScores) -> dict[str, float]:
    """Per region, how much larger its h3ds mean is than the mean to the same, equally aligned surface."""
    costs = {}
    for name, region, score in (("face", FACE, compatible.face), ("head", ALIGNMENT, compatible.head)):
        if score is not None:
            # Thinned: this only decides on a warning.
            vertices = truth.mesh.vertices if name == "head" else truth.mesh.vertices[truth.region(region)]
            thin = slice(None, None, max(1, len(vertices) // 3000))
            costs[name] = float(np.mean(score.distances[thin] - _to_surface(vertices[thin], caster, score)))
    return costs


def _to_surface(vertices: Any, caster: RayCaster, score: CompatibleScore) -> Any:
    inverse = np.linalg.inv(score.transform)
    moved = vertices @ inverse[:3, :3].T + inverse[:3, 3]
    return caster.closest(moved).distance * score.scale


def _with_unit(error: EvaluationError, truth: GroundTruth, mesh: TriangleMesh) -> EvaluationError:
    unit = suggested_unit(truth, mesh)
    if unit is None:
        return error
    return EvaluationError(
        error.problem,
        where=error.where,
        remedy=f"By its size the mesh seems to be in {unit[0]}: multiply it by {unit[1]:g}",
    )
