"""Defects of meshes where each is known, and pairs of boxes and faces against every pair compared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.errors import MeshError
from h3dstudio.geometry.box_pairs import overlapping_boxes
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_defects import measure_defects, triangle_aspects
from h3dstudio.geometry.mesh_topology import boundary_loops, edges_of, genus, split_fans
from h3dstudio.geometry.self_intersections import intersecting_pairs
from h3dstudio.geometry.welding import weld
from tests.unit.geometry.shapes import sphere, square


def joined(*meshes: TriangleMesh) -> TriangleMesh:
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes[:-1])])
    faces = [mesh.faces + start for mesh, start in zip(meshes, starts, strict=True)]
    return TriangleMesh(np.concatenate([mesh.vertices for mesh in meshes]), np.concatenate(faces))


def torus(major: float = 60.0, minor: float = 20.0) -> TriangleMesh:
    import trimesh

    made = trimesh.creation.torus(major, minor, major_sections=60, minor_sections=24)
    return TriangleMesh(np.asarray(made.vertices), np.asarray(made.faces))


def soup(mesh: TriangleMesh) -> TriangleMesh:
    """As STL has it: three vertices of its own for each face."""
    return TriangleMesh(mesh.triangles.reshape(-1, 3), np.arange(len(mesh.faces) * 3).reshape(-1, 3))


def test_a_clean_ball_has_nothing_wrong_however_it_is_stored() -> None:
    for mesh in (sphere(), soup(sphere())):
        found = measure_defects(mesh)
        assert found.clean
        assert found.watertight
        assert (found.parts, found.holes, found.genus) == (1, 0, 0)
    assert str(found) == "no self-intersections, slivers or faces without area; 1 part, 0 holes, genus 0"


def test_holes_handles_and_parts_are_counted() -> None:
    assert measure_defects(torus()).genus == 1
    both = measure_defects(joined(torus(), sphere(20.0, center=(300.0, 0, 0))))
    assert (both.parts, both.genus, both.holes) == (2, 1, 0)
    ball = sphere(100.0, 3)
    top, bottom = ball.vertices[:, 2].argmax(), ball.vertices[:, 2].argmin()
    opened = TriangleMesh(ball.vertices, ball.faces[~np.isin(ball.faces, [top, bottom]).any(axis=1)])
    found = measure_defects(opened)
    assert (found.holes, found.genus, found.watertight, found.clean) == (2, 0, False, True)


def test_parts_that_touch_in_a_point_are_two() -> None:
    left, right = sphere(10.0, 1), sphere(10.0, 1, center=(20.0, 0, 0))
    touching = weld(joined(left, right))
    found = measure_defects(TriangleMesh(touching.vertices, touching.faces))
    assert (found.genus, found.crowded) == (0, 0)


def test_faces_that_are_wrong_are_counted() -> None:
    ball = sphere(100.0, 2)
    doubled = TriangleMesh(
        ball.vertices, np.concatenate([ball.faces, ball.faces[:2, [1, 2, 0]], ball.faces[:1, ::-1]])
    )
    assert measure_defects(doubled).doubled == 3
    flat = TriangleMesh(ball.vertices, np.concatenate([ball.faces, [[0, 0, 1], [5, 5, 5]]]))
    assert measure_defects(flat).flat == 2
    turned = TriangleMesh(ball.vertices, np.concatenate([ball.faces[:1, ::-1], ball.faces[1:]]))
    found = measure_defects(turned)
    assert found.crowded == 3
    assert found.genus is None
    fin = TriangleMesh(
        [*ball.vertices, [0, 0, 300]],
        np.concatenate([ball.faces, [[*ball.faces[0, :2], len(ball.vertices)]]]),
    )
    assert measure_defects(fin).crowded >= 1


@pytest.mark.parametrize(("height", "slivers"), [(0.2, 0), (0.05, 1), (1e-7, 0)])
def test_slivers_are_what_is_a_hundred_times_as_long_as_high(height: float, slivers: int) -> None:
    found = measure_defects(TriangleMesh([[0, 0, 0], [10, 0, 0], [4, height, 0]], [[0, 1, 2]]))
    assert found.slivers == slivers
    assert found.flat == (height == 1e-7)
    assert triangle_aspects(np.array([[[0, 0, 0], [10, 0, 0], [4, height, 0]]]))[0] == pytest.approx(
        10 / height
    )


def test_two_balls_go_through_each_other_along_a_circle() -> None:
    apart = joined(sphere(10.0, 3), sphere(10.0, 3, center=(20.1, 0, 0)))
    assert measure_defects(apart).intersecting == 0
    through = joined(sphere(10.0, 3), sphere(10.0, 3, center=(13.3, 0.7, 0.3)))
    pairs = intersecting_pairs(through)
    middle = through.triangles[np.unique(pairs)].mean(axis=1)
    radius = np.linalg.norm(middle - np.array([13.3, 0.7, 0.3]) / 2, axis=1)
    distance = np.linalg.norm([13.3, 0.7, 0.3]) / 2
    assert np.abs(radius - np.sqrt(10.0**2 - distance**2)).max() < 1.5
    assert len(np.unique(pairs)) > 50


def test_a_corner_pushed_through_the_other_side_is_found_with_common_corners_left_out() -> None:
    ball = sphere(10.0, 2)
    at = int(ball.vertices[:, 2].argmax())
    vertices = ball.vertices.copy()
    vertices[at] = [0.05, 0.03, -13.0]
    found = np.unique(intersecting_pairs(ball.with_vertices(vertices)))
    assert set(np.flatnonzero((ball.faces == at).any(axis=1))) <= set(found)
    assert not len(intersecting_pairs(ball))


def test_flat_faces_that_overlap_or_fold_back() -> None:
    overlapping = joined(square(), square().with_vertices(square().vertices + np.array([3, 4, 0])))
    assert len(intersecting_pairs(overlapping))
    beside = joined(square(), square().with_vertices(square().vertices + np.array([10, 0, 0])))
    assert not len(intersecting_pairs(beside))
    folded = TriangleMesh([[0, 0, 0], [1, 0, 0], [0.2, 1, 0], [0.7, 0.5, 0]], [[0, 1, 2], [1, 0, 3]])
    assert len(intersecting_pairs(folded)) == 1


def brute_force(mesh: TriangleMesh) -> set[tuple[int, int]]:
    """Pairs of faces without a common corner that meet, by solving for where an edge does."""
    found = set()
    for one in range(len(mesh.faces)):
        for two in range(one + 1, len(mesh.faces)):
            if set(mesh.faces[one]) & set(mesh.faces[two]):
                continue
            for edges, face in ((one, two), (two, one)):
                a, b, c = mesh.triangles[face]
                for at in range(3):
                    p, q = mesh.triangles[edges][[at, (at + 1) % 3]]
                    matrix = np.column_stack([b - a, c - a, p - q])
                    if abs(np.linalg.det(matrix)) < 1e-12:
                        continue
                    u, v, t = np.linalg.solve(matrix, p - a)
                    if u >= 0 and v >= 0 and u + v <= 1 and 0 <= t <= 1:
                        found.add((one, two))
    return found


@given(st.integers(0, 2**32 - 1))
def test_random_faces_meet_as_every_pair_compared_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    corners = random.normal(size=(12, 1, 3)) + random.normal(size=(12, 3, 3)) * random.uniform(
        0.1, 2, (12, 1, 1)
    )
    mesh = soup(TriangleMesh(corners.reshape(-1, 3), np.arange(36).reshape(-1, 3)))
    assert {(min(pair), max(pair)) for pair in intersecting_pairs(mesh).tolist()} == brute_force(mesh)
    among = random.random(12) < 0.3
    some = {(min(pair), max(pair)) for pair in intersecting_pairs(mesh, among).tolist()}
    assert some == {pair for pair in brute_force(mesh) if among[list(pair)].any()}


@given(st.integers(0, 2**32 - 1), st.integers(0, 40))
def test_boxes_of_all_sizes_are_paired_once(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    low = random.uniform(-10, 10, (count, 3))
    high = low + 10.0 ** random.uniform(-6, 1, (count, 1)) * random.random((count, 3))
    found = [tuple(sorted(pair)) for pair in overlapping_boxes(low, high).tolist()]
    expected = {
        (one, two)
        for one in range(count)
        for two in range(one + 1, count)
        if (low[one] <= high[two]).all() and (low[two] <= high[one]).all()
    }
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_a_heap_of_faces_is_no_danger_to_the_memory() -> None:
    heap = TriangleMesh(np.random.default_rng(1).random((30_000, 3)), np.arange(30_000).reshape(-1, 3))
    with pytest.raises(MeshError, match="same places"):
        intersecting_pairs(heap)
    assert "unknown" in str(measure_defects(heap))


def test_loops_run_with_their_faces_and_fans_are_split() -> None:
    faces = square().faces.astype(np.int64)
    (loop,) = boundary_loops(faces, edges_of(faces))
    start = loop.tolist().index(0)
    assert np.roll(loop, -start).tolist() == [0, 1, 2, 3]
    bow = np.array([[0, 1, 2], [0, 3, 4]])
    split, origin = split_fans(bow, edges_of(bow))
    assert sorted(origin.tolist()) == [0, 0, 1, 2, 3, 4]
    assert len(set(split.reshape(-1).tolist())) == 6
    np.testing.assert_array_equal(origin[split], bow)
    assert genus(bow) == 0


def test_welding_keeps_the_order_of_first_places() -> None:
    ball = sphere(10.0, 1)
    same = weld(ball)
    np.testing.assert_array_equal(same.number, np.arange(len(ball.vertices)))
    welded = weld(soup(ball))
    assert len(welded.vertices) == len(ball.vertices)
    np.testing.assert_array_equal(welded.vertices[welded.faces], ball.triangles)
    assert (np.diff(welded.first) > 0).all()
    assert len(weld(TriangleMesh([[0.0, 0, 0], [-0.0, 0, 0]], np.empty((0, 3), np.int32))).vertices) == 1
