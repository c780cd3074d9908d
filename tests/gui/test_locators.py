"""Trees over the meshes on screen: with them, without, and until they are there, the same face is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.gui.viewport import locators
from h3dstudio.gui.viewport.locators import Locator, Ray, face_without_tree
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.fakes import bumpy_sphere

Studio = Callable[..., Any]


def rays(count: int) -> list[Ray]:
    """From around, from inside, along the axes, and past the mesh."""
    random = np.random.default_rng(3)
    origins = random.normal(size=(count, 3)) * 120
    aims = random.normal(size=(count, 3)) * 60
    out = [
        Ray(origin, (aim - origin) / np.linalg.norm(aim - origin), 500.0)
        for origin, aim in zip(origins, aims, strict=True)
    ]
    return [*out, Ray(np.array([3.0, 2.0, 300.0]), np.array([0.0, 0.0, -1.0]), 150.0)]


@pytest.mark.parametrize("find", ["trees", "no tree"])
def test_the_first_face_on_a_ray(find: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locators, "PART", 300)
    mesh = bumpy_sphere(0)
    assert len(mesh.faces) > 5 * 300
    locator = Locator(mesh)
    hits = 0
    for ray in rays(120):
        face = locator.face_on(ray) if find == "trees" else face_without_tree(mesh, ray)
        true = RayCaster(mesh).cast(ray.origin, ray.direction[None])
        there = bool(true.hit[0] and true.depth[0] < ray.length)
        assert (face is not None) is there
        if face is not None:
            corners = mesh.vertices[mesh.faces[face]]
            assert locators._depths(corners[None], ray)[0] == pytest.approx(true.depth[0], abs=1e-3)
        hits += there
    assert 60 < hits < 120


def test_the_nearest_face_may_be_in_any_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locators, "PART", 300)
    mesh = bumpy_sphere(0)
    locator = Locator(mesh)
    queries = np.random.default_rng(1).normal(size=(60, 3)) * 80
    closest = RayCaster(mesh).closest(queries)
    for query, distance in zip(queries, closest.distance, strict=True):
        face = locator.nearest_face(query)
        one = RayCaster(TriangleMesh(mesh.vertices, mesh.faces[[face]]))
        assert one.closest(query[None]).distance[0] == pytest.approx(distance, abs=1e-3)


def test_a_large_mesh_is_picked_alike_before_and_after_its_locator_is_there(
    view: MeshView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locators, "QUICK", 100)
    asked: list[TriangleMesh] = []
    view.locators.wanted.connect(lambda _, mesh: asked.append(mesh))
    picker = Picker(view)
    assert picker.quick
    mesh = bumpy_sphere(0)
    view.show_mesh(RECONSTRUCTION, mesh)
    assert not picker.quick
    before = [picker.pick(x, 190) for x in range(100, 400, 20)]
    assert asked == [mesh], "asked for once"
    view.locators.take(RECONSTRUCTION, Locator(bumpy_sphere(1)))
    assert not picker.quick, "that was of another mesh"
    view.set_visible(RECONSTRUCTION, False)
    view.locators.take(RECONSTRUCTION, Locator(mesh))
    view.set_visible(RECONSTRUCTION, True)
    picker.prepare()
    assert asked == [mesh, mesh], "it came while the mesh was hidden"
    view.locators.take(RECONSTRUCTION, Locator(mesh))
    assert picker.quick
    after = [picker.pick(x, 190) for x in range(100, 400, 20)]
    for one, other in zip(before, after, strict=True):
        assert (one is None) is (other is None)
        if one is not None and other is not None:
            assert (one.point.face, one.depth) == (other.point.face, other.depth)
    assert sum(one is not None for one in before) > 5
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(1))
    assert not picker.quick
    assert picker.nearest(RECONSTRUCTION, np.array([0.0, 0.0, 90.0])) is not None
    assert picker.quick


def test_the_window_makes_locators_beside_itself(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import current_thread, main_thread

    made_by = []

    class Watched(Locator):
        def __init__(self, mesh: TriangleMesh) -> None:
            made_by.append(current_thread())
            super().__init__(mesh)

    monkeypatch.setattr(locators, "QUICK", 100)
    monkeypatch.setattr("h3dstudio.gui.features.display.controller.Locator", Watched)
    window = studio()
    with qtbot.waitSignal(window.scans.opened, timeout=10_000):
        window.open(tiny_scan)
    view = window.page.view
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    window.landmarking.touch.turn(True)
    plotter = view.plotter
    with qtbot.waitSignal(view.locators.made, timeout=10_000):
        qtbot.mouseMove(plotter, plotter.rect().center())
    assert made_by
    assert main_thread() not in made_by
    assert view.locators.ready
