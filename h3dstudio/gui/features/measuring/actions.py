"""The actions of the feature: the section plane and the ruler."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec, switch

ACTIONS: Mapping[str, Spec] = {
    "section": switch(
        "Se&ction plane",
        "X",
        "section",
        "Cut through the meshes, and see the contours of both",
        menu="&View",
        place=410,
    ),
    "ruler": switch(
        "R&uler",
        "M",
        "ruler",
        "Measure straight distances in mm with two clicks on a surface",
        menu="&View",
        place=420,
    ),
}
