"""The actions of the feature: the panel of the head prior, and the way back."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec

ACTIONS: Mapping[str, Spec] = {
    "prior": Spec(
        "&Head prior",
        "Ctrl+P",
        "prior",
        "See the heads that the prior knows, morph between them, or train a prior",
        menu="&Reconstruct",
        place=310,
    ),
    "back_to_scan": Spec(
        "&Back to the scan",
        "Ctrl+B",
        "close",
        "From the prior's heads back to the scan and its reconstruction",
        menu="&View",
        place=520,
    ),
}
