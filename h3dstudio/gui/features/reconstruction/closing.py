"""Closing the window in the middle of a run: what to do with that is asked first."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.left_run import LeftBehind
from h3dstudio.gui.shell import dialogs


class RunClosing(QObject):
    """Decides whether the window may close in the middle of a run, and closes it when that has ended.

    Signals: `later()` the job is to be offered again at the next start.
    """

    later = Signal()

    def __init__(self, window: QWidget, runs: RunController) -> None:
        super().__init__(window)
        self._window, self._runs = window, runs
        self._question: QMessageBox | None = None
        self._wanted = False
        runs.over.connect(self._after_run)

    def may_close(self) -> bool:
        """True when nothing runs; else asks, and closes later if the answer says so."""
        if not self._runs.state.active:
            return True
        if self._question is None:
            self._question = dialogs.ask_while_running(
                self._window,
                self._answer,
                self._runs.job_kind.noun,
                checkpoint=self._runs.left_behind is LeftBehind.CHECKPOINT,
            )
            self._question.finished.connect(self._forget_question)
        return False

    def close_now(self) -> None:
        """Close without a question; a run is stopped first, to go on another time."""
        self._answer("later")

    def _answer(self, key: str) -> None:
        self._wanted = key in ("wait", "finish", "later", "discard")
        if key == "later":
            self.later.emit()  # Before the run stops: whoever keeps it must know that it ran.
        if not self._runs.state.active:
            self._after_run()
        elif key == "finish":
            self._runs.finish()
        elif key == "later":
            self._runs.interrupt()
        elif key == "discard":
            self._runs.cancel()

    def _after_run(self) -> None:
        if self._question is not None:
            self._question.close()
        if self._wanted:
            self._wanted = False
            self._window.close()

    def _forget_question(self) -> None:
        self._question = None
