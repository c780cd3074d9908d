"""Preferences, the list of commands, the about box and the layout, with mouse and keys."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QDockWidget, QFileDialog, QSpinBox
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.help.about import Help
from h3dstudio.gui.features.help.licences import DATA, LIBRARIES
from h3dstudio.gui.features.preferences.store import Preferences
from h3dstudio.gui.features.project.welcome import WelcomePage
from h3dstudio.gui.features.project.workspace import Workspace
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.scan.controller import ScanController
from tests.gui.test_studio import opened

Studio = Callable[..., Any]
CONTROL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


def shown(window: Any, qtbot: QtBot) -> Any:
    def there() -> bool:
        return any(one.isVisible() for one in window.findChildren(QDialog))

    qtbot.waitUntil(there, timeout=5000)
    dialog = next(one for one in window.findChildren(QDialog) if one.isVisible())
    qtbot.waitUntil(dialog.isActiveWindow, timeout=10_000)
    return dialog


def test_preferences_hold_at_once_and_are_remembered(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    window = studio()
    light = window.palette().window().color().lightness()
    QTest.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    dialog = shown(window, qtbot)
    QTest.keyClick(dialog.fields["theme"], Qt.Key.Key_End)
    assert window.palette().window().color().lightness() < light - 100
    assert window.context.actions["theme_dark"].isChecked()
    QTest.keyClick(dialog.fields["quality"], Qt.Key.Key_End)
    assert window.get(ReconstructPanel).settings.quality == "high"
    autosave = dialog.fields["autosave"]
    assert isinstance(autosave, QSpinBox)
    autosave.setFocus()
    autosave.selectAll()
    QTest.keyClicks(autosave, "20")
    QTest.keyClick(autosave, Qt.Key.Key_Tab)
    assert window.get(Workspace).recoveries._minute.interval() == 20_000
    dialog.fields["runs folder"].setText(str(tmp_path / "mine"))
    dialog.fields["runs folder"].editingFinished.emit()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    kept = QSettings()
    assert (kept.value("theme"), kept.value("quality")) == ("dark", "high")
    assert Path(str(kept.value("runs folder"))) == tmp_path / "mine"

    with qtbot.waitActive(window, timeout=10_000):
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    again = shown(window, qtbot)
    assert again.fields["autosave"].value() == 20
    defaults = next(button for button in again.buttons.buttons() if "default" in button.text())
    QTest.mouseClick(defaults, LEFT)
    assert again.fields["autosave"].value() == 60
    assert window.get(ReconstructPanel).settings.quality == "standard"
    again.close()


def test_the_folder_for_runs_is_browsed_for(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QPushButton

    window = studio()
    window.get(Preferences).ask()
    dialog = shown(window, qtbot)
    browse = next(one for one in dialog.findChildren(QPushButton) if "rowse" in one.text())
    QTest.mouseClick(browse, LEFT)
    chooser = dialog.findChild(QFileDialog)
    chooser.fileSelected.emit(str(tmp_path))
    chooser.close()
    assert QSettings().value("runs folder") == str(tmp_path)
    dialog.close()


def test_a_command_is_found_by_typing_and_run_by_return(
    studio: Studio, qtbot: QtBot, tiny_scan: Path
) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    QTest.keyClick(window, Qt.Key.Key_F1)
    finder = shown(window, qtbot)
    assert finder.search.hasFocus()
    QTest.keyClicks(finder.search, "wire")
    assert finder.rows.topLevelItemCount() == 1
    assert finder.rows.currentItem().text(0) == "Wireframe"
    assert finder.rows.currentItem().text(1) == "W"
    QTest.keyClick(finder.search, Qt.Key.Key_Return)
    assert window.context.actions["wireframe"].isChecked()


def test_arrows_move_the_choice_and_what_makes_no_sense_now_is_not_run(studio: Studio, qtbot: QtBot) -> None:
    window = studio()
    QTest.keyClick(window, Qt.Key.Key_F1)
    finder = shown(window, qtbot)
    QTest.keyClicks(finder.search, "project")
    first = finder.rows.currentItem()
    QTest.keyClick(finder.search, Qt.Key.Key_Down)
    assert finder.rows.currentItem() is not first
    assert finder.search.hasFocus()
    finder.search.clear()
    QTest.keyClicks(finder.search, "finish now")
    QTest.keyClick(finder.search, Qt.Key.Key_Return)
    assert finder.isVisible()
    QTest.keyClick(finder, Qt.Key.Key_Escape)


def test_the_about_box_has_every_library_and_its_licence(studio: Studio, qtbot: QtBot) -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    names = {library.distribution.lower() for library in LIBRARIES}
    for requirement in project["dependencies"]:
        name = "".join(sign if sign.isalnum() or sign in "-_" else " " for sign in requirement).split()[0]
        assert name.lower() in names or name == "open3d", f"{name} is not in the about box"
    window = studio()
    window.get(Help).about()
    dialog = shown(window, qtbot)
    assert dialog.rows.topLevelItemCount() == len(LIBRARIES) + len(DATA)
    for row in range(dialog.rows.topLevelItemCount()):
        dialog.rows.setCurrentItem(dialog.rows.topLevelItem(row))
        assert dialog.text.toPlainText()
    assert "USC Institute" in dialog.text.toPlainText()
    dialog.close()


def test_the_layout_can_be_reset(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    scan, log = (window.findChild(QDockWidget, f"Dock{name}") for name in ("Scan", "Log"))
    scan.close()
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, log)
    assert not scan.isVisible()
    window.context.actions["reset_layout"].trigger()
    assert scan.isVisible()
    assert window.dockWidgetArea(log) == Qt.DockWidgetArea.BottomDockWidgetArea


def test_the_layout_is_remembered(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    first = opened(studio(), qtbot, tiny_scan)
    first.findChild(QDockWidget, "DockScan").close()
    first.close()
    second = opened(studio(), qtbot, tiny_scan)
    qtbot.wait(50)
    assert not second.findChild(QDockWidget, "DockScan").isVisible()
    assert second.findChild(QDockWidget, "DockLog") is not None


def test_the_first_page_is_used_with_the_keyboard_alone(studio: Studio, qtbot: QtBot) -> None:
    window = studio()
    order = [window.get(WelcomePage).open, window.get(WelcomePage).project, window.get(WelcomePage).demo]
    order[0].setFocus()
    for here, there in itertools.pairwise(order):
        QTest.keyClick(here, Qt.Key.Key_Tab)
        assert there.hasFocus()
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=20_000):
        QTest.keyClick(order[-1], Qt.Key.Key_Space)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_focus_is_seen(studio: Studio, qtbot: QtBot, tiny_scan: Path, theme: str) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    window.get(Preferences).set("theme", theme)
    start = window.get(ReconstructPanel).start
    qtbot.waitUntil(start.isVisible)
    window.get(ReconstructPanel).form.fields["seed"].widget.setFocus()
    qtbot.wait(20)
    before = start.grab().toImage()
    start.setFocus()
    qtbot.wait(20)
    assert start.grab().toImage() != before
