"""Help: commands and shortcuts, version and licences."""

from __future__ import annotations

from h3dstudio.gui.features.help.about import Help
from h3dstudio.gui.features.help.actions import ACTIONS
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Feature

__all__ = ["ACTIONS", "build"]


def build(context: Context) -> Feature:
    """Menu entries alone; it has no panel."""
    shown = Help(context.window, context.specs, context.actions)
    return Feature(slots={"shortcuts": shown.shortcuts, "about": shown.about}, provides=(shown,))
