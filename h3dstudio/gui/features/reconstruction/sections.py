"""What a project keeps of reconstructing: the settings, and the last run."""

from __future__ import annotations

from typing import Any

from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING, TRAINING
from h3dstudio.gui.features.reconstruction.left_run import recorded_state
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.session.priors.training import PriorTrainingJob
from h3dstudio.session.project.sections import Json, checked, entries
from h3dstudio.session.runs.job_states import job_from, job_state, settings_from, settings_state


class SettingsSection:
    """How to reconstruct."""

    def __init__(self, panel: ReconstructPanel) -> None:
        self._panel = panel

    def state(self) -> Json:
        return settings_state(self._panel.settings)

    def restore(self, state: Json) -> None:
        self._panel.set_settings(settings_from(state))


class RunSection:
    """The last run: enough to show its result again, or to go on with it."""

    def __init__(self, runs: RunController) -> None:
        self._runs = runs

    def state(self) -> Json:
        job: Any = self._runs.job
        if not isinstance(job, PriorTrainingJob) and not hasattr(job, "scan"):
            return {}
        if self._runs.folder is None and self._runs.job_state is RunState.FAILED:
            return {}  # It came to nothing: there is no folder to come back to.
        described = job_state(job, self._runs.folder)
        return {"job": described, "status": self._runs.job_state.name.lower()}

    def restore(self, state: Json) -> None:
        given = entries(state, "run")
        if not given:
            return
        job = job_from(given.get("job"))
        status = RunState.__members__.get(checked(given, "status", "").upper(), RunState.IDLE)
        if status.active:
            status = RunState.INTERRUPTED
        if isinstance(job, PriorTrainingJob):
            self._runs.recall(job, TRAINING, job.work, status)
            return
        recorded = recorded_state(job.out)
        if recorded in (RunState.DONE, RunState.DONE_EARLY):
            status = recorded  # It came to its end before the window that watched it could tell.
        made = self._runs.make_job(scan=job.scan, out=job.out, settings=job.settings, views=job.views)
        self._runs.recall(made, RECONSTRUCTING, job.out, status)
