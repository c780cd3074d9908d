"""What a run has left in its folder to go on with. `run.json` knows better than whoever watched the run."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from pathlib import Path

from h3dstudio.data.run_folder import RunFolder
from h3dstudio.errors import OutputError, ProjectError
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.session.priors.training import PriorTrainingJob
from h3dstudio.session.project.sections import Json, entries
from h3dstudio.session.runs.job_states import job_from
from h3dstudio.session.runs.run_record import read_run

_STATES = {
    "finished": RunState.DONE,
    "finished early": RunState.DONE_EARLY,
    "cancelled": RunState.CANCELLED,
    "failed": RunState.FAILED,
}


class LeftBehind(enum.Enum):
    """How a run that has ended can be gone on with."""

    NOTHING = "nothing"
    FINISHED = "finished"
    START = "start"
    """It starts over: it had not come to its first checkpoint."""
    CHECKPOINT = "checkpoint"

    @property
    def resumable(self) -> bool:
        """Whether going on makes sense."""
        return self in (LeftBehind.START, LeftBehind.CHECKPOINT)


def state_of(status: str) -> RunState:
    """The state that a `status` of `run.json` means; one that says it runs was interrupted."""
    return _STATES.get(status, RunState.INTERRUPTED)


def recorded_state(folder: Path) -> RunState | None:
    """How the run in `folder` ended, None where there is no record."""
    try:
        return state_of(str(read_run(RunFolder(folder).run_json).get("status")))
    except OutputError:
        return None


def left_behind(folder: Path | None) -> LeftBehind:
    """What the run in `folder` has left. One that finished early can be gone on with."""
    if folder is None:
        return LeftBehind.NOTHING
    files, state = RunFolder(folder), recorded_state(folder)
    if state is RunState.DONE:
        return LeftBehind.FINISHED
    if files.checkpoint.exists():
        return LeftBehind.CHECKPOINT
    return LeftBehind.NOTHING if state is None else LeftBehind.START


def left_by(sections: Mapping[str, Json]) -> LeftBehind:
    """What the last run of a project has left, by the project's `sections`."""
    try:
        job = job_from(entries(sections.get("run") or {}, "run").get("job"))
    except ProjectError:
        return LeftBehind.NOTHING
    if isinstance(job, PriorTrainingJob):
        return LeftBehind.CHECKPOINT if job.work.is_dir() else LeftBehind.NOTHING
    return left_behind(job.out)
