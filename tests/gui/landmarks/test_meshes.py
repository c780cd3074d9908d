"""Landmarks of two meshes, and of meshes that change."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from h3dstudio.data.landmarks import H3DS_LANDMARKS
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.landmarks.panel import LandmarkPanel
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from tests.gui.conftest import pictured
from tests.gui.fakes import bumpy_sphere
from tests.gui.landmarks.mouse import (
    KEY,
    LEFT,
    NOSE_BASE,
    RIGHT_EYE,
    click,
    drag,
    key,
    marks,
    middle,
    settled,
)


def test_streamed_meshes_carry_the_landmarks_along(window: Any, qtbot: QtBot) -> None:
    click(window, middle(window, 10, 10))
    placed = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    qtbot.waitUntil(lambda: not window.context.tasks.busy, timeout=10_000)
    qtbot.waitUntil(lambda: pictured(window))
    actors = window.context.page.view.actor_count
    for step in range(3, 23):
        mesh = bumpy_sphere(step)
        window.context.page.view.show_mesh(RECONSTRUCTION, mesh)
        qtbot.waitUntil(lambda m=mesh: marks(window).surface(RECONSTRUCTION).mesh is m, timeout=5000)
        there = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
        np.testing.assert_allclose(there, RayCaster(mesh).closest(placed[None]).point[0], atol=1e-6)
        assert window.context.page.view.actor_count == actors
    # Placed while its index is still being made: taken as it is, and put on the surface then.
    window.context.page.view.show_mesh(RECONSTRUCTION, bumpy_sphere(40))
    click(window, middle(window, -30, 5))
    qtbot.waitUntil(lambda: marks(window).surface_point(RECONSTRUCTION, RIGHT_EYE).face >= 0, timeout=5000)


def test_two_meshes_side_by_side_have_residuals_that_live(window: Any, qtbot: QtBot) -> None:
    window.context.actions["ground_truth"].trigger()
    qtbot.waitUntil(lambda: window.context.page.view.is_shown(GROUND_TRUTH), timeout=10_000)
    settled(window, qtbot)
    window.context.actions["reconstruction"].trigger()
    key(window, KEY.Key_T)
    assert marks(window).layer == GROUND_TRUTH
    settled(window, qtbot)
    assert window.get(LandmarkPanel).layers[GROUND_TRUTH].isChecked()
    # The scan's own landmarks are suggested for its ground truth.
    key(window, KEY.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert tuple(marks(window).points(GROUND_TRUTH)) == H3DS_LANDMARKS
    mesh = window.context.page.view.mesh(GROUND_TRUTH)
    assert marks(window).vertices(GROUND_TRUTH, mesh) == dict(
        window.get(ScanController).current.scan.landmarks
    )
    window.context.actions["reconstruction"].trigger()
    window.context.actions["ground_truth"].trigger()
    key(window, KEY.Key_T)
    panel = window.get(LandmarkPanel)
    for count, name in enumerate(H3DS_LANDMARKS[:4], 1):
        marks(window).choose(name)
        click(window, middle(window, 35 * count - 80, 20 * (-1) ** count))
        settled(window, qtbot)
        assert panel.table.isColumnHidden(2) is (count < 3)
    assert float(panel.model.index(0, 2).data()) > 0
    rigid = panel.summary.text()
    assert "RMS" in rigid
    for _ in range(4):
        key(window, KEY.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    settled(window, qtbot)
    truth = window.get(LandmarkController).suggested.points(GROUND_TRUTH)
    live = f"{marks(window).fit(truth=truth).residuals[NOSE_BASE]:.2f}"
    assert panel.model.index(3, 2).data() == live
    QTest.mouseClick(panel.fit, LEFT)
    settled(window, qtbot)
    assert panel.summary.text() != rigid


def test_a_click_on_the_other_mesh_marks_that_one(window: Any, qtbot: QtBot) -> None:
    window.context.actions["ground_truth"].trigger()
    qtbot.waitUntil(lambda: window.context.page.view.is_shown(GROUND_TRUTH), timeout=10_000)
    window.context.actions["reconstruction"].trigger()
    click(window, middle(window))
    assert marks(window).layer == GROUND_TRUTH
    assert list(marks(window).points(GROUND_TRUTH)) == [RIGHT_EYE]


def test_each_picture_has_its_own_mesh_and_landmarks(window: Any, qtbot: QtBot) -> None:
    window.context.actions["side_by_side"].trigger()
    qtbot.waitUntil(lambda: window.context.page.view.is_shown(GROUND_TRUTH), timeout=10_000)
    settled(window, qtbot)
    plotter = window.context.page.view.plotter
    left, right = (QPoint(plotter.width() * share // 4, plotter.height() // 2) for share in (1, 3))
    click(window, left)
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE]
    click(window, right)
    assert marks(window).layer == GROUND_TRUTH
    assert list(marks(window).points(GROUND_TRUTH)) == [RIGHT_EYE]
    one, other = window.context.page.view.panes.renderers()
    balls = window.context.page.view.landmarks.actors
    assert one.HasViewProp(balls[f"landmarks {RECONSTRUCTION}"])
    assert other.HasViewProp(balls[f"landmarks {GROUND_TRUTH}"])
    assert not one.HasViewProp(balls[f"landmarks {GROUND_TRUTH}"])
    # Each is dragged where it is seen.
    begin = QPoint(
        *map(
            round,
            window.get(LandmarkController).picker.to_screen(
                marks(window).points(GROUND_TRUTH)[RIGHT_EYE][None], GROUND_TRUTH
            )[0],
        )
    )
    drag(window, begin, begin + QPoint(25, 10))
    assert window.context.commands.undo_label == "move right eye"
    assert marks(window).surface_point(GROUND_TRUTH, RIGHT_EYE).face >= 0
    window.context.actions["side_by_side"].trigger()
    assert plotter.renderer.HasViewProp(
        window.context.page.view.landmarks.actors[f"landmarks {GROUND_TRUTH}"]
    )
