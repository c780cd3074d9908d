"""Two surfaces under one alignment: their distances both ways, over the parts that are scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import EvaluationError
from h3dstudio.evaluation.ground_truth import FACE, GroundTruth
from h3dstudio.evaluation.one_surface import one_surface
from h3dstudio.evaluation.visibility import seen_by_any, visible
from h3dstudio.geometry.distances import interpolated_normals, normal_angles
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import Closest, RayCaster
from h3dstudio.geometry.registration import ICPSolution
from h3dstudio.geometry.sampling import sample_surface
from h3dstudio.geometry.surface_icp import icp_surface, largest_rms
from h3dstudio.geometry.transforms import Similarity

SAMPLES = 20_000


@dataclass(frozen=True, eq=False)
class Part:
    """What a score is taken over.

    Attributes:
        region: of the ground truth; None for the whole head.
        whole: (V,) bool, the part's vertices; `seen` those of them that any camera sees.
    """

    region: str | None
    whole: NDArray[np.bool_]
    seen: NDArray[np.bool_]


def scored_parts(truth: GroundTruth, regions: Sequence[str]) -> dict[str, Part]:
    """Face (where there is one), head, and further `regions`, by the names of their scores.

    Raises EvaluationError when no camera sees a part, or there is no such region.
    """
    everywhere = visible(truth)
    names: dict[str, str | None] = {"face": FACE} if FACE in truth.regions else {}
    names |= {"head": None, **{name: name for name in regions}}
    out = {}
    for name, region in names.items():
        whole = np.ones_like(everywhere) if region is None else truth.region_mask(region)
        if not (whole & everywhere).any():
            raise EvaluationError(
                f"no camera sees any vertex of the {name} region",
                where=truth.name,
                remedy="Check that the region belongs to this ground truth",
            )
        out[name] = Part(region, whole, whole & everywhere)
    return out


class Comparison:
    """The two surfaces and what does not depend on the alignment.

    Args:
        prediction: the ray caster of `mesh`.
    """

    def __init__(self, truth: GroundTruth, mesh: TriangleMesh, prediction: RayCaster) -> None:
        self.truth = truth
        self.mesh = mesh
        self.prediction = prediction
        # Neither may depend on how the file says what the surface is.
        once = one_surface(mesh)
        self.samples = sample_surface(once.mesh, SAMPLES).points
        self.mesh_normals = once.vertex_normals()
        """(P, 3) of the prediction's vertices."""

    @cached_property
    def truth_normals(self) -> NDArray[np.float64]:
        """(V, 3) of the ground truth's vertices."""
        return one_surface(self.truth.mesh).vertex_normals()


