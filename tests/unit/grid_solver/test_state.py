from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from h3dstudio.errors import MeshError
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.state import SceneState, state_arrays, state_from
from h3dstudio.priors.posed_head import PosedHead, rotation_of
from h3dstudio.surface.residual import ResidualPyramid
from tests.unit.surface.analytic import cube, sphere

GRID = cube(32.0, 4.0)


def state() -> SceneState:
    pyramid = ResidualPyramid.over(GRID, (0.5, 1.0, 2.0))
    coefficients = np.random.default_rng(0).normal(size=pyramid.size).astype(np.float32)
    return SceneState(
        pyramid, sphere(GRID, 20.0), 0.1 * coefficients, stage=2, step=3, spread=0.75, prior_mismatch=True
    )


def again(before: SceneState) -> SceneState:
    return state_from(state_arrays(before), "cpu")


def test_a_state_survives_exactly() -> None:
    before = replace(state(), caveats=("it was dark", "µ is 4 mm"))
    after = again(before)
    assert after.pyramid.grids == before.pyramid.grids
    assert after.pyramid.sigmas == before.pyramid.sigmas
    assert torch.equal(after.base, before.base)
    assert np.array_equal(after.coefficients, before.coefficients)
    assert (after.stage, after.step, after.spread, after.prior_mismatch) == (2, 3, 0.75, True)
    assert after.caveats == before.caveats
    assert torch.equal(after.field(), before.field())


def test_a_posed_head_survives_to_the_last_bit() -> None:
    rng = np.random.default_rng(3)
    turn = rotation_of(rng.normal(size=3))
    head = PosedHead(torch.randn(7), Similarity(1.0 / 3.0, turn, rng.normal(size=3)))
    after = again(replace(state(), head=head)).head
    assert after is not None
    assert torch.equal(after.latent, head.latent)
    assert after.pose.scale == head.pose.scale
    np.testing.assert_array_equal(after.pose.rotation, turn)
    np.testing.assert_array_equal(after.pose.translation, head.pose.translation)


@pytest.mark.parametrize("kind", ["missing", "nan", "shape", "pose", "pose shape", "field"])
def test_arrays_that_are_no_state_are_refused(kind: str) -> None:
    head = PosedHead(torch.zeros(2), Similarity.identity())
    arrays = dict(state_arrays(replace(state(), head=head)))
    if kind == "missing":
        del arrays["base"]
    elif kind == "nan":
        arrays["coefficients"][5] = np.nan
    elif kind == "shape":
        arrays["coefficients"] = arrays["coefficients"][:-1]
    elif kind == "pose":
        arrays["pose_translation"] = np.full(3, np.inf)
    elif kind == "pose shape":
        arrays["pose_rotation"] = np.eye(2)
    else:
        arrays["base"] = np.full_like(arrays["base"], np.nan)
    with pytest.raises((ValueError, KeyError)):
        state_from(arrays, "cpu")


def test_the_field_is_base_plus_residual() -> None:
    plain = state().rebased(sphere(GRID, 20.0))
    assert torch.equal(plain.field(), plain.base)
    vertices = plain.mesh(plain.field()).vertices
    np.testing.assert_allclose(np.linalg.norm(vertices, axis=1), 20.0, atol=0.3)
    with pytest.raises(MeshError):
        plain.mesh(torch.ones(GRID.shape))
