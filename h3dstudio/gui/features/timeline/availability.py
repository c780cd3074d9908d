"""Which actions of the timeline make sense now."""

from __future__ import annotations


def allowed(*, frames: int, pinned: bool, filming: bool, on_stage: bool) -> dict[str, bool]:
    """Action name -> whether it may be used.

    Args:
        frames: how many meshes the timeline keeps.
        pinned: whether one of them is there to be compared with.
        filming: whether a film is being written.
        on_stage: whether a head of the prior is shown instead of the scan.
    """
    moves = ("timeline_play", "timeline_back", "timeline_forward", "timeline_latest", "pin")
    comparisons = ("compare_beside", "compare_difference")
    return {
        **dict.fromkeys(moves, frames > 1 and not on_stage),
        **dict.fromkeys(comparisons, pinned and not on_stage),
        "film": frames > 1 and not filming,
    }
