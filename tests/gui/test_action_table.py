from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QKeySequence

from h3dstudio.data.resources import resource
from h3dstudio.gui.shell.action_table import ACTIONS, MENUS, THEME_MENU, TOOLBAR


def test_every_action_is_in_a_menu_and_every_menu_entry_is_an_action() -> None:
    listed = {name for names in MENUS.values() for name in names if name != "-" and not name.startswith("@")}
    assert listed | set(THEME_MENU) == set(ACTIONS)
    assert set(TOOLBAR) - {"-", ">"} <= set(ACTIONS)


def test_shortcuts_are_valid_and_unique(qapp: object) -> None:
    keys = [QKeySequence(spec.shortcut).toString() for spec in ACTIONS.values() if spec.shortcut]
    assert all(keys)
    assert max(Counter(keys).values()) == 1


def test_every_icon_exists() -> None:
    for spec in ACTIONS.values():
        if spec.icon:
            assert resource(f"icons/{spec.icon}.svg").stat().st_size > 0


def test_every_action_says_what_it_does_and_is_connected(studio: Callable[..., Any]) -> None:
    window = studio()
    for name, spec in ACTIONS.items():
        action = window.actions_by_name[name]
        assert action.toolTip()
        signal = action.toggled if spec.checkable and not spec.group else action.triggered
        assert (
            action.receivers("2" + ("toggled(bool)" if signal is action.toggled else "triggered(bool)")) >= 1
        )
