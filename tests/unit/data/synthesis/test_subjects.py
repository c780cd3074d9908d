"""Heads from populations and from mesh files, and what is wrong with bad ones."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.data.synthesis.albedo import UvAlbedo, VertexAlbedo
from h3dstudio.data.synthesis.head_mesh import axis, detect_unit, mesh_subject
from h3dstudio.data.synthesis.population import draw_expression, draw_identity, draw_subject, read_population
from h3dstudio.data.synthesis.texture import subject_albedo
from h3dstudio.data.synthesis.visibility import (
    disc_directions,
    light_seen,
    openness,
    seen_from_around,
    sphere_directions,
)
from h3dstudio.errors import LandmarkError, MeshError, UsageError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from tests.unit.data.synthesis.heads import POPULATION, ball, egg, needs_population, tiny_population


def test_population_is_in_mm_and_linear(tmp_path: Path) -> None:
    population = read_population(tiny_population(tmp_path))
    mean = egg().vertices
    np.testing.assert_allclose(population.head(np.zeros(2)), mean, atol=1e-3)
    step = population.identity[0].astype(float) * 10
    np.testing.assert_allclose(population.head(np.array([2.0])), mean + 2 * step, atol=1e-2)
    shape = population.expression[1].astype(float) * 10
    np.testing.assert_allclose(
        population.head(np.zeros(2), np.array([0, 0.5])), mean + 0.5 * shape, atol=1e-2
    )
    assert list(np.bincount(population.part)) == [len(mean) - 60, 60]


def test_identity_is_normal_and_clipped() -> None:
    drawn = draw_identity(100_000, np.random.default_rng(0))
    assert drawn.std() == pytest.approx(0.985, abs=0.01)
    assert np.abs(drawn).max() == 2.5


def test_expression_is_mild_and_never_empty() -> None:
    names = ("mouthSmile_L", "mouthSmile_R", "jawOpen", "browDown_L")
    drawn = np.array([draw_expression(names, np.random.default_rng(k)) for k in range(200)])
    assert ((drawn >= 0) & (drawn <= 1)).all()
    assert drawn[:, 2].max() == 0  # jawOpen is in no expression: there are no teeth behind
    smiling = drawn[drawn[:, 0] > 0]
    assert 5 < len(smiling) < 100
    assert np.abs(smiling[:, 0] - smiling[:, 1]).max() < 0.3


def test_unexpressed_and_expressed_heads_share_the_identity(tmp_path: Path) -> None:
    population = read_population(tiny_population(tmp_path))
    neutral = draw_subject(population, np.random.default_rng(3), expression=False)
    again = draw_subject(population, np.random.default_rng(3), expression=False)
    np.testing.assert_array_equal(neutral.mesh.vertices, again.mesh.vertices)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"identity": None}, "lacks identity"),
        ({"mean": np.zeros((5, 2), np.float32)}, "'mean' has shape"),
        ({"landmarks68": np.zeros(67, np.int32)}, "'landmarks68' has shape"),
        ({"landmarks68": np.full(68, 10**6)}, "beyond"),
        ({"faces": np.full((4, 3), -1)}, "beyond"),
        ({"expression_names": np.array(["a"])}, "expression_names"),
    ],
)
def test_broken_populations_are_named(tmp_path: Path, changes: dict[str, np.ndarray], message: str) -> None:
    path = tiny_population(tmp_path, **changes)
    with pytest.raises(MeshError, match=message) as caught:
        read_population(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\x00" * 200])
def test_unreadable_populations_are_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "heads.npz"
    with pytest.raises(MeshError, match="no such file"):
        read_population(path)
    path.write_bytes(content)
    with pytest.raises(MeshError, match="npz"):
        read_population(path)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_damaged_populations_are_never_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    whole = tiny_population(tmp_path).read_bytes()
    broken = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    places = data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=8))
    for place, value in places:
        if place < len(broken):
            broken[place] = value
    path = tmp_path / "broken.npz"
    path.write_bytes(broken)
    with suppress(MeshError):
        population = read_population(path)
        assert np.isfinite(population.head(np.ones(2))).all()


@pytest.mark.parametrize(
    ("name", "value"), [("mean", "text"), ("faces", 0.5), ("part_names", 3), ("landmarks68", "x")]
)
def test_arrays_of_another_type_are_named(tmp_path: Path, name: str, value: object) -> None:
    with np.load(tiny_population(tmp_path), allow_pickle=False) as whole:
        shape = whole[name].shape
    with pytest.raises(MeshError, match=f"'{name}' is of type"):
        read_population(tiny_population(tmp_path, **{name: np.full(shape, value)}))


def test_nan_in_a_population_is_refused(tmp_path: Path) -> None:
    mean = (egg().vertices / 10).astype(np.float32)
    mean[7] = np.nan
    with pytest.raises(MeshError, match="NaN"):
        read_population(tiny_population(tmp_path, mean=mean))


def test_a_hidden_ball_is_not_seen_and_a_free_one_is() -> None:
    outer, inner = ball(90), ball(40)
    both = TriangleMesh(
        np.vstack([outer.vertices, inner.vertices]),
        np.vstack([outer.faces, inner.faces + len(outer.vertices)]),
    )
    seen = seen_from_around(both)
    assert seen[: len(outer.vertices)].all()
    assert not seen[len(outer.vertices) :].any()


def test_the_bottom_of_a_pocket_is_not_in_reach() -> None:
    # A tube, closed below: its rim sees half the sky, a wall at depth d less and less, the floor
    # sin(angle)^2 of it, where tan(angle) = radius / depth.
    import trimesh

    tube = trimesh.creation.annulus(r_min=10, r_max=14, height=60)
    floor = trimesh.creation.cylinder(radius=12, height=4).apply_translation([0, 0, -30])
    both = trimesh.util.concatenate([tube.subdivide_to_size(4), floor.subdivide_to_size(4)])
    mesh = TriangleMesh(np.asarray(both.vertices), np.asarray(both.faces))
    open_ = openness(mesh)
    x, y, z = mesh.vertices.T
    middle = (np.hypot(x, y) < 2) & (np.abs(z + 28) < 0.1)
    assert middle.any()
    np.testing.assert_allclose(open_[middle], 10**2 / (10**2 + 58**2), atol=0.03)
    reached = seen_from_around(mesh)
    assert not reached[middle].any()
    outside = np.hypot(x, y) > 13.9
    assert reached[outside].all()


@needs_population
def test_ground_truth_keeps_what_others_scanned_of_the_same_heads() -> None:
    population = read_population(POPULATION)
    for seed in (1, 2):
        subject = draw_subject(population, np.random.default_rng(seed), expression=seed == 2)
        # Two scans that others made of such heads keep 10,800 vertices of skin and eyes.
        assert 10_300 < len(subject.ground_truth.vertices) < 11_100
        assert set(subject.landmarks) == {
            "right_eye", "left_eye", "nose_tip", "nose_base", "right_lips", "left_lips"
        }  # fmt: skip


def test_light_arrives_at_free_surfaces_only() -> None:
    outer = ball(90)
    assert (light_seen(outer, RayCaster(outer), sphere_directions(64)) > 0.999).all()
    blocked = TriangleMesh(
        np.vstack([outer.vertices, [[-500, 200, -500], [500, 200, -500], [0, 200, 900.0]]]),
        np.vstack([outer.faces, [[len(outer.vertices) + k for k in range(3)]]]),
    )
    up = np.array([0.0, 1, 0])
    lamp = disc_directions(up, 10.0, 16)
    assert np.degrees(np.arccos(lamp @ up)).max() <= 10.0
    lit = light_seen(outer, RayCaster(outer), lamp)
    shaded = light_seen(blocked, RayCaster(blocked), lamp)[: len(outer.vertices)]
    top = outer.vertices[:, 1] > 20
    assert (lit[top] > 0.99).all()
    assert (shaded == 0).all()


@pytest.mark.parametrize(("unit", "scale"), [("mm", 1.0), ("cm", 0.1), ("m", 0.001)])
def test_unit_is_told_from_the_size_and_said(tmp_path: Path, unit: str, scale: float) -> None:
    path = tmp_path / "head.ply"
    write_mesh(path, egg().with_vertices(egg().vertices * scale))
    subject = mesh_subject(path)
    np.testing.assert_allclose(subject.ground_truth.vertices, egg().vertices, atol=1e-3)
    assert any(f"taken to be in {unit}" in notice for notice in subject.notices)
    assert not any("taken" in notice for notice in mesh_subject(path, unit=unit).notices)


def test_no_head_is_of_that_size() -> None:
    for size in (0.001, 1e5):
        with pytest.raises(MeshError, match="no human head"):
            detect_unit(egg().vertices * size / 200, Path("x.obj"))


def test_mesh_without_landmarks_says_so_and_with_them_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "head.obj"
    write_mesh(path, egg())
    assert any("No landmarks" in notice for notice in mesh_subject(path).notices)
    assert any("procedural skin" in notice for notice in mesh_subject(path).notices)
    marked = mesh_subject(path, landmarks={"nose_tip": 4})
    assert marked.landmarks == {"nose_tip": 4}
    assert not any("No landmarks" in notice for notice in marked.notices)
    with pytest.raises(LandmarkError, match="vertex 99999"):
        mesh_subject(path, landmarks={"nose_tip": 99999})


def test_vertex_colors_are_used(tmp_path: Path) -> None:
    path = tmp_path / "head.ply"
    write_mesh(path, egg().with_colors(np.full(egg().vertices.shape, 99, np.uint8)))
    subject = mesh_subject(path)
    assert isinstance(subject_albedo(subject, 1.0, np.random.default_rng(0)), VertexAlbedo)


@pytest.mark.parametrize("suffix", [".glb", ".obj"])
def test_texture_pictures_are_used_and_the_file_order_is_kept(tmp_path: Path, suffix: str) -> None:
    import trimesh
    from PIL import Image

    mesh = egg(2)
    uv = np.column_stack(
        [np.arctan2(mesh.vertices[:, 0], mesh.vertices[:, 2]) / 7 + 0.5, mesh.vertices[:, 1] / 250 + 0.5]
    )
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype=np.uint8))
    visual = trimesh.visual.TextureVisuals(uv=uv, image=picture)
    scale = 0.001 if suffix == ".glb" else 1.0
    textured = trimesh.Trimesh(mesh.vertices * scale, mesh.faces, visual=visual, process=False)
    textured.export(tmp_path / f"head{suffix}")
    subject = mesh_subject(tmp_path / f"head{suffix}")
    assert subject.texture is not None
    np.testing.assert_allclose(subject.ground_truth.vertices, mesh.vertices, atol=1e-2)
    low, high = subject.mesh.vertices.min(axis=0), subject.mesh.vertices.max(axis=0)
    np.testing.assert_allclose(low, mesh.vertices.min(axis=0), atol=1e-2)
    np.testing.assert_allclose(high, mesh.vertices.max(axis=0), atol=1e-2)
    assert isinstance(subject_albedo(subject, 1.0, np.random.default_rng(0)), UvAlbedo)


def test_axes_are_named() -> None:
    np.testing.assert_array_equal(axis("-z"), [0, 0, -1])
    np.testing.assert_array_equal(axis("x"), [1, 0, 0])
    for wrong in ("", "w", "++y"):
        with pytest.raises(UsageError):
            axis(wrong)


@needs_population
def test_ground_truth_of_a_real_head_is_its_visible_skin() -> None:
    population = read_population(POPULATION)
    subject = draw_subject(population, np.random.default_rng(1), expression=False)
    kept = len(subject.ground_truth.vertices)
    assert 10_000 < kept < 13_500
    # No vertex without a face, and the landmarks are where the population has them.
    assert len(np.unique(subject.ground_truth.faces)) == kept
    tip = subject.mesh.vertices[population.landmarks68[30]]
    np.testing.assert_array_equal(subject.ground_truth.vertices[subject.landmarks["nose_tip"]], tip)
    assert len(subject.landmarks) == 6
