"""Placing landmarks by mouse and keys."""

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
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.landmarks.mouse import (
    KEY,
    LEFT,
    LEFT_EYE,
    MESH,
    NOSE_TIP,
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


def test_a_click_places_what_lies_under_the_cursor_and_undo_takes_it_back(window: Any) -> None:
    at = middle(window, 30, -20)
    ray = window.get(LandmarkController).picker.ray(at.x(), at.y())
    click(window, at)
    point = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    hit = RayCaster(MESH).cast(ray.origin, ray.direction[None])
    np.testing.assert_allclose(point, ray.origin + hit.depth[0] * ray.direction, atol=1e-3)
    assert np.linalg.norm(np.cross(point - ray.origin, ray.direction)) < 1e-3
    assert [one.name for one in window.context.page.view.landmarks.shown] == [RIGHT_EYE]
    undo = window.context.actions["undo"]
    assert undo.text() == "&Undo place right eye"
    QTest.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert marks(window).points(RECONSTRUCTION) == {}
    assert window.context.page.view.landmarks.shown == ()
    QTest.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    np.testing.assert_array_equal(marks(window).points(RECONSTRUCTION)[RIGHT_EYE], point)


def test_the_left_button_drags_the_view_and_places_nothing(window: Any) -> None:
    camera = window.context.page.view.plotter.camera
    before = np.array(camera.position)
    drag(window, middle(window, 10, 10), middle(window, 90, 40))
    assert np.linalg.norm(np.array(camera.position) - before) > 50
    assert marks(window).points(RECONSTRUCTION) == {}
    # A hand that trembles still clicks.
    after = np.array(camera.position)
    plotter = window.context.page.view.plotter
    QTest.mousePress(plotter, LEFT, pos=middle(window))
    move(window, middle(window, 1, 1), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(plotter, LEFT, pos=middle(window, 1, 1))
    np.testing.assert_array_equal(camera.position, after)
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE]


def test_beside_the_mesh_nothing_is_placed(window: Any) -> None:
    click(window, QPoint(3, 3))
    assert marks(window).points(RECONSTRUCTION) == {}
    window.context.actions["place_landmarks"].trigger()
    assert not window.get(LandmarkController).pointer.on
    click(window, middle(window))
    assert marks(window).points(RECONSTRUCTION) == {}


def test_six_landmarks_by_mouse_and_one_key(window: Any, qtbot: QtBot) -> None:
    for place in range(6):
        click(window, middle(window, 25 * place - 60, 10 * place - 30))
        key(window, KEY.Key_N)
    assert tuple(marks(window).points(RECONSTRUCTION)) == H3DS_LANDMARKS
    settled(window, qtbot)
    assert window.get(LandmarkPanel).summary.text() == "6 of 6 placed"
    assert "All landmarks" in window.context.status.text()


def test_the_next_one_comes_by_itself_where_that_is_wanted(window: Any) -> None:
    box = window.get(LandmarkPanel).advance
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    click(window, middle(window, -20))
    click(window, middle(window, 20))
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE, LEFT_EYE]
    assert marks(window).current == NOSE_TIP


def test_the_cursor_says_what_a_click_would_do(window: Any) -> None:
    overlay, plotter = window.get(LandmarkController).scene.overlay, window.context.page.view.plotter
    move(window, middle(window))
    assert overlay.tag == "Place Right eye"
    assert plotter.cursor().shape() is Qt.CursorShape.CrossCursor
    click(window, middle(window))
    move(window, middle(window, 1, 0))
    assert overlay.tag == "Right eye: drag to move"
    assert plotter.cursor().shape() is Qt.CursorShape.OpenHandCursor
    move(window, middle(window, 60, 60))
    assert overlay.tag == "Move Right eye here"
    move(window, QPoint(2, 2))
    assert overlay.tag == ""
    assert plotter.cursor().shape() is Qt.CursorShape.ArrowCursor
    assert not overlay.isVisible()


def test_a_landmark_behind_the_head_is_not_taken_hold_of(window: Any) -> None:
    click(window, middle(window))
    camera = window.context.page.view.plotter.camera
    camera.position = tuple(2 * np.array(camera.focal_point) - np.array(camera.position))
    window.context.page.view.plotter.reset_camera_clipping_range()
    window.context.page.view.redraw()
    at = seen_at(window, RECONSTRUCTION, RIGHT_EYE)
    move(window, at)
    assert window.get(LandmarkController).scene.overlay.tag == "Move Right eye here"


def test_clicks_mean_one_thing_at_a_time(window: Any, qtbot: QtBot) -> None:
    ruler, place = window.context.actions["ruler"], window.context.actions["place_landmarks"]
    ruler.trigger()
    assert not place.isChecked()
    click(window, middle(window))
    assert marks(window).points(RECONSTRUCTION) == {}
    place.trigger()
    assert not ruler.isChecked()
    click(window, middle(window))
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE]
    # Behind another panel they place nothing.
    window.context.docks.raise_("Reconstruct")
    qtbot.waitUntil(lambda: not window.get(LandmarkController).pointer.on, timeout=5000)
    before = marks(window).table
    click(window, middle(window, 40))
    assert marks(window).table == before


def test_they_can_be_hidden_and_the_project_keeps_them(window: Any) -> None:
    click(window, middle(window))
    QTest.keyClick(window, KEY.Key_L)
    assert window.context.page.view.landmarks.shown == ()
    move(window, middle(window))
    assert window.get(LandmarkController).scene.overlay.tag == "Move Right eye here"
    QTest.keyClick(window, KEY.Key_L)
    assert len(window.context.page.view.landmarks.shown) == 1
    kept = window.context.project.state()["landmarks"]
    point = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    marks(window).forget()
    assert window.context.project.restore_sections({"landmarks": kept}) == []
    np.testing.assert_allclose(marks(window).points(RECONSTRUCTION)[RIGHT_EYE], point, atol=1e-9)
