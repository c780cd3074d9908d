"""What of the window a project keeps: the scan and its ticks, settings, what is shown, the last run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtGui import QAction

from h3dstudio.errors import ProjectError
from h3dstudio.gui.features.reconstruction.controller import Runs
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import Scans
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.shell.action_table import ACTIONS, THEME_MENU
from h3dstudio.gui.shell.job_kinds import RECONSTRUCTING, TRAINING
from h3dstudio.session.priors.training import PriorTrainingJob
from h3dstudio.session.project.sections import Json, checked, entries, path_entry, path_of
from h3dstudio.session.runs.job_states import job_from, job_state, settings_from, settings_state


def scan_folder(sections: Mapping[str, Json]) -> Path | None:
    """The scan that a project is about; None where it has none. Raises ProjectError."""
    state = entries(sections.get("scan") or {}, "scan")
    return path_of(state["folder"], "the scan's folder") if state.get("folder") else None


def moved_scan(sections: Mapping[str, Json], folder: Path) -> dict[str, Json]:
    """`sections` whose scan, and whose run's scan, is now in `folder`."""
    scan, run = dict(entries(sections.get("scan") or {}, "scan")), sections.get("run")
    out: dict[str, Json] = {**sections, "scan": {**scan, "folder": path_entry(folder)}}
    job = run.get("job") if isinstance(run, dict) else None
    if isinstance(run, dict) and isinstance(job, dict) and "scan" in job:
        out["run"] = {**run, "job": {**job, "scan": path_entry(folder)}}
    return out


class ScanSection:
    """Which scan, and which of its views are ticked. The scan itself is opened before the sections."""

    def __init__(self, scans: Scans, panel: ScanPanel) -> None:
        self._scans, self._panel = scans, panel

    def state(self) -> Json:
        opened = self._scans.current
        if opened is None:
            return {}
        return {"folder": path_entry(opened.folder), "views": list(self._panel.model.ticked)}

    def restore(self, state: Json) -> None:
        views = checked(entries(state, "scan"), "views", [])
        numbers = [view for view in views if isinstance(view, int) and not isinstance(view, bool)]
        if len(numbers) < len(views):
            raise ProjectError("a ticked view is no number")
        if self._scans.current is not None:
            self._panel.model.tick(numbers)


class SettingsSection:
    """How to reconstruct."""

    def __init__(self, panel: ReconstructPanel) -> None:
        self._panel = panel

    def state(self) -> Json:
        return settings_state(self._panel.settings)

    def restore(self, state: Json) -> None:
        self._panel.set_settings(settings_from(state))


class DisplaySection:
    """Every view action that can be on or off: meshes, modes, cameras, axes, landmarks.

    Some can only be switched on once their mesh is there; they wait for `settle`.
    """

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        self._actions = {
            name: actions[name]
            for name, spec in ACTIONS.items()
            if spec.checkable and name not in (*THEME_MENU, "place_landmarks")  # A tool, nothing shown.
        }
        self._waiting: dict[str, bool] = {}

    def state(self) -> Json:
        shown: dict[str, Json] = {name: action.isChecked() for name, action in self._actions.items()}
        return {**shown, **self._waiting}

    def restore(self, state: Json) -> None:
        given = entries(state, "display")
        wanted = {name: checked(given, name, self._actions[name].isChecked()) for name in self._actions}
        self._waiting = wanted
        self.settle()

    def settle(self) -> None:
        """Switch on and off what can be by now."""
        for name, on in list(self._waiting.items()):
            action = self._actions[name]
            if action.isEnabled() or action.isChecked() == on:
                del self._waiting[name]
                if action.isChecked() != on and (on or not ACTIONS[name].group):
                    action.trigger()

    def forget(self) -> None:
        """The user does the switching from now on."""
        self._waiting = {}


class RunSection:
    """The last run: enough to show its result again, or to go on with it."""

    def __init__(self, runs: Runs) -> None:
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
        made = self._runs.make_job(scan=job.scan, out=job.out, settings=job.settings, views=job.views)
        self._runs.recall(made, RECONSTRUCTING, job.out, status)
