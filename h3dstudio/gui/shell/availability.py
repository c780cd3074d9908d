"""Which actions make sense now: pure functions instead of conditions scattered over the window."""

from __future__ import annotations

from dataclasses import dataclass

from h3dstudio.gui.features.reconstruction.run_model import RunState

SCALED = ("confidence", "error_map")
"""Modes that a mesh may come without: then it is shown in its colours."""


@dataclass(frozen=True)
class Situation:
    """How things stand in the window.

    Attributes:
        views: how many views are ticked.
        has_mesh: whether a reconstruction is shown.
        has_truth: whether the scan has a ground truth.
        resumable: whether the last run left a checkpoint and did not end well.
        has_folder: whether a run folder is known.
        through_photo: whether the view looks through a photo's camera.
        has_quality: whether the reconstruction says how far each vertex can be trusted.
        has_errors: whether a mesh on screen was compared with the ground truth.
        frames: how many meshes the timeline keeps.
        pinned: whether one of them is there to be compared with.
        filming: whether a film is being written.
        on_stage: whether a head of the prior is shown instead of the scan.
    """

    state: RunState
    scan_open: bool = False
    views: int = 0
    has_mesh: bool = False
    has_truth: bool = False
    resumable: bool = False
    has_folder: bool = False
    through_photo: bool = False
    has_quality: bool = False
    has_errors: bool = False
    frames: int = 0
    pinned: bool = False
    filming: bool = False
    on_stage: bool = False


def allowed(now: Situation) -> dict[str, bool]:
    """Action name -> whether it may be used. Actions that are always there are not listed."""
    return {**_of_runs(now), **_of_the_view(now), **_of_the_timeline(now)}


def _of_runs(now: Situation) -> dict[str, bool]:
    state = now.state
    stoppable = state in (RunState.STARTING, RunState.RUNNING, RunState.PAUSED)
    return {
        "start": now.scan_open and now.views > 0 and not state.active,
        "pause": state.pausable,
        "finish": stoppable,
        "cancel": stoppable or state is RunState.FINISHING,
        "resume_run": now.resumable and not state.active,
        "export": now.has_mesh,
        "reveal": now.has_folder,
        "report": now.has_folder and now.has_mesh and not state.active,
    }


def _of_the_view(now: Situation) -> dict[str, bool]:
    shown = now.scan_open or now.on_stage or now.has_mesh
    of_the_scan = now.scan_open and not now.on_stage
    of_the_truth = now.has_truth and not now.on_stage
    return {
        **dict.fromkeys(("coloured", "shaded", "wireframe", "normals", "axes", "reset_view"), shown),
        **dict.fromkeys(("screenshot", "copy_picture"), shown),
        **dict.fromkeys(("reconstruction", "section", "ruler", "cameras"), of_the_scan),
        **dict.fromkeys(("ground_truth", "side_by_side"), of_the_truth),
        "confidence": now.has_quality and not now.on_stage,
        "error_map": now.has_errors and not now.on_stage,
        "back_to_scan": now.on_stage and now.scan_open,
        "leave_photo": now.through_photo,
    }


def _of_the_timeline(now: Situation) -> dict[str, bool]:
    moves = ("timeline_play", "timeline_back", "timeline_forward", "timeline_latest", "pin")
    comparisons = ("compare_beside", "compare_difference")
    return {
        **dict.fromkeys(moves, now.frames > 1 and not now.on_stage),
        **dict.fromkeys(comparisons, now.pinned and not now.on_stage),
        "film": now.frames > 1 and not now.filming,
    }


UNAVAILABLE = {
    "compare_beside": "choose a mesh of the timeline to compare with first (Q)",
    "compare_difference": "choose a mesh of the timeline to compare with first (Q)",
    "error_map": "nothing on screen has been compared with the ground truth yet",
    "report": "there is no finished run to report on",
    "confidence": "this mesh has none; it comes with the result of a reconstruction",
}
"""Why an action cannot be used now, where that is not plain to see."""
