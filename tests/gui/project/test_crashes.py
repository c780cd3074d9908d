"""`kill -9` on a window in the middle of its work: the next one offers what was there, and it works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from h3dstudio.data.landmarks import H3DS_LANDMARKS
from h3dstudio.data.run_folder import RUN_FORMAT
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.log.panel import LogPanel
from h3dstudio.gui.features.progress.panel import ProgressPanel
from h3dstudio.gui.features.project.workspace import Workspace
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.features.timeline.controller import TimelineController
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.notes import Write, with_notes
from tests.gui.test_studio import answer, dialog, opened, started

Studio = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[3]


def crash(scan: Path, out: Path, mode: str) -> None:
    """Open a window on `scan`, let it work as `mode` says, and kill it."""
    environment = {**os.environ, "XDG_CONFIG_HOME": str(out.with_name("config"))}
    command = [sys.executable, "-m", "tests.gui.project.doomed_window", str(scan), str(out), mode]
    window = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert window.stdout is not None
    try:
        assert window.stdout.readline().strip() == "ready"
        workers = psutil.Process(window.pid).children(recursive=True)
    finally:
        window.kill()
        window.wait()
        window.stdout.close()
    _, left = psutil.wait_procs(workers, timeout=20)
    assert not left  # A worker whose window is gone ends by itself, its checkpoint written.


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path.with_name(f"{tmp_path.name}-state")


def test_annotations_survive(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path, state: Path
) -> None:
    crash(tiny_scan, tmp_path / "run", "annotating")
    window = studio()
    box = dialog(window, qtbot)
    assert tiny_scan.name in box.informativeText()
    with qtbot.waitSignal(window.get(Workspace).projects.arrived, timeout=10_000):
        answer(box, "recover")
    placed = window.get(LandmarkController).landmarks.points(RECONSTRUCTION)
    assert list(placed) == list(H3DS_LANDMARKS[:2])
    assert all(abs(np.linalg.norm(point) - 100) < 10 for point in placed.values())  # On the bumpy ball.
    assert window.get(ScanPanel).model.ticked == (0, 2)
    assert window.isWindowModified()
    window.close()
    answer(dialog(window, qtbot), "discard")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert not list(state.rglob("*.h3drecovery"))


def test_a_killed_run_is_offered_once_and_goes_on(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    crash(tiny_scan, tmp_path / "run", "training")
    window = studio(steps=30)
    box = dialog(window, qtbot)
    assert "unexpectedly" in box.text()
    assert "resumed from the last checkpoint" in box.informativeText()
    with qtbot.waitSignal(window.get(RunController).over, timeout=20_000):
        answer(box, "resume")
    assert window.get(RunController).state is RunState.DONE
    assert window.get(RunController).job.resume
    assert window.get(RunController).folder == tmp_path / "run"


def test_a_killed_run_without_a_checkpoint_says_that_it_starts_over(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    crash(tiny_scan, tmp_path / "run", "training")
    (tmp_path / "run" / "checkpoint.npz").unlink()
    recorded(tmp_path / "run", "running")
    window = studio(steps=30)
    box = dialog(window, qtbot)
    assert "started over" in box.informativeText()
    assert "checkpoint yet" in box.informativeText()
    assert box.findChild(QPushButton, "Answer_resume") is not None


def test_a_run_that_has_finished_is_never_offered_to_be_resumed(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    """The window died after the run's last word had been written, and before it could note it."""
    crash(tiny_scan, tmp_path / "run", "training")
    recorded(tmp_path / "run", "finished")
    record = (tmp_path / "run" / "run.json").read_bytes()
    window = studio(steps=30)
    box = dialog(window, qtbot)
    assert "has finished since" in box.informativeText()
    assert box.findChild(QPushButton, "Answer_resume") is None
    answer(box, "recover")
    qtbot.waitUntil(lambda: window.get(RunController).state is RunState.DONE, timeout=10_000)
    assert not window.get(RunController).resumable
    assert not window.context.actions["resume_run"].isEnabled()
    window.get(RunController).resume_last()
    assert window.get(RunController).state is RunState.DONE
    assert (tmp_path / "run" / "run.json").read_bytes() == record


def recorded(folder: Path, status: str) -> None:
    """Let the fake's folder say how the run in it stands, as a real one does."""
    (folder / "run.json").write_text(json.dumps({"format": RUN_FORMAT, "status": status}))


