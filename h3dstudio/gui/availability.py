"""Which actions make sense now: one pure function instead of conditions scattered over the window."""

from __future__ import annotations

from h3dstudio.gui.run_model import RunState


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
) -> dict[str, bool]:
    """Action name -> whether it may be used. Actions that are always there are not listed.

    Args:
        views: how many views are ticked.
        has_mesh: whether a reconstruction is shown.
        has_truth: whether the scan has a ground truth.
        resumable: whether the last run left a checkpoint and did not end well.
        has_folder: whether a run folder is known.
    """
    stoppable = state in (RunState.STARTING, RunState.RUNNING, RunState.PAUSED)
    return {
        "start": scan_open and views > 0 and not state.active,
        "pause": state.pausable,
        "finish": stoppable,
        "cancel": stoppable or state is RunState.FINISHING,
        "resume_run": resumable and not state.active,
        "export": has_mesh,
        "reveal": has_folder,
        "reconstruction": scan_open,
        "ground_truth": has_truth,
        "coloured": scan_open,
        "shaded": scan_open,
        "wireframe": scan_open,
        "cameras": scan_open,
        "axes": scan_open,
        "reset_view": scan_open,
        "leave_photo": through_photo,
    }
