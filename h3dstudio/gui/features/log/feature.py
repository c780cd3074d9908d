"""The log: everything the program and its jobs said."""

from __future__ import annotations

from h3dstudio.gui.features.log.panel import LogPanel
from h3dstudio.gui.shell.action_spec import Spec
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Dock, Feature, Side

ACTIONS: dict[str, Spec] = {}


def build(context: Context) -> Feature:
    """A panel without actions."""
    panel = LogPanel(context.log)
    return Feature(provides=(panel,), dock=Dock("Log", panel, Side.BELOW))
