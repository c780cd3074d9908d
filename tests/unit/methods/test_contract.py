"""What holds of every method, whoever wrote it: the built-in ones, and the toy that no other file knows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.landmarks import H3DS_OF_68
from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import ReconstructionError, UsageError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.grid_solver.schedule import Schedule
from h3dstudio.jobs.events import Checkpointed, Event, MeshSnapshot, Preview, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.methods import checkpoint as checkpoints
from h3dstudio.methods import registry
from h3dstudio.methods.h3d_grid import METHOD as H3D_GRID
from h3dstudio.methods.h3d_grid import session as h3d_session
from h3dstudio.methods.hull_grid import METHOD as HULL_GRID
from h3dstudio.methods.method import Method
from h3dstudio.methods.result import ReconstructionResult
from h3dstudio.methods.run import reconstruct
from h3dstudio.methods.settings import MethodSettings
from h3dstudio.priors.fitting.latent_fit import FitOptions
from tests.toy_method import METHOD as TOY
from tests.unit.geometry.test_isosurface import open_edges, signed_volume
from tests.unit.grid_solver.small_schedule import small
from tests.unit.methods.methods_at_hand import toy
from tests.unit.methods.textured_ball import CENTER, UNIT_SPHERE
from tests.unit.priors.made_up_heads import made_up_prior, photographed, true_head, true_mesh

__all__ = ["small", "toy"]  # fixtures

ALL = pytest.mark.parametrize("method", [H3D_GRID, HULL_GRID, TOY], ids=lambda method: method.id)
PRIOR, HEAD = made_up_prior(), true_head()
FIT = FitOptions(
    silhouette_steps=5,
    first_steps=2,
    last_steps=1,
    contour_rays=300,
    photo_levels=((1, 1), (0, 2)),
    sources=300,
)
VIEWS = photographed(true_mesh(HEAD), (0, 60, 120, 240), size=(64, 64))
MARKS = {
    name: CENTER + HEAD.pose.inverse().apply(PRIOR.landmarks(HEAD.latent)[0][place].numpy())
    for name, place in H3DS_OF_68.items()
}


@pytest.fixture(autouse=True)
def quick(small: Schedule, toy: Method, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every method known, and none takes long: a small schedule, a small prior, and the head's landmarks."""
    monkeypatch.setattr(h3d_session, "load_prior", lambda path, device: PRIOR)
    begun = replace(small, fit=FIT)
    monkeypatch.setattr(h3d_session, "prior_schedule", lambda quality: begun)


def stream(method: Method, views: Sequence[LoadedView] = VIEWS, **more: object):  # type: ignore[no-untyped-def]
    settings = more.pop("settings", None) or method.settings.made({"device": "cpu"})
    return reconstruct(views, UNIT_SPHERE, settings, landmarks=MARKS, **more)  # type: ignore[arg-type]


def run(
    method: Method, finish_after: int | None = None, **more: object
) -> tuple[list[Event], ReconstructionResult]:
    events: list[Event] = []
    going, request = stream(method, **more), None
    while True:
        try:
            events.append(going.send(request))
        except StopIteration as stop:
            return events, stop.value
        if finish_after is not None and len(events) > finish_after:
            request = Request.FINISH


@dataclass(frozen=True)
class Whole:
    """A run to its end, with a checkpoint after each step; not to be changed."""

    events: list[Event]
    result: ReconstructionResult
    checkpoint: Path


@pytest.fixture(scope="module")
def known() -> dict[str, Whole]:
    """By the method's id."""
    return {}


@pytest.fixture
def whole(
    method: Method, known: dict[str, Whole], quick: None, tmp_path_factory: pytest.TempPathFactory
) -> Whole:
    """Once for all tests of a method."""
    if method.id not in known:
        path = tmp_path_factory.mktemp(method.id) / "whole.npz"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(checkpoints, "CHECKPOINT_SECONDS", 0.0)
            known[method.id] = Whole(*run(method, checkpoint=path), path)
    return known[method.id]


def assert_closed(mesh: TriangleMesh) -> None:
    """One outward closed surface round the middle of the scan, in the scan's frame."""
    assert np.isfinite(mesh.vertices).all()
    assert open_edges(mesh) == 0
    assert signed_volume(mesh) > 0
    middle = (mesh.vertices.min(axis=0) + mesh.vertices.max(axis=0)) / 2
    assert np.linalg.norm(middle - CENTER) < 40
    assert np.ptp(mesh.vertices, axis=0).min() > 40
    assert np.ptp(mesh.vertices, axis=0).max() < 300


def assert_same(one: TriangleMesh, other: TriangleMesh) -> None:
    np.testing.assert_array_equal(one.faces, other.faces)
    np.testing.assert_array_equal(one.vertices, other.vertices)


@ALL
def test_it_is_known_by_its_id_and_says_what_it_is(method: Method) -> None:
    assert registry.find_method(method.id) is method
    assert method.settings.method == method.id
    assert method.title
    assert method.hint.endswith(".")
    assert method.tip
    assert "\n" not in method.hint


