"""How well a prior reconstructs heads it has not seen: the figure that is plotted while it learns."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.head import Head, HeadPopulation
from h3dstudio.data.population.mixture import Mixture
from h3dstudio.data.synthesis.visibility import seen_vertices
from h3dstudio.errors import H3DError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import Event, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.priors.decode import decode
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.point_fit import PointFitOptions, fit_points
from h3dstudio.priors.training.heads import HeadPlan, PlannedHead, held_out_head

NOSE_TIP, FACE_MM = 30, 95.0
HEAD_METRIC, FACE_METRIC = "held-out head mm", "held-out face mm"


@dataclass(frozen=True, eq=False)
class HeldOutHead:
    """Its visible points (N, 3) mm, which of them (N,) are of the face, if known, and its population."""

    points: NDArray[np.float64]
    face: NDArray[np.bool_] | None = None
    population: str = ""

    @staticmethod
    def of(head: Head, population: str = "") -> HeldOutHead:
        points = head.mesh.vertices[seen_vertices(head.mesh)]
        nose = head.landmarks[NOSE_TIP]
        if not np.isfinite(nose).all():
            return HeldOutHead(points, None, population)
        return HeldOutHead(points, np.linalg.norm(points - nose, axis=1) < FACE_MM, population)


@dataclass
class HeldOutFigures:
    """Mean distances in mm of visible points to the fitted surface, one entry per head."""

    head: list[float] = field(default_factory=list)
    face: list[float] = field(default_factory=list)
    by_population: dict[str, HeldOutFigures] = field(default_factory=dict)

    def add(self, head: float, face: float | None, population: str = "") -> None:
        """Note the figures of one head; "" where all are of one population."""
        self.head.append(head)
        if face is not None:
            self.face.append(face)
        if population:
            self.by_population.setdefault(population, HeldOutFigures()).add(head, face)

    @property
    def metrics(self) -> dict[str, float]:
        """What is plotted."""
        named = {HEAD_METRIC: self.head, FACE_METRIC: self.face}
        return {name: float(np.mean(values)) for name, values in named.items() if values}

    def as_dict(self) -> dict[str, object]:
        """For the provenance."""
        named = {HEAD_METRIC: self.head, FACE_METRIC: self.face}
        worst = {f"{name}, worst": max(values) for name, values in named.items() if values}
        parts = {
            f"{name}, {population}": value
            for population, figures in self.by_population.items()
            for name, value in figures.metrics.items()
        }
        return {"held-out heads": len(self.head), **self.metrics, **worst, **parts}


class HeldOutHeads:
    """The plan's held-out heads, read once, when first asked for."""

    def __init__(self, population: HeadPopulation, plan: HeadPlan) -> None:
        self._population, self._plan = population, plan
        self._heads: list[HeldOutHead] | None = None

    def evaluate(
        self, prior: HeadPrior, step: int, options: PointFitOptions | None = None
    ) -> Generator[Event, object, HeldOutFigures]:
        """Fit `prior` to each; yields Progress, one MeshSnapshot per head, and Metrics at `step`."""
        heads = yield from self._read()
        figures = HeldOutFigures()
        for number, head in enumerate(heads):
            yield Progress(number, len(heads), "held-out heads")
            try:
                mesh = self._reconstruct(prior, head, figures, options)
            except H3DError as error:
                yield Log(f"A held-out head cannot be reconstructed: {error}", "warning")
                continue
            yield MeshSnapshot(step, mesh)
        if figures.head:
            yield Metrics(step, figures.metrics)
        return figures

    def _reconstruct(
        self, prior: HeadPrior, head: HeldOutHead, figures: HeldOutFigures, options: PointFitOptions | None
    ) -> TriangleMesh:
        fit = fit_points(prior, head.points, start=Similarity.identity(), options=options)
        mesh = decode(prior, fit.head.latent)
        mesh = mesh.with_vertices(fit.head.pose.inverse().apply(mesh.vertices))
        distance = RayCaster(mesh).closest(head.points).distance
        face = None if head.face is None or not head.face.any() else float(distance[head.face].mean())
        figures.add(float(distance.mean()), face, head.population)
        return mesh

    def _name_of(self, planned: PlannedHead) -> str:
        if isinstance(self._population, Mixture):
            return self._population.members[planned.member].name
        return ""

    def _read(self) -> Generator[Event, object, list[HeldOutHead]]:
        if self._heads is None:
            self._heads = []
            for planned in self._plan.held_out:
                yield Progress(len(self._heads), len(self._plan.held_out), "held-out heads")
                try:
                    head = held_out_head(self._population, planned)
                    self._heads.append(HeldOutHead.of(head, self._name_of(planned)))
                except H3DError as error:
                    yield Log(f"Left out of the evaluation: {error}", "warning")
        return self._heads
