"""The actions of the feature: what is open, and saving it."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec

ACTIONS: Mapping[str, Spec] = {
    "open_project": Spec(
        "Open &project…",
        "Ctrl+Shift+O",
        "project",
        "Open a saved project: scan, ticks, settings, landmarks and result",
        menu="&File",
        place=130,
    ),
    "new_project": Spec(
        "&New project", "Ctrl+N", "new", "Close what is open and begin anew", menu="&File", place=110
    ),
    "save": Spec("&Save project", "Ctrl+S", "save", "Save the project to its file", menu="&File", place=210),
    "save_as": Spec(
        "Save project &as…", "Ctrl+Shift+S", "", "Save the project to another file", menu="&File", place=220
    ),
}
