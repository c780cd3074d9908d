"""The actions of the feature: aligning, measuring, regions, reports."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec, switch

ACTIONS: Mapping[str, Spec] = {
    "report": Spec(
        "&Report…",
        "Ctrl+R",
        "report",
        "Report on this run as a page and a PDF, with every number for other programs",
        menu="&File",
        place=330,
        unavailable="there is no finished run to report on",
    ),
    "export_detailed": Spec(
        "Export in &detail…",
        "Ctrl+Alt+E",
        "export",
        "Save the mesh in the ground truth's frame, as a heat map, a region of it, with landmarks and motion",
        menu="&File",
        place=320,
    ),
    "align_landmarks": Spec(
        "Align by &landmarks",
        "Ctrl+F9",
        "align-points",
        "Move the mesh so that its landmarks meet those of the ground truth",
        "Landmarks",
        menu="E&valuate",
        place=110,
    ),
    "align_icp": Spec(
        "Align by &ICP",
        "F10",
        "align",
        "Register the mesh with the ground truth, from where it is",
        "ICP",
        menu="E&valuate",
        place=120,
    ),
    "stop_comparing": Spec(
        "&Stop comparing",
        "F12",
        "finish",
        "End the registration and keep what it has; stop an evaluation or an export",
        "Stop",
        menu="E&valuate",
        place=130,
    ),
    "align_reset": Spec(
        "&Move the mesh back",
        "Ctrl+F10",
        "undo",
        "Put the mesh back where its file has it",
        "Move back",
        menu="E&valuate",
        place=140,
    ),
    "region": switch(
        "&Paint a region",
        "Ctrl+G",
        "region",
        "Mark a region of the ground truth with brush or lasso, and save it as H3DS does",
        "Paint a region",
        menu="E&valuate",
        place=210,
    ),
    "evaluate": Spec(
        "&Evaluate the mesh",
        "F9",
        "evaluate",
        "Measure the mesh on screen against the ground truth, by both protocols",
        "Evaluate",
        menu="E&valuate",
        place=220,
    ),
}
