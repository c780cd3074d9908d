"""With a translator that brackets everything, what the user reads first is bracketed: nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QSettings, QTranslator
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu
from pytestqt.qtbot import QtBot

from h3dstudio.gui.app import _translate
from h3dstudio.gui.features.batch.panel import BatchPanel
from h3dstudio.gui.features.evaluation.panel import EvaluatePanel
from h3dstudio.gui.features.landmarks.panel import LandmarkPanel
from h3dstudio.gui.features.log.panel import LogPanel
from h3dstudio.gui.features.preferences.store import Preferences
from h3dstudio.gui.features.priors.panel import PriorPanel
from h3dstudio.gui.features.progress.panel import ProgressPanel
from h3dstudio.gui.features.project.welcome import WelcomePage
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel, _views
from h3dstudio.gui.shell import dialogs
from tests.gui.preferences.test_preferences_and_help import shown

NAMES = ("H3D Studio",)


class Brackets(QTranslator):
    """Every text in brackets."""

    def translate(self, context: str, text: str, *_: object) -> str:  # type: ignore[override]
        return f"⟦{text}⟧"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def brackets(qapp: object) -> Iterator[None]:
    translator = Brackets()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def texts(widget: Any) -> list[str]:
    kinds = (QLabel, QAbstractButton)
    found = [one.text() for kind in kinds for one in widget.findChildren(kind) if one.isVisible()]
    return [text for text in found if text.strip() and text not in NAMES]


@pytest.mark.usefixtures("brackets")
def test_menus_first_page_and_dialogs_are_translated(studio: Callable[..., Any], qtbot: QtBot) -> None:
    window = studio()
    for name, action in window.context.actions.items():
        assert "⟦" in action.text(), name
        assert "⟦" in action.toolTip(), name
    for menu in window.menuBar().findChildren(QMenu):
        assert "⟦" in menu.title() or not menu.title()
    assert all("⟦" in text for text in texts(window.get(WelcomePage))), texts(window.get(WelcomePage))

    window.get(Preferences).ask()
    dialog = shown(window, qtbot)
    assert all("⟦" in text for text in texts(dialog) if text.strip("* ")), texts(dialog)
    dialog.close()

    box = dialogs.ask_while_running(window, lambda _: None, "The reconstruction")
    assert all("⟦" in button.text() for button in box.buttons())
    assert "⟦" in box.text()
    assert "⟦" in box.informativeText()
    box.close()


PANELS = (
    ScanPanel,
    ReconstructPanel,
    LandmarkPanel,
    PriorPanel,
    EvaluatePanel,
    LogPanel,
    ProgressPanel,
    BatchPanel,
)
PLAIN = re.compile(r"[\W\d]*|H3DS|PSNR|[AB⋯]|A \| B|ball|Right eye|CC0 1\.0, MIT License")


@pytest.mark.usefixtures("brackets")
def test_panels_of_an_open_scan_are_translated(
    studio: Callable[..., Any], qtbot: QtBot, tiny_scan: Path
) -> None:
    window = studio()
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=20_000):
        window.open(tiny_scan)
    for dock in ("Landmarks", "Prior", "Evaluate", "Log", "Progress", "Reconstruct"):
        window.context.docks.raise_(dock)
        qtbot.wait(50)
        for panel in PANELS:
            bare = [text for text in texts(window.get(panel)) if "⟦" not in text]
            assert [text for text in bare if not PLAIN.fullmatch(text.strip())] == [], panel


def test_the_window_speaks_german(qapp: Any, studio: Callable[..., Any], qtbot: QtBot) -> None:
    QSettings().setValue("language", "de")
    before = set(qapp.findChildren(QTranslator))
    _translate(qapp)
    try:
        window = studio()
        titles = [action.text().replace("&", "") for action in window.menuBar().actions()]
        assert titles[:2] == ["Datei", "Bearbeiten"]
        assert window.get(WelcomePage).lead.text().startswith("Von ein paar Fotos")
        assert _views(1) == "1 Ansicht"
        assert _views(4) == "4 Ansichten"
    finally:
        for translator in set(qapp.findChildren(QTranslator)) - before:
            qapp.removeTranslator(translator)


def test_counts_are_right_without_a_translation(qapp: Any) -> None:
    assert [_views(count) for count in (1, 2)] == ["1 view", "2 views"]
