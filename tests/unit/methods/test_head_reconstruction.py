"""The whole of the H3D grid: on the bundled demo scan, and on a body that no prior knows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from h3dstudio.data.images import load_view
from h3dstudio.data.landmarks import H3DS_LANDMARKS, H3DS_OF_68, read_landmarks
from h3dstudio.data.readers import read_scan
from h3dstudio.data.resources import demo_scan
from h3dstudio.data.run_folder import RunFolder
from h3dstudio.data.scan import LoadedView, Scan
from h3dstudio.errors import ReconstructionError
from h3dstudio.evaluation.ground_truth import GroundTruth, load_ground_truth
from h3dstudio.evaluation.strict import evaluate_strict
from h3dstudio.evaluation.visibility import visible
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.jobs.events import Checkpointed, Event, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.methods import checkpoint as checkpoints
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.methods.hull_grid import HullGridSettings
from h3dstudio.methods.hull_grid.session import HullGridSession
from h3dstudio.methods.method import Capture
from h3dstudio.methods.result import ReconstructionResult
from h3dstudio.methods.run import reconstruct
from h3dstudio.methods.settings import MethodSettings
from h3dstudio.photometry.working_frame import photo_set
from h3dstudio.priors.posed_head import rotation_of
from h3dstudio.session.runs.head_files import write_suggestions
from h3dstudio.surface.residual import ResidualPyramid
from tests.benchmarks.measuring import errors_and_values
from tests.unit.methods.streams import ended
from tests.unit.methods.textured_ball import UNIT_SPHERE, ball_views, distance
from tests.unit.surface.analytic import cube, sphere

DRAFT = H3DGridSettings(quality="draft", device="cpu", refine_cameras="off")


@pytest.fixture(scope="module")
def scan() -> Scan:
    return read_scan(demo_scan())


@pytest.fixture(scope="module")
def truth(scan: Scan) -> GroundTruth:
    return load_ground_truth(scan)


@pytest.fixture(scope="module")
def views(scan: Scan) -> list[LoadedView]:
    return [load_view(scan.view(number)) for number in (0, 2, 14)]


@pytest.fixture(scope="module")
def marks(truth: GroundTruth, scan: Scan) -> dict[str, np.ndarray]:
    return {name: truth.mesh.vertices[index] for name, index in scan.landmarks.items()}


def run(
    views: Sequence[LoadedView], sphere: Similarity, settings: MethodSettings, **more: object
) -> tuple[list[Event], ReconstructionResult]:
    return ended(reconstruct(views, sphere, settings, **more))  # type: ignore[arg-type]


def face_error(truth: GroundTruth, mesh: TriangleMesh) -> float:
    """Mean mm from the visible face to the mesh, as given."""
    seen = visible(truth) & truth.region_mask("face_sphere")
    return float(RayCaster(mesh).closest(truth.mesh.vertices[seen]).distance.mean())


def aligned_face_error(truth: GroundTruth, mesh: TriangleMesh) -> float:
    score = evaluate_strict(truth, mesh).face_rigid
    assert score is not None
    return score.mean


def said(events: Sequence[Event]) -> str:
    return " ".join(event.message for event in events if isinstance(event, Log))


# The demo scan ----------------------------------------------------------------------------------------


def test_three_photos_make_a_head(
    demo_draft: tuple[list[Event], ReconstructionResult], truth: GroundTruth, scan: Scan
) -> None:
    events, result = demo_draft
    assert face_error(truth, result.mesh) < 0.8
    assert result.mesh.colors is not None
    assert result.mesh.quality is not None
    assert result.mesh.quality.min() >= 0
    assert result.mesh.quality.max() <= 1
    assert result.mesh.quality.max() > 0.2
    assert result.caveats == ()
    assert result.cameras is None
    assert result.latent is not None
    assert result.pose is not None
    assert result.pose.scale == pytest.approx(1, abs=0.1)
    assert "There are no landmarks" not in said(events)
    assert sum(isinstance(event, MeshSnapshot) for event in events) > 3
    done = [event.done for event in events if isinstance(event, Progress)]
    assert done == sorted(done)


def test_the_losses_that_are_told_fall(
    demo_draft: tuple[list[Event], ReconstructionResult],
) -> None:
    """Of the head at the finest photos only: at each finer level they agree less."""
    told = [event.values for event in demo_draft[0] if isinstance(event, Metrics)]
    for name in ("photo loss of the head", "photo loss"):
        losses = [values[name] for values in told if name in values]
        assert len(losses) > 2
        assert losses[-1] < losses[0]


def test_the_error_falls_with_the_confidence(
    demo_draft: tuple[list[Event], ReconstructionResult], truth: GroundTruth
) -> None:
    mesh = demo_draft[1].mesh
    assert mesh.quality is not None
    error, sure = errors_and_values(mesh, mesh.quality, truth)
    assert spearmanr(sure, error).statistic < -0.4
    # Medians: the truth has inner lips and lids, which the best-known surface closes over.
    fifths = [np.median(error[part]) for part in np.array_split(np.argsort(sure), 5)]
    assert np.diff(fifths).max() < 0.05
    assert fifths[-1] < 0.2 * fifths[0]


def test_the_68_landmarks_lie_on_the_mesh_and_near_the_true_six(
    demo_draft: tuple[list[Event], ReconstructionResult], marks: dict[str, np.ndarray]
) -> None:
    result = demo_draft[1]
    points = result.landmarks68
    assert points is not None
    assert points.shape == (68, 3)
    assert RayCaster(result.mesh).closest(points).distance.max() < 0.5
    for name, place in H3DS_OF_68.items():
        assert np.linalg.norm(points[place] - marks[name]) < 5, name


def test_a_run_folder_gets_the_suggestions(
    demo_draft: tuple[list[Event], ReconstructionResult], tmp_path: Path
) -> None:
    result = demo_draft[1]
    folder = RunFolder(tmp_path)
    write_suggestions(folder, result)
    points, vertices = result.landmarks68, result.mesh.vertices
    assert points is not None
    assert result.latent is not None
    assert result.pose is not None
    chosen = read_landmarks(folder.folder / "landmarks.txt", len(vertices))
    assert tuple(chosen) == H3DS_LANDMARKS
    for name, vertex in chosen.items():
        assert np.linalg.norm(vertices[vertex] - points[H3DS_OF_68[name]]) < 3  # edges are 3 mm
    about = json.loads((folder.folder / "landmarks68.json").read_text())
    np.testing.assert_allclose(about["points"], points, atol=1e-6)
    assert len(about["vertices"]) == 68
    assert np.linalg.norm(vertices[about["vertices"]] - points, axis=1).max() < 3
    head = json.loads((folder.folder / "head.json").read_text())
    np.testing.assert_allclose(head["latent"], result.latent, rtol=1e-5)
    np.testing.assert_allclose(head["pose"], result.pose.matrix, atol=1e-9)


def test_without_a_prior_nothing_is_suggested(
    demo_draft: tuple[list[Event], ReconstructionResult], tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path)
    before = sorted(folder.folder.iterdir())
    write_suggestions(folder, replace(demo_draft[1], landmarks68=None))
    write_suggestions(folder, replace(demo_draft[1], latent=None))
    assert sorted(folder.folder.iterdir()) == before


def test_without_landmarks_the_head_is_found(
    views: list[LoadedView], scan: Scan, truth: GroundTruth, marks: dict[str, np.ndarray]
) -> None:
    events, result = run(views, scan.unit_sphere, replace(DRAFT, landmarks="none"), landmarks=marks)
    assert "There are no landmarks" in said(events)
    assert face_error(truth, result.mesh) < 1.0
    assert result.landmarks68 is not None
    for name, place in H3DS_OF_68.items():
        assert np.linalg.norm(result.landmarks68[place] - marks[name]) < 8, name


# Cameras that are off, and resuming -------------------------------------------------------------------


def shaken(view: LoadedView, middle: np.ndarray, rng: np.random.Generator) -> LoadedView:
    """As if the head had been turned by half a degree and moved by 2 mm before this photo."""
    axis, shift = rng.normal(size=(2, 3))
    turn = rotation_of(np.radians(0.5) * axis / np.linalg.norm(axis))
    moved = 2.0 * shift / np.linalg.norm(shift)
    frame = Similarity(1.0, turn, middle - turn @ middle + moved)
    return replace(view, view=replace(view.view, camera=view.view.camera.in_frame(frame)))


@pytest.fixture(scope="module")
def shaken_views(views: list[LoadedView], scan: Scan) -> list[LoadedView]:
    rng = np.random.default_rng(2)
    return [shaken(view, scan.unit_sphere.translation, rng) for view in views]


def place_of(checkpoint: Path) -> tuple[int, ...]:
    """Stage and step of the scene in a checkpoint; none while the head is being found."""
    with np.load(checkpoint) as kept:
        return tuple(kept["place"]) if "place" in kept.files else ()


@pytest.fixture(scope="module")
def corrected(
    shaken_views: list[LoadedView],
    scan: Scan,
    marks: dict[str, np.ndarray],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, ReconstructionResult]:
    """The result with corrected cameras, and a checkpoint from the middle of the refinement."""
    folder = tmp_path_factory.mktemp("corrected")
    settings = replace(DRAFT, refine_cameras="on")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints, "CHECKPOINT_SECONDS", 0.0)
        path = folder / "checkpoint.npz"
        stream = reconstruct(shaken_views, scan.unit_sphere, settings, landmarks=marks, checkpoint=path)
        while True:
            try:
                event = next(stream)
            except StopIteration as end:
                return folder / "middle.npz", end.value
            if isinstance(event, Checkpointed) and place_of(path) == (0, 2):
                shutil.copy(path, folder / "middle.npz")


def test_cameras_that_are_off_are_corrected(
    corrected: tuple[Path, ReconstructionResult],
    shaken_views: list[LoadedView],
    scan: Scan,
    truth: GroundTruth,
    marks: dict[str, np.ndarray],
) -> None:
    result = corrected[1]
    _, uncorrected = run(shaken_views, scan.unit_sphere, DRAFT, landmarks=marks)
    right = aligned_face_error(truth, result.mesh)
    assert right < 0.85 * aligned_face_error(truth, uncorrected.mesh)
    assert uncorrected.cameras is None
    assert result.cameras is not None
    assert len(result.cameras) == len(shaken_views)


def test_a_run_closed_in_the_refinement_goes_on_to_the_same_mesh(
    corrected: tuple[Path, ReconstructionResult],
    shaken_views: list[LoadedView],
    scan: Scan,
    marks: dict[str, np.ndarray],
    tmp_path: Path,
) -> None:
    middle, whole = corrected
    path = tmp_path / "checkpoint.npz"
    shutil.copy(middle, path)
    with np.load(path) as kept:
        assert {"latent", "pose_rotation", "rotation", "losses"} <= set(kept.files)
        assert kept["place"][1] == 2
    settings = replace(DRAFT, refine_cameras="on")
    more = {"landmarks": marks, "checkpoint": path, "resume": True}
    stream = reconstruct(shaken_views, scan.unit_sphere, settings, **more)  # type: ignore[arg-type]
    while not (isinstance(event := next(stream), Metrics) and "photo loss" in event.values):
        pass
    stream.close()
    with np.load(path) as kept:
        assert kept["place"][1] == 3, "closing keeps what has been done"
    events, resumed = run(shaken_views, scan.unit_sphere, settings, **more)
    np.testing.assert_array_equal(resumed.mesh.faces, whole.mesh.faces)
    np.testing.assert_array_equal(resumed.mesh.vertices, whole.mesh.vertices)
    np.testing.assert_array_equal(resumed.landmarks68, whole.landmarks68)
    assert resumed.cameras is not None
    assert whole.cameras is not None
    for one, other in zip(resumed.cameras, whole.cameras, strict=True):
        np.testing.assert_array_equal(one.projection, other.projection)
    assert "fitting" not in " ".join(event.phase for event in events if isinstance(event, Progress))


def test_corrected_cameras_are_of_the_photos_as_they_were_given(
    corrected: tuple[Path, ReconstructionResult], shaken_views: list[LoadedView], scan: Scan
) -> None:
    cameras = corrected[1].cameras
    assert cameras is not None
    for camera, view in zip(cameras, shaken_views, strict=True):
        np.testing.assert_array_equal(camera.intrinsics, view.view.camera.intrinsics)
        np.testing.assert_allclose(camera.rotation, view.view.camera.rotation, atol=np.radians(2))
        assert np.linalg.norm(camera.center - view.view.camera.center) < 30


def test_cameras_of_photos_that_were_reduced_are_told_for_the_photos_as_given(
    shaken_views: list[LoadedView], scan: Scan
) -> None:
    session = HullGridSession(Capture(shaken_views, scan.unit_sphere), HullGridSettings(device="cpu"))
    reduced = photo_set(shaken_views, session.frame, 96, "cpu").cameras
    assert reduced[0].intrinsics[0, 0] < shaken_views[0].view.camera.intrinsics[0, 0]
    grid = cube(8.0, 4.0)
    pyramid = ResidualPyramid.over(grid, (1.0,))
    session.scene = SceneState(
        pyramid, sphere(grid, 5.0), np.zeros(pyramid.size, np.float32), cameras=tuple(reduced)
    )
    told = session.findings().cameras
    assert told is not None
    for camera, view in zip(told, shaken_views, strict=True):
        np.testing.assert_allclose(camera.projection, view.view.camera.projection, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "value"), [("pose_rotation", np.nan), ("latent", np.inf), ("rotation", np.nan), ("losses", "x")]
)
def test_a_damaged_head_in_a_checkpoint_is_one_clear_error(
    corrected: tuple[Path, ReconstructionResult],
    shaken_views: list[LoadedView],
    scan: Scan,
    marks: dict[str, np.ndarray],
    tmp_path: Path,
    name: str,
    value: object,
) -> None:
    with np.load(corrected[0]) as kept:
        arrays = {key: kept[key] for key in kept.files}
    arrays[name] = np.full(arrays[name].shape, value)
    path = tmp_path / "checkpoint.npz"
    np.savez(path, **arrays)
    settings = replace(DRAFT, refine_cameras="on")
    with pytest.raises(ReconstructionError, match="checkpoint cannot be read") as caught:
        run(shaken_views, scan.unit_sphere, settings, landmarks=marks, checkpoint=path, resume=True)
    assert "\n" not in str(caught.value)
    assert "--resume" in caught.value.remedy


# More than the prior knows ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowned(views: list[LoadedView]) -> list[LoadedView]:
    """The head with something tall on it in every mask; the photos show nothing there."""
    return [type(one)(one.view, one.image, one.mask | on_top(one.mask)) for one in views]


def on_top(mask: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(mask)
    top, size = rows.min(), mask.shape[0] / 512
    middle = columns[rows < top + 40 * size].mean()
    row, column = np.indices(mask.shape)
    return np.asarray(np.hypot((column - middle) / 45, (row - top) / 55) < size)


def test_what_masks_show_beyond_the_head_is_built_and_a_killed_run_goes_on_to_the_same_mesh(
    crowned: list[LoadedView],
    demo_draft: tuple[list[Event], ReconstructionResult],
    scan: Scan,
    truth: GroundTruth,
    marks: dict[str, np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checkpoints, "CHECKPOINT_SECONDS", 0.0)
    path, middle = tmp_path / "checkpoint.npz", tmp_path / "middle.npz"
    stream = reconstruct(crowned, scan.unit_sphere, DRAFT, landmarks=marks, checkpoint=path)
    events: list[Event] = []
    while True:
        try:
            events.append(next(stream))
        except StopIteration as end:
            result = end.value
            break
        if isinstance(events[-1], Checkpointed) and place_of(path) == (1, 2):
            shutil.copy(path, middle)
    assert "misses" in said(events)
    assert any("misses" in doubt for doubt in result.caveats)
    assert result.latent is not None
    up = np.ptp(result.mesh.vertices, axis=0) - np.ptp(demo_draft[1].mesh.vertices, axis=0)
    assert up.max() > 20  # mm
    assert face_error(truth, result.mesh) < face_error(truth, demo_draft[1].mesh) + 0.7
    done = [event.done for event in events if isinstance(event, Progress)]
    assert done == sorted(done)
    shutil.copy(middle, path)
    _, resumed = run(crowned, scan.unit_sphere, DRAFT, landmarks=marks, checkpoint=path, resume=True)
    np.testing.assert_array_equal(resumed.mesh.vertices, result.mesh.vertices)
    assert resumed.caveats == result.caveats


# No head ----------------------------------------------------------------------------------------------


def test_a_body_that_is_no_head_is_no_worse_than_without_the_prior(tmp_path: Path) -> None:
    radii = (95.0, 45.0, 95.0)  # a pumpkin
    views = ball_views((0, 60, 120, 180, 240, 300), (96, 96), radii=radii)
    kept = tmp_path / "checkpoint.npz"
    events, result = run(views, UNIT_SPHERE, DRAFT, checkpoint=kept)
    _, plain = run(views, UNIT_SPHERE, HullGridSettings(quality="draft", device="cpu"))
    error, without = (np.abs(distance(one.mesh.vertices, radii)).mean() for one in (result, plain))
    assert error < 1.1 * without
    assert result.caveats
    assert "Low confidence" in said(events)
    assert run(views, UNIT_SPHERE, DRAFT, checkpoint=kept, resume=True)[1].caveats == result.caveats
    if result.latent is None:
        np.testing.assert_array_equal(result.mesh.vertices, plain.mesh.vertices)
