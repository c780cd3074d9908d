"""Face indices of the meshes on screen: with them and until they are there, the same face is picked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from h3dstudio.geometry.face_index import FaceIndex
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.viewport import locators
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.fakes import bumpy_sphere

Studio = Callable[..., Any]


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
    view.locators.take(RECONSTRUCTION, FaceIndex(bumpy_sphere(1)))
    assert not picker.quick, "that was of another mesh"
    view.set_visible(RECONSTRUCTION, False)
    view.locators.take(RECONSTRUCTION, FaceIndex(mesh))
    view.set_visible(RECONSTRUCTION, True)
    picker.prepare()
    assert asked == [mesh, mesh], "it came while the mesh was hidden"
    view.locators.take(RECONSTRUCTION, FaceIndex(mesh))
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

    class Watched(FaceIndex):
        def __init__(self, mesh: TriangleMesh) -> None:
            made_by.append(current_thread())
            super().__init__(mesh)

    monkeypatch.setattr(locators, "QUICK", 100)
    monkeypatch.setattr("h3dstudio.gui.features.display.controller.FaceIndex", Watched)
    window = studio()
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(tiny_scan)
    view = window.context.page.view
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    window.get(LandmarkController).pointer.turn(True)
    plotter = view.plotter
    with qtbot.waitSignal(view.locators.made, timeout=10_000):
        qtbot.mouseMove(plotter, plotter.rect().center())
    assert made_by
    assert main_thread() not in made_by
    assert view.locators.ready
