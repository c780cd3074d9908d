"""A project whose run or mesh is gone says so, and loses nothing else; how it was looked at comes back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.errors import ProjectError
from h3dstudio.gui.features.measuring.controller import MeasuringController
from h3dstudio.gui.features.project.view_section import ViewSection
from h3dstudio.gui.features.project.workspace import Workspace
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.fakes import FakeReconstruction, bumpy_sphere
from tests.gui.measuring.test_measuring import drag
from tests.gui.project.test_projects import brought_in, choose, gone, saved
from tests.gui.test_studio import answer, dialog, drop, opened, started

Studio = Callable[..., Any]
KEY = Qt.Key


def chosen(window: Any, qtbot: QtBot, path: Path) -> None:
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(QFileDialog)))
    choose(window, path)


@pytest.fixture
def project(studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path) -> Path:
    """A saved project whose run's folder has moved from run to moved."""
    window = opened(studio(steps=8, delay=0.0), qtbot, tiny_scan)
    window.get(ScanPanel).model.tick((1, 3))
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        started(window, qtbot)
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    window.close()
    (tmp_path / "run").rename(tmp_path / "moved")
    return path


def test_a_run_that_moved_is_located(studio: Studio, qtbot: QtBot, project: Path, tmp_path: Path) -> None:
    window = studio()
    brought_in(window, qtbot, project)
    box = dialog(window, qtbot)
    assert str(tmp_path / "run") in box.informativeText().replace("<wbr>", "")
    assert "What to do" in box.informativeText()
    assert window.get(ScanPanel).model.ticked == (1, 3)
    answer(box, "locate")
    # A folder that is no run is refused, and asked for again.
    chosen(window, qtbot, tmp_path / "ball")
    qtbot.waitUntil(lambda: dialog(window, qtbot) is not box, timeout=10_000)
    answer(dialog(window, qtbot), "again")
    qtbot.waitUntil(lambda: "Locate" in "".join(one.text() for one in dialog(window, qtbot).buttons()))
    answer(dialog(window, qtbot), "locate")
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        chosen(window, qtbot, tmp_path / "moved")
    assert window.get(RunController).folder == tmp_path / "moved"
    assert window.isWindowModified()
    saved(window, qtbot, project)
    assert '"$path": "moved"' in project.read_text()


@pytest.mark.parametrize("key", ["drop", "stay"])
def test_a_run_that_is_gone_is_dropped_or_kept_for_later(
    studio: Studio, qtbot: QtBot, project: Path, key: str
) -> None:
    window = studio()
    brought_in(window, qtbot, project)
    box = dialog(window, qtbot)
    answer(box, key)
    qtbot.waitUntil(gone(box))
    assert window.get(ScanPanel).model.ticked == (1, 3)
    assert window.isWindowModified() is (key == "drop")
    window.get(ScanPanel).model.tick((0, 1))
    saved(window, qtbot, project)
    assert ('"$path": "run"' in project.read_text()) is (key == "stay")


@pytest.mark.parametrize("key", ["locate", "drop", "stay"])
def test_a_mesh_that_moved_is_located_dropped_or_kept(
    studio: Studio, qtbot: QtBot, tmp_path: Path, key: str
) -> None:
    window = studio()
    write_mesh(tmp_path / "mine.ply", bumpy_sphere(3))
    with qtbot.waitSignal(window.get(Workspace).mesh.shown, timeout=10_000):
        drop(window, tmp_path / "mine.ply")
    path = saved(window, qtbot, tmp_path / "mine.h3dproj")
    QTest.keyClick(window, KEY.Key_N, Qt.KeyboardModifier.ControlModifier)
    (tmp_path / "mine.ply").rename(tmp_path / "other.ply")
    brought_in(window, qtbot, path)
    assert window.context.project.path == path
    box = dialog(window, qtbot)
    assert str(tmp_path / "mine.ply") in box.informativeText().replace("<wbr>", "")
    answer(box, key)
    if key == "locate":
        with qtbot.waitSignal(window.get(Workspace).mesh.shown, timeout=10_000):
            chosen(window, qtbot, tmp_path / "other.ply")
        assert len(window.context.page.view.mesh(RECONSTRUCTION).vertices) == len(bumpy_sphere(3).vertices)
    qtbot.waitUntil(gone(box))
    saved(window, qtbot, path)
    text = path.read_text()
    assert ('"$path": "mine.ply"' in text) is (key == "stay")
    assert ('"$path": "other.ply"' in text) is (key == "locate")


