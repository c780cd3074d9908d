"""Cameras in the 3D view and thumbnails in the scan dock, with the mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.display.camera_links import CameraLinks
from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.viewport.photo import corners
from h3dstudio.gui.viewport.photo_pyramids import _inside
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.conftest import in_place, pictured
from tests.unit.geometry.shapes import sphere

Studio = Callable[..., Any]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> Any:
    window = studio()
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(tiny_scan)
    in_place(window.context.page.view, qtbot)
    qtbot.waitUntil(lambda: pictured(window))
    qtbot.waitUntil(lambda: not window.context.page.view.camera_controller.waits)
    return window


def place(window: Any, number: int) -> QPoint:
    """Where the middle of that camera's frame is seen."""
    view = window.context.page.view
    camera = window.get(ScanController).current.scan.view(number)
    frame = corners(camera.camera, camera.size, view.photos._depth)
    x, y = Picker(view).to_screen(frame.mean(axis=0)[None])[0]
    return QPoint(round(x), round(y))


def double_click(widget: QWidget, at: QPoint) -> None:
    """What the mouse sends: press, release, double click, release."""
    QTest.mouseClick(widget, LEFT, pos=at)
    twice = QMouseEvent(
        QEvent.Type.MouseButtonDblClick,
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        LEFT,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, twice)
    QTest.mouseRelease(widget, LEFT, pos=at)


def seen(window: Any) -> int:
    """A camera that no other one hides."""
    for view in window.get(ScanController).current.scan.views:
        at = place(window, view.index)
        inside = window.context.page.view.plotter.rect().contains(at)
        if inside and window.get(CameraLinks).picks.at(at.x(), at.y()) == view.index:
            return int(view.index)
    raise AssertionError("no camera is in sight")


def test_hovering_a_camera_and_its_thumbnail_highlight_each_other(window: Any, qtbot: QtBot) -> None:
    view, panel, number = window.context.page.view, window.get(ScanPanel), seen(window)
    QTest.mouseMove(view.plotter, QPoint(4, 4))
    QTest.mouseMove(view.plotter, place(window, number))
    qtbot.waitUntil(lambda: "camera highlight" in view.plotter.renderer.actors)
    assert panel.gallery._delegate.highlighted == panel.model.row(number)
    assert str(number) in view.plotter.toolTip()
    QTest.mouseMove(view.plotter, QPoint(4, 4))
    qtbot.waitUntil(lambda: "camera highlight" not in view.plotter.renderer.actors)
    assert panel.gallery._delegate.highlighted is None
    middle = panel.gallery.visualRect(panel.model.index(0)).center()
    QTest.mouseMove(panel.gallery.viewport(), middle)
    qtbot.waitUntil(lambda: "camera highlight" in view.plotter.renderer.actors)


def test_a_click_selects_a_double_click_looks_through_and_a_drag_does_neither(window: Any) -> None:
    view, panel, number = window.context.page.view, window.get(ScanPanel), seen(window)
    at = place(window, number)
    QTest.mousePress(view.plotter, LEFT, pos=at)
    QTest.mouseMove(view.plotter, at + QPoint(30, 0))
    QTest.mouseRelease(view.plotter, LEFT, pos=at + QPoint(30, 0))
    assert not panel.gallery.currentIndex().isValid()
    number = seen(window)
    QTest.mouseClick(view.plotter, LEFT, pos=place(window, number))
    assert panel.gallery.currentIndex().row() == panel.model.row(number)
    assert window.get(DisplayController).photo is None
    double_click(view.plotter, place(window, number))
    assert window.get(DisplayController).photo == number


def test_what_a_mesh_hides_is_not_under_the_mouse(window: Any) -> None:
    number = seen(window)
    at = place(window, number)
    eye = np.array(window.context.page.view.plotter.camera.position)
    ball = sphere(20.0, 2)
    ray = Picker(window.context.page.view).ray(at.x(), at.y())
    shifted = ball.with_vertices(ball.vertices + eye + ray.direction * 120)
    window.context.page.view.camera_controller._framed = None  # Stay where one is.
    window.context.page.view._layer(RECONSTRUCTION).show(shifted, None)
    window.context.page.view.plotter.reset_camera_clipping_range()
    assert window.get(CameraLinks).picks.at(at.x(), at.y()) is None


def test_inside_is_inside_either_way_round() -> None:
    square = np.array([[0.0, 0], [2, 0], [2, 2], [0, 2]])
    for polygon in (square, square[::-1]):
        assert _inside(np.array([1.0, 1.5]), polygon)
        assert not _inside(np.array([2.5, 1.5]), polygon)
    assert not _inside(np.array([1.0, 1.0]), np.where(square == 0, np.nan, square))
