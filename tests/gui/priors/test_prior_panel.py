"""The prior's panel in the whole window: heads on the stage, sliders, morphing, training; real workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QSlider, QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.priors.controller import PriorController
from h3dstudio.gui.features.priors.panel import PriorPanel
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice
from h3dstudio.gui.features.priors.training import TrainingController
from h3dstudio.gui.features.progress.panel import ProgressPanel
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.viewport.sink import PRIOR, RECONSTRUCTION
from tests.gui.fakes import FakeTraining, bumpy_sphere
from tests.unit.session.priors.test_prior_viewing import GROWTH, RADIUS, write_ball_prior

Studio = Callable[..., Any]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def balls(tmp_path: Path) -> Path:
    return write_ball_prior(tmp_path / "balls.h3dprior")


def size(window: Any) -> float:
    """mm, of the ball on the stage."""
    mesh = window.context.page.view.mesh(PRIOR)
    return 0.0 if mesh is None else float(np.linalg.norm(mesh.vertices, axis=1).mean())


def opened(window: Any, qtbot: QtBot, scan: Path) -> Any:
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(scan)
    return window


def shown(window: Any, qtbot: QtBot, prior: Path) -> Any:
    """Bring the panel to the front with Ctrl+P, and wait for the mean head."""
    window.get(PriorChoice).choose(str(prior))
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(
        lambda: window.get(DisplayController).on_stage and abs(size(window) - RADIUS) < 0.5, timeout=40_000
    )
    return window


def click_at(slider: QSlider, value: int) -> None:
    """Press the handle, move it to `value`, release it."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    style, control = slider.style(), QStyle.ComplexControl.CC_Slider
    handle = style.subControlRect(control, option, QStyle.SubControl.SC_SliderHandle, slider)
    groove = style.subControlRect(control, option, QStyle.SubControl.SC_SliderGroove, slider)
    part = (value - slider.value()) / (slider.maximum() - slider.minimum())
    end = handle.center() + QPoint(round(part * (groove.width() - handle.width())), 0)
    QTest.mousePress(slider, LEFT, pos=handle.center())
    QTest.mouseMove(slider, end)
    QTest.mouseRelease(slider, LEFT, pos=end)


def test_sliders_shape_the_head_on_the_stage_and_the_scan_comes_back(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, balls: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    window.context.page.view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    qtbot.waitUntil(lambda: not window.context.page.view.camera_controller.waits, timeout=5000)
    qtbot.wait(200)
    window.context.page.view.plotter.camera.Azimuth(30)
    before = np.array(window.context.page.view.plotter.camera.position)
    shown(window, qtbot, balls)
    assert window.context.page.stage_bar.isVisible()
    assert not window.context.actions["reconstruction"].isEnabled()
    layers = window.context.page.view._layers
    assert layers[PRIOR].visible
    assert not layers[RECONSTRUCTION].visible
    heads = window.get(PriorPanel).heads
    click_at(heads.sliders[0], 40)
    moved = heads.sliders[0].value() / 20
    assert moved == pytest.approx(2.0, abs=0.2)
    assert heads.values[0].text().startswith("+")
    qtbot.waitUntil(lambda: abs(size(window) - RADIUS - GROWTH * moved) < 0.5, timeout=10_000)
    QTest.keyClick(heads.sliders[0], Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: abs(size(window) - RADIUS + 3 * GROWTH) < 0.5, timeout=10_000)
    QTest.mouseClick(heads.mean, LEFT)
    qtbot.waitUntil(lambda: abs(size(window) - RADIUS) < 0.5, timeout=10_000)
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.get(DisplayController).on_stage, timeout=5000)
    assert layers[RECONSTRUCTION].visible
    assert not layers[PRIOR].visible
    assert not window.context.page.stage_bar.isVisible()
    np.testing.assert_allclose(window.context.page.view.plotter.camera.position, before, rtol=1e-6)


