"""The whole window with real mouse and keys, and a worker process that really is one."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.export.controller import ExportController
from h3dstudio.gui.features.log.panel import LogPanel
from h3dstudio.gui.features.progress.panel import ProgressPanel
from h3dstudio.gui.features.project.welcome import WelcomePage
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from tests.gui.fakes import ContradictedReconstruction

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "h3ds_sample"
Studio = Callable[..., Any]
LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")


def opened(window: Any, qtbot: QtBot, scan: Path) -> Any:
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(scan)
    return window


def started(window: Any, qtbot: QtBot) -> None:
    """Press Start, once it is where it will be, and wait for the first mesh."""
    start = window.get(ReconstructPanel).start
    qtbot.waitUntil(lambda: window.childAt(start.mapTo(window, start.rect().center())) is start)
    with qtbot.waitSignal(window.get(RunController).mesh_shown, timeout=20_000):
        QTest.mouseClick(start, LEFT)


def dialog(window: Any, qtbot: QtBot) -> QMessageBox:
    def there() -> bool:
        return any(box.isVisible() for box in window.findChildren(QMessageBox))

    qtbot.waitUntil(there, timeout=10_000)
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())


def answer(box: QMessageBox, key: str) -> None:
    button = next(one for one in box.buttons() if one.objectName() == f"Answer_{key}")
    QTest.mouseClick(button, LEFT)


def drop(window: Any, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at, copy = QPoint(400, 300), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at, copy, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    event = QDropEvent(QPointF(at), copy, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, event)


def test_empty_state_offers_a_way_in(studio: Studio) -> None:
    window = studio()
    assert window.get(WelcomePage).isVisible()
    assert not window.context.actions["start"].isEnabled()
    assert not window.context.actions["export"].isEnabled()
    assert window.context.actions["open"].isEnabled()


def test_a_dropped_folder_opens(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = studio()
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        drop(window, tiny_scan)
    assert window.context.page.isVisible()
    assert window.get(ScanPanel).isVisible()
    assert window.get(ScanPanel).model.rowCount() == 4
    model = window.get(ScanPanel).model
    decoration = Qt.ItemDataRole.DecorationRole
    qtbot.waitUntil(lambda: all(model.index(row).data(decoration) is not None for row in range(4)))
    assert window.windowTitle().startswith(tiny_scan.name)


def test_open_dialog_takes_a_folder(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = studio()
    QTest.mouseClick(window.get(WelcomePage).open, LEFT)
    chooser = window.findChild(QFileDialog)
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        chooser.fileSelected.emit(str(tiny_scan))
    chooser.close()
    assert window.get(ScanController).recent() == [tiny_scan]


@pytest.mark.parametrize("kind", ["empty", "missing", "file"])
def test_a_wrong_folder_is_explained(studio: Studio, qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    window = studio()
    wrong = tmp_path / "holiday"
    if kind == "empty":
        wrong.mkdir()
    elif kind == "file":
        wrong.write_text("no scan")
    drop(window, wrong)
    box = dialog(window, qtbot)
    text = box.informativeText().replace("<wbr>", "")
    assert str(wrong) in text
    assert "What to do" in text
    assert "Traceback" not in text + box.detailedText()
    answer(box, "close")
    assert window.get(WelcomePage).isVisible()


def test_a_run_from_start_to_done_with_mouse_alone(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    held.touch()
    window = opened(studio(steps=40, held=held), qtbot, tiny_scan)
    with qtbot.waitSignal(window.get(RunController).over, timeout=30_000):
        started(window, qtbot)
        assert window.get(RunController).state.active
        assert window.context.actions["cancel"].isEnabled()
        assert not window.get(ReconstructPanel).form.fields["quality"].widget.isEnabled()
        held.unlink()
    assert window.get(RunController).state is RunState.DONE
    qtbot.waitUntil(lambda: not window.context.tasks.busy, timeout=5000)
    written = read_mesh(tmp_path / "run" / "mesh.ply")
    assert len(window.context.page.view.mesh(RECONSTRUCTION).vertices) == len(written.vertices)
    assert window.get(ProgressPanel).state.text() == "Done"
    assert "loss_color" in window.get(RunController).model.curves
    assert window.get(ReconstructPanel).start.isVisible()


def test_keys_pause_resume_and_finish(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(steps=5000, delay=0.01), qtbot, tiny_scan)
    with qtbot.waitSignal(window.get(RunController).mesh_shown, timeout=20_000):
        QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.get(RunController).state is RunState.RUNNING)
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert window.get(RunController).state is RunState.PAUSED
    assert window.context.actions["pause"].iconText().strip() == "Resume"

    def rests() -> bool:
        before = window.get(RunController).model.progress.done
        qtbot.wait(400)
        return window.get(RunController).model.progress.done == before

    qtbot.waitUntil(rests)
    done = window.get(RunController).model.progress.done
    QTest.keyClick(window, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: window.get(RunController).model.progress.done > done, timeout=5000)
    with qtbot.waitSignal(window.get(RunController).over, timeout=10_000):
        QTest.keyClick(window, Qt.Key.Key_F7)
    assert window.get(RunController).state is RunState.DONE_EARLY
    assert window.get(ProgressPanel).state.text() != "Done"


def test_cancel_looks_cancelled_and_another_run_can_start(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = opened(studio(steps=5000), qtbot, tiny_scan)
    started(window, qtbot)
    with qtbot.waitSignal(window.get(RunController).over, timeout=10_000):
        QTest.mouseClick(window.get(ReconstructPanel).cancel, LEFT)
    assert window.get(RunController).state is RunState.CANCELLED
    assert window.get(ProgressPanel).state.text() == "Cancelled"
    assert window.context.actions["start"].isEnabled()
    started(window, qtbot)
    assert window.get(RunController).state.active


def test_killing_the_worker_is_explained_and_resumed(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(steps=5000, delay=0.02), qtbot, tiny_scan)
    started(window, qtbot)
    qtbot.waitUntil(lambda: window.get(RunController).model.checkpoint is not None, timeout=10_000)
    pid = window.context.supervisor.pid
    os.kill(pid, signal.SIGKILL)
    box = dialog(window, qtbot)
    assert window.get(RunController).state is RunState.FAILED
    assert "SIGKILL" in box.informativeText()
    assert "What to do" in box.informativeText()
    with qtbot.waitSignal(window.get(RunController).mesh_shown, timeout=20_000):
        answer(box, "resume")
    assert window.get(RunController).state.active
    assert window.get(RunController)._job.resume
    assert window.context.supervisor.pid != pid


def test_a_worker_that_dies_before_its_first_checkpoint_can_be_started_again(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = opened(studio(steps=50, die_at=1), qtbot, tiny_scan)
    QTest.mouseClick(window.get(ReconstructPanel).start, LEFT)
    box = dialog(window, qtbot)
    assert {button.objectName() for button in box.buttons()} >= {"Answer_start", "Answer_close"}
    answer(box, "close")
    assert window.context.actions["start"].isEnabled()
    assert not window.context.actions["resume_run"].isEnabled()


def test_a_failing_job_shows_its_message_and_the_log_has_the_traceback(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = opened(studio(fail_at=2), qtbot, tiny_scan)
    QTest.mouseClick(window.get(ReconstructPanel).start, LEFT)
    box = dialog(window, qtbot)
    assert "told to fail" in box.informativeText()
    answer(box, "close")
    window.get(LogPanel).level.setCurrentIndex(0)
    assert "Traceback" in window.get(LogPanel).text.toPlainText()


def test_contradicted_cameras_stop_a_run_and_can_be_trusted(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    window.get(RunController).make_job = ContradictedReconstruction
    QTest.mouseClick(window.get(ReconstructPanel).start, LEFT)
    box = dialog(window, qtbot)
    assert "The cameras are exchanged" in box.informativeText()
    assert "Exchange them" in box.informativeText()
    assert box.defaultButton().objectName() == "Answer_close"
    with qtbot.waitSignal(window.get(RunController).mesh_shown, timeout=20_000):
        answer(box, "trust")
    assert window.get(RunController)._job.trust_cameras


@pytest.mark.parametrize("choice", ["finish", "discard", "wait"])
def test_closing_in_the_middle_asks_and_leaves_nothing(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path, choice: str
) -> None:
    held = tmp_path / "held"  # or it might have ended before it is closed
    held.touch()
    steps, until = (10, held) if choice == "wait" else (5000, None)
    window = opened(studio(steps=steps, held=until), qtbot, tiny_scan)
    started(window, qtbot)
    pid = window.context.supervisor.pid
    window.close()
    assert window.isVisible()
    answer(dialog(window, qtbot), choice)
    held.unlink()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    assert window.context.supervisor.isFinished()
    assert not psutil.pid_exists(pid)
    assert not psutil.Process().children(recursive=True)
    assert (tmp_path / "run" / "mesh.ply").exists() is (choice != "discard")


def test_closing_can_be_called_off(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(steps=5000), qtbot, tiny_scan)
    started(window, qtbot)
    window.close()
    QTest.keyClick(dialog(window, qtbot), Qt.Key.Key_Escape)
    qtbot.wait(100)
    assert window.isVisible()
    assert window.get(RunController).state.active


def test_another_scan_is_refused_while_running(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(steps=5000), qtbot, tiny_scan)
    started(window, qtbot)
    drop(window, tiny_scan)
    answer(dialog(window, qtbot), "close")
    assert window.get(RunController).state.active


@pytest.mark.parametrize("suffix", [".ply", ".obj", ".stl", ".glb"])
def test_export_and_read_back(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path, suffix: str
) -> None:
    window = opened(studio(steps=8, delay=0.0), qtbot, tiny_scan)
    with qtbot.waitSignal(window.get(RunController).over, timeout=20_000):
        started(window, qtbot)
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    chooser = window.findChild(QFileDialog)
    path = tmp_path / f"head{suffix}"
    with qtbot.waitSignal(window.get(ExportController).saved, timeout=10_000):
        chooser.fileSelected.emit(str(path))
    chooser.close()
    shown, back = window.context.page.view.mesh(RECONSTRUCTION), read_mesh(path)
    assert len(back.faces) == len(shown.faces)
    assert np.allclose(back.triangles.mean(axis=(0, 1)), shown.triangles.mean(axis=(0, 1)), atol=1e-2)
    assert np.allclose(np.ptp(back.vertices, axis=0), np.ptp(shown.vertices, axis=0), atol=1e-3)


def test_export_that_cannot_be_written_is_explained(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(steps=3, delay=0.0), qtbot, tiny_scan)
    with qtbot.waitSignal(window.get(RunController).over, timeout=20_000):
        started(window, qtbot)
    (tmp_path / "nowhere").touch()
    window.get(ExportController).save(tmp_path / "nowhere" / "head.ply")
    box = dialog(window, qtbot)
    assert "nowhere" in box.informativeText()
    answer(box, "close")
    window.get(ExportController).save(tmp_path / "head.step")
    box = dialog(window, qtbot)
    assert "the format .step is not written" in box.informativeText().lower()
    answer(box, "close")


def test_ground_truth_is_read_when_wanted_and_can_be_hidden(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    assert window.context.page.view.mesh(GROUND_TRUTH) is None
    button = next(
        one
        for one in window.context.page.findChildren(QToolButton)
        if one.defaultAction() is window.context.actions["ground_truth"]
    )
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: window.context.page.view.mesh(GROUND_TRUTH) is not None, timeout=5000)
    truth = read_mesh(window.get(ScanController).current.scan.ground_truth)
    assert np.array_equal(window.context.page.view.mesh(GROUND_TRUTH).faces, truth.faces)
    QTest.mouseClick(button, LEFT)
    assert not window.context.page.view._layers[GROUND_TRUTH].visible


def test_a_broken_ground_truth_is_explained(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    window.get(ScanController).current.scan.ground_truth.write_text("v 1 2\nf 1 2 3\n")
    window.context.actions["ground_truth"].trigger()
    answer(dialog(window, qtbot), "close")
    assert not window.context.actions["ground_truth"].isChecked()


def test_looking_through_a_photo_and_out_again(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    gallery = window.get(ScanPanel).gallery
    middle = gallery.visualRect(window.get(ScanPanel).model.index(2)).center()
    QTest.mouseClick(gallery.viewport(), LEFT, pos=middle)
    QTest.mouseDClick(gallery.viewport(), LEFT, pos=middle)
    assert window.get(DisplayController).photo == window.get(ScanPanel).model.views[2].index
    assert window.context.page.photo_bar.isVisible()
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    assert "photo" in window.context.page.view.plotter.renderer.actors
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.get(DisplayController).photo is None
    assert not window.context.page.photo_bar.isVisible()


def test_dragging_turns_the_head(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(steps=3, delay=0.0), qtbot, tiny_scan)
    with qtbot.waitSignal(window.get(RunController).over, timeout=20_000):
        started(window, qtbot)
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    view = window.context.page.view.plotter
    QTest.keyClick(window, Qt.Key.Key_R)
    before = np.array(view.camera.position)
    middle = view.rect().center()
    QTest.mousePress(view, LEFT, pos=middle)
    for step in range(1, 8):
        QTest.mouseMove(view, middle + type(middle)(12 * step, 0))
        qtbot.wait(10)
    QTest.mouseRelease(view, LEFT, pos=middle + type(middle)(84, 0))
    after = np.array(view.camera.position)
    assert np.linalg.norm(after - before) > 20
    QTest.keyClick(window, Qt.Key.Key_R)
    assert np.allclose(view.camera.position, before, atol=1e-6)


def test_settings_reach_the_job(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(steps=2, delay=0.0), qtbot, tiny_scan)
    panel = window.get(ReconstructPanel)
    quality, seed = (panel.form.fields[name].widget for name in ("quality", "seed"))
    quality.setFocus()
    QTest.keyClick(quality, Qt.Key.Key_Up)
    seed.setFocus()
    seed.selectAll()
    QTest.keyClicks(seed, "42")
    window.get(ScanPanel).model.tick((1, 3))
    with qtbot.waitSignal(window.get(RunController).over, timeout=20_000):
        started(window, qtbot)
    job = window.get(RunController)._job
    assert job.settings.quality == "draft"
    assert job.settings.seed == 42
    assert job.views == "1,3,"
    assert job.scan == tiny_scan


def test_theme_changes_everything_and_is_remembered(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    from PySide6.QtCore import QSettings

    window = opened(studio(), qtbot, tiny_scan)
    window.context.actions["theme_light"].trigger()
    light = window.palette().window().color().lightness()
    window.context.actions["theme_dark"].trigger()
    assert window.palette().window().color().lightness() < light - 100
    assert QSettings().value("theme") == "dark"
    window.context.actions["theme_system"].trigger()


def test_an_uncaught_exception_becomes_a_dialog(
    studio: Studio, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    from h3dstudio.gui.app import install_hooks

    window = studio()
    before = sys.excepthook
    try:
        install_hooks(window)
        error = RuntimeError("a defect")
        sys.excepthook(RuntimeError, error, None)
        box = dialog(window, qtbot)
        assert "a defect" in box.informativeText()
        assert "RuntimeError" in box.detailedText()
        answer(box, "close")
    finally:
        sys.excepthook = before


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample scans are not beside the repository")
def test_the_sample_dataset_opens_with_its_lists_and_scans(studio: Studio, qtbot: QtBot) -> None:
    window = opened(studio(), qtbot, SAMPLE)
    panel = window.get(ScanPanel)
    assert len(panel.scans.folders) == 2
    assert panel.scans.currentItem().text(0) == "3 views"
    assert panel.model.rowCount() == 66
    assert panel.model.ticked == (0, 8, 58)
    assert [panel.lists.itemData(row) for row in range(panel.lists.count())][:4] == ["1", "3", "4", "8"]
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        panel.scans.scrollToItem(panel.scans.topLevelItem(1))
        place = panel.scans.visualItemRect(panel.scans.topLevelItem(1)).center()
        QTest.mouseClick(panel.scans.viewport(), LEFT, pos=place)
    panel.scans.setFocus()
    QTest.keyClick(panel.scans, Qt.Key.Key_Up)
    QTest.keyClick(panel.scans, Qt.Key.Key_Down)
    QTest.keyClick(panel.scans, Qt.Key.Key_Down)
    QTest.keyClick(panel.scans, Qt.Key.Key_Return)
    assert panel.lists.currentData() == panel.scans.currentItem().data(0, Qt.ItemDataRole.UserRole)
    assert window.get(ScanController).current.scan.name == "5a3c0e11d2b47f02"
