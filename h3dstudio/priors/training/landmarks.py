"""The 68 landmarks of heads that come with six or none: those of the bundled prior, fitted to the head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.head import Head, HeadPopulation
from h3dstudio.data.synthesis.visibility import seen_vertices
from h3dstudio.errors import H3DError
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.point_fit import PointFitOptions, fit_points

OPTIONS = PointFitOptions(samples=3000, steps=4)


class WithAllLandmarks:
    """A population whose heads all have 68 landmarks; known ones stay as they are.

    Args:
        prior: to fit; None takes the bundled one, when it is first needed.
    """

    def __init__(self, population: HeadPopulation, prior: HeadPrior | None = None) -> None:
        self._population, self._prior = population, prior
        self._found: dict[int, NDArray[np.float64]] = {}
        self.name, self.licence = population.name, population.licence
        self.count: int | None = population.count
        self.notices: Sequence[str] = population.notices

    def head(self, index: int, rng: np.random.Generator, *, expression: float = 0.0) -> Head:
        """Head `index` of the population. Raises what the population raises."""
        head = self._population.head(index, rng, expression=expression)
        known = np.asarray(np.isfinite(head.landmarks).all(axis=1))
        if known.all():
            return head
        if index not in self._found:
            self._found[index] = self._fitted(head, known)
        return replace(head, landmarks=np.where(known[:, None], head.landmarks, self._found[index]))

    def _fitted(self, head: Head, known: NDArray[np.bool_]) -> NDArray[np.float64]:
        marks = (np.flatnonzero(known), head.landmarks[known])
        points = head.mesh.vertices[seen_vertices(head.mesh)]
        try:
            fit = fit_points(
                self._reference, points, start=Similarity.identity(), landmarks=marks, options=OPTIONS
            )
        except H3DError:  # a head may do without: others tell where the landmarks are
            return np.full_like(head.landmarks, np.nan)
        predicted, _ = self._reference.landmarks(fit.head.latent)
        return fit.head.pose.inverse().apply(predicted.cpu().numpy())

    @cached_property
    def _reference(self) -> HeadPrior:
        from h3dstudio.priors.load import load_prior

        return self._prior or load_prior()
