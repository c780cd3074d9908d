"""The actions of the feature: undo and redo, the layout, the end."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec

ACTIONS: Mapping[str, Spec] = {
    "quit": Spec("&Quit", "Ctrl+Q", "", "Close the studio", menu="&File", place=410),
    "undo": Spec("&Undo", "Ctrl+Z", "undo", "Take back what was done last", menu="&Edit", place=110),
    "redo": Spec("&Redo", "Ctrl+Shift+Z", "redo", "Do again what was undone", menu="&Edit", place=120),
    "reset_layout": Spec(
        "Reset &layout", "", "", "Put every panel back where it was at first", menu="&View", place=620
    ),
}
