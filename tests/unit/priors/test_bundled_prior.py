"""The head prior that comes with the program: that it is there, small, licensed, and what it says it is."""

from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.data.population.head import CANONICAL_SIX
from h3dstudio.data.resources import BUNDLED_PRIOR, resource
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.priors.linear.file import mean_of, read_linear_prior


def test_it_is_small_and_carries_its_licence() -> None:
    path = resource(BUNDLED_PRIOR)
    assert path.stat().st_size < 20e6
    assert "USC Institute for Creative Technologies" in (path.parent / "LICENSE.txt").read_text()
    assert "h3dstudio prior train" in (path.parent / "README.md").read_text()


def test_it_says_where_it_is_from() -> None:
    prior = read_linear_prior(resource(BUNDLED_PRIOR))
    provenance = prior.provenance
    assert "USC Institute for Creative Technologies" in provenance["licence"]
    assert "20261120" in provenance["split"]
    assert provenance["figures"]["held-out head mm"] < 1.0
    assert prior.basis.dtype == np.float32
    assert 0.9 < prior.spectrum[: prior.size - prior.hair].sum() <= 1
    for number, place in CANONICAL_SIX.values():
        assert np.linalg.norm(prior.landmark_mean[number] - place) < 5


def test_its_mean_is_a_head_of_human_size() -> None:
    mesh = zero_level(*mean_of(resource(BUNDLED_PRIOR)))
    # The edges of the chest are too thin to survive the mean.
    assert np.ptp(mesh.vertices, axis=0) == pytest.approx([180, 320, 225], abs=35)