def test_the_camera_the_section_and_the_measures_come_back(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(steps=8, delay=0.0), qtbot, tiny_scan)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        started(window, qtbot)
    view = window.context.page.view
    assert "camera" not in ViewSection(view, window.get(MeasuringController)).state()
    corner = np.array([30.0, 30.0])
    drag(view, corner, corner + 60)
    QTest.keyClick(window, KEY.Key_X)
    qtbot.waitUntil(window.context.page.section_bar.isVisible)
    window.context.page.section_bar.facing.activated.emit(1)
    window.context.page.section_bar.away.click()
    window.get(MeasuringController).cut.put(0.5)
    window.get(MeasuringController).measures.add((0.0, 0.0, 100.0), (0.0, 50.0, 80.0))
    view.error_scale.set_clamp(3.0)
    place, plane, ends = (
        view.camera_pose,
        window.get(MeasuringController).plane,
        window.get(MeasuringController).measures.items,
    )
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    window.close()
    window.context.page.view.error_scale.set_clamp(5.0)

    other = studio()
    with qtbot.waitSignal(other.get(RunController).result_shown, timeout=20_000):
        brought_in(other, qtbot, path)
    qtbot.waitUntil(lambda: other.get(MeasuringController).plane is not None, timeout=10_000)
    np.testing.assert_allclose(other.context.page.view.camera_pose, place)
    again = other.get(MeasuringController).plane
    np.testing.assert_allclose((again.origin - plane.origin) @ plane.normal, 0.0, atol=0.5)
    np.testing.assert_allclose(again.normal, plane.normal)
    assert (again.facing, again.away) == (plane.facing, False)
    assert not other.context.page.section_bar.away.isChecked()
    assert other.get(MeasuringController).measures.items == ends
    assert other.context.page.view.error_scale.clamp == 3.0
    assert not other.isWindowModified()
    QTest.keyClick(other, KEY.Key_R)  # Framed by itself again: nothing to keep.
    assert other.context.page.view.camera_pose is None


@pytest.mark.parametrize(
    "state",
    [
        {"camera": [[0, 0, 0], [0, 0, 0], [0, 1, 0]]},
        {"camera": [[0, 0, 1e300], [0, 0, 0], [0, 1, 0]]},
        {"camera": "here"},
        {"section": {"plane": [[0, 0, 0], [0, 0, 3], [0, 1, 0]]}},
        {"section": {"plane": [[0, 0, 0], [0, 0, 1], [0, 1, 0]], "facing": "away"}},
        {"scale mm": "wide"},
    ],
)
def test_a_view_that_is_none_is_refused_and_nothing_moves(studio: Studio, state: Any) -> None:
    window = studio()
    section = ViewSection(window.context.page.view, window.get(MeasuringController))
    before = section.state()
    with pytest.raises(ProjectError):
        section.restore(state)
    assert section.state() == before


def test_a_run_whose_worker_died_is_missed_too_and_one_that_never_began_is_not(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(steps=500, die_at=9, delay=0.0), qtbot, tiny_scan)
    window.get(RunController).start()
    answer(dialog(window, qtbot), "close")
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    window.get(RunController).forget()
    window.get(RunController).make_job = partial(FakeReconstruction, fail_at=0)
    QTest.keyClick(window, KEY.Key_F5)
    answer(dialog(window, qtbot), "close")
    second = tmp_path / "second.h3dproj"
    window.get(Workspace).projects.save_as()
    with qtbot.waitSignal(window.get(Workspace).projects.saved, timeout=10_000):
        choose(window, second)
    window.close()
    (tmp_path / "run").rename(tmp_path / "moved")
    other = studio()
    brought_in(other, qtbot, path)
    answer(dialog(other, qtbot), "stay")
    brought_in(other, qtbot, second)
    qtbot.wait(300)
    assert not any(box.isVisible() for box in other.findChildren(QMessageBox))


def test_a_title_is_never_cut_off(studio: Studio, qtbot: QtBot) -> None:
    title = "These landmarks do not lie on the reconstruction"
    box = dialogs.ask(
        studio(), "Import", title, (dialogs.Choice("cancel", "Cancel", dialogs.Role.RejectRole),)
    )
    label = box.findChild(QLabel, "qt_msgbox_label")
    qtbot.waitUntil(box.isVisible)
    assert label.width() >= label.sizeHint().width() > 380
    assert box.defaultButton() is not None  # The keyboard alone can close it.
    box.close()
