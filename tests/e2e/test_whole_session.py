"""A user's whole way by mouse and keys, beside the command line's: open, reconstruct, place six landmarks,
align, evaluate, export, save, quit, and open the project again."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from scipy.spatial import cKDTree

from h3dstudio.cli import main
from h3dstudio.data.landmarks import H3DS_LANDMARKS, read_landmarks
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.resources import demo_scan
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.e2e.test_studio_with_the_real_trainer import LONG, opened
from tests.gui.test_projects import active, choose
from tests.gui.test_studio import started

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.timeout(600)


def true_points() -> dict[str, Any]:
    """Name -> (3,) mm, of the demo scan."""
    scan = demo_scan()
    vertices = read_mesh(scan / "full_head.obj").vertices
    return {name: vertices[index] for name, index in read_landmarks(scan / "landmarks.txt").items()}


def place_six(window: Any, qtbot: QtBot) -> None:
    """Click where a user would see each landmark, from the front; N goes on to the next."""
    window._docks.raise_("Landmarks")
    qtbot.waitUntil(lambda: window.landmarking.touch.on, timeout=20_000)
    QTest.keyClick(active(window, qtbot), Qt.Key.Key_R)
    qtbot.wait(500)
    landmarks = window.landmarking.landmarks
    for count, name in enumerate(H3DS_LANDMARKS, 1):
        assert landmarks.current == name
        x, y = window.landmarking.picker.to_screen(true_points()[name][None])[0]
        at = QPoint(round(x), round(y))
        QTest.mouseClick(window.page.view.plotter, Qt.MouseButton.LeftButton, pos=at)
        qtbot.waitUntil(partial(_placed, landmarks, count), timeout=5000)
        QTest.keyClick(active(window, qtbot), Qt.Key.Key_N)


def _placed(landmarks: Any, count: int) -> bool:
    return len(landmarks.points(RECONSTRUCTION)) == count


def pressed(window: Any, qtbot: QtBot, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """A key whose work is done in the worker, and its end."""
    QTest.keyClick(active(window, qtbot), key, modifier)
    qtbot.waitUntil(lambda: window.evaluating.work.job is None and not window.tasks.busy, timeout=LONG)


def saved_as(window: Any, qtbot: QtBot, key: Qt.Key, modifier: Any, signal: Any, path: Path) -> Path:
    """What a key exports, through its file dialog."""
    QTest.keyClick(active(window, qtbot), key, modifier)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(QFileDialog)), timeout=5000)
    with qtbot.waitSignal(signal, timeout=LONG):
        choose(window, path)
    return path


def test_the_whole_way(
    real_studio: Callable[..., Any], qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    window = opened(real_studio(), qtbot)
    with qtbot.waitSignal(window.runs.summed_up, timeout=LONG):
        started(window, qtbot)
    run = tmp_path / "run"
    mesh = window.page.view.mesh(RECONSTRUCTION)

    place_six(window, qtbot)
    points = window.landmarking.landmarks.points(RECONSTRUCTION)
    errors = {name: np.linalg.norm(points[name] - true) for name, true in true_points().items()}
    assert max(errors.values()) < 6, errors  # The nearest along the line of sight, on a draft.

    pressed(window, qtbot, Qt.Key.Key_F9, CONTROL)
    assert window.evaluating.alignment.moved
    assert "RMS" in window.evaluate_panel.motion.text()
    QTest.keyClick(active(window, qtbot), Qt.Key.Key_Z, CONTROL)
    assert not window.evaluating.alignment.moved
    pressed(window, qtbot, Qt.Key.Key_F9)

    exported = saved_as(window, qtbot, Qt.Key.Key_E, CONTROL, window.exports.saved, tmp_path / "head.ply")
    marks = saved_as(
        window,
        qtbot,
        Qt.Key.Key_E,
        CONTROL | SHIFT,
        window.landmarking.exchange.saved,
        tmp_path / "landmarks.txt",
    )
    project = saved_as(
        window, qtbot, Qt.Key.Key_S, CONTROL, window.workspace.projects.saved, tmp_path / "demo.h3dproj"
    )
    QTest.keyClick(active(window, qtbot), Qt.Key.Key_Q, CONTROL)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)

    back = read_mesh(exported)
    assert np.array_equal(back.faces, mesh.faces)
    assert np.allclose(back.vertices, mesh.vertices, atol=1e-3)
    for name, index in read_landmarks(marks, len(back.vertices)).items():
        assert np.linalg.norm(back.vertices[index] - points[name]) < 3

    numbers = json.loads((run / "evaluation.json").read_text())
    assert main(["evaluate", str(demo_scan()), str(run / "mesh.ply"), "--out", str(tmp_path / "again")]) == 0
    again = json.loads((tmp_path / "again" / "evaluation.json").read_text())
    assert numbers["strict"] == again["strict"]
    assert numbers["h3ds"] == again["h3ds"]

    wishes = ["--views", "3", "--quality", "draft", "--out", str(tmp_path / "cli")]
    assert main(["reconstruct", str(demo_scan()), *wishes]) == 0
    ours, theirs = read_mesh(run / "mesh.ply"), read_mesh(tmp_path / "cli" / "mesh.ply")
    distance, _ = cKDTree(theirs.vertices).query(ours.vertices)
    assert np.percentile(distance, 99) < 1.5  # Only the number of threads differs.
    settings = [
        json.loads((folder / "run.json").read_text())["settings"] for folder in (run, tmp_path / "cli")
    ]
    assert settings[0] == settings[1]
    capsys.readouterr()

    second = real_studio()
    with qtbot.waitSignal(second.runs.result_shown, timeout=LONG):
        second.open(project)
    restored = second.landmarking.landmarks.points(RECONSTRUCTION)
    assert list(restored) == list(H3DS_LANDMARKS)
    assert all(np.allclose(restored[name], points[name], atol=1e-6) for name in points)
