"""Undo and redo with real keys, on the window's one stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@dataclass
class Write:
    page: list[str]
    text: str

    @property
    def label(self) -> str:
        return f"write {self.text}"

    def do(self) -> None:
        self.page.append(self.text)

    def undo(self) -> None:
        self.page.pop()


def test_keys_undo_and_redo_and_the_menu_says_what(studio: Callable[..., Any]) -> None:
    window = studio()
    undo, redo = window.context.actions["undo"], window.context.actions["redo"]
    assert not undo.isEnabled()
    assert not redo.isEnabled()
    page: list[str] = []
    window.context.commands.do(Write(page, "nose"))
    window.context.commands.do(Write(page, "R&D"))
    assert undo.text() == "&Undo write R&&D"
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert page == ["nose"]
    assert (undo.text(), redo.text()) == ("&Undo write nose", "&Redo write R&&D")
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert page == ["nose", "R&D"]
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert page == []
    assert not undo.isEnabled()
    assert "nothing to undo" in undo.toolTip()


def test_a_text_field_undoes_its_own_typing(studio: Callable[..., Any], qtbot: Any) -> None:
    from PySide6.QtWidgets import QLineEdit

    window = studio()
    page: list[str] = []
    window.context.commands.do(Write(page, "nose"))
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    QTest.keyClicks(field, "ab")
    QTest.keyClick(field, Qt.Key.Key_Z, CONTROL)
    assert field.text() == ""
    assert page == ["nose"]
