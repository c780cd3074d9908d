"""A user's whole way by mouse and keys, beside the command line's: open, press Start, watch, place six
landmarks, align, evaluate, export, save, quit, and open the project again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
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
from h3dstudio.geometry.mesh_defects import measure_defects
from h3dstudio.gui.features.evaluation.controller import EvaluationController
from h3dstudio.gui.features.evaluation.panel import EvaluatePanel
from h3dstudio.gui.features.export.controller import ExportController
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.project.workspace import Workspace
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from tests.e2e.test_studio_with_the_real_trainer import LONG, opened
from tests.gui.project.test_projects import active, choose
from tests.gui.test_studio import started

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.timeout(900)


def true_points() -> dict[str, Any]:
    """Name -> (3,) mm, of the demo scan."""
    scan = demo_scan()
    vertices = read_mesh(scan / "full_head.obj").vertices
    return {name: vertices[index] for name, index in read_landmarks(scan / "landmarks.txt").items()}


def reconstruct_and_watch(window: Any, qtbot: QtBot, run: Path) -> None:
    """Start; meshes come while it runs, the camera stays, and the last one is the one in the folder."""
    meshes: list[Any] = []
    window.get(RunController).mesh_shown.connect(meshes.append)
    with qtbot.waitSignal(window.get(RunController).summed_up, timeout=LONG):
        started(window, qtbot)
        assert window.get(RunController).state is RunState.RUNNING
        camera = np.array(window.context.page.view.plotter.camera.focal_point)
    assert window.get(RunController).state is RunState.DONE
    assert len(meshes) >= 3  # Streamed ones, then the result.
    assert len({len(mesh.vertices) for mesh in meshes}) > 1
    written, shown = read_mesh(run / "mesh.ply"), window.context.page.view.mesh(RECONSTRUCTION)
    assert np.array_equal(shown.faces, written.faces)
    assert (shown.colors is None) == (written.colors is None)
    assert np.linalg.norm(np.array(window.context.page.view.plotter.camera.focal_point) - camera) < 60
    assert json.loads((run / "run.json").read_text())["status"] == "finished"
    assert {"photo loss", "silhouette mm", "moved mm"} <= set(window.get(RunController).model.curves)


def look_at_the_truth(window: Any, qtbot: QtBot) -> None:
    """Both meshes are in one frame, in mm: the reconstruction lies where the truth does."""
    QTest.keyClick(active(window, qtbot), Qt.Key.Key_2, CONTROL)
    qtbot.waitUntil(lambda: window.context.page.view.mesh(GROUND_TRUTH) is not None, timeout=20_000)
    shown = window.context.page.view.mesh(RECONSTRUCTION)
    distance, _ = cKDTree(shown.vertices).query(window.context.page.view.mesh(GROUND_TRUTH).vertices)
    assert np.median(distance) < 4
    QTest.keyClick(active(window, qtbot), Qt.Key.Key_2, CONTROL)


def place_six(window: Any, qtbot: QtBot) -> Mapping[str, Any]:
    """Click where a user would see each landmark, from the front; N goes on to the next. Name -> (3,) mm."""
    window.context.docks.raise_("Landmarks")
    qtbot.waitUntil(lambda: window.get(LandmarkController).pointer.on, timeout=20_000)
    QTest.keyClick(active(window, qtbot), Qt.Key.Key_R)
    qtbot.wait(500)
    landmarks = window.get(LandmarkController).landmarks
    for count, name in enumerate(H3DS_LANDMARKS, 1):
        assert landmarks.current == name
        x, y = window.get(LandmarkController).picker.to_screen(true_points()[name][None])[0]
        at = QPoint(round(x), round(y))
        QTest.mouseClick(window.context.page.view.plotter, Qt.MouseButton.LeftButton, pos=at)
        qtbot.waitUntil(partial(_placed, landmarks, count), timeout=5000)
        QTest.keyClick(active(window, qtbot), Qt.Key.Key_N)
    points = landmarks.points(RECONSTRUCTION)
    errors = {name: np.linalg.norm(points[name] - true) for name, true in true_points().items()}
    assert max(errors.values()) < 6, errors  # The nearest along the line of sight, on a draft.
    return dict(points)


def _placed(landmarks: Any, count: int) -> bool:
    return len(landmarks.points(RECONSTRUCTION)) == count


def pressed(window: Any, qtbot: QtBot, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """A key whose work is done in the worker, and its end."""
    QTest.keyClick(active(window, qtbot), key, modifier)
    qtbot.waitUntil(
        lambda: window.get(EvaluationController).side_jobs.job is None and not window.context.tasks.busy,
        timeout=LONG,
    )


def saved_as(window: Any, qtbot: QtBot, key: Qt.Key, modifier: Any, signal: Any, path: Path) -> Path:
    """What a key exports, through its file dialog."""
    QTest.keyClick(active(window, qtbot), key, modifier)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(QFileDialog)), timeout=5000)
    with qtbot.waitSignal(signal, timeout=LONG):
        choose(window, path)
    return path


def align_and_evaluate(window: Any, qtbot: QtBot) -> None:
    """Align by the landmarks, take it back, then measure the mesh where its file has it."""
    pressed(window, qtbot, Qt.Key.Key_F9, CONTROL)
    assert window.get(EvaluationController).alignment.moved
    assert "RMS" in window.get(EvaluatePanel).motion.text()
    QTest.keyClick(active(window, qtbot), Qt.Key.Key_Z, CONTROL)
    assert not window.get(EvaluationController).alignment.moved
    pressed(window, qtbot, Qt.Key.Key_F9)


def save_all(window: Any, qtbot: QtBot, folder: Path) -> tuple[Path, Path, Path]:
    """The mesh, the landmarks and the project."""
    exchange, projects = window.get(LandmarkController).exchange, window.get(Workspace).projects
    key = Qt.Key
    return (
        saved_as(window, qtbot, key.Key_E, CONTROL, window.get(ExportController).saved, folder / "head.ply"),
        saved_as(window, qtbot, key.Key_E, CONTROL | SHIFT, exchange.saved, folder / "landmarks.txt"),
        saved_as(window, qtbot, key.Key_S, CONTROL, projects.saved, folder / "demo.h3dproj"),
    )


def assert_evaluated_as_by_command(run: Path, out: Path) -> None:
    """The window's scores of `run` are those of the command line."""
    numbers = json.loads((run / "evaluation.json").read_text())
    assert main(["evaluate", str(demo_scan()), str(run / "mesh.ply"), "--out", str(out)]) == 0
    again = json.loads((out / "evaluation.json").read_text())
    assert numbers["strict"] == again["strict"]
    assert numbers["h3ds"] == again["h3ds"]


