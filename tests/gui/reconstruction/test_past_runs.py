"""Runs of an earlier session with real keys: what they left fills the window, a resumed one goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.log.panel import LogPanel
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.features.timeline.controller import TimelineController
from tests.gui.fakes import bumpy_sphere
from tests.gui.project.test_projects import active, brought_in, choose, gone, saved
from tests.gui.test_studio import answer, dialog, drop, opened, started

Studio = Callable[..., Any]
pytestmark = pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")
SHIFT = Qt.KeyboardModifier.ShiftModifier


def steps(window: Any) -> list[int | None]:
    return [frame.step for frame in window.get(TimelineController).timeline.frames]


def reopened(studio: Studio, qtbot: QtBot, path: Path, count: int, **job: object) -> Any:
    window = studio(**job)
    brought_in(window, qtbot, path)
    qtbot.waitUntil(lambda: window.get(TimelineController).count == count, timeout=20_000)
    return window


def test_a_finished_run_fills_timeline_plots_and_log(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(steps=35, delay=0.0, records=True), qtbot, tiny_scan)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        started(window, qtbot)
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    curves = window.get(RunController).model.curves
    window.close()
    other = reopened(studio, qtbot, path, 5)
    assert steps(other) == [0, 10, 20, 30, None]
    assert other.get(RunController).model.curves["psnr"] == (
        list(range(35)),
        [20 + step / 9 for step in range(35)],
    )
    assert set(curves["psnr"][0]) <= set(
        other.get(RunController).model.curves["psnr"][0]
    )  # The worker may skip some.
    assert "Recorded" in other.get(LogPanel).text.toPlainText()
    assert other.context.page.timeline_bar.isVisible()
    QTest.keyClick(other, Qt.Key.Key_Comma)
    seen = len(bumpy_sphere(30).vertices)
    qtbot.waitUntil(
        lambda: len(other.context.page.view.mesh("reconstruction").vertices) == seen, timeout=10_000
    )
    assert "Step 30" in other.context.page.timeline_bar.label.text()


def test_a_run_that_was_cut_short_goes_on_with_its_timeline(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(steps=500, delay=0.02, records=True), qtbot, tiny_scan)
    started(window, qtbot)
    qtbot.waitUntil(
        lambda: len(window.get(RunController).model.curves.get("psnr", ((), ()))[0]) > 40, timeout=30_000
    )
    with qtbot.waitSignal(window.get(RunController).over, timeout=20_000):
        window.context.actions["cancel"].trigger()
    there = sorted(int(file.stem[5:]) for file in (tmp_path / "run" / "snapshots").iterdir())
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    window.close()
    other = reopened(studio, qtbot, path, len(there), steps=60, records=True, first=25)
    assert steps(other) == there
    assert other.get(RunController).state is RunState.CANCELLED
    other.get(RunController).make_job = None  # It goes on with the very job.
    with qtbot.waitSignal(other.get(RunController).result_shown, timeout=30_000):
        QTest.keyClick(other, Qt.Key.Key_F5, SHIFT)
    before = [step for step in steps(other) if step is not None and step < 25]
    assert before == [step for step in there if step < 25]
    assert steps(other) == [*sorted(set(steps(other)) - {None}), None]
    places = other.get(RunController).model.curves["psnr"][0]
    assert places[:25] == list(range(25))
    assert places == sorted(set(places))
    assert places[-1] == 59
    kept = [frame.seconds for frame in other.get(TimelineController).timeline.frames]
    assert kept == sorted(kept)


@pytest.mark.parametrize("left", ["nothing", "a broken mesh"])
def test_a_run_that_has_left_little_says_so(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path, left: str
) -> None:
    window = opened(studio(steps=8, delay=0.0), qtbot, tiny_scan)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        started(window, qtbot)
    path = saved(window, qtbot, tmp_path / "head.h3dproj")
    window.close()
    mesh = tmp_path / "run" / "mesh.ply"
    mesh.unlink()
    if left != "nothing":
        (tmp_path / "run" / "snapshots" / "mesh_000003.ply").write_bytes(b"ply")
    other = studio()
    brought_in(other, qtbot, path)
    words = "has left no mesh" if left == "nothing" else "mesh_000003.ply"
    qtbot.waitUntil(lambda: words in other.get(LogPanel).text.toPlainText(), timeout=10_000)
    assert other.context.project.path == path


def reported(scan: Path, run: Path, **more: object) -> None:
    report = {"format": 1, "status": "finished", "scan_folder": str(scan), "inputs": {"views": [0, 2]}}
    (run / "run.json").write_text(json.dumps({**report, "settings": {"quality": "draft", "seed": 7}, **more}))


def test_the_folder_of_a_run_is_opened_with_its_scan_and_its_views(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    window = opened(studio(steps=15, delay=0.0, records=True), qtbot, tiny_scan)
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=20_000):
        started(window, qtbot)
    window.close()
    reported(tiny_scan, tmp_path / "run")
    other = studio()
    with qtbot.waitSignal(other.get(RunController).result_shown, timeout=20_000):
        drop(other, tmp_path / "run")
    qtbot.waitUntil(lambda: other.get(TimelineController).count == 3, timeout=20_000)
    assert other.get(ScanController).current.folder == tiny_scan
    assert other.get(ScanPanel).model.ticked == (0, 2)
    assert other.get(RunController).state is RunState.DONE
    assert (other.get(RunController).folder, other.get(RunController).job.settings.seed) == (
        tmp_path / "run",
        7,
    )


def test_a_run_whose_scan_has_moved_or_whose_report_is_none_is_explained(
    studio: Studio, qtbot: QtBot, tiny_scan: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    reported(tmp_path / "gone", run, status="running")
    window = studio()
    drop(window, run)
    box = dialog(window, qtbot)
    assert "gone" in box.informativeText()
    answer(box, "locate")
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(QFileDialog)))
    with qtbot.waitSignal(window.get(RunController).recalled, timeout=20_000):
        choose(window, tiny_scan)
    assert window.get(RunController).state is RunState.INTERRUPTED
    for text in ('{"format": 1}', "[]", '{"format": 1, "scan_folder": "a", "inputs": {"views": []}}'):
        (run / "run.json").write_text(text)
        drop(active(window, qtbot), run)
        box = dialog(window, qtbot)
        assert "Traceback" not in box.detailedText()
        answer(box, "close")
        qtbot.waitUntil(gone(box))
