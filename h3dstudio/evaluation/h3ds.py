"""The evaluator that published H3DS scores come from, reproduced with its habits.

Source: the `evaluate_scene` of the h3ds package, version 0.4. What it hides: a prediction of the wrong size
is rescaled, a mirrored one is mirrored back, and a sparse mesh is punished for its density, because the
distance is to the nearest *vertex*. Its scores compare with published ones; `strict` says how good a mesh is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import EvaluationError, LandmarkError
from h3dstudio.evaluation.ground_truth import ALIGNMENT, FACE, GroundTruth
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.registration import ICPSolution, icp_tree, procrustes
from h3dstudio.geometry.surface_icp import largest_rms
from h3dstudio.geometry.thinning import mean_edge
from h3dstudio.geometry.transforms import Similarity


@dataclass(frozen=True, eq=False)
class CompatibleScore:
    """One published number, and what the alignment did to reach it.

    Attributes:
        mean: mm, mean distance from each ground-truth vertex of the region to the nearest predicted vertex.
        alignment_region: the ground-truth region that was registered; None without any alignment.
        transform: (4, 4) maps the prediction, as given, to where it was measured.
        icp: the registration ground truth -> (landmark-aligned) prediction.
        landmark_scale: scale of the landmark alignment, or None without landmarks.
        distances: (R,) mm, per vertex of the region, in its order; None for a score read from a file.
    """

    mean: float
    alignment_region: str | None
    transform: NDArray[np.float64] = field(repr=False)
    icp: ICPSolution = field(repr=False)
    landmark_scale: float | None
    distances: NDArray[np.float64] | None = field(default=None, repr=False)

    @cached_property
    def scale(self) -> float:
        """By what factor the prediction was resized altogether."""
        return float(np.cbrt(abs(np.linalg.det(self.transform[:3, :3]))))

    @cached_property
    def determinant(self) -> float:
        """Of the 3x3 part of `transform`; negative when the prediction was mirrored."""
        return float(np.linalg.det(self.transform[:3, :3]))

    def as_dict(self) -> dict[str, Any]:
        return {
            "mean_mm": self.mean,
            "alignment_region": self.alignment_region,
            "scale": self.scale,
            "determinant": self.determinant,
            "landmark_scale": self.landmark_scale,
            "icp_scale": 1 / self.icp.transform.scale,
            "icp_iterations": self.icp.iterations,
            "icp_converged": self.icp.converged,
            "icp_registered": self.icp.registered,
            "icp_rms_mm": self.icp.rms / self.icp.transform.scale,
            "icp_transform": self.icp.transform.matrix.tolist(),
            "transform": self.transform.tolist(),
        }


@dataclass(frozen=True, eq=False)
class CompatibleScores:
    """The scores by what is scored: "face" and "head", which are published, and further regions.

    One is absent where the ground truth lacks its region.
    """

    scores: Mapping[str, CompatibleScore]

    @property
    def face(self) -> CompatibleScore | None:
        return self.scores.get("face")

    @property
    def head(self) -> CompatibleScore | None:
        return self.scores.get("head")

    def as_dict(self) -> dict[str, Any]:
        names = dict.fromkeys(("face", "head", *self.scores))
        return {name: self.scores[name].as_dict() if name in self.scores else None for name in names}


def evaluate_compatible(
    truth: GroundTruth,
    mesh: TriangleMesh,
    landmarks: Mapping[str, int] | None = None,
    *,
    regions: Sequence[str] = (),
    register: bool = True,
) -> CompatibleScores:
    """Face and head scores of a prediction as the h3ds package computes them, and those of more `regions`.

    `landmarks`, name -> vertex of the prediction, must name every landmark of the ground truth and start
    the registration; without them it starts from the prediction as given. A further region is registered by
    itself, as the package does it. `register=False` measures the prediction where it is, which the package
    cannot. A further region whose registration collapses has no score. Raises LandmarkError, and
    EvaluationError when that of face or head collapses or a region is unknown.
    """
    from scipy.spatial import cKDTree

    coarse = np.eye(4)
    if landmarks is not None and register:
        coarse = _landmark_alignment(truth, mesh, landmarks)
    # Made in half and searched in two thirds of the time of scipy's default tree; the nearest are the same.
    moved = mesh.vertices @ coarse[:3, :3].T + coarse[:3, 3]
    tree = cKDTree(moved, leafsize=32, balanced_tree=False, compact_nodes=False)
    most = largest_rms(truth.mesh) + mean_edge(mesh) / 2
    scale = None if landmarks is None or not register else float(np.cbrt(np.linalg.det(coarse[:3, :3])))
    # What is scored -> (the region that is registered, the vertices that are measured).
    plan = {name: (name, truth.region(name)) for name in regions}
    if ALIGNMENT in truth.regions or not register:
        plan = {"head": (ALIGNMENT, np.arange(len(truth.mesh.vertices))), **plan}
    if FACE in truth.regions:
        plan = {"face": (FACE, truth.region(FACE)), **plan}
    if not register:
        return CompatibleScores({name: _unmoved(truth, tree, scored) for name, (_, scored) in plan.items()})
    scores = {}
    for name, (region, scored) in plan.items():
        try:
            scores[name] = _score(truth, tree, coarse, region, scored, scale, most)
        except EvaluationError:
            if name not in regions:
                raise
    return CompatibleScores(scores)


def check_landmarks(truth: GroundTruth, mesh: TriangleMesh, landmarks: Mapping[str, int]) -> None:
    """Raises LandmarkError unless the landmarks name the ground truth's points, at existing vertices."""
    missing = [name for name in truth.landmarks if name not in landmarks]
    unknown = [name for name in landmarks if name not in truth.landmarks]
    known = ", ".join(truth.landmarks) or "none"
    if unknown:
        raise LandmarkError(f"unknown landmarks {', '.join(unknown)}; the ground truth has: {known}")
    if missing or not truth.landmarks:
        raise LandmarkError(
            f"the alignment needs every landmark of the ground truth ({known}); "
            f"missing: {', '.join(missing) or 'all'}",
            remedy="Add them, or evaluate without landmarks",
        )
    for name, index in landmarks.items():
        if not 0 <= index < len(mesh.vertices):
            raise LandmarkError(
                f"landmark {name} is vertex {index}, but the mesh has {len(mesh.vertices)} vertices",
                remedy="Vertex numbers count from 0, in the order of the mesh file",
            )