class PosedSamples:
    """The prediction's samples with the ground truth at `pose`; what several parts ask is answered once.

    Attributes:
        points: (S, 3) mm, in the ground truth's frame.
    """

    def __init__(self, comparison: Comparison, pose: Similarity) -> None:
        self._comparison = comparison
        self._cameras = pose.apply(comparison.truth.cameras)
        self.points = pose.inverse().apply(comparison.samples)
        count = len(self.points)
        self._seen, self._looked = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
        self._distance, self._face = np.full(count, np.nan), np.full(count, -1, dtype=np.int32)

    def seen(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of the samples `rows` (N,) any camera sees."""
        new = rows[~self._looked[rows]]
        samples = self._comparison.samples[new]
        self._seen[new] = seen_by_any(self._comparison.prediction, samples, self._cameras)
        self._looked[new] = True
        return self._seen[rows]

    def distance(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """(N,) mm from the samples `rows` to the ground truth."""
        self._search(rows)
        return self._distance[rows]

    def nearest_face(self, rows: NDArray[np.intp]) -> NDArray[np.int32]:
        """(N,) the ground truth's faces nearest to the samples `rows`."""
        self._search(rows)
        return self._face[rows]

    def _search(self, rows: NDArray[np.intp]) -> None:
        new = rows[self._face[rows] < 0]
        closest = self._comparison.truth.caster.closest(self.points[new])
        self._distance[new], self._face[new] = closest.distance, closest.face


class Posed:
    """The ground truth moved to the prediction by `pose`, and the distances of its vertices there.

    Args:
        fit: the registration behind `pose`; None for "as given".
        vertices: (V,) bool, which vertices are measured.
        closest: of these vertices, where it is known.
    """

    def __init__(
        self,
        comparison: Comparison,
        fit: ICPSolution | None,
        vertices: NDArray[np.bool_],
        closest: Closest | None = None,
    ) -> None:
        self.comparison, self.fit = comparison, fit
        self.pose = Similarity.identity() if fit is None else fit.transform
        self._vertices = vertices
        if closest is None:
            moved = self.pose.apply(comparison.truth.mesh.vertices[vertices])
            closest = comparison.prediction.closest(moved)
        self._closest = closest

    @cached_property
    def _samples(self) -> PosedSamples:
        return PosedSamples(self.comparison, self.pose)

    @classmethod
    def as_given(cls, comparison: Comparison) -> Posed:
        """Every vertex, where the files have it."""
        return cls(comparison, None, np.ones(len(comparison.truth.mesh.vertices), dtype=np.bool_))

    def kept_still(self, fit: ICPSolution) -> Posed:
        """The same distances, as the outcome of a registration that ended where it began."""
        return Posed(self.comparison, fit, self._vertices, self._closest)

    @property
    def distances(self) -> NDArray[np.float64]:
        """(V,) mm of every vertex; NaN for those that are not measured."""
        out = np.full(len(self._vertices), np.nan)
        out[self._vertices] = self._closest.distance
        return out

    def forward(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(N,) mm from the `chosen` (V,) vertices, which are measured, to the predicted surface."""
        return self._closest.distance[chosen[self._vertices]]

    def backward(self, part: Part) -> NDArray[np.float64]:
        """(N,) mm from the samples of the prediction that a camera sees and that belong to `part`."""
        truth, samples = self.comparison.truth, self._samples
        near = truth.near_nose(samples.points) if part.region == FACE else None
        rows = np.arange(len(samples.points)) if near is None else np.flatnonzero(near)
        if near is None and part.region is not None:
            # The cheap test first: what lies elsewhere need not be seen.
            corners = truth.mesh.faces[samples.nearest_face(rows)]
            rows = rows[part.whole[corners].all(axis=1)]
        return samples.distance(rows[samples.seen(rows)])

    def normal_angle(self, chosen: NDArray[np.bool_]) -> float:
        """Mean degrees between the normals of the `chosen` vertices and those of their nearest points."""
        closest = self._closest.only(chosen[self._vertices])
        expected = self.comparison.truth_normals[chosen] @ self.pose.rotation.T
        found = interpolated_normals(self.comparison.mesh_normals, self.comparison.mesh.faces, closest)
        angles = normal_angles(expected, found)
        return float(np.nanmean(angles)) if np.isfinite(angles).any() else float("nan")


def registered(given: Posed, part: Part, start: Similarity | None, *, search: bool = True) -> Posed:
    """The part's vertices registered rigidly with the prediction, from `start`; `given` if that is nearer."""
    comparison = given.comparison
    points = comparison.truth.mesh.vertices[part.seen]
    fit = icp_surface(points, comparison.prediction, start=start, turned_starts=search)
    posed, before = Posed(comparison, fit, part.whole), given.forward(part.seen)
    if posed.forward(part.seen).mean() <= before.mean():
        return posed
    # A robust search may settle on a part that fits. Registration must not make the figure worse.
    rms = float(np.sqrt(np.mean(before**2)))
    still = replace(fit, transform=Similarity.identity(), rms=rms)
    if rms <= largest_rms(comparison.mesh):
        # It lay right from the beginning, wherever the search went.
        still = replace(still, converged=True, registered=True)
    return given.kept_still(still)
