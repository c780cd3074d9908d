"""A new panel is one folder and one line: `tests/gui/toy_panel`, and its name in the list of features."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from h3dstudio.gui import features
from h3dstudio.gui.features.project.workspace import Workspace
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell.feature import AssemblyError
from tests.gui.toy_panel.feature import Counter

Studio = Callable[..., Any]
TOY = "tests.gui.toy_panel"
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def with_toy(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Studio:
    monkeypatch.setattr(features, "FEATURES", (*features.FEATURES, TOY))
    return studio


def test_it_docks_acts_and_is_saved_without_another_line(
    with_toy: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = with_toy()
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles[-2:] == ["T&oys", "&Help"]
    loud = window.context.actions["loud"]
    assert not loud.isEnabled()
    assert "nothing to be loud about" in loud.toolTip()
    with qtbot.waitSignal(window.get(ScanController).settled, timeout=20_000):
        window.open(tiny_scan)
    assert loud.isEnabled()
    window.context.docks.raise_("Toy")
    dock = window.findChild(QDockWidget, "DockToy")
    assert dock is not None
    assert dock.widget().text() == "4"
    assert window.findChild(QDockWidget, "DockReconstruct") in window.tabifiedDockWidgets(dock)
    QTest.keyClick(window, Qt.Key.Key_K, KEYS)
    assert window.context.status.text() == "Counted 4"
    assert window.context.log.lines[-1].message == "Counted 4"
    projects, path = window.get(Workspace).projects, tmp_path / "toy.h3dproj"
    with qtbot.waitSignal(projects.saved, timeout=20_000):
        projects._write(path, lambda: None)
    sections = json.loads(path.read_text())["sections"]
    assert sections["toy"] == 1
    assert sections["display"]["loud"] is False, "what is on or off is remembered"
    counter = window.get(Counter)
    window.close()
    assert counter.closed


def test_the_window_is_the_same_without_it(studio: Studio) -> None:
    window = studio()
    assert window.findChild(QDockWidget, "DockToy") is None
    assert "count" not in window.context.actions


def test_what_a_feature_needs_must_stand_before_it(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "FEATURES", (TOY, *features.FEATURES))
    with pytest.raises(AssemblyError, match="ScanController"):
        studio()


def test_no_two_features_provide_the_same(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    found = features.load()
    twice = features.FeatureModule(TOY, {}, found[-1].build)
    monkeypatch.setattr(features, "load", lambda: [*found, twice])
    with pytest.raises(AssemblyError, match="LogPanel"):
        studio()
