from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.data.population import facekit
from h3dstudio.data.population.canonical import axis_rotations, pose_by_landmarks, pose_by_shape
from h3dstudio.data.population.closing import closure, oriented, winding_numbers
from h3dstudio.data.population.head import CANONICAL_SIX, Head
from h3dstudio.data.population.open import open_population
from h3dstudio.data.population.scans import ScanPopulation, mesh_folder
from h3dstudio.data.population.signed_distance import SampleGrid, signed_distance
from h3dstudio.data.population.statistical import StatisticalPopulation
from h3dstudio.errors import LandmarkError, MeshError, PriorError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.priors.linear.mean_head import bundled_mean_head
from tests.unit.data.synthesis.heads import POPULATION, ball, egg, needs_population, tiny_population

RNG = np.random.default_rng


def test_a_packed_population_is_drawn_without_end(tmp_path: Path) -> None:
    path = tiny_population(tmp_path)
    (tmp_path / "eggs.LICENSE.txt").write_text("Free as the air\n")
    population = open_population(path, bundled_mean_head)
    assert isinstance(population, StatisticalPopulation)
    assert (population.name, population.count, population.licence) == ("eggs.npz", None, "Free as the air")
    one, two = population.head(0, RNG(1)), population.head(7, RNG(1))
    np.testing.assert_array_equal(one.mesh.vertices, two.mesh.vertices)
    assert not np.array_equal(one.mesh.vertices, population.head(0, RNG(2)).mesh.vertices)
    assert one.landmarks.shape == (68, 3)


def test_expressions_come_as_often_as_asked_for(tmp_path: Path) -> None:
    population = open_population(tiny_population(tmp_path), bundled_mean_head)
    calm, posed = (population.head(0, RNG(1), expression=share) for share in (0.0, 1.0))
    assert not np.array_equal(calm.mesh.vertices, posed.mesh.vertices)


@needs_population
def test_the_real_model_is_closed_and_its_landmarks_are_where_they_should_be() -> None:
    head = open_population(POPULATION, bundled_mean_head).head(0, RNG(3), expression=1.0)
    assert np.isfinite(signed_distance(head, SampleGrid(spacing=10.0, shape=(34, 43, 31)))).all()
    for number, place in CANONICAL_SIX.values():
        assert np.linalg.norm(head.landmarks[number] - place) < 40


