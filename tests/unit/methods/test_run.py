"""The whole reconstruction, on photos whose truth is a formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import H3DError, ReconstructionError, UsageError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.schedule import Schedule
from h3dstudio.jobs.events import Checkpointed, Event, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.methods import checkpoint as checkpoints
from h3dstudio.methods import grid_refinement
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.methods.hull_grid import HullGridSettings
from h3dstudio.methods.result import ReconstructionResult
from h3dstudio.methods.run import reconstruct
from h3dstudio.methods.settings import MethodSettings
from tests.unit.geometry.test_isosurface import open_edges, signed_volume
from tests.unit.grid_solver.small_schedule import small, use_small
from tests.unit.methods.textured_ball import (
    CENTER,
    RADII,
    UNIT_SPHERE,
    ball_view,
    ball_views,
    distance,
    photograph,
    ring_camera,
)

__all__ = ["small"]  # a fixture

DRAFT = HullGridSettings(quality="draft", device="cpu")
VIEWS = ball_views((0, 40, 80, 180, 220, 260), (72, 72))


def run(
    views: Sequence[LoadedView] = VIEWS,
    sphere: Similarity = UNIT_SPHERE,
    settings: MethodSettings = DRAFT,
    *,
    finish_after: int | None = None,
    **more: object,
) -> tuple[list[Event], ReconstructionResult]:
    """All events and the result; asks to finish with the answer to event `finish_after`."""
    stream = reconstruct(views, sphere, settings, **more)  # type: ignore[arg-type]
    events: list[Event] = []
    request = None
    try:
        while True:
            events.append(stream.send(request))
            if finish_after is not None and len(events) > finish_after:
                request = Request.FINISH
    except StopIteration as stop:
        return events, stop.value


def close_after(count: int, checkpoint: Path, views: Sequence[LoadedView] = VIEWS, **more: bool) -> None:
    """Take `count` events, then close the generator, as cancelling does."""
    stream = reconstruct(views, UNIT_SPHERE, DRAFT, checkpoint=checkpoint, **more)
    for _ in range(count):
        next(stream, None)
    stream.close()


def assert_same(one: TriangleMesh, other: TriangleMesh) -> None:
    np.testing.assert_array_equal(one.faces, other.faces)
    np.testing.assert_array_equal(one.vertices, other.vertices)


def assert_plausible(mesh: TriangleMesh) -> None:
    assert len(mesh.faces)
    assert np.isfinite(mesh.vertices).all()
    assert open_edges(mesh) == 0
    assert signed_volume(mesh) > 0


def of_kind(events: Sequence[Event], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


# What it reaches -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def draft() -> tuple[list[Event], ReconstructionResult]:
    return run(ball_views(size=(160, 160)))


def test_a_draft_of_a_head_sized_body_is_right_to_a_fraction_of_a_voxel(
    draft: tuple[list[Event], ReconstructionResult],
) -> None:
    mesh = draft[1].mesh
    assert_plausible(mesh)
    error = np.abs(distance(mesh.vertices))
    assert error.mean() < 0.6  # voxels are 4 mm, pixels 1.5 mm
    assert np.percentile(error, 95) < 2.0
    hull = np.abs(distance(of_kind(draft[0], MeshSnapshot)[0].mesh.vertices))
    assert error.mean() < 0.5 * hull.mean(), "photos say more than outlines"
    assert signed_volume(mesh) == pytest.approx(4 / 3 * np.pi * np.prod(RADII), rel=0.02)


def test_its_events_tell_an_honest_story(draft: tuple[list[Event], ReconstructionResult]) -> None:
    events, result = draft
    assert isinstance(events[0], Progress)
    assert_honest(of_kind(events, Progress))
    assert not [log for log in of_kind(events, Log) if log.level in ("warning", "error")]
    steps = [event.step for event in of_kind(events, Metrics)]
    assert steps == sorted(steps)
    for event in of_kind(events, Metrics):
        assert event.values
        assert np.isfinite(list(event.values.values())).all()
    assert len(of_kind(events, MeshSnapshot)) > 3
    assert 0 < result.iterations <= len(steps)
    assert all(seconds >= 0 for seconds in result.timings.values())
    assert sum(result.timings.values()) <= of_kind(events, Progress)[-1].seconds + 0.1


def assert_honest(told: Sequence[Progress], *, whole: bool = True) -> None:
    done = [event.done for event in told]
    assert done == sorted(done)
    assert len({event.total for event in told}) == 1
    assert all(0 <= event.done <= event.total for event in told)
    assert [event.seconds for event in told] == sorted(event.seconds for event in told)
    assert all(event.phase for event in told)
    if whole:
        assert done[0] == 0
        assert done[-1] == told[-1].total
        assert np.diff(done).max() == 1, "no step goes unmentioned"
    end = told[-1].seconds
    for event in told:
        if event.seconds_left is not None:
            assert np.isfinite(event.seconds_left)
            assert 0 <= event.seconds_left < 20 * end + 1
        elif whole:
            assert event.done == 0, "once a step has been taken, there is an estimate"
    assert told[-1].done < told[-1].total or told[-1].seconds_left == 0


@pytest.fixture(scope="module")
def whole() -> ReconstructionResult:
    """Of the small schedule: its seed gives the same to everybody, as is asserted first."""
    with pytest.MonkeyPatch.context() as patch:
        use_small(patch)
        return run()[1]


# The same again --------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_mesh(small: Schedule, whole: ReconstructionResult) -> None:
    assert_same(run()[1].mesh, whole.mesh)


def test_another_seed_gives_another_mesh_of_the_same_head(
    small: Schedule, whole: ReconstructionResult
) -> None:
    _, other = run(settings=replace(DRAFT, seed=1))
    assert (
        whole.mesh.vertices.shape != other.mesh.vertices.shape
        or (whole.mesh.vertices != other.mesh.vertices).any()
    )
    assert np.abs(distance(other.mesh.vertices)).mean() < 4.0


def test_a_run_closed_anywhere_goes_on_to_the_same_mesh(
    small: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "CHECKPOINT_SECONDS", 0.0)
    events, whole = run(checkpoint=tmp_path / "whole.npz")
    rng = np.random.default_rng(5)
    for count in (3, *rng.choice(np.arange(4, len(events)), 4, replace=False)):
        path = tmp_path / f"{count}.npz"
        close_after(int(count), path)
        assert path.exists()
        told, resumed = run(checkpoint=path, resume=True)
        assert_same(resumed.mesh, whole.mesh)
        assert_honest(of_kind(told, Progress), whole=False)
        assert resumed.iterations == whole.iterations, "those before it was stopped are counted"


def test_closing_loses_no_step(small: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any checkpoint on the way: only the one that closing writes."""
    monkeypatch.setattr(checkpoints, "CHECKPOINT_SECONDS", 1e9)
    events, whole = run(checkpoint=tmp_path / "whole.npz")
    last = max(at for at, event in enumerate(events) if isinstance(event, Metrics))
    close_after(last + 1, tmp_path / "checkpoint.npz")
    told, resumed = run(checkpoint=tmp_path / "checkpoint.npz", resume=True)
    assert not of_kind(told[:-1], Metrics)[:-1], "nothing is refined again"
    assert resumed.iterations == whole.iterations > 0
    assert of_kind(told, Progress)[-1].done == of_kind(told, Progress)[-1].total


