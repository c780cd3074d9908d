"""Cleaning: what is wrong goes, what is right stays, and how far it moved is told truly."""

from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.geometry.closing import close_mesh
from h3dstudio.geometry.decimation import decimate_mesh
from h3dstudio.geometry.finishing import Finish, finish_mesh
from h3dstudio.geometry.handles import shortest_handle
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_cleaning import clean_mesh
from h3dstudio.geometry.mesh_defects import measure_defects
from h3dstudio.geometry.mesh_topology import edges_of
from h3dstudio.geometry.patches import close_loop
from h3dstudio.geometry.smoothing import smooth_mesh, volume
from tests.unit.geometry.shapes import head, sphere
from tests.unit.geometry.test_mesh_defects import joined, soup, torus


def colored(mesh: TriangleMesh) -> TriangleMesh:
    """Colours and quality that are linear in the place, so that interpolation is known."""
    share = (mesh.vertices - mesh.vertices.min(axis=0)) / np.ptp(mesh.vertices, axis=0)
    return mesh.with_colors(np.rint(share * 255).astype(np.uint8)).with_quality(share[:, 0])


def opened(mesh: TriangleMesh, below: float) -> TriangleMesh:
    """Without what has a vertex below a height: an open neck."""
    return mesh.submesh(mesh.vertices[:, 1] > below)


def test_a_clean_mesh_comes_back_as_it_is() -> None:
    mesh = colored(head(3))
    assert clean_mesh(mesh, measure_defects(mesh)).remade.mesh is mesh
    again = clean_mesh(mesh).remade
    np.testing.assert_array_equal(again.mesh.vertices, mesh.vertices)
    np.testing.assert_array_equal(np.sort(again.mesh.faces, axis=None), np.sort(mesh.faces, axis=None))
    np.testing.assert_array_equal(again.number, np.arange(len(mesh.vertices)))
    assert again.moved < 1e-4


def test_slivers_go_and_everything_else_keeps_its_place_and_colours() -> None:
    mesh = colored(head(4))
    vertices = mesh.vertices.copy()
    edges = mesh.faces[::200, :2]
    for one, two in edges:  # needles: two ends of an edge nearly in one place
        vertices[one] = vertices[two] + 1e-3 * (vertices[one] - vertices[two])
    bad = mesh.with_vertices(vertices)
    before = measure_defects(bad)
    assert before.slivers > 20
    cleaned = clean_mesh(bad, before)
    after = measure_defects(cleaned.remade.mesh)
    assert after.clean
    assert (after.genus, after.holes) == (0, 0)
    assert cleaned.remade.moved < 0.05
    new, number = cleaned.remade.mesh, cleaned.remade.number
    kept = (new.vertices[number] == bad.vertices).all(axis=1)
    assert kept.mean() > 0.9
    np.testing.assert_array_equal(new.colors[number[kept]], bad.colors[kept])
    np.testing.assert_array_equal(new.quality[number[kept]], bad.quality[kept])
    kept[edges] = False
    assert np.all(np.diff(number[kept]) > 0)  # their order is the old one
    assert np.linalg.norm(new.vertices[number] - bad.vertices, axis=1).max() < 0.1


def test_a_tangle_is_cut_out_and_grown_anew() -> None:
    mesh = colored(head(4))
    random = np.random.default_rng(3)
    near = np.linalg.norm(mesh.vertices - mesh.vertices[700], axis=1) < 12
    vertices = mesh.vertices + near[:, None] * random.normal(0, 4, mesh.vertices.shape)
    bad = mesh.with_vertices(vertices)
    before = measure_defects(bad)
    assert before.intersecting > 5
    remade = clean_mesh(bad, before).remade
    after = measure_defects(remade.mesh)
    assert after.clean
    assert (after.genus, after.holes, after.parts) == (0, 0, 1)
    far = np.linalg.norm(mesh.vertices - mesh.vertices[700], axis=1) > 60
    np.testing.assert_array_equal(remade.mesh.vertices[remade.number[far]], bad.vertices[far])
    assert remade.mesh.colors.shape == remade.mesh.vertices.shape
    # The error that is told bounds every distance between the two surfaces' vertices.
    from h3dstudio.geometry.raycasting import RayCaster

    assert RayCaster(bad).distances(remade.mesh.vertices).max() <= remade.moved + 1e-5
    assert RayCaster(remade.mesh).distances(bad.vertices).max() <= remade.moved + 1e-5


def test_the_shortest_loop_around_a_handle() -> None:
    for major, minor in ((60.0, 20.0), (60.0, 50.0)):
        ring = torus(major, minor)
        loop, length = shortest_handle(ring.vertices, ring.faces.astype(np.int64))
        assert length == pytest.approx(2 * np.pi * min(minor, major - minor), rel=0.03)
        way = ring.vertices[np.append(loop, loop[0])]
        assert np.linalg.norm(np.diff(way, axis=0), axis=1).sum() == pytest.approx(length, abs=1e-3)
    ball = opened(sphere(), -50.0)
    assert shortest_handle(ball.vertices, ball.faces.astype(np.int64)) is None  # a hole is no handle


def test_small_handles_are_cut_and_large_ones_kept() -> None:
    small = torus(20.0, 4.0)  # 25 mm around its tube
    cleaned = clean_mesh(small)
    assert len(cleaned.handles) == 1
    assert cleaned.handles[0] == pytest.approx(25.1, rel=0.03)
    after = measure_defects(cleaned.remade.mesh)
    assert (after.genus, after.holes, after.clean) == (0, 0, True)
    large = torus(60.0, 20.0)
    assert clean_mesh(large).handles == ()
    assert measure_defects(clean_mesh(large).remade.mesh).genus == 1


