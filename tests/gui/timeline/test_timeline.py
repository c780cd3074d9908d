"""The timeline in the real window: what was streamed is seen again, played, compared, made a film of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.timeline import films
from h3dstudio.gui.features.timeline.controller import TimelineController
from h3dstudio.gui.features.timeline.films import FilmController
from h3dstudio.gui.viewport.sink import COMPARED, RECONSTRUCTION, DisplayMode
from tests.gui.test_studio import answer, dialog

Studio = Callable[..., Any]
KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> Any:
    """A window whose run has ended."""
    window = studio(steps=40, delay=0.1)
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(tiny_scan)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=30_000):
        QTest.keyClick(window, KEY.Key_F5)
    assert window.get(TimelineController).count >= 3
    return window


def shows(window: Any, place: int) -> bool:
    """Whether the very mesh at `place` is on screen."""
    return (
        window.context.page.view.mesh(RECONSTRUCTION)
        is window.get(TimelineController).timeline.frames[place].mesh
    )


def test_keys_and_mouse_go_through_what_was_streamed(window: Any, qtbot: QtBot) -> None:
    slider, last = window.context.page.timeline_bar.slider, window.get(TimelineController).count - 1
    assert slider.isVisible()
    assert (slider.value(), slider.maximum()) == (last, last)
    assert "Result" in window.context.page.timeline_bar.label.text()
    QTest.keyClick(window, KEY.Key_Comma)
    qtbot.waitUntil(lambda: shows(window, last - 1))
    slider.setFocus()
    QTest.keyClick(slider, KEY.Key_Home)
    qtbot.waitUntil(lambda: shows(window, 0))
    assert "Step" in window.context.page.timeline_bar.label.text()
    QTest.keyClick(window, KEY.Key_Period)
    qtbot.waitUntil(lambda: shows(window, 1))
    QTest.keyClick(window, KEY.Key_Period, CONTROL)
    qtbot.waitUntil(lambda: shows(window, last))


def test_it_plays_to_the_end_and_stops(window: Any, qtbot: QtBot) -> None:
    play = window.context.actions["timeline_play"]
    QTest.keyClick(window, KEY.Key_Space, CONTROL)
    assert play.isChecked()
    qtbot.waitUntil(lambda: window.context.page.timeline_bar.slider.value() == 2, timeout=10_000)
    qtbot.waitUntil(lambda: not play.isChecked(), timeout=20_000)
    qtbot.waitUntil(lambda: shows(window, -1))


def test_two_meshes_are_compared_side_by_side_and_as_a_map(window: Any, qtbot: QtBot) -> None:
    view, desk = window.context.page.view, window.get(TimelineController)
    assert not window.context.actions["compare_beside"].isEnabled()
    desk.go(0)
    qtbot.waitUntil(lambda: shows(window, 0))
    QTest.keyClick(window, KEY.Key_Q)
    desk.latest()
    qtbot.waitUntil(lambda: shows(window, -1))
    QTest.keyClick(window, KEY.Key_Q, SHIFT)
    qtbot.waitUntil(lambda: view.mesh(COMPARED) is not None)
    assert view.panes.split
    assert [label.text() for label in window.context.page.titles.labels] == ["Result", "Step 0"]
    with qtbot.waitSignal(desk.difference_shown, timeout=10_000):
        QTest.keyClick(window, KEY.Key_E, SHIFT)
    assert view.mode is DisplayMode.ERROR
    # The radius differs by at most 12 mm (see `bumpy_sphere`).
    assert 1 < np.nanmax(view.errors(RECONSTRUCTION)) < 12.5
    QTest.keyClick(window, KEY.Key_Q)
    assert not view.panes.split
    assert view.mesh(COMPARED) is None


def test_who_looks_back_is_not_disturbed_by_the_run(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = studio(steps=4000, delay=0.02)
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(tiny_scan)
    QTest.keyClick(window, KEY.Key_F5)
    qtbot.waitUntil(lambda: window.get(TimelineController).count > 2, timeout=20_000)
    slider = window.context.page.timeline_bar.slider
    slider.setFocus()
    QTest.keyClick(slider, KEY.Key_Home)
    qtbot.waitUntil(lambda: shows(window, 0))
    mesh, count = window.context.page.view.mesh(RECONSTRUCTION), window.get(TimelineController).count
    qtbot.waitUntil(lambda: window.get(TimelineController).count > count + 1, timeout=20_000)
    assert window.context.page.view.mesh(RECONSTRUCTION) is mesh
    QTest.keyClick(window, KEY.Key_Period, CONTROL)
    qtbot.waitUntil(lambda: window.context.page.view.mesh(RECONSTRUCTION) is not mesh)
    # The result is looked at in any case.
    QTest.keyClick(slider, KEY.Key_Home)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        QTest.keyClick(window, KEY.Key_F7)
    assert slider.value() == slider.maximum()


def test_the_timeline_becomes_a_film_while_the_window_lives_on(
    window: Any, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(films, "HEIGHT", 48)
    QTest.keyClick(window, KEY.Key_M, CONTROL | SHIFT)
    chooser = window.findChild(QFileDialog)
    with qtbot.waitSignal(window.get(FilmController).saved, timeout=60_000):
        chooser.fileSelected.emit(str(tmp_path / "film.gif"))
        assert not window.context.actions["film"].isEnabled() or window.get(FilmController).running
    chooser.close()
    with Image.open(tmp_path / "film.gif") as film:
        assert 2 <= film.n_frames <= window.get(TimelineController).count
        assert film.size[1] == 48
    assert window.context.actions["film"].isEnabled()


def test_without_ffmpeg_the_film_becomes_another_format(
    window: Any, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(films, "HEIGHT", 48)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    window.get(FilmController).save(tmp_path / "film.mp4")
    box = dialog(window, qtbot)
    assert "ffmpeg" in box.informativeText()
    with qtbot.waitSignal(window.get(FilmController).saved, timeout=60_000):
        answer(box, ".webp")
    assert (tmp_path / "film.webp").is_file()
    assert not (tmp_path / "film.mp4").exists()


def test_another_run_begins_another_timeline_and_leaves_no_file(window: Any, qtbot: QtBot) -> None:
    timeline = window.get(TimelineController).timeline
    paths = [timeline.store(frame) for frame in timeline.frames]
    assert all(path.exists() for path in paths)
    QTest.keyClick(window, KEY.Key_F5)
    assert window.get(TimelineController).count == 0
    assert not any(path.exists() for path in paths)