def _landmark_alignment(
    truth: GroundTruth, mesh: TriangleMesh, landmarks: Mapping[str, int]
) -> NDArray[np.float64]:
    check_landmarks(truth, mesh, landmarks)
    source = mesh.vertices[[landmarks[name] for name in truth.landmarks]]
    target = truth.mesh.vertices[list(truth.landmarks.values())]
    return procrustes(source, target, reflection=False)


def _score(
    truth: GroundTruth,
    tree: Any,
    coarse: NDArray[np.float64],
    region: str,
    scored: NDArray[np.int64],
    landmark_scale: float | None,
    most: float,
) -> CompatibleScore:
    """`most`: mm of the ground truth that a registration may leave; only flags depend on it, no figure."""
    icp = icp_tree(truth.mesh.vertices[truth.region(region)], tree)
    if not icp.transform.scale > 1e-9:
        raise EvaluationError(
            "the h3ds alignment collapsed: it resized the ground truth to a point",
            remedy="Check that the mesh is in millimetres and in the scan's frame",
        )
    # The package moves the prediction by the inverse and builds another tree. Moving the ground truth
    # instead gives the same distances, times the scale.
    distance, _ = tree.query(icp.transform.apply(truth.mesh.vertices[scored]), workers=-1)
    distance = distance / icp.transform.scale
    registered = distance if len(scored) < len(truth.mesh.vertices) else distance[truth.region(region)]
    icp = _judged(icp, registered, most)
    transform = np.linalg.inv(icp.transform.matrix) @ coarse
    return CompatibleScore(float(distance.mean()), region, transform, icp, landmark_scale, distance)


def _judged(icp: ICPSolution, distance: NDArray[np.float64], most: float) -> ICPSolution:
    """`icp`, registered if the distances (N,) of its region are typically, as by a median, at most `most` mm.

    Its rms would tell less: a third of a face may be the inside of mouth and sockets, which no mesh has.
    """
    registered = bool(1.4826 * np.median(distance) <= most)
    return replace(icp, registered=registered, converged=icp.converged and registered)


def _unmoved(truth: GroundTruth, tree: Any, scored: NDArray[np.int64]) -> CompatibleScore:
    distance, _ = tree.query(truth.mesh.vertices[scored], workers=-1)
    still = ICPSolution(Similarity.identity(), True, 0, float(np.sqrt(np.mean(distance**2))))
    return CompatibleScore(float(distance.mean()), None, np.eye(4), still, None, distance)
