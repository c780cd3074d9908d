"""With a translator that brackets everything, what the user reads first is bracketed: nothing is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu
from pytestqt.qtbot import QtBot

from h3dstudio.gui import dialogs
from tests.gui.test_preferences_and_help import shown

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
    for name, action in window.actions_by_name.items():
        assert "⟦" in action.text(), name
        assert "⟦" in action.toolTip(), name
    for menu in window.menuBar().findChildren(QMenu):
        assert "⟦" in menu.title() or not menu.title()
    assert all("⟦" in text for text in texts(window.welcome)), texts(window.welcome)

    window.preferences.ask()
    dialog = shown(window, qtbot)
    assert all("⟦" in text for text in texts(dialog) if text.strip("* ")), texts(dialog)
    dialog.close()

    box = dialogs.ask_while_running(window, lambda _: None, "The reconstruction")
    assert all("⟦" in button.text() for button in box.buttons())
    assert "⟦" in box.text()
    assert "⟦" in box.informativeText()
    box.close()
