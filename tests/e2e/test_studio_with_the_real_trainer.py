"""Runs of the real trainer that do not go straight to their end: killed and resumed, paused, finished now."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.test_studio import answer, dialog, started
from tests.unit.data.solid_scan import write_solid_scan

Studio = Callable[..., Any]
LONG = 400_000  # Milliseconds: a busy machine's patience; the run itself takes half a minute.
pytestmark = pytest.mark.timeout(900)


def opened(window: Any, qtbot: QtBot) -> Any:
    """The demo scan by its key, its list of 3 views ticked."""
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=20_000):
        QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    row = window.get(ScanPanel).lists.findData("3")
    window.get(ScanPanel).lists.setCurrentIndex(row)
    window.get(ScanPanel).lists.activated.emit(row)
    qtbot.waitUntil(lambda: len(window.get(ScanPanel).model.ticked) == 3)
    return window


def test_a_killed_worker_is_resumed_from_the_dialog(
    real_studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(real_studio(), qtbot)
    checkpoint = tmp_path / "run" / "checkpoint.npz"
    started(window, qtbot)
    qtbot.waitUntil(checkpoint.exists, timeout=LONG)
    pid = window.context.supervisor.pid
    os.kill(pid, signal.SIGKILL)
    box = dialog(window, qtbot)
    assert window.get(RunController).state is RunState.FAILED
    assert "What to do" in box.informativeText()
    assert "Traceback" not in box.informativeText()
    assert not psutil.pid_exists(pid)
    with qtbot.waitSignal(window.get(RunController).summed_up, timeout=LONG):
        answer(box, "resume")
    assert window.get(RunController).state is RunState.DONE
    assert window.get(RunController).folder == tmp_path / "run"
    assert read_mesh(tmp_path / "run" / "mesh.ply").faces.shape[0] > 1000
    assert window.context.page.view.mesh(RECONSTRUCTION) is not None


def test_pause_holds_the_trainer_and_finish_now_keeps_its_mesh(
    real_studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(real_studio("standard"), qtbot)
    started(window, qtbot)
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert window.get(RunController).state is RunState.PAUSED
    process = psutil.Process(window.context.supervisor.pid)

    def rests() -> bool:
        before = process.cpu_times()
        qtbot.wait(700)
        return process.cpu_times().user - before.user < 0.2

    qtbot.waitUntil(rests, timeout=LONG)  # A depth search is gone through first.
    QTest.keyClick(window, Qt.Key.Key_F6)
    with qtbot.waitSignal(window.get(RunController).summed_up, timeout=LONG):
        QTest.keyClick(window, Qt.Key.Key_F7)
    assert window.get(RunController).state is RunState.DONE_EARLY
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "finished early"
    assert window.context.page.view.mesh(RECONSTRUCTION) is not None


def test_contradicted_cameras_are_named_and_can_be_trusted(
    real_studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    window = real_studio()
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=20_000):
        window.open(write_solid_scan(tmp_path / "wrong", (0, 3, 2, 1)))
    QTest.mouseClick(window.get(ReconstructPanel).start, Qt.MouseButton.LeftButton)
    box = dialog(window, qtbot)
    assert "the cameras of views 1 and 3 are exchanged" in box.informativeText()
    assert not (tmp_path / "run").exists()
    with qtbot.waitSignal(window.get(RunController).summed_up, timeout=LONG):
        answer(box, "trust")
    assert window.get(RunController).state is RunState.DONE
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["status"] == "finished"
    told = (tmp_path / "run" / "events.jsonl").read_text()
    assert "the cameras of views 1 and 3 are exchanged" in told
