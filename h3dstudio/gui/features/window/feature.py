"""The window itself: undo and redo, the layout of the panels, the end."""

from __future__ import annotations

from h3dstudio.gui.features.window.actions import ACTIONS
from h3dstudio.gui.features.window.undo import UndoController
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Feature

__all__ = ["ACTIONS", "build"]


def build(context: Context) -> Feature:
    """Menu entries alone; it has no panel."""
    undoing = UndoController(context.window, context.commands, context.actions)
    undoing.said.connect(context.status.say)
    return Feature(
        slots={
            "undo": undoing.undo,
            "redo": undoing.redo,
            "reset_layout": context.docks.reset,
            "quit": context.window.close,
        },
        provides=(undoing,),
    )
