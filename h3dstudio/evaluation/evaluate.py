"""One prediction against one scan: both protocols, every vertex's error, and what to be warned of."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import Scan
from h3dstudio.errors import EvaluationError, MeshError
from h3dstudio.evaluation.cautions import Caution, after_scoring, before_scoring, suggested_unit
from h3dstudio.evaluation.ground_truth import FACE, GroundTruth, load_ground_truth
from h3dstudio.evaluation.h3ds import CompatibleScore, CompatibleScores, evaluate_compatible
from h3dstudio.evaluation.not_registered import about_registrations
from h3dstudio.evaluation.options import Alignment, EvaluationOptions
from h3dstudio.evaluation.strict import StrictScores, evaluate_strict, turn_in_degrees
from h3dstudio.evaluation.vertex_errors import VertexErrors
from h3dstudio.evaluation.visibility import visible
from h3dstudio.evaluation.wanted_regions import ALWAYS, scan_with_regions
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.thinning import thinned
from h3dstudio.geometry.transforms import Similarity

MOST_FACES = 4_000_000
"""Of a surface in the strict protocol: about 2 GB. The published one works on the vertices and takes any."""
STEPS = ("reading the ground truth", "H3DS protocol", "strict protocol", "error of every vertex")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The scores of one mesh on one scan; lengths in mm.

    Attributes:
        scan: the scan's name.
        h3ds: the published protocol (compare with published figures).
        strict: the strict protocol (compare methods, judge a mesh).
        cautions: what misleads about these figures; empty when nothing does.
        align: how the registrations were started, or that there were none.
        counts: vertices and faces of the prediction, vertices of the ground truth, how many of them any
            camera sees, number of cameras.
        errors: of every vertex; None for an evaluation read from `evaluation.json`.
    """

    scan: str
    h3ds: CompatibleScores
    strict: StrictScores
    cautions: tuple[Caution, ...]
    align: Alignment
    counts: Mapping[str, int]
    errors: VertexErrors | None = None

    @property
    def landmarks_used(self) -> bool:
        """Whether predicted landmarks started the registrations."""
        return self.align == "landmarks"

    def without_errors(self) -> Evaluation:
        """The figures alone, light enough to be sent."""
        h3ds = {name: replace(score, distances=None) for name, score in self.h3ds.scores.items()}
        given, rigid = (
            {name: replace(score, distances=None) for name, score in scores.items()}
            for scores in (self.strict.as_given, self.strict.rigid)
        )
        return replace(self, h3ds=CompatibleScores(h3ds), strict=StrictScores(given, rigid), errors=None)

    def as_dict(self) -> dict[str, Any]:
        """Plain types for JSON, without `errors`; angles in degrees, lengths in mm."""
        return {
            "scan": self.scan,
            "align": self.align,
            "landmarks_used": self.landmarks_used,
            "counts": dict(self.counts),
            "h3ds": self.h3ds.as_dict(),
            "strict": self.strict.as_dict(),
            "warnings": [{"code": caution.code, "text": caution.text} for caution in self.cautions],
        }


def evaluate_scan(
    scan: Scan,
    mesh: TriangleMesh,
    landmarks: Mapping[str, int] | None = None,
    options: EvaluationOptions | None = None,
) -> Evaluation:
    """Score a predicted mesh (mm, the scan's frame) against the ground truth of `scan`.

    `landmarks`: name -> vertex of the prediction, for a prediction in a frame of its own. Raises MeshError
    (no faces, NaN), LandmarkError (unknown, missing or impossible landmarks), EvaluationError (no ground
    truth, registration impossible), UsageError (options that do not fit).
    """
    steps = evaluation_steps(scan, mesh, landmarks, options)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def evaluation_steps(
    scan: Scan,
    mesh: TriangleMesh,
    landmarks: Mapping[str, int] | None = None,
    options: EvaluationOptions | None = None,
) -> Generator[int, None, Evaluation]:
    """`evaluate_scan`, which yields the number of each of `STEPS` before it."""
    options = options or EvaluationOptions()
    align = options.alignment(landmarks)
    used = landmarks if align == "landmarks" else None
    check_prediction(mesh)
    moved: list[Caution] = []
    if options.motion is not None:
        mesh, moved = _moved(mesh, options.motion)
    yield 0
    scan, regions = scan_with_regions(scan, options.regions)
    truth = load_ground_truth(scan)
    regions, notes = _seen(truth, regions, options)
    yield 1
    register = align != "none"
    try:
        compatible = evaluate_compatible(truth, mesh, used, regions=regions, register=register)
    except EvaluationError as error:
        raise _with_unit(error, truth, mesh) from error
    notes += [_collapsed(name) for name in regions if name not in compatible.scores]
    yield 2
    surface, marks, thinning = _surface(mesh, used)
    caster = RayCaster(surface)
    strict = evaluate_strict(truth, surface, marks, regions=regions, register=register, caster=caster)
    cautions = [
        *moved,
        *before_scoring(truth, mesh, used),
        *notes,
        *thinning,
        *about_registrations(compatible, strict, landmarks_given=used is not None),
        *after_scoring(compatible, strict, _density_costs(truth, caster, compatible)),
    ]
    yield 3
    errors = _vertex_errors(truth, mesh, strict)
    return Evaluation(truth.name, compatible, strict, tuple(cautions), align, _counts(truth, mesh), errors)


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


