"""Which actions make sense now: one pure function instead of conditions scattered over the window."""

from __future__ import annotations

from h3dstudio.gui.run_model import RunState

SCALED = ("confidence", "error_map")
"""Modes that a mesh may come without: then it is shown in its colours."""


def allowed(
    state: RunState,
    *,
    scan_open: bool = False,
    views: int = 0,
    has_mesh: bool = False,
    has_truth: bool = False,
    resumable: bool = False,
    has_folder: bool = False,
    through_photo: bool = False,
    has_quality: bool = False,
    has_errors: bool = False,
    frames: int = 0,
    pinned: bool = False,
    filming: bool = False,
    on_stage: bool = False,
) -> dict[str, bool]:
    """Action name -> whether it may be used. Actions that are always there are not listed.

    Args:
        views: how many views are ticked.
        has_mesh: whether a reconstruction is shown.
        has_truth: whether the scan has a ground truth.
        resumable: whether the last run left a checkpoint and did not end well.
        has_folder: whether a run folder is known.
        has_quality: whether the reconstruction says how far each vertex can be trusted.
        frames: how many meshes the timeline keeps.
        pinned: whether one of them is there to be compared with.
        filming: whether a film is being written.
        has_errors: whether a mesh on screen was compared with the ground truth.
        on_stage: whether a head of the prior is shown instead of the scan.
    """
    shown = scan_open or on_stage or has_mesh
    stoppable = state in (RunState.STARTING, RunState.RUNNING, RunState.PAUSED)
    return {
        "start": scan_open and views > 0 and not state.active,
        "pause": state.pausable,
        "finish": stoppable,
        "cancel": stoppable or state is RunState.FINISHING,
        "resume_run": resumable and not state.active,
        "export": has_mesh,
        "reveal": has_folder,
        "report": has_folder and has_mesh and not state.active,
        "reconstruction": scan_open and not on_stage,
        "ground_truth": has_truth and not on_stage,
        "side_by_side": has_truth and not on_stage,
        "section": scan_open and not on_stage,
        "ruler": scan_open and not on_stage,
        "timeline_play": frames > 1 and not on_stage,
        "timeline_back": frames > 1 and not on_stage,
        "timeline_forward": frames > 1 and not on_stage,
        "timeline_latest": frames > 1 and not on_stage,
        "pin": frames > 1 and not on_stage,
        "compare_beside": pinned and not on_stage,
        "compare_difference": pinned and not on_stage,
        "film": frames > 1 and not filming,
        "screenshot": shown,
        "copy_picture": shown,
        "coloured": shown,
        "shaded": shown,
        "wireframe": shown,
        "normals": shown,
        "confidence": has_quality and not on_stage,
        "error_map": has_errors and not on_stage,
        "cameras": scan_open and not on_stage,
        "axes": shown,
        "reset_view": shown,
        "back_to_scan": on_stage and scan_open,
        "leave_photo": through_photo,
    }


UNAVAILABLE = {
    "compare_beside": "choose a mesh of the timeline to compare with first (Q)",
    "compare_difference": "choose a mesh of the timeline to compare with first (Q)",
    "error_map": "nothing on screen has been compared with the ground truth yet",
    "report": "there is no finished run to report on",
    "confidence": "this mesh has none; it comes with the result of a reconstruction by H3D-Net",
}
"""Why an action cannot be used now, where that is not plain to see."""
