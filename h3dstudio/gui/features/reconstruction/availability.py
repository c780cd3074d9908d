"""Which actions of the run make sense now: a pure function instead of conditions scattered about."""

from __future__ import annotations

from dataclasses import dataclass

from h3dstudio.gui.features.reconstruction.run_model import RunState


@dataclass(frozen=True)
class RunFacts:
    """What the run's actions depend on.

    Attributes:
        views: how many views are ticked.
        has_mesh: whether a reconstruction is shown.
        resumable: whether the last run left a checkpoint and did not end well.
        has_folder: whether a run folder is known.
    """

    state: RunState
    scan_open: bool = False
    views: int = 0
    has_mesh: bool = False
    resumable: bool = False
    has_folder: bool = False


def allowed(now: RunFacts) -> dict[str, bool]:
    """Action name -> whether it may be used."""
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
