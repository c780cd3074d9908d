"""A user's first five minutes: open the demo scan, press Start, watch, export; a worker that is killed."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from scipy.spatial import cKDTree

from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.gui.run_model import RunState
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from tests.gui.test_studio import answer, dialog, started

Studio = Callable[..., Any]
LONG = 120_000  # Milliseconds: a busy machine's patience; the run itself takes a few seconds.
pytestmark = pytest.mark.timeout(400)


def opened(window: Any, qtbot: QtBot) -> Any:
    """The demo scan by its key, its list of 3 views ticked."""
    with qtbot.waitSignal(window.scans.opened, timeout=20_000):
        QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(window.scan_panel.views_changed, timeout=5000, raising=False):
        row = window.scan_panel.lists.findData("3")
        window.scan_panel.lists.setCurrentIndex(row)
        window.scan_panel.lists.activated.emit(row)
    assert len(window.scan_panel.model.ticked) == 3
    return window


def test_open_start_watch_export(real_studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(real_studio(), qtbot)
    meshes: list[Any] = []
    window.runs.mesh_shown.connect(meshes.append)
    with qtbot.waitSignal(window.runs.summed_up, timeout=LONG):
        started(window, qtbot)
        assert window.runs.state is RunState.RUNNING
        camera = np.array(window.page.view.plotter.camera.focal_point)
    assert window.runs.state is RunState.DONE
    assert len(meshes) >= 3  # Streamed ones, then the result.
    assert len({len(mesh.vertices) for mesh in meshes}) > 1

    written = read_mesh(tmp_path / "run" / "mesh.ply")
    shown = window.page.view.mesh(RECONSTRUCTION)
    assert np.array_equal(shown.faces, written.faces)
    assert (shown.colors is None) == (written.colors is None)
    assert np.linalg.norm(np.array(window.page.view.plotter.camera.focal_point) - camera) < 60
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "finished"
    assert {"photo loss", "silhouette mm", "moved mm"} <= set(window.runs.model.curves)

    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    chooser = window.findChild(QFileDialog)
    with qtbot.waitSignal(window.exports.saved, timeout=20_000):
        chooser.fileSelected.emit(str(tmp_path / "head.ply"))
    chooser.close()
    back = read_mesh(tmp_path / "head.ply")
    assert np.array_equal(back.faces, shown.faces)
    assert np.allclose(back.vertices, shown.vertices, atol=1e-3)

    with qtbot.waitActive(window, timeout=20_000):
        window.activateWindow()  # The dialog had the keyboard.
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.page.view.mesh(GROUND_TRUTH) is not None, timeout=20_000)
    distance, _ = cKDTree(shown.vertices).query(window.page.view.mesh(GROUND_TRUTH).vertices)
    assert np.median(distance) < 4  # One frame, in mm: the reconstruction lies where the truth does.


def test_a_killed_worker_is_resumed_from_the_dialog(
    real_studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(real_studio(), qtbot)
    checkpoint = tmp_path / "run" / "checkpoint.npz"
    started(window, qtbot)
    qtbot.waitUntil(checkpoint.exists, timeout=LONG)
    pid = window.supervisor.pid
    os.kill(pid, signal.SIGKILL)
    box = dialog(window, qtbot)
    assert window.runs.state is RunState.FAILED
    assert "What to do" in box.informativeText()
    assert "Traceback" not in box.informativeText()
    assert not psutil.pid_exists(pid)
    with qtbot.waitSignal(window.runs.summed_up, timeout=LONG):
        answer(box, "resume")
    assert window.runs.state is RunState.DONE
    assert window.runs.folder == tmp_path / "run"
    assert read_mesh(tmp_path / "run" / "mesh.ply").faces.shape[0] > 1000
    assert window.page.view.mesh(RECONSTRUCTION) is not None


def test_pause_holds_the_trainer_and_finish_now_keeps_its_mesh(
    real_studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(real_studio("standard"), qtbot)
    started(window, qtbot)
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert window.runs.state is RunState.PAUSED
    process = psutil.Process(window.supervisor.pid)

    def rests() -> bool:
        before = process.cpu_times()
        qtbot.wait(700)
        return process.cpu_times().user - before.user < 0.2

    qtbot.waitUntil(rests, timeout=LONG)  # A depth search is gone through first.
    QTest.keyClick(window, Qt.Key.Key_F6)
    with qtbot.waitSignal(window.runs.summed_up, timeout=LONG):
        QTest.keyClick(window, Qt.Key.Key_F7)
    assert window.runs.state is RunState.DONE_EARLY
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "finished early"
    assert window.page.view.mesh(RECONSTRUCTION) is not None
