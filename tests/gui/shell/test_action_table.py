from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QKeySequence

from h3dstudio.data.resources import resource
from h3dstudio.gui import features
from h3dstudio.gui.shell.action_spec import MENUS, SEPARATOR, Spec, menu_rows, menu_titles, toolbar_rows
from h3dstudio.gui.shell.actions import connect_actions
from h3dstudio.gui.shell.feature import AssemblyError

ACTIONS = features.all_actions(features.load())


def test_every_action_is_in_a_menu_at_a_place_of_its_own() -> None:
    assert {spec.menu for spec in ACTIONS.values()} == set(MENUS)
    places = [(spec.menu, spec.place) for spec in ACTIONS.values()]
    assert max(Counter(places).values()) == 1
    assert all(place >= 100 for _, place in places)


def test_menus_have_lines_between_their_parts_and_room_for_more() -> None:
    specs = {
        "b": Spec("B", menu="&File", place=120),
        "a": Spec("A", menu="&File", place=110),
        "c": Spec("C", menu="&File", place=210),
        "in c": Spec("In C", menu="&File", place=211, nested=True),
        "new": Spec("New", menu="&Toys", place=100, toolbar=300),
        "help": Spec("Help", menu="&Help", place=100, toolbar=110),
    }
    assert menu_rows(specs, "&File", {"sub": 115}) == ["a", "sub", "b", SEPARATOR, "c"]
    assert menu_rows(specs, "&File", nested=True)[-1] == "in c"
    assert menu_titles(specs) == ["&File", "&Toys", "&Help"]
    assert toolbar_rows(specs) == ["help", SEPARATOR, "new"]


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
        action = window.context.actions[name]
        assert action.toolTip()
        signal = action.toggled if spec.checkable and not spec.group else action.triggered
        assert (
            action.receivers("2" + ("toggled(bool)" if signal is action.toggled else "triggered(bool)")) >= 1
        )


def test_an_action_without_a_slot_is_refused() -> None:
    with pytest.raises(AssemblyError, match="toy"):
        connect_actions({}, {"toy": Spec("Toy")}, {})
    with pytest.raises(AssemblyError, match="toy"):
        connect_actions({}, {}, {"toy": print})


def test_two_features_with_the_same_action_are_refused() -> None:
    one = features.FeatureModule("one", {"toy": Spec("Toy")}, lambda _: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(AssemblyError, match="toy"):
        features.all_actions([one, one])
