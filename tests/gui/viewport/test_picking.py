"""Picking: the point found lies under the cursor, on the nearest surface, whatever the scale factor."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from h3dstudio.geometry.face_index import Ray
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Picker, meet
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from tests.gui.fakes import bumpy_sphere


@pytest.mark.parametrize("factor", ["1", "1.25", "1.5", "2"])
def test_the_point_lies_on_the_ray_under_the_cursor(factor: str) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": factor, "QT_SCALE_FACTOR_ROUNDING_POLICY": "PassThrough"}
    out = subprocess.run(
        [sys.executable, "-m", "tests.gui.viewport.pick_under_cursor"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = json.loads(out.stdout.splitlines()[-1])
    assert found["ratio"] == float(factor)
    assert found["hits"] > 40
    assert found["mm"] < 1e-3
    assert found["sine"] < 1e-6


def test_the_nearest_of_the_visible_surfaces_is_picked(view: MeshView) -> None:
    mesh = bumpy_sphere(0)
    smaller = mesh.with_vertices(mesh.vertices * 0.7)
    view.show_mesh(RECONSTRUCTION, smaller)
    view.show_mesh(GROUND_TRUTH, mesh)
    picker = Picker(view)
    pick = picker.pick(250, 200)
    assert pick is not None
    assert pick.layer == GROUND_TRUTH
    ray = picker.ray(250, 200)
    hits = RayCaster(mesh).cast(ray.origin, ray.direction[None])
    assert pick.point.face == hits.face[0]
    assert pick.depth == pytest.approx(hits.depth[0], abs=1e-3)
    inner = picker.pick(250, 200, (RECONSTRUCTION,))
    assert inner is not None
    assert inner.depth > pick.depth
    assert not picker.sees(inner.point.array)
    assert picker.sees(pick.point.array)
    view.set_visible(GROUND_TRUTH, False)
    now = picker.pick(250, 200)
    assert now is not None
    assert now.layer == RECONSTRUCTION
    assert picker.sees(inner.point.array)
    assert picker.nearest(GROUND_TRUTH, pick.point.array) is None


def test_beside_the_meshes_there_is_nothing(view: MeshView) -> None:
    assert Picker(view).pick(250, 200) is None
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    assert Picker(view).pick(2, 2) is None
    view.show_mesh(RECONSTRUCTION, TriangleMesh(np.eye(3), np.empty((0, 3))))
    assert Picker(view).pick(250, 200) is None


def test_a_streamed_mesh_is_picked_as_it_is_now(view: MeshView) -> None:
    picker = Picker(view)
    for step in range(4):
        mesh = bumpy_sphere(step)
        view.show_mesh(RECONSTRUCTION, mesh)
        pick = picker.pick(260, 190)
        assert pick is not None
        ray = picker.ray(260, 190)
        assert pick.depth == pytest.approx(
            RayCaster(mesh).cast(ray.origin, ray.direction[None]).depth[0], abs=1e-3
        )


def test_screen_and_ray_are_each_others_inverse(view: MeshView) -> None:
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    picker = Picker(view)
    for x, y in ((250.0, 200.0), (170.5, 301.25)):
        pick = picker.pick(x, y)
        assert pick is not None
        np.testing.assert_allclose(picker.to_screen(pick.point.array[None])[0], [x, y], atol=1e-6)
    behind = np.array([view.plotter.camera.position]) * 1.5
    assert np.isnan(picker.to_screen(behind)).all()
    assert not picker.sees(behind[0])


def test_the_nearest_point_of_a_mesh(view: MeshView) -> None:
    mesh = bumpy_sphere(0)
    view.show_mesh(RECONSTRUCTION, mesh)
    queries = np.random.default_rng(1).normal(size=(30, 3)) * 80
    for query, point in zip(queries, RayCaster(mesh).closest(queries).point, strict=True):
        found = Picker(view).nearest(RECONSTRUCTION, query)
        assert found is not None
        np.testing.assert_allclose(found.position, point, atol=1e-3)


def test_a_face_seen_edge_on_gives_one_of_its_points() -> None:
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    assert meet(Ray(np.array([-1.0, 0.2, 0]), np.array([1.0, 0, 0]), 9.0), corners) == (1 / 3, 1 / 3)
    u, v = meet(Ray(np.array([0.25, 0.5, 4]), np.array([0.0, 0, -1]), 9.0), corners)
    assert (u, v) == pytest.approx((0.25, 0.5))
    u, v = meet(Ray(np.array([1 + 1e-6, 1e-7, 4]), np.array([0.0, 0, -1]), 9.0), corners)
    assert u <= 1
    assert u + v <= 1