def test_facts_of_the_prior_in_use(studio: Studio, qtbot: QtBot, balls: Path, tmp_path: Path) -> None:
    window = shown(studio(), qtbot, balls)  # Without a scan, too.
    values = window.get(PriorPanel).values
    qtbot.waitUntil(lambda: values["Components"].text() == "12", timeout=10_000)
    assert values["Learned from"].text() == "7 heads of balls"
    assert "0.50" in values["Unseen heads"].text()
    assert values["Licence"].text() == "MIT License"
    assert window.get(ReconstructPanel).settings.prior == str(balls)
    assert not window.context.actions["back_to_scan"].isEnabled()
    other = write_ball_prior(tmp_path / "few.h3dprior", components=3)
    window.get(PriorChoice).choose(str(other))
    qtbot.waitUntil(lambda: values["Components"].text() == "3", timeout=40_000)
    assert [slider.isVisible() for slider in window.get(PriorPanel).heads.sliders] == [True] * 3 + [False] * 7


def test_a_damaged_prior_is_told_in_the_panel(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    window = studio()
    (tmp_path / "bad.h3dprior").write_bytes(b"nothing")
    window.get(PriorChoice).choose(str(tmp_path / "bad.h3dprior"))
    window.context.actions["prior"].trigger()
    problem = window.get(PriorPanel).problem
    qtbot.waitUntil(lambda: problem.isVisible() and "no head prior" in problem.text(), timeout=40_000)


def test_the_way_between_a_fitted_head_and_the_mean(
    studio: Studio, qtbot: QtBot, balls: Path, tmp_path: Path
) -> None:
    window = shown(studio(), qtbot, balls)
    run = tmp_path / "my run"
    run.mkdir()
    np.savez(run / "checkpoint.npz", latent=np.array([2.0], dtype=np.float32))
    window.get(PriorController).put_fitted(1, run)
    heads = window.get(PriorPanel).heads
    qtbot.waitUntil(lambda: abs(size(window) - RADIUS - 2 * GROWTH) < 0.5, timeout=10_000)
    assert heads.ends[1].currentText() == "my run"
    assert heads.morph.value() == 100
    click_at(heads.morph, 50)
    part = heads.morph.value() / 100
    assert part == pytest.approx(0.5, abs=0.05)
    qtbot.waitUntil(lambda: abs(size(window) - RADIUS - 2 * GROWTH * part) < 0.5, timeout=10_000)
    assert heads.sliders[0].value() == pytest.approx(40 * part, abs=1)


def test_a_folder_without_a_fitted_head_is_explained(
    studio: Studio, qtbot: QtBot, balls: Path, tmp_path: Path
) -> None:
    window = shown(studio(), qtbot, balls)
    window.get(PriorController).put_fitted(0, tmp_path)
    qtbot.waitUntil(lambda: any(box.isVisible() for box in window.findChildren(QMessageBox)), timeout=10_000)
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    assert "such as h3d-grid" in box.informativeText()
    box.close()


def test_a_prior_is_trained_in_the_window(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, balls: Path, tmp_path: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    shown(window, qtbot, balls)
    window.get(TrainingController).make_job = FakeTraining
    page = window.get(PriorPanel).training
    window.get(PriorPanel).tabs.setCurrentIndex(1)
    assert not page.start.isEnabled()
    assert "choose a population" in page.start.toolTip()
    QTest.keyClicks(page.population, str(tmp_path))
    QTest.keyClicks(page.out, str(tmp_path / "mine"))
    page.heads.setValue(30)
    page.family.setCurrentIndex(page.family.findData("autodecoder"))
    assert page.preset.isVisible()
    page.family.setCurrentIndex(page.family.findData("linear"))
    with qtbot.waitSignal(window.get(RunController).other_mesh, timeout=20_000):
        QTest.mouseClick(page.start, LEFT)
    assert window.get(DisplayController).on_stage
    assert not page.start.isVisible()
    assert not window.get(ReconstructPanel).cancel.isVisible()
    qtbot.waitUntil(lambda: window.get(RunController).state is RunState.RUNNING)
    qtbot.waitUntil(lambda: window.get(ProgressPanel).state.text() == "Learning a prior", timeout=5000)
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert window.get(RunController).state is RunState.PAUSED
    QTest.keyClick(window, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: "Unseen heads" in page.state.text(), timeout=10_000)
    with qtbot.waitSignal(window.get(RunController).over, timeout=20_000):
        QTest.keyClick(window, Qt.Key.Key_F7)
    assert window.get(RunController).state is RunState.DONE_EARLY
    assert (tmp_path / "mine.h3dprior").is_file()
    assert str(tmp_path / "mine.h3dprior") in window.get(PriorChoice).known()
    assert window.get(PriorChoice).path == str(balls)  # What reconstructs is the user's choice.
    # A second time: the file is there.
    QTest.mouseClick(page.start, LEFT)
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    assert "mine.h3dprior" in box.text()
    box.close()
    assert not window.get(RunController).state.active


def test_an_interrupted_training_can_be_gone_on_with(
    studio: Studio, qtbot: QtBot, balls: Path, tmp_path: Path
) -> None:
    window = shown(studio(), qtbot, balls)
    window.get(TrainingController).make_job = FakeTraining
    page = window.get(PriorPanel).training
    page.population.setText(str(tmp_path))
    page.out.setText(str(tmp_path / "mine.h3dprior"))
    (tmp_path / "mine.h3dprior.training").mkdir()
    window.get(TrainingController).start()
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    button = next(one for one in box.buttons() if one.objectName() == "Answer_resume")
    with qtbot.waitSignal(window.get(RunController).logged, timeout=20_000) as told:
        QTest.mouseClick(button, LEFT)
    assert told.args[0].startswith("Going on")
    with qtbot.waitSignal(window.get(RunController).over, timeout=20_000):
        QTest.keyClick(window, Qt.Key.Key_F8)
    assert window.get(RunController).state is RunState.CANCELLED
    assert window.get(RunController).resumable


def test_out_of_sight_the_worker_is_given_back(studio: Studio, qtbot: QtBot, balls: Path) -> None:
    window = shown(studio(), qtbot, balls)
    window.get(PriorController)._idle.setInterval(50)
    window.context.docks.raise_("Reconstruct")
    qtbot.waitUntil(lambda: window.get(PriorController)._viewer is None, timeout=15_000)
    window.context.actions["prior"].trigger()
    window.get(PriorPanel).heads.moved.emit(0, 1.0)
    qtbot.waitUntil(lambda: abs(size(window) - RADIUS - GROWTH) < 0.5, timeout=40_000)


def test_a_scan_that_is_opened_takes_the_stage_back(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, balls: Path
) -> None:
    window = shown(studio(), qtbot, balls)
    opened(window, qtbot, tiny_scan)
    qtbot.waitUntil(
        lambda: not window.get(DisplayController).on_stage and not window.get(PriorPanel).in_sight,
        timeout=5000,
    )
    assert window.get(ReconstructPanel).start.isEnabled()


def test_closing_while_a_prior_is_trained_asks_in_its_own_words(
    studio: Studio, qtbot: QtBot, balls: Path, tmp_path: Path
) -> None:
    window = shown(studio(), qtbot, balls)
    window.get(TrainingController).make_job = FakeTraining
    window.get(PriorPanel).training.population.setText(str(tmp_path))
    window.get(PriorPanel).training.out.setText(str(tmp_path / "mine.h3dprior"))
    with qtbot.waitSignal(window.get(RunController).other_mesh, timeout=20_000):
        window.get(TrainingController).start()
    window.close()
    assert window.isVisible()
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    assert "training of the prior" in box.text()
    button = next(one for one in box.buttons() if one.objectName() == "Answer_finish")
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    assert (tmp_path / "mine.h3dprior").is_file()
