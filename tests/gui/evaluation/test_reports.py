"""A report from the window: asked for with keys, made in the worker process, its page opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.evaluation.reports import ReportController, free_folder
from h3dstudio.gui.features.log.panel import LogPanel
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.session.runs.job import ReconstructionJob
from tests.gui.fakes import SmallReport
from tests.gui.test_studio import answer, dialog, opened
from tests.unit.evaluation.report.tiny_run import write_run

Studio = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, tiny_scan: Path) -> Path:
    return write_run(tmp_path / "runs" / "first", tiny_scan)


def with_result(window: Any, qtbot: QtBot, run: Path, scan: Path) -> Any:
    """The window after a run of an earlier session."""
    opened(window, qtbot, scan)
    window.get(RunController).recall(ReconstructionJob(scan, run), RECONSTRUCTING, run, RunState.DONE)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        window.get(RunController).show_result(run / "mesh.ply", {})
    qtbot.waitUntil(lambda: window.context.actions["report"].isEnabled())
    window.pages_opened = []
    window.get(ReportController).open_page = window.pages_opened.append
    window.get(ReportController).make_job = SmallReport
    return window


def asked(window: Any, qtbot: QtBot) -> QMessageBox:
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    return dialog(window, qtbot)


def test_without_a_run_there_is_nothing_to_report(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> None:
    window = opened(studio(), qtbot, tiny_scan)
    action = window.context.actions["report"]
    assert not action.isEnabled()
    assert "no finished run" in action.toolTip()


def test_the_report_of_the_run_is_made_and_opened(
    studio: Studio, qtbot: QtBot, run: Path, tiny_scan: Path
) -> None:
    window = with_result(studio(), qtbot, run, tiny_scan)
    states: list[RunState] = []
    window.get(RunController).state_changed.connect(states.append)
    box = asked(window, qtbot)
    assert str(run / "report") in box.informativeText().replace("<wbr>", "")
    with qtbot.waitSignal(window.get(ReportController).made, timeout=120_000):
        answer(box, "make")
    assert window.pages_opened == [run / "report" / "report.html"]
    assert "Both protocols" in (run / "report" / "report.html").read_text(encoding="utf-8")
    qtbot.waitUntil(
        lambda: (
            window.get(RunController).state is RunState.DONE
            and window.get(RunController).job_kind is RECONSTRUCTING
        )
    )
    assert RunState.RUNNING in states
    # The run is what it was before: its folder, its job, its mesh.
    assert window.get(RunController).folder == run
    assert isinstance(window.get(RunController).job, ReconstructionJob)
    assert str(run / "report") in window.get(LogPanel).text.toPlainText()
    assert window.statusBar().findChild(QLabel).text() == f"The report is in {run / 'report'}"


def test_a_second_report_does_not_replace_the_first(
    studio: Studio, qtbot: QtBot, run: Path, tiny_scan: Path
) -> None:
    window = with_result(studio(), qtbot, run, tiny_scan)
    (run / "report").mkdir()
    box = asked(window, qtbot)
    assert str(run / "report-2") in box.informativeText().replace("<wbr>", "")
    answer(box, "stay")
    assert not window.get(RunController).state.active


def test_a_comparison_with_another_run(
    studio: Studio, qtbot: QtBot, run: Path, tiny_scan: Path, tmp_path: Path
) -> None:
    other = write_run(tmp_path / "runs" / "second", tiny_scan, scale=1.1)
    window = with_result(studio(), qtbot, run, tiny_scan)
    answer(asked(window, qtbot), "compare")
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    chooser = window.findChild(QFileDialog)
    with qtbot.waitSignal(window.get(ReportController).made, timeout=120_000):
        chooser.fileSelected.emit(str(other))
    chooser.close()
    page = (run / "comparison" / "report.html").read_text(encoding="utf-8")
    assert "2 reconstructions of ball" in page


def test_what_is_wrong_with_the_run_is_said(studio: Studio, qtbot: QtBot, run: Path, tiny_scan: Path) -> None:
    window = with_result(studio(), qtbot, run, tiny_scan)
    (run / "evaluation.json").write_text("{")
    answer(asked(window, qtbot), "make")

    def failed() -> bool:
        boxes = window.findChildren(QMessageBox)
        return any(box.isVisible() and "report failed" in box.text() for box in boxes)

    qtbot.waitUntil(failed, timeout=120_000)
    box = dialog(window, qtbot)
    assert "evaluation.json" in box.informativeText().replace("<wbr>", "")
    answer(box, "close")
    assert window.get(RunController).state is RunState.DONE
    assert window.get(RunController).folder == run
    assert window.pages_opened == []


def test_a_free_folder(tmp_path: Path) -> None:
    assert free_folder(tmp_path / "report") == tmp_path / "report"
    for name in ("report", "report-2"):
        (tmp_path / name).mkdir()
    assert free_folder(tmp_path / "report") == tmp_path / "report-3"