def test_a_run_interrupted_twice_goes_on(
    small: Schedule, whole: ReconstructionResult, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint.npz"
    close_after(9, path)
    close_after(6, path, resume=True)
    _, resumed = run(checkpoint=path, resume=True)
    assert_same(resumed.mesh, whole.mesh)


def test_resuming_what_had_ended_gives_it_again(small: Schedule, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    _, whole = run(checkpoint=path)
    told, again = run(checkpoint=path, resume=True)
    assert_same(again.mesh, whole.mesh)
    assert of_kind(told, Progress)[-1].done == of_kind(told, Progress)[-1].total


def test_checkpoints_are_announced_once_written(
    small: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "CHECKPOINT_SECONDS", 0.0)
    path = tmp_path / "checkpoint.npz"
    stream = reconstruct(VIEWS, UNIT_SPHERE, DRAFT, checkpoint=path)
    steps = []
    for event in stream:
        if isinstance(event, Checkpointed):
            assert event.path == path
            assert path.exists()
            steps.append(event.step)
    assert steps == sorted(steps)
    assert steps[-1] == small.total_steps


def test_without_a_checkpoint_nothing_is_written(
    small: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    events, _ = run()
    assert not of_kind(events, Checkpointed)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("change", ["settings", "photo", "mask", "camera", "sphere", "damage"])
def test_a_checkpoint_of_something_else_is_refused(
    small: Schedule, tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint.npz"
    close_after(8, path)
    views, sphere, settings = list(VIEWS), UNIT_SPHERE, DRAFT
    if change == "settings":
        settings = replace(DRAFT, seed=3)
    elif change == "photo":
        views[1] = replace(views[1], image=views[1].image + 1)
    elif change == "mask":
        views[1] = replace(views[1], mask=views[1].mask & (np.arange(72) != 36))
    elif change == "camera":
        views[1] = ball_view(1, 41.0, (72, 72))
    elif change == "sphere":
        sphere = Similarity(131.0, np.eye(3), CENTER)
    else:
        path.write_bytes(path.read_bytes()[:-100])
    before = path.read_bytes()
    with pytest.raises(ReconstructionError, match="checkpoint") as caught:
        run(views, sphere, settings, checkpoint=path, resume=True)
    assert "--resume" in caught.value.remedy or "Resume" in caught.value.remedy
    assert path.read_bytes() == before


# Requests --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [0, 3, 6, 10])
def test_finishing_keeps_a_mesh_and_can_be_gone_on_from(
    small: Schedule, whole: ReconstructionResult, tmp_path: Path, after: int
) -> None:
    path = tmp_path / "checkpoint.npz"
    events, early = run(finish_after=after, checkpoint=path)
    assert_plausible(early.mesh)
    assert early.iterations < whole.iterations
    told = of_kind(events, Progress)
    assert_honest(told, whole=False)
    assert told[-1].done < told[-1].total, "it did not do everything, and does not say so"
    _, resumed = run(checkpoint=path, resume=True)
    assert_same(resumed.mesh, whole.mesh)


# Input that is hard or wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("azimuths", "says"),
    [((0,), "One view"), ((0, 180), ""), ((0, 90), ""), ((0, 0, 0), ""), ((0, 120, 240), "")],
)
def test_few_or_distant_photos_give_a_body_round_the_outline(
    small: Schedule, azimuths: tuple[float, ...], says: str
) -> None:
    events, result = run(ball_views(azimuths, (72, 72)))
    assert_plausible(result.mesh)
    assert says in " ".join(log.message for log in of_kind(events, Log))
    # From the cameras' side the outline is that of the ball.
    pixel, _ = ring_camera(azimuths[0], (72, 72)).project(result.mesh.vertices)
    expected, _ = ring_camera(azimuths[0], (72, 72)).project(CENTER + np.diag(RADII))
    assert pixel[:, 1].min() == pytest.approx(expected[1, 1], abs=5)


def test_photos_of_all_sizes_and_a_head_beyond_the_border(small: Schedule) -> None:
    views = [
        ball_view(0, 0.0, (61, 83)),
        ball_view(1, 45.0, (90, 77), zoom=1.3),
        ball_view(2, 90.0, (33, 64)),
        ball_view(3, 200.0, (8, 8)),
    ]
    _, result = run(views)
    assert_plausible(result.mesh)
    middle = 0.5 * (result.mesh.vertices.min(axis=0) + result.mesh.vertices.max(axis=0))
    assert np.linalg.norm(middle - CENTER) < 30


def without_texture(view: LoadedView, value: int) -> LoadedView:
    return replace(view, image=np.full_like(view.image, value))


@pytest.mark.parametrize("value", [0, 128, 255])
def test_photos_without_texture_leave_the_hull(small: Schedule, value: int) -> None:
    _, result = run([without_texture(view, value) for view in VIEWS])
    assert_plausible(result.mesh)
    assert np.abs(distance(result.mesh.vertices)).mean() < 8.0


def test_photos_that_do_not_belong_together_stay_near_the_hull(small: Schedule) -> None:
    rng = np.random.default_rng(0)
    noise = [replace(view, image=rng.integers(0, 256, view.image.shape, np.uint8)) for view in VIEWS]
    _, result = run(noise)
    assert_plausible(result.mesh)
    assert np.abs(distance(result.mesh.vertices)).mean() < 12.0


def in_unit(view: LoadedView, scale: float) -> LoadedView:
    camera = view.view.camera
    moved = Camera(camera.intrinsics, camera.rotation, camera.translation * scale)
    return replace(view, view=replace(view.view, camera=moved))


def test_a_scan_in_metres_is_told_of_and_comes_back_in_metres(small: Schedule) -> None:
    sphere = Similarity(UNIT_SPHERE.scale / 1000, np.eye(3), CENTER / 1000)
    events, result = run([in_unit(view, 1e-3) for view in VIEWS], sphere)
    assert [log.level for log in of_kind(events, Log)][:1] == ["warning"]
    assert_plausible(result.mesh)
    assert np.abs(distance(1000 * result.mesh.vertices)).mean() < 5.0


@pytest.mark.parametrize("far", [0.0, 5000.0])
def test_where_the_scan_lies_does_not_matter(small: Schedule, far: float) -> None:
    offset = np.array([far, -far, 2 * far])
    views = []
    for view in VIEWS:
        camera = view.view.camera
        moved = Camera(camera.intrinsics, camera.rotation, camera.translation - camera.rotation @ offset)
        views.append(replace(view, view=replace(view.view, camera=moved)))
    _, result = run(views, Similarity(UNIT_SPHERE.scale, np.eye(3), CENTER + offset))
    assert np.abs(distance(result.mesh.vertices - offset)).mean() < 4.0


def wrong_input(kind: str) -> tuple[list[LoadedView], Similarity]:
    views, sphere = list(VIEWS), UNIT_SPHERE
    if kind == "no views":
        views = []
    elif kind == "empty masks":
        views = [replace(view, mask=np.zeros_like(view.mask)) for view in views]
    elif kind == "one empty mask":
        views[2] = replace(views[2], mask=np.zeros_like(views[2].mask))
    elif kind == "inverted masks":
        views = [replace(view, mask=~view.mask) for view in views]
    elif kind == "a camera that looks away":
        image, mask = photograph(ring_camera(0, (72, 72)), (72, 72))
        away = ring_camera(0, (72, 72))
        away = Camera(away.intrinsics, np.diag([-1.0, 1, -1]) @ away.rotation, -away.translation)
        views[0] = LoadedView(replace(views[0].view, camera=away), image, mask)
    elif kind == "sphere elsewhere":
        sphere = Similarity(130.0, np.eye(3), CENTER + np.array([0, 900, 0]))
    elif kind == "flat sphere":
        sphere = Similarity(0.0, np.eye(3), CENTER)
    return views, sphere


@pytest.mark.parametrize(
    "kind",
    [
        "no views",
        "empty masks",
        "one empty mask",
        "sphere elsewhere",
        "flat sphere",
        "a camera that looks away",
    ],
)
def test_wrong_input_is_one_clear_error(small: Schedule, tmp_path: Path, kind: str) -> None:
    views, sphere = wrong_input(kind)
    with pytest.raises(H3DError) as caught:
        run(views, sphere, checkpoint=tmp_path / "checkpoint.npz")
    assert caught.value.remedy
    assert not list(tmp_path.iterdir())


def test_inverted_masks_end_in_a_mesh_or_an_error(small: Schedule) -> None:
    try:
        _, result = run(*wrong_input("inverted masks"))
    except H3DError as error:
        message = str(error)
        assert message.count("\n") == 0
    else:
        assert np.isfinite(result.mesh.vertices).all()


@pytest.mark.parametrize("order", [(1, 0, 2, 3, 4, 5), (3, 4, 5, 0, 1, 2), (5, 4, 3, 2, 1, 0)])
def test_swapped_cameras_end_in_a_finite_mesh(small: Schedule, order: tuple[int, ...]) -> None:
    """The outlines of this body are alike from all sides, so only the photos could tell."""
    views = [
        replace(view, view=replace(view.view, camera=VIEWS[other].view.camera))
        for view, other in zip(VIEWS, order, strict=True)
    ]
    _, result = run(views)
    assert_plausible(result.mesh)


def test_a_gpu_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(ReconstructionError, match="GPU"):
        run(settings=replace(DRAFT, device="cuda:99"))


def test_a_gpu_without_enough_memory_is_one_clear_error(
    small: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nGPU 0 has 1 GiB free.")

    monkeypatch.setattr(grid_refinement, "refine_step", exhausted)
    with pytest.raises(ReconstructionError, match="GPU's memory") as caught:
        run()
    assert "lower quality" in caught.value.remedy
    assert "--device cpu" in caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("device", ["cuda:", "cuda:x", "cuda:-1", "abacus", ""])
def test_a_device_that_is_none_is_the_users_mistake(device: str) -> None:
    with pytest.raises(UsageError, match="device"):
        H3DGridSettings(device=device)
