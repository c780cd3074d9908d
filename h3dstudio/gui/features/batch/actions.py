"""The actions of the feature: the panel of the batch."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec

ACTIONS: Mapping[str, Spec] = {
    "batch": Spec(
        "&Batch",
        "Ctrl+T",
        "batch",
        "Reconstruct and score many scans, with several numbers of views and methods",
        menu="&Reconstruct",
        place=320,
    ),
}
