"""The actions of the feature: the meshes of a run, one after the other or compared."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec, switch

ACTIONS: Mapping[str, Spec] = {
    "timeline_play": switch(
        "&Play",
        "Ctrl+Space",
        "start",
        "Show the meshes of the run one after the other",
        menu="&Timeline",
        place=110,
    ),
    "timeline_back": Spec(
        "Mesh &before", ",", "back", "The mesh before the one on screen", menu="&Timeline", place=120
    ),
    "timeline_forward": Spec(
        "Mesh &after", ".", "forward", "The mesh after the one on screen", menu="&Timeline", place=130
    ),
    "timeline_latest": Spec(
        "&Newest mesh",
        "Ctrl+.",
        "latest",
        "The newest mesh, and those that follow it",
        menu="&Timeline",
        place=140,
    ),
    "pin": switch(
        "&Compare with this mesh",
        "Q",
        "",
        "Keep the mesh on screen, to compare others of the timeline with it",
        menu="&Timeline",
        place=210,
    ),
    "compare_beside": Spec(
        "Compare &side by side",
        "Shift+Q",
        "side-by-side",
        "The mesh that was kept in a picture of its own beside the one on screen",
        menu="&Timeline",
        place=220,
        unavailable="choose a mesh of the timeline to compare with first (Q)",
    ),
    "compare_difference": Spec(
        "&Difference as a map",
        "Shift+E",
        "error-map",
        "How far the mesh on screen is from the one that was kept, in mm",
        menu="&Timeline",
        place=230,
        unavailable="choose a mesh of the timeline to compare with first (Q)",
    ),
    "film": Spec(
        "Export a &film…",
        "Ctrl+Shift+M",
        "film",
        "Save the timeline as GIF, WebP or MP4, seen as the view is now",
        menu="&Timeline",
        place=310,
    ),
}