def test_parts_that_go_through_each_other_and_holes_stay() -> None:
    both = joined(sphere(50.0, 3), sphere(20.0, 3, center=(50.0, 1.0, 2.0)))
    cleaned = clean_mesh(both).remade
    np.testing.assert_array_equal(cleaned.mesh.vertices, both.vertices)
    neck = opened(head(3), -80.0)
    assert measure_defects(clean_mesh(neck).remade.mesh).holes == 1


def test_what_cannot_be_cleaned_does_no_harm() -> None:
    nothing = TriangleMesh([[0, 0, 0], [1, 0, 0], [2, 0, 0]], [[0, 1, 2]])
    clean_mesh(nothing)
    random = np.random.default_rng(5)
    chaos = TriangleMesh(random.normal(size=(60, 3)) * 50, random.integers(0, 60, (200, 3)))
    made = clean_mesh(chaos).remade
    assert len(made.number) == 60
    assert made.number.max() < len(made.mesh.vertices)


@pytest.mark.parametrize("count", [3, 4, 5, 8, 30, 200])
@pytest.mark.parametrize("bend", ["smooth", "taut"])
def test_a_lid_has_the_loop_as_its_rim(count: int, bend) -> None:
    angle = 2 * np.pi * np.arange(count) / count
    loop = np.column_stack([40 * np.cos(angle), 30 * np.sin(angle), 3 * np.sin(3 * angle)])
    patch = close_loop(loop, bend)
    lid = TriangleMesh(np.concatenate([loop, patch.vertices]), patch.faces)
    found = measure_defects(lid)
    assert (found.holes, found.genus, found.parts, found.crowded, found.flat) == (1, 0, 1, 0, 0)
    rim = {(at, (at + 1) % count) for at in range(count)}
    sides = {(int(a), int(b)) for face in lid.faces for a, b in zip(face, np.roll(face, -1), strict=True)}
    assert rim <= sides


def test_a_smooth_lid_goes_on_with_the_sphere() -> None:
    ball = sphere(100.0, 5)
    hole = ball.vertices[:, 2] > 99.3
    made, holes = close_mesh(ball.submesh(~hole))
    assert holes == 1
    assert measure_defects(made.mesh).watertight
    assert np.abs(np.linalg.norm(made.mesh.vertices, axis=1) - 100).max() < 0.5


@pytest.mark.parametrize("stored", [lambda mesh: mesh, soup])
def test_an_open_neck_is_closed_flat_for_the_printer(stored) -> None:
    neck = opened(colored(head(4)), -80.0)
    rng = np.random.default_rng(1)
    faces = neck.faces.copy()
    some = rng.random(len(faces)) < 0.3
    faces[some] = faces[some][:, ::-1]  # wound differently
    made, holes = close_mesh(stored(TriangleMesh(neck.vertices, faces, neck.colors, neck.quality)))
    found = measure_defects(made.mesh)
    assert holes == 1
    assert (found.watertight, found.genus, found.intersecting) == (True, 0, 0)
    assert 0 < volume(made.mesh) < volume(head(4))
    assert made.mesh.vertices[:, 1].min() > -84
    np.testing.assert_array_equal(made.mesh.vertices[made.number[0]], stored(neck).vertices[0])


def test_smoothing_takes_noise_and_leaves_the_volume() -> None:
    ball = sphere(100.0, 4)
    noisy = ball.with_vertices(ball.vertices + np.random.default_rng(2).normal(0, 0.3, ball.vertices.shape))
    smoothed = smooth_mesh(noisy, 20)

    def roughness(mesh: TriangleMesh) -> float:
        return float(np.std(np.linalg.norm(mesh.vertices, axis=1)))

    assert roughness(smoothed) < 0.35 * roughness(noisy)
    assert volume(smoothed) == pytest.approx(volume(noisy), rel=1e-6)
    np.testing.assert_allclose(
        smooth_mesh(soup(noisy), 20).triangles, smoothed.triangles, atol=1e-9
    )  # whether vertices are shared or not
    neck = opened(head(3), -80.0)
    edges = edges_of(neck.faces)
    rim = np.unique(edges.ends[edges.uses == 1])
    np.testing.assert_array_equal(smooth_mesh(neck, 5).vertices[rim], neck.vertices[rim])


def test_decimation_tells_its_error_and_carries_colours() -> None:
    mesh = colored(head(5))
    made = decimate_mesh(mesh, 4000)
    assert 3900 <= len(made.mesh.faces) <= 4000
    assert measure_defects(made.mesh).watertight
    assert 0 < made.mean < made.moved < 3
    near = np.abs(
        made.mesh.quality
        - (made.mesh.vertices[:, 0] - mesh.vertices[:, 0].min()) / np.ptp(mesh.vertices[:, 0])
    )
    assert near.max() < 0.02
    assert decimate_mesh(mesh, 10**6).mesh is mesh


def test_the_steps_in_their_order_and_what_they_say() -> None:
    neck = opened(colored(head(4)), -80.0)
    done = finish_mesh(neck, Finish(clean=True, watertight=True, smooth=5, faces=3000))
    assert measure_defects(done.mesh).watertight
    assert measure_defects(done.mesh).clean
    said = "\n".join(done.notes)
    for words in (
        "as given: ",
        "1 hole closed",
        "smoothed in 5 steps",
        "to 3000 faces",
        "the volume changed by",
    ):
        assert words in said
    assert done.number.shape == (len(neck.vertices),)
    way = np.linalg.norm(done.mesh.vertices[done.number] - neck.vertices, axis=1)
    assert way.max() < 15
    assert np.median(way) < 5
    untouched = finish_mesh(neck, Finish())
    assert untouched.mesh is neck
    assert untouched.notes == ()
