"""The panel: the table, suggestions, lists of one's own, notes."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from h3dstudio.data.landmark_lists import MULTI_PIE
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.landmarks.panel import LandmarkPanel
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.landmarks.mouse import (
    KEY,
    LEFT,
    LEFT_EYE,
    LEFT_LIPS,
    MESH,
    NOSE_BASE,
    RIGHT_EYE,
    RIGHT_LIPS,
    click,
    key,
    marks,
    middle,
    open_box,
    settled,
)


def ask(window: Any, what: str, text: str) -> None:
    window.get(LandmarkPanel).edits[what].trigger()
    dialog = next(one for one in window.findChildren(QInputDialog) if one.isVisible())
    dialog.setTextValue(text)
    dialog.accept()


def test_the_table_chooses_and_the_camera_flies_there(window: Any, qtbot: QtBot) -> None:
    click(window, middle(window, 70, -30))
    settled(window, qtbot)
    table = window.get(LandmarkPanel).table
    row = table.visualRect(window.get(LandmarkPanel).model.index(3, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=row)
    assert marks(window).current == NOSE_BASE
    settled(window, qtbot)
    assert window.get(LandmarkPanel).details.title.text() == "Nose base"
    assert not window.context.actions["jump_landmark"].isEnabled()
    QTest.mouseClick(
        table.viewport(), LEFT, pos=table.visualRect(window.get(LandmarkPanel).model.index(0, 0)).center()
    )
    settled(window, qtbot)
    with qtbot.waitSignal(window.get(LandmarkController).flight.landed, timeout=10_000):
        key(window, KEY.Key_J)
    point = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    camera = window.context.page.view.plotter.camera
    np.testing.assert_allclose(camera.focal_point, point, atol=1e-9)
    toward = np.array(camera.position) - point
    normal = MESH.face_normals()[marks(window).surface_point(RECONSTRUCTION, RIGHT_EYE).face]
    assert toward @ normal > 0.9 * np.linalg.norm(toward)
    assert window.get(LandmarkController).picker.sees(point)


def test_the_other_side_is_suggested_from_its_partner(window: Any, qtbot: QtBot) -> None:
    for name, right, down in ((RIGHT_EYE, -40, -30), (LEFT_EYE, 40, -30), (RIGHT_LIPS, -30, 40)):
        marks(window).choose(name)
        click(window, middle(window, right, down))
    key(window, KEY.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert marks(window).current == LEFT_LIPS
    suggested = window.get(LandmarkController).suggestions(RECONSTRUCTION)
    assert list(suggested) == [LEFT_LIPS]
    expected = middle(window, 30, 40)
    seen = window.get(LandmarkController).picker.to_screen(suggested[LEFT_LIPS][None])[0]
    assert np.hypot(*(seen - expected.toTuple())) < 8
    ghost = next(one for one in window.context.page.view.landmarks.shown if one.suggested)
    assert ghost.name == LEFT_LIPS
    settled(window, qtbot)
    key(window, KEY.Key_Y)
    assert window.context.commands.undo_label == "accept left lips"
    assert RayCaster(MESH).closest(marks(window).points(RECONSTRUCTION)[LEFT_LIPS][None]).distance[0] < 1e-6


def test_lists_of_ones_own(window: Any, qtbot: QtBot) -> None:
    panel = window.get(LandmarkPanel)
    assert not panel.edits["add_landmark"].isEnabled()
    ask(window, "new_list", "Ears")
    settled(window, qtbot)
    assert panel.lists.currentText() == "Ears"
    assert "empty" in panel.hint.text()
    ask(window, "add_landmark", "left ear")
    settled(window, qtbot)
    assert marks(window).names == ("left_ear",)
    click(window, middle(window))
    ask(window, "rename_landmark", "lobe")
    assert list(marks(window).points(RECONSTRUCTION)) == ["lobe"]
    ask(window, "add_landmark", "a#b")
    box = open_box(window)
    assert "cannot be the name" in box.informativeText()
    box.close()
    settled(window, qtbot)
    panel.edits["remove_landmark"].trigger()
    assert marks(window).names == ()
    panel.edits["remove_list"].trigger()
    assert marks(window).list_name == "H3DS"
    panel.lists.setCurrentText(MULTI_PIE)
    panel.lists.activated.emit(panel.lists.currentIndex())
    settled(window, qtbot)
    assert len(panel.model.rows) == 68


def test_a_note_and_a_colour(window: Any, qtbot: QtBot) -> None:
    click(window, middle(window))
    settled(window, qtbot)
    details = window.get(LandmarkPanel).details
    details.note.setFocus()
    QTest.keyClicks(details.note, "inner corner")
    QTest.keyClick(details.note, KEY.Key_Return)
    assert marks(window).about(RIGHT_EYE).note == "inner corner"
    details.color_changed.emit("#ff8800")
    assert window.context.page.view.landmarks.shown[0].color == "#ff8800"
    window.context.commands.undo()
    window.context.commands.undo()
    assert marks(window).about(RIGHT_EYE).note == ""
