"""What comes with a result of H3D-Net: confidence and suggested landmarks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from h3dstudio.data.landmarks import H3DS_LANDMARKS, read_landmarks
from h3dstudio.gui.thumbnails import pixels
from h3dstudio.gui.viewport import markers, scale
from h3dstudio.gui.viewport.sink import RECONSTRUCTION, DisplayMode
from tests.gui.fakes import bumpy_sphere

Studio = Callable[..., Any]
KEY = Qt.Key


def finished(window: Any, qtbot: QtBot, scan: Path) -> Any:
    """Open, run to the end, and see the result on screen."""
    with qtbot.waitSignal(window.scans.opened, timeout=10_000):
        window.open(scan)
    with qtbot.waitSignal(window.runs.result_shown, timeout=30_000):
        QTest.keyClick(window, KEY.Key_F5)
    return window


def test_the_scale_is_fixed_and_rises_in_lightness() -> None:
    values = scale.colors(np.linspace(0, 1, 50)).astype(float)
    lightness = values @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) > 0).all()
    np.testing.assert_array_equal(scale.colors(np.array([-1.0, 2.0])), scale.colors(np.array([0.0, 1.0])))


def test_confidence_can_be_chosen_once_a_mesh_has_some(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = finished(studio(steps=4, quality=True), qtbot, tiny_scan)
    action, view = window.actions_by_name["confidence"], window.page.view
    assert action.isEnabled()
    coloured = pixels(view.grab().toImage()).astype(int)
    QTest.keyClick(window, KEY.Key_F)
    assert action.isChecked()
    assert window.page.legend.isVisible()
    confident = pixels(view.grab().toImage()).astype(int)
    assert np.abs(confident - coloured).sum(axis=2).max() > 60
    # A mesh without confidence cannot be shown so: back to its colours, and the action says why.
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(3))
    window.runs.mesh_shown.emit(bumpy_sphere(3))
    assert not action.isEnabled()
    assert "H3D-Net" in action.toolTip()
    assert window.actions_by_name["coloured"].isChecked()
    assert not window.page.legend.isVisible()


def test_confidence_paints_the_scale_and_leaves_other_meshes_clay(studio: Studio, qtbot: QtBot) -> None:
    from h3dstudio.gui.viewport.layer import polydata

    mesh = bumpy_sphere(0).with_quality(np.linspace(0, 1, len(bumpy_sphere(0).vertices)))
    data = polydata(mesh)
    np.testing.assert_array_equal(data.point_data["confidence"], scale.colors(mesh.quality))
    window = studio()
    window.page.view.show_mesh("other", bumpy_sphere(0))
    window.page.view.set_mode(DisplayMode.CONFIDENCE)


def test_suggested_landmarks_are_shown_hidden_and_saved(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = studio(steps=4, landmarks=True)
    view = window.page.view
    assert not window.actions_by_name["export_landmarks"].isEnabled()
    finished(window, qtbot, tiny_scan)
    qtbot.waitUntil(lambda: window.landmarks.there, timeout=5000)
    assert "landmarks" in view.plotter.renderer.actors
    assert not view.plotter.renderer.actors["landmarks"].GetPickable()
    QTest.keyClick(window, KEY.Key_L)
    assert "landmarks" not in view.plotter.renderer.actors
    QTest.keyClick(window, KEY.Key_L)
    assert "landmarks" in view.plotter.renderer.actors
    actors = view.actor_count
    for _ in range(5):
        window.landmarks.redraw()
    assert view.actor_count == actors
    QTest.keyClick(window, KEY.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    chooser = window.findChild(QFileDialog)
    assert chooser.isVisible()
    with qtbot.waitSignal(window.landmarks.saved):
        chooser.fileSelected.emit(str(tmp_path / "mine.txt"))
    chooser.close()
    saved = read_landmarks(tmp_path / "mine.txt", len(view.mesh(RECONSTRUCTION).vertices))
    assert tuple(saved) == H3DS_LANDMARKS


def test_landmarks_go_with_their_mesh(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = finished(studio(steps=40, landmarks=True), qtbot, tiny_scan)
    qtbot.waitUntil(lambda: window.landmarks.there, timeout=5000)
    with qtbot.waitSignal(window.runs.mesh_shown, timeout=20_000):
        QTest.keyClick(window, KEY.Key_F5)
    assert not window.landmarks.there
    assert "landmarks" not in window.page.view.plotter.renderer.actors
    assert not window.actions_by_name["export_landmarks"].isEnabled()


def test_damaged_landmarks_are_told_in_the_log(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = studio(steps=4, landmarks=True, vertex=10**8)
    with qtbot.waitSignal(window.landmarks.logged, timeout=30_000) as told:
        finished(window, qtbot, tiny_scan)
    assert "landmarks" in told.args[0]
    assert not window.landmarks.there


@pytest.mark.parametrize("flat", [False, True])
def test_labels_step_out_of_the_face(flat: bool) -> None:
    eye = 0.0 if flat else 30.0
    points = {
        "right_eye": np.array([-30.0, eye, 0]),
        "left_eye": np.array([30.0, eye, 0]),
        "nose_tip": np.array([0, 0, 20.0]),
        "nose_base": np.array([0, 0.0 if flat else -10, 0]),
    }
    across, ahead = markers.directions(points)
    np.testing.assert_allclose(across, [0, 0, 0] if flat else [1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(ahead, [0, 0, 0] if flat else [0, 0, 1], atol=1e-9)
    assert markers.spoken("right_eye") == "Right eye"
