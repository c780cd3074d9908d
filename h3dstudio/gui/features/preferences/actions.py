"""The actions of the feature: the preferences and the theme."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from h3dstudio.gui.shell.action_spec import Spec

_theme = partial(Spec, checkable=True, group="theme", remembered=False, menu="&View", nested=True)

ACTIONS: Mapping[str, Spec] = {
    "preferences": Spec(
        "&Preferences…",
        "Ctrl+,",
        "preferences",
        "Look, projects, new reconstructions",
        menu="&Edit",
        place=210,
    ),
    "theme_system": _theme("Follow the &system", checked=True, place=631),
    "theme_light": _theme("&Light", place=632),
    "theme_dark": _theme("&Dark", place=633),
}
