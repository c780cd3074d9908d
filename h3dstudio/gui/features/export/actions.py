"""The actions of the feature: meshes and pictures as files."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec

ACTIONS: Mapping[str, Spec] = {
    "export": Spec(
        "&Export mesh…",
        "Ctrl+E",
        "export",
        "Save the reconstruction as PLY, OBJ, STL or GLB",
        "Export mesh…",
        menu="&File",
        place=310,
        toolbar=910,
    ),
    "reveal": Spec(
        "Show run &folder",
        "Ctrl+Shift+F",
        "folder",
        "Open the folder the last run was written to",
        menu="&File",
        place=340,
    ),
    "screenshot": Spec(
        "Save a &picture…",
        "Ctrl+Shift+P",
        "screenshot",
        "Save the 3D view as a PNG of twice the screen's resolution",
        menu="&View",
        place=430,
    ),
    "copy_picture": Spec(
        "Cop&y the picture",
        "Ctrl+Shift+C",
        "copy",
        "Copy the 3D view to the clipboard, at twice the screen's resolution",
        menu="&View",
        place=440,
    ),
}
