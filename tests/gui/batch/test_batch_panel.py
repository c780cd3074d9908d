"""The batch's panel in the whole window: a real batch process, real workers, a fake trainer in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from h3dstudio.data import file_lock
from h3dstudio.gui.features.batch.controller import BatchController, plan_of
from h3dstudio.gui.features.batch.dialog import BatchDialog, BatchWishes
from h3dstudio.gui.features.batch.panel import BatchPanel
from h3dstudio.gui.features.batch.table_model import row_of, titles
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.viewport.sink import RECONSTRUCTION
from h3dstudio.session.batch.cells import Cell
from h3dstudio.session.batch.job import BatchJob
from h3dstudio.session.batch.manifest import LOCK, write_manifest
from h3dstudio.session.batch.record import CellRecord, CellState, write_record
from h3dstudio.session.batch.results import FoundCell, read_results
from h3dstudio.session.batch.scoring import Scores
from tests.unit.data.solid_scan import write_solid_scan
from tests.unit.session.batch.fakes import INSTALL, PAUSE, wanted, write_dataset

Studio = Callable[..., Any]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "balls")


@pytest.fixture
def window(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """With a batch that takes a second or two for each cell."""
    monkeypatch.setenv(PAUSE, "0.02")
    made = studio()
    made.get(BatchController).make_job = partial(BatchJob, workers=1, preload=INSTALL)
    QTest.keyClick(made, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    yield made
    made.get(BatchController).let_go()


def type_into(line: Any, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def new_batch(window: Any, qtbot: QtBot, dataset: Path, results: Path) -> None:
    """Press New…, fill in the dialog by keys, press Start batch."""
    panel = window.get(BatchPanel)
    qtbot.mouseClick(panel.new, LEFT)
    dialog = window.get(BatchController).dialog
    with qtbot.waitActive(dialog, timeout=20_000):
        dialog.activateWindow()
    assert not dialog.start.isEnabled()
    type_into(dialog.dataset, str(dataset))
    QTest.keyClick(dialog.dataset, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.scans.count() == 2)
    type_into(dialog.results, str(results))
    type_into(dialog.views, "3")
    for row in range(dialog.methods.count()):
        item = dialog.methods.item(row)
        if item.data(Qt.ItemDataRole.UserRole) != "hull-grid":
            item.setCheckState(Qt.CheckState.Unchecked)
    qtbot.mouseClick(dialog.start, LEFT)
    qtbot.waitUntil(lambda: window.get(BatchController).running)


def test_from_new_to_scores_to_the_run_of_a_cell(
    window: Any, qtbot: QtBot, dataset: Path, tmp_path: Path
) -> None:
    results, panel = tmp_path / "results", window.get(BatchPanel)
    assert panel.isVisible()
    assert panel.hint.isVisible()
    new_batch(window, qtbot, dataset, results)
    assert not panel.new.isEnabled()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2, timeout=30_000)
    qtbot.waitUntil(lambda: not window.get(BatchController).running, timeout=60_000)
    qtbot.waitUntil(lambda: panel.state.text() == "2 of 2 cells", timeout=10_000)
    qtbot.waitUntil(lambda: [row_of(one)[3] for one in panel.model.cells] == ["Done"] * 2, timeout=10_000)
    found = read_results(results, careful=True)
    scores = found.cells[1].scores
    assert scores is not None
    assert row_of(panel.model.cells[1])[6] == f"{scores.head:.2f}"
    place = panel.table.visualRect(panel.model.index(1, 0)).center()
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=place)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        QTest.mouseDClick(panel.table.viewport(), LEFT, pos=place)
    assert window.get(ScanController).current.scan.name == "S2"
    assert window.get(ScanPanel).model.ticked == (0, 1, 7)
    assert window.get(RunController).folder == found.cells[1].folder
    assert window.get(RunController).state is RunState.DONE
    assert window.context.page.view.mesh(RECONSTRUCTION) is not None
    assert panel.table.isVisible(), "for the next cell"


def test_stopped_it_can_be_gone_on_with(window: Any, qtbot: QtBot, dataset: Path, tmp_path: Path) -> None:
    results, panel = tmp_path / "results", window.get(BatchPanel)
    new_batch(window, qtbot, dataset, results)
    qtbot.waitUntil(lambda: bool(list(results.glob("*/checkpoint.npz"))), timeout=30_000)
    qtbot.mouseClick(panel.stop, LEFT)
    assert not panel.stop.isEnabled()
    qtbot.waitUntil(lambda: not window.get(BatchController).running, timeout=30_000)
    assert not file_lock.is_held(results / LOCK)
    qtbot.waitUntil(lambda: panel.start.isEnabled(), timeout=10_000)
    states = {one.record.state for one in read_results(results).cells}
    assert CellState.RUNNING not in states
    assert CellState.WAITING in states
    qtbot.mouseClick(panel.start, LEFT)
    qtbot.waitUntil(lambda: panel.state.text() == "2 of 2 cells", timeout=60_000)
    qtbot.waitUntil(lambda: not window.get(BatchController).running, timeout=30_000)


def test_a_cell_that_the_cameras_stopped_goes_on_with_a_tick(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    scan, results, panel = (
        write_solid_scan(tmp_path / "wrong", (0, 3, 2, 1)),
        tmp_path / "r",
        window.get(BatchPanel),
    )
    (results / "cells").mkdir(parents=True)
    write_manifest(results, wanted(scan, views=("all",)))
    window.get(BatchController).open_results(results)
    qtbot.waitUntil(panel.start.isEnabled, timeout=10_000)
    qtbot.mouseClick(panel.start, LEFT)
    qtbot.waitUntil(lambda: not window.get(BatchController).running, timeout=60_000)
    qtbot.waitUntil(lambda: [row_of(one)[3] for one in panel.model.cells] == ["Failed"], timeout=10_000)
    assert "--trust-cameras" in panel.model.cells[0].record.problem
    assert panel.trust_cameras.isEnabled()
    assert not panel.trust_cameras.isChecked()
    panel.trust_cameras.click()
    qtbot.mouseClick(panel.start, LEFT)
    qtbot.waitUntil(lambda: not window.get(BatchController).running, timeout=60_000)
    qtbot.waitUntil(lambda: [row_of(one)[3] for one in panel.model.cells] == ["Done"], timeout=10_000)
    assert read_results(results).manifest.trust_cameras
    assert panel.trust_cameras.isChecked()
    assert not panel.trust_cameras.isEnabled(), "every cell is done"


def test_closing_asks_and_stops_the_batch(window: Any, qtbot: QtBot, dataset: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    new_batch(window, qtbot, dataset, results)
    qtbot.waitUntil(lambda: bool(list(results.glob("*/checkpoint.npz"))), timeout=30_000)
    window.close()
    assert window.isVisible()
    box = window.findChild(QMessageBox)
    qtbot.mouseClick(box.findChild(type(box.defaultButton()), "Answer_stay"), LEFT)
    assert window.get(BatchController).running
    window.close()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    boxes = [one for one in window.findChildren(QMessageBox) if one.isVisible()]
    qtbot.mouseClick(boxes[0].findChild(type(boxes[0].defaultButton()), "Answer_stop"), LEFT)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    assert not file_lock.is_held(results / LOCK)


def test_a_folder_without_a_batch_is_told(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    window.get(BatchController).open_results(tmp_path)
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=10_000)
    (box,) = window.findChildren(QMessageBox)
    assert "not the results of a batch" in box.informativeText()
    box.close()
    assert not window.get(BatchPanel).start.isEnabled()


def test_what_another_process_does_can_be_watched(
    window: Any, qtbot: QtBot, dataset: Path, tmp_path: Path
) -> None:
    panel, plan = window.get(BatchPanel), wanted(dataset)
    (tmp_path / "cells").mkdir()
    write_manifest(tmp_path, plan)
    with file_lock.held(tmp_path / LOCK, "it"):
        window.get(BatchController).open_results(tmp_path)
        qtbot.waitUntil(lambda: panel.model.rowCount() == 2, timeout=10_000)
        assert not panel.start.isEnabled()
        assert "another process" in panel.start.toolTip()
        write_record(tmp_path, plan.recipe, CellRecord(plan.cells[0], "standard").started())
        qtbot.waitUntil(lambda: row_of(panel.model.cells[0])[3] == "Running", timeout=10_000)
    qtbot.waitUntil(panel.start.isEnabled, timeout=10_000)
    assert row_of(panel.model.cells[0])[3] == "Stopped"


def test_the_dialog_says_how_much_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = BatchDialog()
    qtbot.addWidget(dialog)
    seen = []
    dialog.dataset_chosen.connect(seen.append)
    dialog.choose(tmp_path)
    assert seen == [tmp_path]
    assert dialog.wishes is None
    dialog.show_scans(("S1", "S2", "S3"))
    dialog.results.setText(str(tmp_path / "r"))
    dialog.views.setText("3, 8, 3,")
    assert dialog.sum.text() == "3 scans, 12 reconstructions"
    dialog.scans.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.sum.text() == "2 scans, 8 reconstructions"
    assert dialog.wishes == BatchWishes(
        tmp_path, tmp_path / "r", ("S1", "S3"), ("3", "8"), ("h3d-grid", "hull-grid"), "standard"
    )
    dialog.trust_cameras.click()
    assert dialog.wishes.trust_cameras
    assert plan_of(replace(dialog.wishes, dataset=write_dataset(tmp_path / "balls"), scans=())).trust_cameras
    dialog.show_scans((), "there is no scan here")
    assert not dialog.start.isEnabled()
    assert dialog.problem.text() == "there is no scan here"


def test_rows_in_words(qapp: object) -> None:
    cell = Cell("S1", "8", "h3d-grid")
    record = CellRecord(cell, "standard")
    assert row_of(FoundCell(record, Path("r"))) == ("S1", "8", "H3D grid", "Waiting", "–", "–", "–")
    smaller = CellRecord(cell, "standard", CellState.DONE, seconds=75).with_smaller_quality("memory ran out")
    assert smaller is not None
    found = FoundCell(smaller, Path("r"), Scores(None, 5.1, None, 2.0))
    assert row_of(found)[3:] == ("Done*", "1:15 min", "–", "5.10")
    assert row_of(FoundCell(record, Path("r"), file_problem="odd"))[3] == "Damaged"
    assert len(titles()) == len(row_of(found))
