"""Learning a head prior from the window: what to ask before it starts, and what to do with its result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from h3dstudio.errors import H3DError
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice
from h3dstudio.gui.features.priors.training_page import TrainingPage
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.job_kinds import TRAINING
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.shell import dialogs
from h3dstudio.session.priors.training import PriorTrainingJob

_HEAD, _FACE = "held-out head mm", "held-out face mm"


class TrainingController(QObject):
    """Starts a `PriorTrainingJob` as the page says. Signals: `logged(message, level)`."""

    logged = Signal(str, str)

    def __init__(self, window: QWidget, runs: RunController, page: TrainingPage, choice: PriorChoice) -> None:
        super().__init__(window)
        self._window, self._runs, self._page, self._choice = window, runs, page, choice
        self.make_job = PriorTrainingJob
        page.wanted.connect(self.start)
        runs.changed.connect(self._follow)
        runs.finished.connect(self._take_result)

    def start(self) -> None:
        """Ask where something is in the way, then start."""
        files = self._page.files
        if files is None or self._runs.state.active:
            return
        population, out = files
        try:
            settings = self._page.settings
        except H3DError as error:
            dialogs.show_error(self._window, self.tr("The training cannot start"), error)
            return
        job = self.make_job(
            population=population,
            out=out,
            settings=settings,
            command="H3D Studio's window",
            more=self._page.more,
        )
        if job.work.is_dir():
            self._ask_to_resume(job)
        elif out.exists():
            self._ask_to_replace(job)
        else:
            self._runs.begin(job, TRAINING)

    def show_state(self, state: RunState) -> None:
        """The run's state has changed."""
        self._page.show_state(state, ours=self._runs.job_kind is TRAINING, resumable=self._runs.resumable)

    def _ask_to_resume(self, job: PriorTrainingJob) -> None:
        def answer(key: str) -> None:
            if key != "stay":
                self._runs.begin(replace(job, resume=key == "resume", force=True), TRAINING)

        dialogs.ask(
            self._window,
            self.tr("An interrupted training"),
            self.tr("Go on with the interrupted training?"),
            (
                dialogs.Choice("resume", self.tr("Resume"), default=True),
                dialogs.Choice("anew", self.tr("Start anew")),
                dialogs.Choice("stay", self.tr("Cancel"), dialogs.Role.RejectRole),
            ),
            answer,
            information=self.tr(
                "A training of {0} was interrupted; what it had learned is still there. "
                "It can be gone on with if population and settings are the same."
            ).format(job.out.name),
        )

    def _ask_to_replace(self, job: PriorTrainingJob) -> None:
        def answer(key: str) -> None:
            if key == "replace":
                self._runs.begin(replace(job, force=True), TRAINING)

        dialogs.ask(
            self._window,
            self.tr("The file exists"),
            self.tr("Replace {0}?").format(job.out.name),
            (
                dialogs.Choice("replace", self.tr("Replace"), dialogs.Role.DestructiveRole),
                dialogs.Choice("stay", self.tr("Cancel"), dialogs.Role.RejectRole, default=True),
            ),
            answer,
            information=self.tr("The prior in it is lost when the new one is written."),
        )

    def _follow(self) -> None:
        """Say how well it reconstructs heads it does not know."""
        if self._runs.job_kind is not TRAINING:
            return
        curves = self._runs.model.curves
        if _HEAD in curves:
            head, face = curves[_HEAD][1][-1], curves[_FACE][1][-1] if _FACE in curves else None
            text = (
                self.tr("Unseen heads: {0:.2f} mm")
                if face is None
                else self.tr("Unseen heads: {0:.2f} mm, face {1:.2f} mm")
            )
            self._page.show_figures(text.format(head, face))

    def _take_result(self, result: object) -> None:
        path = getattr(result, "path", None)
        if self._runs.job_kind is TRAINING and isinstance(path, Path):
            self._choice.add(str(path))
            self.logged.emit(
                self.tr("The prior is in {0}; it can be chosen as the prior now").format(path), "info"
            )