@pytest.fixture
def mimic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A FaceKit checkout with an egg in place of the face."""
    mesh = egg(2)
    count = len(mesh.vertices)
    monkeypatch.setattr(facekit, "PARTS", {"face": (0, count - 13), "eyeball_left": (count - 6, count - 1)})
    monkeypatch.setattr(facekit, "LANDMARKS_68", tuple(range(68)))
    folder = tmp_path / "ICT-FaceKit" / "FaceXModel"
    folder.mkdir(parents=True)
    centimetres = mesh.with_vertices(mesh.vertices / 10)
    write_mesh(folder / facekit.NEUTRAL, centimetres)
    for k in range(3):
        write_mesh(folder / f"identity{k:03}.obj", mesh.with_vertices(mesh.vertices / 10 * (1 + 0.02 * k)))
    for name in ("jawOpen", "browDown_L", "PupilDilate_L"):
        write_mesh(folder / f"{name}.obj", mesh.with_vertices(mesh.vertices / 10 + [0, 0, 1.0]))
    (folder.parent / "LICENSE").write_text("MIT")
    return folder.parent


@pytest.mark.parametrize("inner", [False, True])
def test_a_facekit_checkout_gives_the_same_kind_of_heads(mimic: Path, inner: bool) -> None:
    population = open_population(mimic / "FaceXModel" if inner else mimic, bundled_mean_head)
    assert isinstance(population, StatisticalPopulation)
    model = population.model
    assert model.expression_names == ("browDown_L", "jawOpen")
    assert model.identity.shape == (3, len(egg(2).vertices) - 6, 3)
    np.testing.assert_allclose(model.identity[2], 0.04 * model.mean, atol=0.01)
    np.testing.assert_allclose(model.expression[0], [[0, 0, 1.0]] * len(model.mean), atol=0.01)
    assert population.licence == "MIT"
    assert model.faces.max() < len(model.mean)


def test_a_checkout_of_mixed_files_is_told(mimic: Path) -> None:
    write_mesh(mimic / "FaceXModel" / "identity001.obj", ball())
    with pytest.raises(PriorError, match="vertices, the neutral head"):
        open_population(mimic, bundled_mean_head)


@pytest.mark.parametrize("missing", ["no.npz", "folder"])
def test_what_is_no_population_is_told(tmp_path: Path, missing: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(PriorError):
        open_population(tmp_path / missing, bundled_mean_head)


def lopsided(subdivisions: int = 4) -> TriangleMesh:
    """A head-like shape with no symmetry, in the canonical frame."""
    mesh = ball(1.0, subdivisions, center=(0, 0, 0))
    u = mesh.vertices
    nose = 25 * np.exp(-((u - [0, 0, 1]) ** 2).sum(axis=1) / 0.03)
    bun = 30 * np.exp(-((u - [0.3, 0.8, -0.5]) ** 2).sum(axis=1) / 0.08)
    out = u * [72, 110, 90] + [0, 10, 0]
    out[:, 2] += nose
    return mesh.with_vertices(out + bun[:, None] * u)


def turned(degrees: float = 12.0, seed: int = 0) -> Similarity:
    from scipy.spatial.transform import Rotation

    rng = RNG(seed)
    by = Rotation.from_rotvec(np.radians(degrees) * rng.normal(0, 1, 3) / 3**0.5).as_matrix()
    return Similarity(1.0, by @ axis_rotations()[5 + seed], rng.normal(0, 200, 3))


@pytest.mark.parametrize("seed", range(3))
def test_shape_alone_tells_the_pose_whatever_the_axes(seed: int) -> None:
    reference = lopsided()
    by = turned(seed=seed)
    scan = reference.with_vertices(by.apply(reference.vertices)).submesh(reference.vertices[:, 1] > -85)
    pose = pose_by_shape(scan, reference)
    off = (pose @ by).apply(reference.vertices) - reference.vertices
    assert np.linalg.norm(off, axis=1).max() < 1.0


def test_what_is_no_head_is_not_registered() -> None:
    rod = ball(1.0, 3, center=(0, 0, 0))
    with pytest.raises(PriorError, match="fits a head only to"):
        pose_by_shape(rod.with_vertices(rod.vertices * [12, 12, 400]), lopsided())


def test_there_are_24_ways_to_name_the_axes() -> None:
    found = axis_rotations()
    assert len({matrix.tobytes() for matrix in found}) == 24
    assert all(np.linalg.det(matrix) == pytest.approx(1) for matrix in found)


def test_landmarks_tell_the_pose() -> None:
    by = turned()
    points = {name: by.apply(np.array([place]))[0] for name, (_, place) in CANONICAL_SIX.items()}
    np.testing.assert_allclose((pose_by_landmarks(points) @ by).matrix, np.eye(4), atol=1e-6)
    with pytest.raises(LandmarkError, match="at least 3"):
        pose_by_landmarks(dict(list(points.items())[:2]))
    with pytest.raises(LandmarkError, match="off those of any face"):
        pose_by_landmarks({name: 5 * point for name, point in points.items()})


def test_the_winding_number_counts_in_and_out() -> None:
    found = winding_numbers(
        ball(80, 4, (0, 0, 0)), np.array([[0, 0, 0], [0, 60, 0], [0, 110, 0], [300.0, 0, 0]])
    )
    np.testing.assert_allclose(found, [1, 1, 0, 0], atol=0.05)


def test_a_mesh_turned_inside_out_is_turned_back() -> None:
    mesh = ball()
    flipped = TriangleMesh(mesh.vertices, mesh.faces[:, ::-1])
    np.testing.assert_array_equal(oriented(flipped).faces, mesh.faces)
    assert oriented(mesh) is mesh


def test_holes_are_spanned_and_nothing_else() -> None:
    whole = ball(90, 4, (0, 0, 0))
    scan = whole.submesh(
        (whole.vertices[:, 1] > -60) & (np.linalg.norm(whole.vertices - [0, 90, 0], axis=1) > 30)
    )
    caps = closure(scan).caps
    assert caps is not None
    corner = caps.vertices[np.unique(caps.faces)]
    distance = RayCaster(scan).distances(corner)
    assert distance.max() > 9
    # Everything spans the neck or the crown; elsewhere the scan is all there is.
    off = corner[distance > 9]
    assert ((off[:, 1] < -45) | (off[:, 1] > 60)).all()
    samples = signed_distance(
        Head("scan", scan, cap=caps), SampleGrid((-130.0, -130.0, -130.0), 10.0, (27, 27, 27))
    )
    assert samples.min() < -45


def test_what_encloses_nothing_cannot_be_closed() -> None:
    sheet = ball(90, 3).submesh(ball(90, 3).vertices[:, 1] > 75)
    with pytest.raises(MeshError, match="enclose nothing"):
        closure(sheet)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Three scans in other units and axes: with landmarks as text, as JSON, and with none."""
    mesh = lopsided()
    scan = mesh.submesh(mesh.vertices[:, 1] > -80)
    tree = RayCaster(scan)
    near = {n: int(scan.faces[tree.closest(np.array([p])).face[0], 0]) for n, (_, p) in CANONICAL_SIX.items()}
    write_mesh(tmp_path / "a.ply", scan.with_vertices(turned(seed=1).apply(scan.vertices) / 10))
    (tmp_path / "a.landmarks.txt").write_text("".join(f"{n} {v}\n" for n, v in near.items()))
    write_mesh(tmp_path / "b.obj", scan.with_vertices(turned(seed=2).apply(scan.vertices)))
    (tmp_path / "b.landmarks.json").write_text(str(near).replace("'", '"'))
    write_mesh(tmp_path / "c.stl", scan.with_vertices(turned(seed=3).apply(scan.vertices) / 1000))
    (tmp_path / "readme.txt").write_text("scans")
    return tmp_path


