"""A whole synthetic scan against the head it was made from."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import binary_dilation

from h3dstudio.data.images import load_views
from h3dstudio.data.landmarks import H3DS_LANDMARKS
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.data.scan import Scan
from h3dstudio.data.synthesis.settings import SynthSettings
from h3dstudio.data.synthesis.subject import Subject
from h3dstudio.data.synthesis.synthesize import load_subject, regions, synthesize
from h3dstudio.errors import OutputError, UsageError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.raycasting import RayCaster
from tests.unit.data.synthesis.heads import POPULATION, needs_population, tiny_population

SMALL = SynthSettings(views=8, seed=3, size=96)


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return load_subject(tiny_population(tmp_path_factory.mktemp("population")), SMALL)


@pytest.fixture(scope="module")
def scan(subject: Subject, tmp_path_factory: pytest.TempPathFactory) -> Scan:
    return read_scan(synthesize(subject, tmp_path_factory.mktemp("scan") / "egg", SMALL, source="eggs.npz"))


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def images(folder: Path) -> np.ndarray:
    return np.stack([view.image for view in load_views(read_scan(folder).views)]).astype(float)


def test_reader_finds_what_was_written(scan: Scan, subject: Subject) -> None:
    assert scan.layout == "h3ds"
    assert scan.problems == ()
    assert [view.index for view in scan.views] == list(range(8))
    assert scan.views[0].size == (96, 96)
    assert scan.view_lists == {"1": (0,), "3": (0, 1, 7), "4": (1, 2, 6, 7), "8": tuple(range(8))}
    assert dict(scan.landmarks) == dict(subject.landmarks)
    assert set(scan.landmarks) == set(H3DS_LANDMARKS)
    assert set(scan.regions) == {"face", "face_sphere", "nose"}
    truth = read_mesh(scan.ground_truth)
    np.testing.assert_allclose(truth.vertices, subject.ground_truth.vertices, atol=6e-4)
    np.testing.assert_array_equal(truth.faces, subject.ground_truth.faces)
    inside = scan.unit_sphere.inverse().apply(truth.vertices)
    assert 0.9 < np.linalg.norm(inside, axis=1).max() < 1.0


def test_masks_are_the_projected_ground_truth(scan: Scan) -> None:
    truth = read_mesh(scan.ground_truth)
    caster = RayCaster(truth)
    for loaded in load_views(scan.views):
        pixel, _ = loaded.view.camera.project(truth.vertices)
        nearest = np.rint(pixel).astype(int)
        towards = loaded.view.camera.center - truth.vertices
        start = truth.vertices + 0.01 * truth.vertex_normals()
        visible = ~caster.occluded(start, towards)
        assert visible.sum() > 100
        near_mask = binary_dilation(loaded.mask, np.ones((3, 3)))
        x, y = nearest[visible].T
        assert near_mask[y, x].all()
        # ... and nowhere does the mask reach beyond the head's outline.
        y, x = np.nonzero(loaded.mask)
        origin, direction = loaded.view.camera.rays(np.column_stack([x, y]))
        hit = caster.cast(origin, direction).hit
        missed = np.zeros_like(loaded.mask)
        missed[y[~hit], x[~hit]] = True
        assert not (missed & ~binary_dilation(~loaded.mask, np.ones((3, 3)))).any()


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not(subject: Subject, tmp_path: Path) -> None:
    noisy = replace(
        SMALL, views=3, camera_noise_degrees=0.5, camera_noise_mm=2, mask_noise_px=1, image_noise=3
    )
    first = digest(synthesize(subject, tmp_path / "a" / "egg", noisy))
    assert digest(synthesize(subject, tmp_path / "b" / "egg", noisy)) == first
    other = digest(synthesize(subject, tmp_path / "c" / "egg", replace(noisy, seed=4)))
    assert all(first[name] != other[name] for name in first if name.startswith("image"))


def test_noise_leaves_everything_else_alone(subject: Subject, scan: Scan, tmp_path: Path) -> None:
    settings = replace(SMALL, camera_noise_degrees=1.0, camera_noise_mm=3.0)
    noisy = synthesize(subject, tmp_path / "egg", settings)
    plain, disturbed = digest(scan.root), digest(noisy)
    changed = {name for name in disturbed if disturbed[name] != plain.get(name)}
    assert changed == {"cameras.npz", "cameras_true.npz", "synth.json"}
    with np.load(noisy / "cameras_true.npz", allow_pickle=False) as true:
        for view in scan.views:
            same = Camera.from_projection(true[f"world_mat_{view.index}"])
            np.testing.assert_allclose(same.center, view.camera.center, atol=1e-6)
    moved = [
        np.linalg.norm(a.camera.center - b.camera.center)
        for a, b in zip(read_scan(noisy).views, scan.views, strict=True)
    ]
    assert 0.5 < np.sqrt(np.mean(np.square(moved))) < 6


def test_light_turns_with_the_camera_only_when_asked(subject: Subject, tmp_path: Path) -> None:
    plain = replace(SMALL, texture=0.0)
    fixed = images(synthesize(subject, tmp_path / "fixed", plain))
    turning = images(synthesize(subject, tmp_path / "turning", replace(plain, turning_light=True)))
    assert np.abs(fixed[0] - turning[0]).max() <= 4  # the first camera is the reference

    def left_right(image: np.ndarray) -> float:
        return float(image[30:66, 24:44].mean() - image[30:66, 52:72].mean())

    # A light that goes with the camera shades the same side of every photo, a fixed one does not.
    assert len({np.sign(left_right(image)) for image in turning}) == 1
    assert len({np.sign(left_right(image)) for image in fixed}) == 2


def test_image_noise_and_texture_have_their_size(subject: Subject, tmp_path: Path) -> None:
    one = replace(SMALL, views=1, jpeg_quality=100)
    clean = images(synthesize(subject, tmp_path / "clean", one))
    noisy = images(synthesize(subject, tmp_path / "noisy", replace(one, image_noise=5.0)))
    assert (noisy - clean).std() == pytest.approx(5.0, rel=0.1)
    weak = images(synthesize(subject, tmp_path / "weak", replace(one, texture=0.1)))
    detail = [np.abs(np.diff(photo[0, 40:60, 40:60], axis=1)).mean() for photo in (clean, weak)]
    assert detail[0] > 2 * detail[1]


def test_landmarks_and_regions_lie_where_they_should(subject: Subject) -> None:
    truth = subject.ground_truth
    tip = truth.vertices[subject.landmarks["nose_tip"]]
    for name, radius in (("face", 130), ("face_sphere", 95), ("nose", 25)):
        distance = np.linalg.norm(truth.vertices - tip, axis=1)
        np.testing.assert_array_equal(np.flatnonzero(distance <= radius), regions(subject)[name])


def test_config_has_the_form_of_the_h3ds_package(scan: Scan) -> None:
    config = tomllib.loads((scan.root / "config.toml").read_text())
    scene = config["scenes"][scan.name]
    assert scene["views"] == 8
    assert scene["default_views_configs"]["3"] == [0, 1, 7]
    record = json.loads((scan.root / "synth.json").read_text())
    assert record["source"] == "eggs.npz"
    assert record["settings"]["seed"] == 3


def test_existing_output_is_never_overwritten_unasked(subject: Subject, tmp_path: Path) -> None:
    one = replace(SMALL, views=1)
    out = tmp_path / "egg"
    synthesize(subject, out, one)
    (out / "notes.txt").write_text("mine")
    before = digest(out)
    with pytest.raises(OutputError, match="not empty"):
        synthesize(subject, out, replace(one, seed=8))
    assert digest(out) == before
    synthesize(subject, out, replace(one, seed=8, texture=0.2), force=True)
    after = digest(out)
    assert after["notes.txt"] == before["notes.txt"]
    assert after["image/img_0000.jpg"] != before["image/img_0000.jpg"]
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.tex").write_text("years")
    with pytest.raises(OutputError, match="no synthetic scan"):
        synthesize(subject, foreign, one, force=True)
    assert [path.name for path in foreign.iterdir()] == ["thesis.tex"]


def test_a_failure_on_the_way_leaves_nothing_behind(subject: Subject, tmp_path: Path) -> None:
    def fail(done: int, total: int, what: str) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize(subject, tmp_path / "egg", SMALL, report=fail)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"views": 0},
        {"size": 8},
        {"texture": float("nan")},
        {"jpeg_quality": 0},
        {"image_noise": -1.0},
        {"seed": -1},
    ],
)
def test_senseless_settings_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="out of range"):
        SynthSettings(**changes)  # type: ignore[arg-type]


@needs_population
def test_a_head_of_the_population_becomes_a_clean_scan(tmp_path: Path) -> None:
    settings = SynthSettings(views=8, seed=5, size=160, expression=True)
    head = load_subject(POPULATION, settings)
    scan = read_scan(synthesize(head, tmp_path / "head", settings))
    assert scan.problems == ()
    truth = read_mesh(scan.ground_truth)
    points = {name: truth.vertices[vertex] for name, vertex in scan.landmarks.items()}
    assert points["left_eye"][0] > points["right_eye"][0]  # +x is the subject's left
    assert points["left_lips"][0] > points["right_lips"][0]
    assert points["nose_tip"][2] > points["nose_base"][2]
    assert points["left_eye"][1] > points["nose_tip"][1] > points["left_lips"][1]
    assert 25 < np.linalg.norm(points["left_eye"] - points["right_eye"]) < 50  # mm
    extent = truth.vertices.max(axis=0) - truth.vertices.min(axis=0)
    assert (extent > 200).all()
    assert (extent < 420).all()
    caster = RayCaster(truth)
    for loaded in load_views(scan.views):
        x, y = np.meshgrid(np.arange(160), np.arange(160))
        origin, direction = loaded.view.camera.rays(np.column_stack([x.ravel(), y.ravel()]))
        hit = caster.cast(origin, direction).hit.reshape(160, 160)
        # Ground truth and photo have one outline: they differ in half-covered pixels on it, if at all.
        edge = binary_dilation(loaded.mask, np.ones((3, 3))) & binary_dilation(~loaded.mask, np.ones((3, 3)))
        assert not ((hit != loaded.mask) & ~edge).any()
        assert not loaded.mask[[0, -1]].any()
        assert not loaded.mask[:, [0, -1]].any()
