"""While the head is turned the picture comes first: less is drawn where drawing is slow, and news wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.viewport import motion
from h3dstudio.gui.viewport.lod import HEAVY, LIGHT, stand_in
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.scene_style import software_rendered
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.fakes import bumpy_sphere

Studio = Callable[..., Any]
LEFT = Qt.MouseButton.LeftButton
START = QPoint(200, 150)


def turn(view: MeshView) -> None:
    """Press, move in steps, and stay pressed."""
    QTest.mousePress(view.plotter, LEFT, pos=START)
    for step in range(1, 4):
        QTest.mouseMove(view.plotter, START + QPoint(10 * step, 0))


def let_go(view: MeshView) -> None:
    QTest.mouseRelease(view.plotter, LEFT, pos=START + QPoint(30, 0))


def test_where_pictures_are_slow_less_is_drawn_in_motion(
    view: MeshView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    mesh = bumpy_sphere(0, 130)
    assert LIGHT < len(mesh.faces) < HEAVY
    view.show_mesh(RECONSTRUCTION, mesh)
    asked: list[str] = []
    view.motion.wanted.connect(lambda name, _: asked.append(name))
    faces = lambda: int(view._layers[RECONSTRUCTION].actor.mapper.dataset.n_cells)  # noqa: E731
    smooth = lambda: bool(view.plotter.renderer.GetUseFXAA())  # noqa: E731
    monkeypatch.setattr(motion, "SLOW", 60.0)
    turn(view)
    assert (asked, faces(), smooth()) == ([], len(mesh.faces), software_rendered())
    let_go(view)
    qtbot.waitUntil(lambda: not view.motion.turning)
    monkeypatch.setattr(motion, "SLOW", 0.0)
    qtbot.waitUntil(lambda: view.paint_seconds > 0)
    turn(view)
    assert asked == [RECONSTRUCTION], "asked for in mid-drag"
    view.motion.take(RECONSTRUCTION, mesh, stand_in(mesh, 40))
    assert faces() < 0.4 * len(mesh.faces)
    assert not smooth()
    let_go(view)
    qtbot.waitUntil(lambda: not view.motion.turning)
    assert (faces(), smooth()) == (len(mesh.faces), software_rendered())
    turn(view)
    assert asked == [RECONSTRUCTION], "it is there already"
    let_go(view)


def test_who_holds_still_with_the_button_down_sees_all_of_it(view: MeshView, qtbot: QtBot) -> None:
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    turn(view)
    assert view.motion.turning
    with qtbot.waitSignal(view.motion.rested, timeout=5000):
        pass
    assert not view.motion.turning
    let_go(view)


def test_streamed_meshes_wait_for_the_one_who_turns_the_head(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = studio(steps=1000, delay=0.05)
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(tiny_scan)
    with qtbot.waitSignal(window.get(RunController).mesh_shown, timeout=30_000):
        window.get(RunController).start()
    view = window.context.page.view
    qtbot.waitUntil(lambda: window.get(RunController).model.progress is not None, timeout=10_000)
    turn(view)
    before, moved, steps = view.mesh(RECONSTRUCTION), 0, window.get(RunController).model.progress.done

    def keep_turning() -> bool:
        nonlocal moved
        moved += 1
        QTest.mouseMove(view.plotter, START + QPoint(30 + moved % 2, 0))
        return bool(window.get(RunController).model.progress.done >= steps + 20)

    qtbot.waitUntil(keep_turning, timeout=30_000)
    assert view.mesh(RECONSTRUCTION) is before
    let_go(view)
    qtbot.waitUntil(lambda: view.mesh(RECONSTRUCTION) is not before, timeout=10_000)