@ALL
def test_it_ends_with_a_closed_mesh_and_shows_its_way(method: Method, whole: Whole) -> None:
    events, result = whole.events, whole.result
    assert_closed(result.mesh)
    assert result.mesh.colors is not None
    told = [event for event in events if isinstance(event, Progress)]
    assert [event.done for event in told] == sorted(event.done for event in told)
    assert told[-1].done == told[-1].total
    assert told[-1].seconds_left == 0
    assert all(event.phase for event in told)
    meshes = [event.mesh for event in events if isinstance(event, MeshSnapshot)]
    assert len(meshes) >= 2
    assert_closed(meshes[-1])
    previews = [event for event in events if isinstance(event, Preview)]
    assert previews, "the photo beside the method's own picture"
    photo = VIEWS[0].image
    assert previews[-1].image.dtype == np.uint8
    assert previews[-1].image.shape[1] == 2 * round(
        previews[-1].image.shape[0] * photo.shape[1] / photo.shape[0]
    )
    assert previews[-1].image[:, previews[-1].image.shape[1] // 2 :].any()
    json.dumps(dict(result.image_metrics))


@ALL
def test_the_same_seed_gives_the_same_mesh(method: Method, whole: Whole) -> None:
    assert_same(run(method)[1].mesh, whole.result.mesh)


@ALL
@pytest.mark.parametrize("after", [0, 5])
def test_asked_to_finish_it_keeps_a_mesh(method: Method, after: int) -> None:
    _, result = run(method, finish_after=after)
    assert_closed(result.mesh)


@ALL
def test_closed_anywhere_it_goes_on_to_the_same_mesh(
    method: Method, whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "CHECKPOINT_SECONDS", 0.0)
    events = whole.events
    assert any(isinstance(event, Checkpointed) for event in events)
    for count in np.linspace(3, len(events) - 1, 3).astype(int):
        path = tmp_path / f"{count}.npz"
        going = stream(method, checkpoint=path)
        for _ in range(count):  # meshes are shown by time: the events are never counted twice alike
            next(going, None)
        going.close()
        _, resumed = run(method, checkpoint=path, resume=True)
        assert_same(resumed.mesh, whole.result.mesh)
        assert resumed.caveats == whole.result.caveats


@ALL
def test_a_checkpoint_of_another_version_or_seed_is_refused(
    method: Method, whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(whole.checkpoint, tmp_path / "checkpoint.npz"))
    changed = method.settings.made({"device": "cpu", "seed": 7})
    with pytest.raises(ReconstructionError, match="settings have changed"):
        run(method, checkpoint=path, resume=True, settings=changed)
    monkeypatch.setattr(checkpoints, "__version__", "99")
    with pytest.raises(ReconstructionError, match="version of the program has changed"):
        run(method, checkpoint=path, resume=True)


@ALL
def test_a_damaged_state_is_one_clear_error(method: Method, whole: Whole, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    with np.load(whole.checkpoint) as content:
        arrays = {name: content[name] for name in content.files}
    for name, array in arrays.items():
        if name != checkpoints.MANIFEST and array.dtype.kind == "f" and array.size:
            arrays[name] = np.full_like(array, np.nan)
    np.savez(path, **arrays)
    with pytest.raises(ReconstructionError, match="checkpoint cannot be read"):
        run(method, checkpoint=path, resume=True)


@ALL
def test_its_settings_come_back_from_json_and_wrong_ones_are_refused(method: Method) -> None:
    settings = method.settings()
    again = registry.settings_from(json.loads(json.dumps(settings.as_dict())))
    assert again == settings
    assert type(again) is method.settings
    for info in method.settings.infos():
        assert info.label
        assert info.help
        if info.choices is not None:
            with pytest.raises(UsageError, match=info.name):
                replace(settings, **{info.name: "no such thing"})
        if info.maximum is not None:
            with pytest.raises(UsageError, match=info.name):
                replace(settings, **{info.name: type(info.default)(info.maximum + 1)})
        with pytest.raises(UsageError, match=info.name):
            replace(settings, **{info.name: None})
    with pytest.raises(UsageError, match="no setting colour"):
        method.settings.made({"colour": "blue"})


@ALL
def test_every_setting_is_a_field_with_a_default(method: Method) -> None:
    assert {info.name for info in method.settings.infos()} == {one.name for one in fields(method.settings)}
    assert issubclass(method.settings, MethodSettings)


@ALL
def test_no_views_are_one_clear_error(method: Method) -> None:
    with pytest.raises(ReconstructionError, match="no views") as caught:
        run(method, views=[])
    assert caught.value.remedy


def test_what_another_package_breaks_is_left_out(toy: Method, tmp_path: Path) -> None:
    (tmp_path / "packages" / "toy_ball-1.0.dist-info" / "entry_points.txt").write_text(
        "[h3dstudio.methods]\nbroken = no_such_module:METHOD\nnothing = json:dumps\n"
    )
    for one in (registry.methods, registry.refusals, registry._entry_points):
        one.cache_clear()
    assert set(registry.methods()) == {"h3d-grid", "hull-grid"}
    assert "no_such_module" in registry.refusals()["broken"]
    assert "no Method" in registry.refusals()["nothing"]


def test_an_old_name_is_explained() -> None:
    with pytest.raises(UsageError, match="hull-grid") as caught:
        registry.find_method("idr")
    assert "hull-grid now" in caught.value.remedy
