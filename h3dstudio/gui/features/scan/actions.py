"""The actions of the feature: opening scans."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec

ACTIONS: Mapping[str, Spec] = {
    "open": Spec(
        "&Open scan folder…",
        "Ctrl+O",
        "open",
        "Open a scan, or a dataset of scans",
        "Open scan",
        menu="&File",
        place=120,
        toolbar=110,
    ),
    "demo": Spec(
        "Open the &demo scan",
        "Ctrl+D",
        "demo",
        "Open the scan that comes with the program",
        "Demo scan",
        menu="&File",
        place=150,
        toolbar=120,
    ),
}
