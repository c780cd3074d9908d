"""The menus Reconstruct and Evaluate: runs, priors, batches, and what is measured."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_table.spec import Spec, switch

WORK: Mapping[str, Spec] = {
    "start": Spec("&Start", "runs.start", "F5", "start", "Reconstruct the head from the ticked views"),
    "pause": Spec(
        "&Pause",
        "runs.pause",
        "F6",
        "pause",
        "Stop after this step, keeping everything; press again to go on",
    ),
    "finish": Spec("&Finish now", "runs.finish", "F7", "finish", "End now and keep what there is"),
    "cancel": Spec("&Cancel", "runs.cancel", "F8", "cancel", "Stop and write no result"),
    "resume_run": Spec(
        "&Resume last run",
        "runs.resume_last",
        "Shift+F5",
        "resume",
        "Go on from the last checkpoint of a run that was stopped",
    ),
    "prior": Spec(
        "&Head prior",
        "show_prior",
        "Ctrl+P",
        "prior",
        "See the heads that the prior knows, morph between them, or train a prior",
    ),
    "batch": Spec(
        "&Batch",
        "show_batch",
        "Ctrl+T",
        "batch",
        "Reconstruct and score many scans, with several numbers of views and methods",
    ),
    "align_landmarks": Spec(
        "Align by &landmarks",
        "evaluating.align_landmarks",
        "Ctrl+F9",
        "align-points",
        "Move the mesh so that its landmarks meet those of the ground truth",
        "Landmarks",
    ),
    "align_icp": Spec(
        "Align by &ICP",
        "evaluating.align_icp",
        "F10",
        "align",
        "Register the mesh with the ground truth, from where it is",
        "ICP",
    ),
    "stop_comparing": Spec(
        "&Stop comparing",
        "evaluating.stop",
        "F12",
        "finish",
        "End the registration and keep what it has; stop an evaluation or an export",
        "Stop",
    ),
    "align_reset": Spec(
        "&Move the mesh back",
        "evaluating.align_reset",
        "Ctrl+F10",
        "undo",
        "Put the mesh back where its file has it",
        "Move back",
    ),
    "region": switch(
        "&Paint a region",
        "evaluating.regions.switch",
        "Ctrl+G",
        "region",
        "Mark a region of the ground truth with brush or lasso, and save it as H3DS does",
        "Paint a region",
    ),
    "evaluate": Spec(
        "&Evaluate the mesh",
        "evaluating.evaluate",
        "F9",
        "evaluate",
        "Measure the mesh on screen against the ground truth, by both protocols",
        "Evaluate",
    ),
}