@pytest.mark.parametrize("choice", ["discard", "later"])
def test_what_is_not_wanted_goes_and_what_may_be_stays(
    studio: Studio, qtbot: QtBot, tmp_path: Path, state: Path, choice: str
) -> None:
    folder = state / "h3dstudio" / "recovery"
    folder.mkdir(parents=True)
    file = folder / "1.h3drecovery"
    file.write_text('{"format": "h3dstudio recovery", "version": 1, "sections": {}, "title": "head"}')
    window = studio()
    box = dialog(window, qtbot)
    answer(box, choice)
    if choice == "discard":
        qtbot.waitUntil(lambda: not file.exists())
    else:
        qtbot.wait(200)
        assert file.exists()


def test_work_of_a_scan_that_is_gone_is_kept_when_the_search_is_called_off(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path, state: Path
) -> None:
    crash(tiny_scan, tmp_path / "run", "annotating")
    tiny_scan.rename(tmp_path / "elsewhere")
    window = studio()
    answer(dialog(window, qtbot), "recover")
    qtbot.waitUntil(lambda: "not found" in dialog(window, qtbot).text(), timeout=10_000)
    QTest.keyClick(dialog(window, qtbot), Qt.Key.Key_Escape)
    qtbot.wait(800)
    assert len(list(state.rglob("*.h3drecovery"))) == 1


def test_a_window_that_runs_is_not_offered_to_another(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, state: Path
) -> None:
    first = opened(studio(), qtbot, tiny_scan)
    first.context.commands.do(Write(with_notes(first), "a"))
    qtbot.waitUntil(lambda: any(state.rglob("*.h3drecovery")), timeout=5000)
    second = studio()
    with pytest.raises(Exception, match="timed out"):
        dialog_within(second, qtbot, 1000)


def dialog_within(window: Any, qtbot: QtBot, milliseconds: int) -> None:
    from PySide6.QtWidgets import QMessageBox

    def there() -> bool:
        return any(box.isVisible() for box in window.findChildren(QMessageBox))

    qtbot.waitUntil(there, timeout=milliseconds)


def test_go_on_next_time_asks_once_and_shows_what_there_was(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, state: Path
) -> None:
    window = opened(studio(steps=5000, records=True), qtbot, tiny_scan)
    started(window, qtbot)
    qtbot.waitUntil(lambda: window.get(RunController).model.checkpoint is not None, timeout=10_000)
    window.close()
    assert "last checkpoint" in dialog(window, qtbot).informativeText()
    answer(dialog(window, qtbot), "later")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    assert window.get(RunController).state is RunState.INTERRUPTED
    (file,) = state.rglob("*.h3drecovery")
    left = json.loads(file.read_text())
    assert (left["running"], left["orderly"]) == (True, True)
    assert left["sections"]["run"]["status"] == "interrupted"
    as_of_a_gone_process(file)

    again = studio(steps=5000)
    box = dialog(again, qtbot)
    assert "unexpectedly" not in box.text() + box.informativeText()
    answer(box, "recover")
    qtbot.waitUntil(lambda: again.get(RunController).state is RunState.INTERRUPTED, timeout=10_000)
    qtbot.waitUntil(lambda: again.context.view.mesh(RECONSTRUCTION) is not None, timeout=10_000)
    assert again.get(TimelineController).count > 0
    assert again.get(ProgressPanel).state.text() == "Interrupted"
    assert again.context.actions["resume_run"].isEnabled()
    qtbot.wait(200)
    assert not any(one.isVisible() for one in again.findChildren(QMessageBox)), "it asks once"


def test_closing_before_the_first_checkpoint_says_that_it_starts_over(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = opened(studio(steps=5000, delay=0.6), qtbot, tiny_scan)
    started(window, qtbot)
    assert window.get(RunController).model.checkpoint is None
    window.close()
    assert "checkpoint yet" in dialog(window, qtbot).informativeText()
    answer(dialog(window, qtbot), "stay")


def as_of_a_gone_process(file: Path) -> None:
    """The window's process goes on, being the tests'; its file is to look as if it had ended."""
    left = json.loads(file.read_text())
    left["owner"]["begun"] = 1000.0
    file.write_text(json.dumps(left))


def test_the_signal_to_end_keeps_unsaved_work(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, state: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    window.context.commands.do(Write(with_notes(window), "a"))
    window.close_now()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    (file,) = state.rglob("*.h3drecovery")
    assert '"texts": [\n        "a"\n      ]' in file.read_text()


def test_a_recovery_folder_that_cannot_be_written_is_said_once(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, state: Path
) -> None:
    state.write_text("a file where the folder should be")
    window = opened(studio(), qtbot, tiny_scan)
    notes = with_notes(window)

    def said() -> int:
        return window.get(LogPanel).text.toPlainText().count("cannot be kept")

    window.context.commands.do(Write(notes, "a"))
    qtbot.waitUntil(lambda: said() > 0)
    window.context.commands.do(Write(notes, "b"))
    qtbot.wait(700)
    assert said() == 1
