"""The actions of the feature: the run, and a mesh in place of its result."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec

ACTIONS: Mapping[str, Spec] = {
    "start": Spec(
        "&Start",
        "F5",
        "start",
        "Reconstruct the head from the ticked views",
        menu="&Reconstruct",
        place=110,
        toolbar=210,
    ),
    "pause": Spec(
        "&Pause",
        "F6",
        "pause",
        "Stop after this step, keeping everything; press again to go on",
        menu="&Reconstruct",
        place=120,
        toolbar=220,
    ),
    "finish": Spec(
        "&Finish now",
        "F7",
        "finish",
        "End now and keep what there is",
        menu="&Reconstruct",
        place=130,
        toolbar=230,
    ),
    "cancel": Spec(
        "&Cancel", "F8", "cancel", "Stop and write no result", menu="&Reconstruct", place=140, toolbar=240
    ),
    "resume_run": Spec(
        "&Resume last run",
        "Shift+F5",
        "resume",
        "Go on from the last checkpoint of a run that was stopped",
        menu="&Reconstruct",
        place=210,
    ),
    "open_mesh": Spec(
        "Open &mesh…",
        "Ctrl+M",
        "reconstruction",
        "Show a mesh file where the reconstruction is: to mark, align, measure or export it",
        menu="&File",
        place=140,
    ),
}
