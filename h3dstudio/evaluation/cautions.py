"""What a reader of the scores must know before believing them: the known ways in which they mislead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from h3dstudio.data.landmark_doubts import landmark_doubts
from h3dstudio.evaluation.ground_truth import ALIGNMENT, FACE, GroundTruth
from h3dstudio.evaluation.h3ds import CompatibleScore, CompatibleScores
from h3dstudio.evaluation.strict import StrictScore, StrictScores
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.registration import procrustes

# Relative resizing that measurement noise does not explain.
RESCALED = 0.02
# mm that the density of the vertices alone may cost before it is said.
SPARSE = 0.5
_MM_GLB = ", or is a GLB with numbers in mm, where its standard has metres"
UNITS = {"metres": 1000.0, "decimetres": 100.0, "centimetres": 10.0, "micrometres": 0.001}


@dataclass(frozen=True)
class Caution:
    """A warning: `text` for people, one sentence without a final period, and `code` for programs.

    Codes: rescaled, mirrored, sparse, not_converged, not_registered, units, inside_out, misplaced, empty,
    regions, hidden, collapsed, thinned, moved, landmarks.
    """

    code: str
    text: str


def suggested_unit(truth: GroundTruth, mesh: TriangleMesh) -> tuple[str, float] | None:
    """(unit, factor to mm) when the prediction's size fits another unit than mm; it is never applied."""
    ratio = _extent(truth.mesh) / max(_extent(mesh), 1e-12)
    for unit, factor in UNITS.items():
        if 1 / 2.5 < ratio / factor < 2.5:
            return unit, factor
    return None


def before_scoring(
    truth: GroundTruth, mesh: TriangleMesh, landmarks: Mapping[str, int] | None
) -> list[Caution]:
    """What the two meshes and their (valid) landmarks show without any registration."""
    cautions = []
    unit = suggested_unit(truth, mesh)
    if unit is not None:
        cautions.append(
            Caution(
                "units",
                f"the mesh is {_extent(mesh):.3g} long and the ground truth {_extent(truth.mesh):.0f} mm: "
                f"it seems to be in {unit[0]}{_MM_GLB if unit[0] == 'micrometres' else ''}; multiply it by "
                f"{unit[1]:g} if so (nothing was rescaled)",
            )
        )
    absent = [name for name in (FACE, ALIGNMENT) if name not in truth.regions]
    if absent:
        cautions.append(
            Caution(
                "regions", f"the scan has no region {' and '.join(absent)}: scores that need it are left out"
            )
        )
    doubted = landmark_doubts(truth.mesh.vertices, truth.landmarks)
    if doubted:
        cautions.append(Caution("landmarks", f"the scan's own landmarks.txt: {doubted}"))
    of_mesh = landmark_doubts(mesh.vertices, landmarks) if landmarks is not None else ""
    if of_mesh:
        cautions.append(Caution("landmarks", f"the mesh's landmarks: {of_mesh}"))
    if landmarks is not None and _landmarks_mirrored(truth, mesh, landmarks):
        cautions.append(
            Caution(
                "mirrored",
                "the landmarks fit far better after a reflection: the mesh is mirrored, or left and right "
                "landmarks are swapped",
            )
        )
    return cautions


def _landmarks_mirrored(truth: GroundTruth, mesh: TriangleMesh, landmarks: Mapping[str, int]) -> bool:
    source = mesh.vertices[[landmarks[name] for name in truth.landmarks]]
    target = truth.mesh.vertices[list(truth.landmarks.values())]

    def misfit(reflection: bool) -> float:
        matrix = procrustes(source, target, reflection=reflection)
        return float(np.linalg.norm(source @ matrix[:3, :3].T + matrix[:3, 3] - target))

    return misfit(True) < 0.5 * misfit(False)


def after_scoring(
    compatible: CompatibleScores, strict: StrictScores, densities: dict[str, float]
) -> list[Caution]:
    """What the registrations did. `densities`: per region, mm that vertex spacing adds to its h3ds mean."""
    cautions: list[Caution] = []
    for name, score in compatible.scores.items():
        cautions += _about_compatible(name, score, densities.get(name, 0.0))
    for name, given in strict.as_given.items():
        rigid = strict.rigid.get(name)
        cautions += _about_surface(name, given, rigid)
        if rigid is not None:
            cautions += _about_registration(name, given, rigid)
    return cautions


def _about_compatible(name: str, score: CompatibleScore, density: float) -> list[Caution]:
    cautions = []
    if score.determinant < 0:
        cautions.append(
            Caution("mirrored", f"h3ds {name}: its ICP mirrored the prediction (determinant below zero)")
        )
    if abs(score.scale - 1) > RESCALED:
        cautions.append(Caution("rescaled", f"h3ds {name}: the prediction was resized by {score.scale:.4g}"))
    if score.icp.registered and not score.icp.converged:
        cautions.append(
            Caution(
                "not_converged",
                f"h3ds {name}: its ICP stopped at {score.icp.iterations} iterations without converging",
            )
        )
    if density > SPARSE:
        cautions.append(
            Caution(
                "sparse",
                f"h3ds {name}: {density:.2f} of {score.mean:.2f} mm come from the spacing of the predicted "
                "vertices, not from the surface; export a denser mesh",
            )
        )
    return cautions


def _about_surface(name: str, given: StrictScore, rigid: StrictScore | None) -> list[Caution]:
    cautions = []
    best = given if rigid is None or given.mean <= rigid.mean else rigid
    if best.completeness == 0:
        cautions.append(
            Caution("empty", f"strict {name}: no part of the mesh lies within 5 mm of this region")
        )
    # Only where the surfaces meet do their normals say anything.
    if best.normal_angle > 120 and best.mean < 5:
        cautions.append(
            Caution("inside_out", f"strict {name}: the mesh's normals point inwards; flip its faces")
        )
    return cautions


def _about_registration(name: str, given: StrictScore, rigid: StrictScore) -> list[Caution]:
    cautions = []
    registered = rigid.registration is not None and rigid.registration.registered
    if registered and rigid.registration is not None and not rigid.registration.converged:
        cautions.append(Caution("not_converged", f"strict {name}: the rigid registration did not converge"))
    if registered and given.mean > 5 and given.mean > 3 * rigid.mean:
        cautions.append(
            Caution(
                "misplaced",
                f"strict {name}: {given.mean:.1f} mm as given, {rigid.mean:.1f} mm after a rigid motion: the "
                "prediction is not in the scan's frame, so compare the rigid figures",
            )
        )
    return cautions


def _extent(mesh: TriangleMesh) -> float:
    used = np.zeros(len(mesh.vertices), dtype=np.bool_)
    used[mesh.faces.ravel()] = True
    return float(np.linalg.norm(np.ptp(mesh.vertices[used], axis=0)))
