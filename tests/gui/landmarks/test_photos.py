"""Landmarks marked in photos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from h3dstudio.data.landmark_clicks import read_clicks, triangulate_clicks
from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.landmarks.panel import LandmarkPanel
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.landmarks.mouse import (
    KEY,
    RIGHT_EYE,
    click,
    drag,
    key,
    marks,
    middle,
    move,
    settled,
)
from tests.unit.data.tiny_scan import BALL_RADIUS, CENTER


def test_two_photos_give_a_point_and_say_how_far_they_are_off(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    scan = window.get(ScanController).current.scan
    point = CENTER + BALL_RADIUS * np.array([0.3, 0.5, 0.8]) / np.linalg.norm([0.3, 0.5, 0.8])
    overlay = window.get(LandmarkController).scene.overlay
    for count, view in enumerate((scan.views[0], scan.views[1]), 1):
        window.get(DisplayController).look_through(view.index)
        at = window.get(LandmarkController).scene.seen_at(view, point)
        move(window, QPoint(*map(round, at)))
        assert overlay.tag == "Mark Right eye in this photo"
        click(window, QPoint(*map(round, at)))
        assert window.get(DisplayController).photo == view.index  # A click does not leave the photo.
        assert len(marks(window).mark(RECONSTRUCTION, RIGHT_EYE).sightings) == count
        assert [spot.clicked for spot in overlay.spots] == [True]
        if count == 1:
            assert "another photo" in window.context.status.text()
            settled(window, qtbot)
            assert window.get(LandmarkPanel).model.index(0, 1).data() == "in one photo"
    found = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    assert np.linalg.norm(found - point) < 2.5  # Half a pixel of the screen, seen from 600 mm.
    errors = window.get(LandmarkController).photo_errors()
    assert set(errors) == {0, 1}
    assert max(errors.values()) < 0.5
    settled(window, qtbot)
    assert window.get(LandmarkPanel).details._grid.count() == 6
    # The clicks leave the window as the table that the command triangulates.
    table = tmp_path / "head.clicks.csv"
    window.get(LandmarkController).exchange.save(table)
    cameras = {view.index: view.camera for view in scan.views}
    again = triangulate_clicks(read_clicks(table), cameras, table)
    assert np.linalg.norm(again[RIGHT_EYE].point - found) < 0.01
    # The arrow keys correct the click, the landmark is seen in a third photo, Delete takes a click back.
    key(window, KEY.Key_Left)
    assert window.context.commands.undo_label == "nudge right eye in a photo"
    window.get(DisplayController).look_through(2)
    assert [spot.clicked for spot in overlay.spots] == [False]
    window.get(DisplayController).look_through(1)
    settled(window, qtbot)
    key(window, KEY.Key_Delete)
    assert marks(window).points(RECONSTRUCTION) == {}
    assert len(marks(window).mark(RECONSTRUCTION, RIGHT_EYE).sightings) == 1
    window.context.commands.undo()
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE]
    # Outside the photo there is nothing to mark; a drag leaves the photo as ever.
    click(window, QPoint(2, middle(window).y()))
    assert "inside the photo" in window.context.status.text()
    drag(window, middle(window, -60, 60), middle(window, 0, 0))
    assert window.get(DisplayController).photo is None
    assert overlay.spots == ()


def test_a_cross_in_a_photo_can_be_dragged(window: Any) -> None:
    window.get(DisplayController).look_through(0)
    click(window, middle(window, 10, 10))
    before = marks(window).mark(RECONSTRUCTION, RIGHT_EYE).sightings[0]
    drag(window, middle(window, 10, 10), middle(window, 40, 10))
    after = marks(window).mark(RECONSTRUCTION, RIGHT_EYE).sightings[0]
    assert window.get(DisplayController).photo == 0
    assert after.x > before.x + 1
    assert after.y == pytest.approx(before.y, abs=1e-6)