def _moved(mesh: TriangleMesh, motion: NDArray[np.float64]) -> tuple[TriangleMesh, list[Caution]]:
    """The mesh moved, and the word that it was."""
    similarity = Similarity.from_matrix(motion)
    text = f"before all else the mesh was turned by {turn_in_degrees(similarity):.1f} degrees"
    if abs(similarity.scale - 1) > 1e-6:
        text += f" and resized by {similarity.scale:.4g}"
    caution = Caution("moved", f"{text} by hand, landmarks or ICP: 'as given' means after that")
    return mesh.with_vertices(similarity.apply(mesh.vertices)), [caution]


def _surface(
    mesh: TriangleMesh, landmarks: Mapping[str, int] | None
) -> tuple[TriangleMesh, Mapping[str, int] | None, list[Caution]]:
    """The surface for the strict protocol, whose memory is bounded, with its landmarks; a word if thinned."""
    thin = thinned(mesh, MOST_FACES)
    if thin is None:
        return mesh, landmarks, []
    marks = None if landmarks is None else {name: int(thin.vertex[at]) for name, at in landmarks.items()}
    text = (
        f"strict: the mesh has {len(mesh.faces)} faces and was measured with {len(thin.mesh.faces)} of them "
        f"left: vertices were merged with others up to {thin.shift:.2f} mm away; decimate it yourself to at "
        f"most {MOST_FACES} faces to be exact"
    )
    return thin.mesh, marks, [Caution("thinned", text)]


def _seen(
    truth: GroundTruth, regions: tuple[str, ...], options: EvaluationOptions
) -> tuple[tuple[str, ...], list[Caution]]:
    """The regions that some camera sees; one that nobody asked for is left out with a word."""
    cautions, seen = [], []
    for name in regions:
        asked = name in options.regions or name not in ALWAYS
        if asked or (visible(truth) & truth.region_mask(name)).any():
            seen.append(name)
        else:
            cautions.append(Caution("hidden", f"no camera sees the region {name}: it is left out"))
    return tuple(seen), cautions


def _collapsed(region: str) -> Caution:
    return Caution("collapsed", f"h3ds {region}: its ICP shrank the region to a point, so it has no score")


def _vertex_errors(truth: GroundTruth, mesh: TriangleMesh, strict: StrictScores) -> VertexErrors:
    given, rigid = strict.head, strict.head_rigid
    assert given.distances is not None
    truth_rigid = prediction_rigid = None
    if rigid is not None and rigid.registration is not None and rigid.distances is not None:
        truth_rigid = rigid.distances.astype(np.float32)
        prediction_rigid = truth.caster.distances(rigid.registration.transform.apply(mesh.vertices))
    return VertexErrors(
        given.distances.astype(np.float32),
        truth_rigid,
        truth.caster.distances(mesh.vertices),
        prediction_rigid,
        visible(truth),
    )


def _counts(truth: GroundTruth, mesh: TriangleMesh) -> dict[str, int]:
    return {
        "prediction_vertices": len(mesh.vertices),
        "prediction_faces": len(mesh.faces),
        "truth_vertices": len(truth.mesh.vertices),
        "truth_vertices_visible": int(visible(truth).sum()),
        "cameras": len(truth.cameras),
    }


def _density_costs(truth: GroundTruth, caster: RayCaster, compatible: CompatibleScores) -> dict[str, float]:
    """Per score, how much larger its h3ds mean is than the mean to the same, equally aligned surface."""
    costs = {}
    for name, score in compatible.scores.items():
        vertices = truth.mesh.vertices
        if name != "head":
            vertices = vertices[truth.region(FACE if name == "face" else name)]
        assert score.distances is not None
        # Thinned: this only decides on a warning.
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
