"""What is placed is moved, nudged, locked, skipped or taken off."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.landmarks.panel import LandmarkPanel
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from h3dstudio.session.landmarks.table import State
from tests.gui.landmarks.mouse import (
    KEY,
    LEFT,
    LEFT_EYE,
    MESH,
    RIGHT_EYE,
    click,
    drag,
    key,
    marks,
    middle,
    move,
    seen_at,
    settled,
)


def test_a_landmark_is_dragged_along_the_surface_as_one_step(window: Any) -> None:
    click(window, middle(window, -40))
    key(window, KEY.Key_N)
    camera = np.array(window.context.page.view.plotter.camera.position)
    begin, end = seen_at(window, RECONSTRUCTION, RIGHT_EYE), middle(window, 35, 25)
    drag(window, begin, end)
    np.testing.assert_array_equal(window.context.page.view.plotter.camera.position, camera)
    pick = window.get(LandmarkController).picker.pick(end.x(), end.y())
    assert marks(window).surface_point(RECONSTRUCTION, RIGHT_EYE) == pick.point
    assert marks(window).current == RIGHT_EYE
    assert window.context.commands.undo_label == "move right eye"
    window.context.commands.undo()
    assert window.context.commands.undo_label == "place right eye"


def test_a_drag_can_be_let_go_of(window: Any) -> None:
    click(window, middle(window))
    before = marks(window).table
    plotter = window.context.page.view.plotter
    QTest.mousePress(plotter, LEFT, pos=middle(window))
    move(window, middle(window, 40, 0), Qt.MouseButton.LeftButton)
    assert window.context.page.view.landmarks.shown[0].point != tuple(
        marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    )
    key(window, KEY.Key_Escape)
    QTest.mouseRelease(plotter, LEFT, pos=middle(window, 40, 0))
    assert marks(window).table == before
    assert window.context.page.view.landmarks.shown[0].point == tuple(
        marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    )


def test_arrow_keys_nudge_along_the_surface_and_are_undone_together(window: Any) -> None:
    key(window, KEY.Key_Right)
    assert "not placed" in window.context.status.text()
    click(window, middle(window, 20, 10))
    begin = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    right, up = window.get(LandmarkController).picker.axes()
    for _ in range(4):
        key(window, KEY.Key_Right)
    moved = marks(window).points(RECONSTRUCTION)[RIGHT_EYE] - begin
    assert 0.5 < moved @ right < 1.1
    key(window, KEY.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    there = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    assert 1.0 < (there - begin - moved) @ up < 2.2
    assert RayCaster(MESH).closest(there[None]).distance[0] < 1e-6
    window.context.commands.undo()
    np.testing.assert_array_equal(marks(window).points(RECONSTRUCTION)[RIGHT_EYE], begin)


def test_clear_skip_and_lock(window: Any, qtbot: QtBot) -> None:
    click(window, middle(window))
    key(window, KEY.Key_O)
    assert marks(window).state_of(RECONSTRUCTION, RIGHT_EYE) is State.LOCKED
    settled(window, qtbot)
    assert not window.context.actions["clear_landmark"].isEnabled()
    click(window, middle(window, 40, 40))
    assert "locked" in window.context.status.text()
    begin = seen_at(window, RECONSTRUCTION, RIGHT_EYE)
    before = marks(window).table
    drag(window, begin, middle(window, 60, 0))
    assert marks(window).table == before
    key(window, KEY.Key_O)
    key(window, KEY.Key_Backspace)
    assert marks(window).state_of(RECONSTRUCTION, RIGHT_EYE) is State.MISSING
    window.context.commands.undo()
    settled(window, qtbot)
    key(window, KEY.Key_Delete)
    assert marks(window).state_of(RECONSTRUCTION, RIGHT_EYE) is State.MISSING
    key(window, KEY.Key_X, Qt.KeyboardModifier.ShiftModifier)
    assert marks(window).state_of(RECONSTRUCTION, RIGHT_EYE) is State.SKIPPED
    assert marks(window).current == LEFT_EYE
    settled(window, qtbot)
    assert window.get(LandmarkPanel).model.index(0, 1).data() == "skipped"
