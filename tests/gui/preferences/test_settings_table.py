"""The table of settings refuses whatever a settings file may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.gui.features.preferences.settings_table import SETTINGS, Setting, Value
from h3dstudio.methods.h3d_grid import H3DGridSettings


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=list(SETTINGS))
def test_a_setting_accepts_its_default_and_says_what_it_is(setting: Setting) -> None:
    assert setting.accept(setting.default) == setting.default
    assert setting.accept(str(setting.default)) == setting.default  # As a settings file returns it.
    assert setting.label
    assert setting.tip


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=list(SETTINGS))
@given(stored=st.none() | st.text() | st.integers() | st.booleans() | st.lists(st.text()))
def test_whatever_is_stored_a_valid_value_comes_out(setting: Setting, stored: object) -> None:
    value = setting.accept(stored)
    assert type(value) is type(setting.default)
    if setting.choices is not None:
        assert value in setting.choices
    if setting.most:
        assert setting.least <= int(value) <= setting.most


@pytest.mark.parametrize(
    ("key", "stored", "value"),
    [("autosave", "30", 30), ("autosave", "5", 60), ("reopen", "true", True), ("theme", "pink", "system")],
)
def test_values_of_a_settings_file(key: str, stored: str, value: Value) -> None:
    assert SETTINGS[key].accept(stored) == value


def test_the_defaults_are_those_of_a_reconstruction() -> None:
    default = H3DGridSettings()
    assert SETTINGS["method"].default == default.method
    assert all(SETTINGS[key].default == getattr(default, key) for key in ("quality", "device"))
