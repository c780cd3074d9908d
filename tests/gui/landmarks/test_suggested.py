"""What comes with a result of the H3D grid: confidence and suggested landmarks."""

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
from h3dstudio.geometry import color_scales as scale
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.thumbnails import pixels
from h3dstudio.gui.viewport import markers
from h3dstudio.gui.viewport.sink import RECONSTRUCTION, DisplayMode
from tests.gui.fakes import bumpy_sphere

Studio = Callable[..., Any]
KEY = Qt.Key


def finished(window: Any, qtbot: QtBot, scan: Path) -> Any:
    """Open, run to the end, and see the result on screen."""
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(scan)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=30_000):
        QTest.keyClick(window, KEY.Key_F5)
    return window


def test_the_scale_is_fixed_and_rises_in_lightness() -> None:
    values = scale.colors(np.linspace(0, 1, 50)).astype(float)
    lightness = values @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) > 0).all()
    np.testing.assert_array_equal(scale.colors(np.array([-1.0, 2.0])), scale.colors(np.array([0.0, 1.0])))


def test_confidence_can_be_chosen_once_a_mesh_has_some(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = finished(studio(steps=4, quality=True), qtbot, tiny_scan)
    action, view = window.context.actions["confidence"], window.context.page.view
    assert action.isEnabled()
    coloured = pixels(view.grab().toImage()).astype(int)
    QTest.keyClick(window, KEY.Key_F)
    assert action.isChecked()
    assert window.context.page.legend.isVisible()
    confident = pixels(view.grab().toImage()).astype(int)
    assert np.abs(confident - coloured).sum(axis=2).max() > 60
    # A mesh without confidence cannot be shown so: back to its colours, and the action says why.
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(3))
    window.get(RunController).mesh_shown.emit(bumpy_sphere(3))
    assert not action.isEnabled()
    assert "it comes with the result of a reconstruction" in action.toolTip()
    assert window.context.actions["coloured"].isChecked()
    assert not window.context.page.legend.isVisible()


def test_confidence_paints_the_scale_and_leaves_other_meshes_clay(studio: Studio, qtbot: QtBot) -> None:
    from h3dstudio.gui.viewport.layer import polydata

    mesh = bumpy_sphere(0).with_quality(np.linspace(0, 1, len(bumpy_sphere(0).vertices)))
    data = polydata(mesh)
    np.testing.assert_array_equal(data.point_data["confidence"], scale.colors(mesh.quality))
    window = studio()
    window.context.page.view.show_mesh("other", bumpy_sphere(0))
    window.context.page.view.set_mode(DisplayMode.CONFIDENCE)


def test_suggested_landmarks_are_shown_hidden_and_saved(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = studio(steps=4, landmarks=True)
    view, suggested = window.context.page.view, window.get(LandmarkController).suggested
    assert not window.context.actions["export_landmarks"].isEnabled()
    finished(window, qtbot, tiny_scan)
    qtbot.waitUntil(lambda: suggested.there, timeout=5000)
    assert f"{markers.GHOSTS} {RECONSTRUCTION}" in view.plotter.renderer.actors
    assert not view.plotter.renderer.actors[f"{markers.GHOSTS} {RECONSTRUCTION}"].GetPickable()
    assert all(one.suggested for one in view.landmarks.shown)
    QTest.keyClick(window, KEY.Key_L)
    assert f"{markers.GHOSTS} {RECONSTRUCTION}" not in view.plotter.renderer.actors
    QTest.keyClick(window, KEY.Key_L)
    assert f"{markers.GHOSTS} {RECONSTRUCTION}" in view.plotter.renderer.actors
    qtbot.waitUntil(lambda: window.context.actions["export_landmarks"].isEnabled(), timeout=5000)
    QTest.keyClick(window, KEY.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    chooser = window.findChild(QFileDialog)
    assert chooser.isVisible()
    with qtbot.waitSignal(window.get(LandmarkController).saved):
        chooser.fileSelected.emit(str(tmp_path / "mine.txt"))
    chooser.close()
    saved = read_landmarks(tmp_path / "mine.txt", len(view.mesh(RECONSTRUCTION).vertices))
    assert saved == {name: 3 * place for place, name in enumerate(H3DS_LANDMARKS)}
    # Taken over all at once, they are landmarks like any other, on the very same vertices.
    QTest.keyClick(window, KEY.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert window.context.commands.undo_label == "accept suggestions"
    mesh = view.mesh(RECONSTRUCTION)
    assert window.get(LandmarkController).landmarks.vertices(RECONSTRUCTION, mesh) == saved
    assert not any(one.suggested for one in view.landmarks.shown)


def test_suggestions_go_with_their_mesh_and_landmarks_stay(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = finished(studio(steps=40, landmarks=True), qtbot, tiny_scan)
    landmarking = window.get(LandmarkController)
    qtbot.waitUntil(lambda: landmarking.suggested.there, timeout=5000)
    qtbot.waitUntil(lambda: window.context.actions["accept_landmark"].isEnabled(), timeout=5000)
    QTest.keyClick(window, KEY.Key_Y)
    assert list(landmarking.landmarks.points(RECONSTRUCTION)) == ["right_eye"]
    with qtbot.waitSignal(window.get(RunController).mesh_shown, timeout=20_000):
        QTest.keyClick(window, KEY.Key_F5)
    assert not landmarking.suggested.there
    assert [(one.name, one.suggested) for one in window.context.page.view.landmarks.shown] == [
        ("right_eye", False)
    ]


def test_damaged_landmarks_are_told_in_the_log(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = studio(steps=4, landmarks=True, vertex=10**8)
    with qtbot.waitSignal(window.get(LandmarkController).logged, timeout=30_000) as told:
        finished(window, qtbot, tiny_scan)
    assert "landmarks" in told.args[0]
    assert not window.get(LandmarkController).suggested.there


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
