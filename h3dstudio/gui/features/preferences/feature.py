"""Preferences: the dialog, and the theme that follows it at once."""

from __future__ import annotations

from h3dstudio.gui.features.preferences.actions import ACTIONS
from h3dstudio.gui.features.preferences.store import Preferences
from h3dstudio.gui.shell.actions import submenu
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Feature, Submenu
from h3dstudio.gui.shell.texts import marked, translator

__all__ = ["ACTIONS", "build"]
_tr = translator("Actions")
_THEME = marked("&Theme")


def build(context: Context) -> Feature:
    """Menu entries alone; it has no panel."""
    preferences = Preferences(context.window, context.actions)
    themes = [context.actions[name] for name in ("theme_system", "theme_light", "theme_dark")]
    return Feature(
        slots={
            "preferences": preferences.ask,
            "theme_system": preferences.theme_system,
            "theme_light": preferences.theme_light,
            "theme_dark": preferences.theme_dark,
        },
        provides=(preferences,),
        submenus=(Submenu(submenu(context.window, _tr(_THEME), themes), "&View", 630),),
    )