def test_scans_come_in_the_canonical_frame(scans: Path) -> None:
    population = mesh_folder(scans, lopsided)
    assert population.count == 3
    assert "1 of 3 meshes have no landmarks" in population.notices[0]
    heads = [population.head(k, RNG(0)) for k in range(3)]
    truth = RayCaster(lopsided())
    for head, tolerance in zip(heads, (12.0, 12.0, 1.5), strict=True):
        assert truth.distances(head.mesh.vertices).mean() < tolerance
        assert np.isfinite(signed_distance(head, SampleGrid(spacing=10.0, shape=(34, 43, 31)))).all()
    assert np.isfinite(heads[0].landmarks).all(axis=1).sum() == 6
    assert np.isnan(heads[2].landmarks).all()
    assert population.head(0, RNG(5)) is heads[0]


def test_a_damaged_scan_names_its_file(scans: Path) -> None:
    (scans / "b.landmarks.json").write_text('{"nose_tip": 99999999}')
    population = mesh_folder(scans, lopsided)
    with pytest.raises(LandmarkError, match=r"b\.landmarks\.json"):
        population.head(1, RNG(0))
    (scans / "a.ply").write_bytes(b"ply\n")
    with pytest.raises(MeshError, match=r"a\.ply"):
        population.head(0, RNG(0))


def test_h3ds_ground_truths_are_a_population(sample_root: Path) -> None:
    population = open_population(sample_root, bundled_mean_head)
    assert isinstance(population, ScanPopulation)
    assert population.count == 2
    head = population.head(0, RNG(0))
    assert np.isfinite(head.landmarks).all(axis=1).sum() == 6
    assert np.isfinite(signed_distance(head, SampleGrid(spacing=10.0, shape=(34, 43, 31)))).all()
