"""What a user's hands do with landmarks in the real window: click, drag, press keys, answer."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from h3dstudio.data.landmarks import H3DS_LANDMARKS
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.landmarks.panel_controller import LandmarkPanelController
from tests.gui.fakes import bumpy_sphere

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
MESH = bumpy_sphere(2)
RIGHT_EYE, LEFT_EYE, NOSE_TIP, NOSE_BASE, RIGHT_LIPS, LEFT_LIPS = H3DS_LANDMARKS


def settled(window: Any, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.get(LandmarkPanelController)._soon.isActive(), timeout=5000)


def marks(window: Any) -> Any:
    return window.get(LandmarkController).landmarks


def middle(window: Any, right: int = 0, down: int = 0) -> QPoint:
    plotter = window.context.page.view.plotter
    return QPoint(plotter.width() // 2 + right, plotter.height() // 2 + down)


def click(window: Any, at: QPoint) -> None:
    QTest.mouseClick(window.context.page.view.plotter, LEFT, pos=at)


def drag(window: Any, begin: QPoint, end: QPoint) -> None:
    plotter = window.context.page.view.plotter
    QTest.mousePress(plotter, LEFT, pos=begin)
    for share in (0.05, 0.3, 0.6, 1.0):
        at = QPoint(
            *(round(a + share * (b - a)) for a, b in zip(begin.toTuple(), end.toTuple(), strict=True))
        )
        move(window, at, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(plotter, LEFT, pos=end)


def move(window: Any, at: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """A move as the window system sends it, with the buttons that are held."""
    plotter = window.context.page.view.plotter
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(plotter.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QCoreApplication.sendEvent(plotter, event)


def seen_at(window: Any, layer: str, name: str) -> QPoint:
    """The pixel under which the landmark lies."""
    points = window.get(LandmarkController).picker.to_screen(marks(window).points(layer)[name][None])
    return QPoint(*(round(value) for value in points[0]))


def key(window: Any, which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QCoreApplication.processEvents()  # What the last click made possible is so by now.
    QTest.keyClick(window.context.page.view.plotter, which, modifier)


def answer(window: Any, qtbot: QtBot, key: str) -> None:
    qtbot.waitUntil(lambda: open_box(window) is not None, timeout=5000)
    box = open_box(window)
    button = next(one for one in box.buttons() if one.objectName() == f"Answer_{key}")
    QTest.mouseClick(button, LEFT)


def open_box(window: Any) -> Any:
    return next((box for box in window.findChildren(QMessageBox) if box.isVisible()), None)
