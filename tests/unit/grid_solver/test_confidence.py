"""How sure the surface is: what photos say alone, and what they say of a prior's head."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.grid_solver.confidence import vertex_confidence
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.grid_solver.steps import Observations, with_spread
from h3dstudio.methods.h3d_grid.head_start import head_start
from h3dstudio.priors.posed_head import PosedHead
from tests.unit.methods.test_hull_blend import SCHEDULE, problem_of
from tests.unit.priors.made_up_heads import AZIMUTHS, made_up_prior, true_head, true_mesh

Confidence = tuple[np.ndarray, np.ndarray]


def confidence(observed: Observations, *, known: bool = False, head: PosedHead | None = None) -> Confidence:
    """Of the vertices of a head's mesh, and their places; by its prior where it is `known`."""
    head = true_head() if head is None else head
    state: SceneState = with_spread(observed, head_start(made_up_prior(), head, SCHEDULE))
    mesh = state.mesh(state.field())
    found = vertex_confidence(observed, state, mesh, made_up_prior() if known else None)
    assert found.shape == (len(mesh.vertices),)
    assert found.dtype == np.float32
    assert found.min() >= 0
    assert found.max() <= 1
    return found, mesh.vertices


@pytest.fixture(scope="module")
def seen_twice() -> Observations:
    return problem_of(true_mesh(true_head()), (-20.0, 20.0))


@pytest.fixture(scope="module")
def front(seen_twice: Observations) -> Confidence:
    return confidence(seen_twice)


# Without a prior --------------------------------------------------------------------------------------


def test_where_no_camera_looks_confidence_is_nothing(front: Confidence) -> None:
    found, places = front
    behind = places[:, 2] < -60  # the cameras stand at +z, working frame
    assert found[behind].mean() < 0.02
    seen = (places[:, 2] > 50) & (np.abs(places[:, 1]) < 60)
    assert found[seen].mean() > 0.15
    assert np.quantile(found[seen], 0.1) > found[behind].max()


def test_texture_seen_twice_says_more_than_outlines(front: Confidence) -> None:
    found, places = front
    seen = (places[:, 2] > 50) & (np.abs(places[:, 1]) < 60)
    once, _ = confidence(problem_of(true_mesh(true_head()), (0.0,)))
    blank, _ = confidence(problem_of(true_mesh(true_head()), (-20.0, 20.0), texture=False))
    assert once[seen].mean() < 0.2 * found[seen].mean()
    assert blank[seen].mean() < 0.2 * found[seen].mean()


@pytest.mark.parametrize("known", [False, True])
def test_a_field_without_a_surface_has_no_confidence(known: bool) -> None:
    observed = problem_of(true_mesh(true_head()), (0.0,))
    state = head_start(made_up_prior(), true_head(), SCHEDULE)
    mesh = state.mesh(state.field())
    empty = state.rebased(torch.ones_like(state.base))
    assert not vertex_confidence(observed, empty, mesh, made_up_prior() if known else None).any()


# With a prior -----------------------------------------------------------------------------------------


def test_photos_from_in_front_tell_of_the_back_too_but_less(seen_twice: Observations) -> None:
    found, places = confidence(seen_twice, known=True)
    behind, seen = places[:, 2] < -60, places[:, 2] > 60
    assert found[behind].mean() > 0.1
    assert found[behind].mean() < found[seen].mean() - 0.1
    everywhere, _ = confidence(problem_of(true_mesh(true_head()), AZIMUTHS), known=True)
    assert everywhere[behind].mean() > found[behind].mean() + 0.1


def test_a_surface_that_left_the_priors_head_is_less_sure_there(seen_twice: Observations) -> None:
    state = with_spread(seen_twice, head_start(made_up_prior(), true_head(), SCHEDULE))
    nodes = state.grid.nodes()
    swollen = 4.0 * np.exp(-0.5 * ((nodes - (0, 0, 70)) ** 2).sum(axis=1) / 15**2)
    moved = state.rebased(state.base - torch.from_numpy(swollen).reshape(state.base.shape))
    mesh = state.mesh(state.field())
    before, after = (vertex_confidence(seen_twice, one, mesh, made_up_prior()) for one in (state, moved))
    near = np.linalg.norm(mesh.vertices - (0, 0, 70), axis=1) < 15
    assert near.sum() > 10
    assert after[near].mean() < 0.8 * before[near].mean()
    assert after[mesh.vertices[:, 2] < -40] == pytest.approx(before[mesh.vertices[:, 2] < -40], abs=0.05)
