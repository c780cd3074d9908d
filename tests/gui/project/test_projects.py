"""Projects in the window with real keys: saved, opened, refused, moved, shared, lost and found."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.gui.features.project.welcome import WelcomePage
from h3dstudio.gui.features.project.workspace import Workspace
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from tests.gui.fakes import bumpy_sphere
from tests.gui.notes import Write, with_notes
from tests.gui.test_studio import answer, dialog, drop, opened, started

Studio = Callable[..., Any]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")


def choose(window: Any, path: Path) -> None:
    """Answer the file dialog that is open."""
    chooser = next(one for one in window.findChildren(QFileDialog) if one.isVisible())
    chooser.fileSelected.emit(str(path))
    chooser.close()


def active(window: Any, qtbot: QtBot) -> Any:
    """The window has the keyboard again after a dialog had it."""
    with qtbot.waitActive(window, timeout=10_000):
        window.activateWindow()
    return window


def saved(window: Any, qtbot: QtBot, path: Path) -> Path:
    with qtbot.waitSignal(window.get(Workspace).projects.saved, timeout=10_000):
        QTest.keyClick(active(window, qtbot), Qt.Key.Key_S, CONTROL)
        if window.context.project.path is None:
            choose(window, path)
    active(window, qtbot)
    return path


def brought_in(window: Any, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(window.get(Workspace).projects.arrived, timeout=10_000):
        window.open(path)


def gone(box: QMessageBox) -> Callable[[], bool]:
    def check() -> bool:
        try:
            return not box.isVisible()
        except RuntimeError:  # Deleted.
            return True

    return check


def test_ticks_settings_display_and_run_come_back(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(steps=8, delay=0.0), qtbot, tiny_scan)
    window.get(ScanPanel).model.tick((1, 3))
    window.get(ReconstructPanel).form.fields["seed"].widget.setValue(42)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        started(window, qtbot)
    QTest.keyClick(window, Qt.Key.Key_W)
    QTest.keyClick(window, Qt.Key.Key_A)
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    assert window.windowTitle().startswith("head[*]")
    assert not window.isWindowModified()
    text = path.read_text()
    assert '"$path": "ball"' in text  # The scan lies beside it.
    assert '"$path": "run"' in text
    vertices = len(window.context.page.view.mesh(RECONSTRUCTION).vertices)
    window.close()

    other = studio()
    with qtbot.waitSignal(other.get(RunController).result_shown, timeout=20_000):
        brought_in(other, qtbot, path)
    assert other.get(ScanPanel).model.ticked == (1, 3)
    assert other.get(ReconstructPanel).settings.seed == 42
    assert other.get(RunController).state is RunState.DONE
    assert len(other.context.page.view.mesh(RECONSTRUCTION).vertices) == vertices
    qtbot.waitUntil(other.context.actions["wireframe"].isChecked, timeout=5000)
    assert not other.context.actions["axes"].isChecked()
    assert other.get(RunController).folder == tmp_path / "run"
    assert other.get(Workspace).opening.recent()[0] == path
    qtbot.wait(1200)  # The title looks once a second.
    assert not other.isWindowModified()


def test_the_mark_and_the_question_on_closing(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    notes = with_notes(window)
    window.context.commands.do(Write(notes, "a"))
    assert window.isWindowModified()
    window.close()
    assert window.isVisible()
    box = dialog(window, qtbot)
    answer(box, "stay")
    qtbot.waitUntil(gone(box))
    assert window.isVisible()
    window.close()
    answer(dialog(window, qtbot), "save")
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    choose(window, tmp_path / "head.h3dproj")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    written = json.loads((tmp_path / "head.h3dproj").read_text())
    assert written["sections"]["notes"] == {"texts": ["a"]}


def test_closing_without_saving_leaves_nothing_behind(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    window.context.commands.do(Write(with_notes(window), "a"))
    state = tmp_path.with_name(f"{tmp_path.name}-state")
    qtbot.waitUntil(lambda: any(state.rglob("*.h3drecovery")), timeout=5000)
    window.close()
    answer(dialog(window, qtbot), "discard")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert not any(state.rglob("*.h3drecovery"))


def test_another_scan_asks_first(studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    notes = with_notes(window)
    window.context.commands.do(Write(notes, "a"))
    drop(window, tiny_scan)
    answer(dialog(window, qtbot), "stay")
    qtbot.wait(300)
    assert window.context.commands.undo_label == "write a"
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        drop(window, tiny_scan)
        answer(dialog(window, qtbot), "discard")
    assert window.context.commands.undo_label is None
    assert not window.isWindowModified()


def test_a_disk_that_is_full_loses_nothing(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    notes = with_notes(window)
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    before = path.read_bytes()
    window.context.commands.do(Write(notes, "a"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", None)

    with monkeypatch.context() as patch:
        patch.setattr("h3dstudio.data.atomic._flush", full)
        QTest.keyClick(window, Qt.Key.Key_S, CONTROL)
        box = dialog(window, qtbot)
        assert "disk is full" in box.informativeText()
        assert "What to do" in box.informativeText()
    assert path.read_bytes() == before
    assert window.isWindowModified()
    with qtbot.waitSignal(window.get(Workspace).projects.saved, timeout=10_000):
        answer(box, "again")
    assert json.loads(path.read_text())["sections"]["notes"] == {"texts": ["a"]}
    assert not window.isWindowModified()


def test_two_windows_on_one_project(studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path) -> None:
    first = opened(studio(), qtbot, tiny_scan)
    path = saved(first, qtbot, tmp_path / "head.h3dproj")
    second = studio()
    second.open(path)
    box = dialog(second, qtbot)
    assert str(os.getpid()) in box.informativeText()
    with qtbot.waitSignal(second.get(Workspace).projects.arrived, timeout=10_000):
        answer(box, "read")
    assert "read-only" in second.windowTitle()
    QTest.keyClick(active(second, qtbot), Qt.Key.Key_S, CONTROL)
    with qtbot.waitSignal(second.get(Workspace).projects.saved, timeout=10_000):
        choose(second, tmp_path / "mine.h3dproj")
    assert "read-only" not in second.windowTitle()
    assert second.context.project.path == tmp_path / "mine.h3dproj"
    first.close()
    assert not list(tmp_path.glob(".head*.lock"))


def test_a_copy_of_a_project_in_use_is_a_new_one(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    first = opened(studio(), qtbot, tiny_scan)
    path = saved(first, qtbot, tmp_path / "head.h3dproj")
    second = studio()
    second.open(path)
    with qtbot.waitSignal(second.get(Workspace).projects.arrived, timeout=10_000):
        answer(dialog(second, qtbot), "copy")
    assert second.context.project.path is None
    assert second.isWindowModified()


def test_a_scan_that_moved_is_located(studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    window.get(ScanPanel).model.tick((2,))
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    QTest.keyClick(window, Qt.Key.Key_N, CONTROL)
    assert window.get(WelcomePage).isVisible()
    elsewhere = tmp_path / "elsewhere"
    tiny_scan.rename(elsewhere)
    window.open(path)
    box = dialog(window, qtbot)
    assert str(tiny_scan) in box.informativeText().replace("<wbr>", "")
    answer(box, "locate")
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(QFileDialog)))
    with qtbot.waitSignal(window.get(Workspace).projects.arrived, timeout=10_000):
        choose(window, elsewhere)
    assert window.get(ScanController).current.folder == elsewhere
    assert window.get(ScanPanel).model.ticked == (2,)
    assert window.isWindowModified()
    saved(window, qtbot, path)
    assert '"$path": "elsewhere"' in path.read_text()


def test_calling_off_the_search_keeps_everything(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    text = path.read_text()
    QTest.keyClick(window, Qt.Key.Key_N, CONTROL)
    tiny_scan.rename(tmp_path / "elsewhere")
    window.open(path)
    QTest.keyClick(dialog(window, qtbot), Qt.Key.Key_Escape)
    qtbot.wait(100)
    assert path.read_text() == text
    assert window.context.project.path is None
    assert not list(tmp_path.glob(".head*.lock"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"format": "h3dstudio project", "version": 9, "sections": {}}', "newer"),
        ("no json", "damaged"),
        ('{"format": "h3dstudio project", "version": 1, "sections": {"scan": 3}}', "scan"),
        (None, "cannot be read"),
    ],
)
def test_what_cannot_be_opened_is_explained_and_nothing_changes(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path, content: str | None, said: str
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    path = tmp_path / "head.h3dproj"
    if content is not None:
        path.write_text(content)
    drop(window, path)
    box = dialog(window, qtbot)
    assert said in box.informativeText()
    assert str(path) in box.informativeText().replace("<wbr>", "") or said == "scan"
    assert "Traceback" not in box.informativeText() + box.detailedText()
    answer(box, "close")
    assert window.get(ScanController).current.folder == tiny_scan
    assert path.read_text() == content if content is not None else not path.exists()
    assert not list(tmp_path.glob(".head*.lock"))


def test_a_part_that_is_not_understood_leaves_the_file_alone(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    content = json.loads(path.read_text())
    content["sections"]["settings"]["quality"] = "best"
    path.write_text(json.dumps(content))
    QTest.keyClick(window, Qt.Key.Key_N, CONTROL)
    brought_in(window, qtbot, path)
    box = dialog(window, qtbot)
    assert "best" in box.informativeText()
    answer(box, "close")
    assert window.context.project.path is None  # Save asks for another file.
    assert window.get(ScanController).current is not None
    assert json.loads(path.read_text()) == content


def test_where_no_lock_can_be_written_it_opens_read_only(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from h3dstudio.data import project_lock

    window = opened(studio(), qtbot, tiny_scan)
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    QTest.keyClick(window, Qt.Key.Key_N, CONTROL)
    real = os.open

    def read_only(name: Any, *rest: Any, **more: Any) -> int:
        if str(name).endswith(".lock"):
            raise PermissionError(13, "Permission denied", str(name))
        return real(name, *rest, **more)

    monkeypatch.setattr(project_lock.os, "open", read_only)
    brought_in(window, qtbot, path)
    assert "read-only" in window.windowTitle()


def test_a_dropped_mesh_takes_the_reconstructions_place_and_is_remembered(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    window = studio()
    mesh = bumpy_sphere(3)
    write_mesh(tmp_path / "mine.ply", mesh)
    with qtbot.waitSignal(window.get(Workspace).mesh.shown, timeout=10_000):
        drop(window, tmp_path / "mine.ply")
    assert window.context.page.isVisible()
    assert len(window.context.page.view.mesh(RECONSTRUCTION).vertices) == len(mesh.vertices)
    assert window.context.actions["export"].isEnabled()
    assert window.context.actions["shaded"].isEnabled()
    path = saved(window, qtbot, tmp_path / "mine.h3dproj")
    QTest.keyClick(window, Qt.Key.Key_N, CONTROL)
    assert window.context.page.view.mesh(RECONSTRUCTION) is None
    with qtbot.waitSignal(window.get(Workspace).mesh.shown, timeout=10_000):
        brought_in(window, qtbot, path)
    assert len(window.context.page.view.mesh(RECONSTRUCTION).vertices) == len(mesh.vertices)


@pytest.mark.parametrize("text", ["", "ply\nformat ascii 1.0\nelement vertex 1\n", "v 0 0 0\n"])
def test_a_mesh_without_faces_is_explained(studio: Studio, qtbot: QtBot, tmp_path: Path, text: str) -> None:
    window = studio()
    path = tmp_path / ("mine.obj" if text.startswith("v") else "mine.ply")
    path.write_text(text)
    drop(window, path)
    box = dialog(window, qtbot)
    assert "What to do" in box.informativeText() or str(path) in box.informativeText().replace("<wbr>", "")
    answer(box, "close")
    assert window.get(WelcomePage).isVisible()


def test_a_run_keeps_its_place_while_another_project_is_refused(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(steps=5000), qtbot, tiny_scan)
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    started(window, qtbot)
    drop(window, path)
    answer(dialog(window, qtbot), "close")
    assert window.get(RunController).state.active
