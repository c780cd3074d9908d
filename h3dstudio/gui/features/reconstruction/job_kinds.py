"""The kinds of long work the window can start, and what differs between them: words, layer, how to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from h3dstudio.gui.features.reconstruction.left_run import LeftBehind, left_behind
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.shell.texts import marked, translator
from h3dstudio.gui.viewport.sink import PRIOR, RECONSTRUCTION

_tr = translator("Work")


@dataclass(frozen=True)
class JobKind:
    """One kind of work.

    Attributes:
        layer: under which name its meshes are shown.
        name: "The reconstruction", as a sentence begins; `noun` is it in the user's language.
        titles, details: what to say of a state, where the state's own words do not fit.
    """

    layer: str
    name: str
    titles: Mapping[RunState, str] = field(default_factory=dict)
    details: Mapping[RunState, str] = field(default_factory=dict)

    @property
    def noun(self) -> str:
        """What it is called where a sentence begins."""
        return _tr(self.name)

    def title(self, state: RunState) -> str:
        """The state in a word or two."""
        return _tr(self.titles.get(state, state.value))

    def detail(self, state: RunState) -> str:
        """What to know about the state; "" where its own words will do."""
        return _tr(self.details[state]) if state in self.details else ""

    def folder(self, job: Any, checkpoint: Path | None) -> Path | None:
        """Where the files of `job` are."""
        return checkpoint.parent if checkpoint else None

    def left_behind(self, job: Any, checkpoint: Path | None) -> LeftBehind:
        """What there is of `job` to go on with."""
        return left_behind(self.folder(job, checkpoint))

    def again(self, job: Any, checkpoint: Path | None) -> Any:
        """The job that goes on where `job` stopped."""
        return replace(job, out=self.folder(job, checkpoint), resume=True, force=False)


@dataclass(frozen=True)
class TrainingKind(JobKind):
    """Learning a head prior."""

    def folder(self, job: Any, checkpoint: Path | None) -> Path | None:
        return job.out.parent if job is not None else None

    def left_behind(self, job: Any, checkpoint: Path | None) -> LeftBehind:
        there = job is not None and job.work.is_dir()
        return LeftBehind.CHECKPOINT if there else LeftBehind.NOTHING

    def again(self, job: Any, checkpoint: Path | None) -> Any:
        return replace(job, resume=True)


RECONSTRUCTING = JobKind(RECONSTRUCTION, marked("The reconstruction"))
REPORTING = JobKind(
    RECONSTRUCTION,
    marked("The report"),
    {RunState.RUNNING: marked("Making the report")},
    {RunState.CANCELLED: marked("No report was written"), RunState.FAILED: marked("See the log")},
)
TRAINING = TrainingKind(
    PRIOR,
    marked("The training of the prior"),
    {RunState.RUNNING: marked("Learning a prior")},
    {
        RunState.DONE: marked("The prior is written; choose it in the Prior panel"),
        RunState.DONE_EARLY: marked("The prior of the heads so far is written"),
        RunState.CANCELLED: marked("Stopped; no prior was written, what was learned so far can be resumed"),
        RunState.FAILED: marked("See the log; an interrupted training can be resumed"),
    },
)
