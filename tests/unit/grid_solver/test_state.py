from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from h3dstudio.errors import MeshError, ReconstructionError
from h3dstudio.grid_solver.state import SceneState, load_state, save_state
from h3dstudio.surface.residual import ResidualPyramid
from tests.unit.surface.analytic import cube, sphere

GRID = cube(32.0, 4.0)


def state() -> SceneState:
    pyramid = ResidualPyramid.over(GRID, (0.5, 1.0, 2.0))
    coefficients = np.random.default_rng(0).normal(size=pyramid.size).astype(np.float32)
    return SceneState(
        pyramid, sphere(GRID, 20.0), 0.1 * coefficients, stage=2, step=3, spread=0.75, prior_mismatch=True
    )


def test_a_state_survives_exactly(tmp_path: Path) -> None:
    before = replace(state(), caveats=("it was dark", "µ is 4 mm"))
    save_state(tmp_path / "checkpoint.npz", before, "name")
    after = load_state(tmp_path / "checkpoint.npz", "name", "cpu")
    assert after.pyramid == before.pyramid or after.pyramid.grids == before.pyramid.grids
    assert after.pyramid.sigmas == before.pyramid.sigmas
    assert torch.equal(after.base, before.base)
    assert np.array_equal(after.coefficients, before.coefficients)
    assert (after.stage, after.step, after.spread, after.prior_mismatch) == (2, 3, 0.75, True)
    assert after.caveats == before.caveats
    assert torch.equal(after.field(), before.field())
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.npz"]


def test_saving_again_replaces(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    save_state(path, state(), "name")
    save_state(path, state().rebased(sphere(GRID, 10.0)), "name")
    after = load_state(path, "name", "cpu")
    assert not after.coefficients.any()
    assert torch.equal(after.base, sphere(GRID, 10.0))


def test_another_runs_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    save_state(path, state(), "name")
    with pytest.raises(ReconstructionError, match="other photos or settings") as caught:
        load_state(path, "another", "cpu")
    assert str(path) in str(caught.value)
    assert caught.value.remedy


class Told(Exception):
    """A damaged checkpoint was said to be one."""


def load(path: Path) -> SceneState:
    try:
        return load_state(path, "name", "cpu")
    except ReconstructionError as error:
        message = str(error)
    assert "checkpoint" in message
    assert "\n" not in message
    raise Told


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "checkpoint.npz"
    save_state(path, state(), "name")
    return path.read_bytes()


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_checkpoint_is_one_clear_error(tmp_path: Path, good: bytes, data: st.DataObject) -> None:
    content = bytearray(good)
    # Headers and the directory at the end are a small part of the file, and the interesting one.
    place = st.one_of(
        st.integers(0, 400), st.integers(len(good) - 900, len(good) - 1), st.integers(0, len(good) - 1)
    )
    for at, value in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=6)):
        content[at] = value
    cut = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    path = tmp_path / "checkpoint.npz"
    path.write_bytes(bytes(content[:cut]))
    with suppress(Told):
        assert torch.isfinite(load(path).field()).all()


@pytest.mark.parametrize("kind", ["array", "foreign", "text", "folder", "nan", "shape", "objects"])
def test_what_is_no_checkpoint_is_said_to_be_none(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "checkpoint.npz"
    broken = state()
    if kind == "array":
        with open(path, "wb") as file:
            np.save(file, np.zeros(3))
    elif kind == "foreign":
        np.savez(path, step=3)
    elif kind == "text":
        path.write_text("hello")
    elif kind == "folder":
        path.mkdir()
    elif kind == "objects":
        np.savez(path, format=np.array([None], dtype=object))
    elif kind == "nan":
        broken.coefficients[5] = np.nan
        save_state(path, broken, "name")
    else:
        save_state(path, SceneState(broken.pyramid, broken.base, broken.coefficients[:-1]), "name")
    with pytest.raises(ReconstructionError, match="cannot be read") as caught:
        load_state(path, "name", "cpu")
    assert "--resume" in caught.value.remedy


def test_the_field_is_base_plus_residual() -> None:
    plain = state().rebased(sphere(GRID, 20.0))
    assert torch.equal(plain.field(), plain.base)
    vertices = plain.mesh(plain.field()).vertices
    np.testing.assert_allclose(np.linalg.norm(vertices, axis=1), 20.0, atol=0.3)
    with pytest.raises(MeshError):
        plain.mesh(torch.ones(GRID.shape))
