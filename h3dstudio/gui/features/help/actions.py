"""The actions of the feature: the commands, and what this program is."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec

ACTIONS: Mapping[str, Spec] = {
    "shortcuts": Spec(
        "&Commands and shortcuts…",
        "F1",
        "search",
        "Search every command, see its keys, and run it",
        menu="&Help",
        place=110,
    ),
    "about": Spec("&About H3D Studio", "", "info", "Version and licences", menu="&Help", place=120),
}
