from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.errors import ReconstructionError
from h3dstudio.methods import checkpoint as checkpoints
from h3dstudio.methods.checkpoint import MANIFEST, Checkpoints, Identity
from h3dstudio.methods.h3d_grid import METHOD as H3D_GRID
from h3dstudio.methods.hull_grid import METHOD as HULL_GRID
from h3dstudio.methods.method import Capture, SessionState
from tests.unit.methods.textured_ball import UNIT_SPHERE, ball_views

CAPTURE = Capture(ball_views((0, 90), (16, 16)), UNIT_SPHERE, {"nose_tip": np.zeros(3)})
SETTINGS = HULL_GRID.settings()
IDENTITY = Identity.of(HULL_GRID, CAPTURE, SETTINGS)
STATE = SessionState((1, 2, 3), {"field": np.arange(6.0), "names": np.array(["a", "µ"])}, {"loss": 0.5})


def saved(path: Path, identity: Identity = IDENTITY, state: SessionState = STATE) -> Path:
    assert Checkpoints(path, identity).save(state)
    return path


def loaded(path: Path, identity: Identity = IDENTITY) -> SessionState:
    found = Checkpoints(path, identity).load()
    assert found is not None
    return found


def test_a_state_survives_exactly(tmp_path: Path) -> None:
    after = loaded(saved(tmp_path / "checkpoint.npz"))
    assert after.place == STATE.place
    assert after.facts == STATE.facts
    assert set(after.arrays) == set(STATE.arrays)
    for name, array in STATE.arrays.items():
        np.testing.assert_array_equal(after.arrays[name], array)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.npz"]


def test_saving_again_replaces_and_the_same_place_is_not_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    kept = Checkpoints(path, IDENTITY)
    assert kept.save(STATE)
    assert not kept.save(STATE)
    assert not kept.save(None)
    assert kept.save(replace(STATE, place=(1, 2, 4)))
    assert loaded(path).place == (1, 2, 4)


def test_its_manifest_names_all_that_it_belongs_to(tmp_path: Path) -> None:
    with np.load(saved(tmp_path / "checkpoint.npz"), allow_pickle=False) as content:
        manifest = json.loads(content[MANIFEST].tobytes())
    assert set(manifest["identity"]) == {
        "method", "method version", "constants", "h3dstudio", "settings", "photos", "masks", "cameras",
        "unit sphere", "landmarks", "prior",
    }  # fmt: skip
    assert manifest["identity"]["method"] == "hull-grid"


def test_a_prior_is_known_by_its_content_wherever_it_lies(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text("a prior")
    settings_of = [replace(H3D_GRID.settings(), prior=str(tmp_path / name)) for name in ("one", "two")]
    one, two = (Identity.of(H3D_GRID, CAPTURE, chosen) for chosen in settings_of)
    assert one.differences(two.parts) == []
    (tmp_path / "two").write_text("another")
    assert one.differences(Identity.of(H3D_GRID, CAPTURE, settings_of[1]).parts) == ["prior"]


def changed(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Identity:
    views, method, chosen = list(CAPTURE.views), HULL_GRID, SETTINGS
    capture = CAPTURE
    if kind == "settings":
        chosen = replace(SETTINGS, seed=3)
    elif kind == "photos":
        views[1] = replace(views[1], image=views[1].image + 1)
    elif kind == "masks":
        views[1] = replace(views[1], mask=~views[1].mask)
    elif kind == "cameras":
        views[1] = replace(views[1], view=views[0].view)
    elif kind == "landmarks":
        capture = replace(capture, landmarks={"nose_tip": np.ones(3)})
    elif kind == "version of the method":
        method = replace(HULL_GRID, version=99)
    elif kind == "constants of the recipe":
        monkeypatch.setattr("h3dstudio.grid_solver.steps.LEAST_SPREAD", 0.25)
        checkpoints.constants_digest.cache_clear()
    elif kind == "version of the program":
        monkeypatch.setattr(checkpoints, "__version__", "0.0.0")
    return Identity.of(method, replace(capture, views=views), chosen)


@pytest.mark.parametrize(
    "kind",
    [
        "settings", "photos", "masks", "cameras", "landmarks", "version of the method",
        "constants of the recipe", "version of the program",
    ],
)  # fmt: skip
def test_what_changed_is_named(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "checkpoint.npz")
    before = path.read_bytes()
    other = changed(kind, tmp_path, monkeypatch)
    with pytest.raises(ReconstructionError, match=f"the {kind} ha(s|ve) changed") as caught:
        Checkpoints(path, other).load()
    checkpoints.constants_digest.cache_clear()
    assert str(path) in str(caught.value)
    assert "Resume" in caught.value.remedy
    assert path.read_bytes() == before


def test_another_content_of_the_same_priors_file_is_another_prior(tmp_path: Path) -> None:
    file = tmp_path / "heads.h3dprior"
    file.write_bytes(b"one")
    chosen = H3D_GRID.settings.made({"prior": str(file)})
    path = saved(tmp_path / "checkpoint.npz", Identity.of(H3D_GRID, CAPTURE, chosen))
    file.write_bytes(b"two")
    with pytest.raises(ReconstructionError, match="the prior has changed"):
        Checkpoints(path, Identity.of(H3D_GRID, CAPTURE, chosen)).load()


class Refused(Exception):
    """A damaged checkpoint was said to be one."""


def load(path: Path) -> SessionState:
    try:
        return loaded(path)
    except ReconstructionError as error:
        message = str(error)
    assert "checkpoint" in message
    assert "\n" not in message
    raise Refused


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return saved(tmp_path_factory.mktemp("good") / "checkpoint.npz").read_bytes()


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_damaged_checkpoint_is_one_clear_error(tmp_path: Path, good: bytes, data: st.DataObject) -> None:
    content = bytearray(good)
    place = st.integers(0, len(good) - 1)
    for at, value in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=6)):
        content[at] = value
    cut = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    path = tmp_path / "checkpoint.npz"
    path.write_bytes(bytes(content[:cut]))
    with suppress(Refused):
        assert load(path).arrays.keys() <= STATE.arrays.keys()


@pytest.mark.parametrize("kind", ["array", "foreign", "text", "folder", "objects", "bomb"])
def test_what_is_no_checkpoint_is_said_to_be_none(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint.npz"
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
        np.savez(path, **{MANIFEST: np.array([None], dtype=object)})
    else:
        monkeypatch.setattr(checkpoints, "MOST_BYTES", 100_000)
        np.savez_compressed(path, zeros=np.zeros(100_000))
        assert path.stat().st_size < 10_000
    with pytest.raises(ReconstructionError, match="cannot be read") as caught:
        Checkpoints(path, IDENTITY).load()
    assert "--resume" in caught.value.remedy
