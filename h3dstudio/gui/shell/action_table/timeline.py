"""The menu Timeline: the meshes of a run, one after the other or compared."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_table.spec import Spec, switch

TIMELINE: Mapping[str, Spec] = {
    "timeline_play": switch(
        "&Play", "timeline.play", "Ctrl+Space", "start", "Show the meshes of the run one after the other"
    ),
    "timeline_back": Spec("Mesh &before", "timeline.back", ",", "back", "The mesh before the one on screen"),
    "timeline_forward": Spec(
        "Mesh &after", "timeline.forward", ".", "forward", "The mesh after the one on screen"
    ),
    "timeline_latest": Spec(
        "&Newest mesh", "timeline.latest", "Ctrl+.", "latest", "The newest mesh, and those that follow it"
    ),
    "pin": switch(
        "&Compare with this mesh",
        "timeline.pin",
        "Q",
        "",
        "Keep the mesh on screen, to compare others of the timeline with it",
    ),
    "compare_beside": Spec(
        "Compare &side by side",
        "timeline.beside",
        "Shift+Q",
        "side-by-side",
        "The mesh that was kept in a picture of its own beside the one on screen",
    ),
    "compare_difference": Spec(
        "&Difference as a map",
        "timeline.differing",
        "Shift+E",
        "error-map",
        "How far the mesh on screen is from the one that was kept, in mm",
    ),
    "film": Spec(
        "Export a &film…",
        "films.ask",
        "Ctrl+Shift+M",
        "film",
        "Save the timeline as GIF, WebP or MP4, seen as the view is now",
    ),
}