def assert_same_run(ours: Path, theirs: Path) -> None:
    """Same settings, same surface."""
    one, other = read_mesh(ours / "mesh.ply"), read_mesh(theirs / "mesh.ply")
    distance, _ = cKDTree(other.vertices).query(one.vertices)
    assert np.percentile(distance, 99) < 1.5  # Only the number of threads differs.
    settings = [json.loads((run / "run.json").read_text())["settings"] for run in (ours, theirs)]
    assert settings[0] == settings[1]


def test_the_whole_way(
    real_studio: Callable[..., Any],
    qtbot: QtBot,
    commanded_run: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = tmp_path / "run"
    window = opened(real_studio(), qtbot)
    reconstruct_and_watch(window, qtbot, run)
    mesh = window.context.page.view.mesh(RECONSTRUCTION)
    look_at_the_truth(window, qtbot)
    points = place_six(window, qtbot)
    align_and_evaluate(window, qtbot)
    exported, marks, project = save_all(window, qtbot, tmp_path)
    QTest.keyClick(active(window, qtbot), Qt.Key.Key_Q, CONTROL)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)

    back = read_mesh(exported)
    assert np.percentile(cKDTree(mesh.vertices).query(back.vertices)[0], 99) < 1.5  # It was cleaned.
    assert measure_defects(back).clean
    for name, index in read_landmarks(marks, len(mesh.vertices)).items():
        assert np.linalg.norm(mesh.vertices[index] - points[name]) < 3
    assert_evaluated_as_by_command(run, tmp_path / "again")
    assert_same_run(run, commanded_run)
    capsys.readouterr()

    second = real_studio()
    with qtbot.waitSignal(second.get(RunController).result_shown, timeout=LONG):
        second.open(project)
    restored = second.get(LandmarkController).landmarks.points(RECONSTRUCTION)
    assert list(restored) == list(H3DS_LANDMARKS)
    assert all(np.allclose(restored[name], points[name], atol=1e-6) for name in points)
