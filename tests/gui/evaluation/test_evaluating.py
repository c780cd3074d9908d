"""Align & Evaluate with real keys, on a run and on a mesh of one's own; the work is done by a real worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from scipy.spatial.transform import Rotation

from h3dstudio.cli import main
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.evaluation.controller import EvaluationController
from h3dstudio.gui.features.evaluation.panel import EvaluatePanel
from h3dstudio.gui.features.export.dialog import ExportDialog
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION, DisplayMode
from h3dstudio.session.evaluation.evaluated_runs import evaluated_runs, published_rows
from h3dstudio.session.evaluation.job import EvaluationJob, read_evaluation
from tests.unit.geometry.shapes import head

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
HEAD = head(4)
TURN = Rotation.from_rotvec(np.radians(10) * np.array([0.36, 0.8, 0.48])).as_matrix()


@pytest.fixture
def scan(tiny_scan: Path) -> Path:
    """Its ground truth is a blob without symmetry, whose landmark is its nose."""
    write_mesh(tiny_scan / "full_head.obj", HEAD)
    for file in (tiny_scan / "regions").glob("*.txt"):
        file.unlink()
    return tiny_scan


@pytest.fixture
def own_mesh(tmp_path: Path) -> Path:
    path = tmp_path / "own.ply"
    write_mesh(path, HEAD.with_vertices(HEAD.vertices @ TURN.T + np.array([4.0, -3.0, 2.0])))
    return path


def opened(window: Any, qtbot: Any, *paths: Path) -> None:
    for path in paths:
        window.open(path)
        qtbot.waitUntil(
            lambda: not window.context.tasks.busy and window.get(ScanController).current is not None,
            timeout=20_000,
        )
    qtbot.waitUntil(lambda: window.context.page.view.mesh(RECONSTRUCTION) is not None, timeout=20_000)


def press(window: Any, qtbot: Any, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(window, key, modifier)
    qtbot.waitUntil(lambda: window.get(EvaluationController).side_jobs.job is None, timeout=60_000)


def cells(table: Any) -> list[list[str]]:
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_align_evaluate_and_take_back(
    studio: Callable[..., Any], qtbot: Any, scan: Path, own_mesh: Path
) -> None:
    window = studio()
    opened(window, qtbot, scan, own_mesh)
    view, panel = window.context.page.view, window.get(EvaluatePanel)
    before = view.mesh(RECONSTRUCTION)
    press(window, qtbot, Key.Key_F9)
    given = {row[0]: row[1:] for row in cells(panel.scores)}
    assert float(given["Strict, mm"][1]) > 3
    assert float(given["… rigid ICP"][1]) < 0.1
    assert "not in the scan's frame" in panel.warnings.text()
    assert view.errors(RECONSTRUCTION) is not None
    assert view.errors(RECONSTRUCTION).max() > 3
    press(window, qtbot, Key.Key_F10)
    assert "converged" in panel.motion.text()
    moved = view.mesh(RECONSTRUCTION)
    np.testing.assert_allclose(moved.vertices, HEAD.vertices, atol=0.02)
    assert view.errors(RECONSTRUCTION) is None  # these were of the mesh before
    press(window, qtbot, Key.Key_F9)
    assert float(cells(panel.scores)[0][2]) < 0.1
    qtbot.keyClick(window, Key.Key_E)
    assert view.mode is DisplayMode.ERROR
    panel.heat_on.setCurrentIndex(panel.heat_on.findData(GROUND_TRUTH))
    qtbot.waitUntil(lambda: view.errors(GROUND_TRUTH) is not None, timeout=20_000)
    assert view.errors(RECONSTRUCTION) is None
    assert window.context.actions["ground_truth"].isChecked()
    qtbot.keyClick(window, Key.Key_Z, Ctrl)
    assert view.mesh(RECONSTRUCTION) is before
    assert not window.get(EvaluationController).alignment.moved
    assert view.errors(GROUND_TRUTH) is None
    assert sorted(path.name for path in own_mesh.parent.glob("evaluation*")) == []


def test_a_run_keeps_its_numbers_and_they_are_the_commands(
    studio: Callable[..., Any], qtbot: Any, tiny_scan: Path, tmp_path: Path
) -> None:
    window = studio(steps=3)
    window.open(tiny_scan)
    qtbot.waitUntil(
        lambda: window.get(ScanController).current is not None and not window.context.tasks.busy,
        timeout=20_000,
    )
    with qtbot.waitSignal(window.get(RunController).result_shown, timeout=60_000):
        qtbot.keyClick(window, Key.Key_F5)
    press(window, qtbot, Key.Key_F9)
    stored = read_evaluation(tmp_path / "run")
    assert stored.is_of(tmp_path / "run" / "mesh.ply")
    events = EvaluationJob(tiny_scan, tmp_path / "run").events()
    while True:
        try:
            next(events)
        except StopIteration as stop:
            by_command = stop.value.evaluation
            break
    assert stored.evaluation.strict.head.mean == pytest.approx(by_command.strict.head.mean, abs=1e-9)
    assert stored.evaluation.h3ds.face.mean == pytest.approx(by_command.h3ds.face.mean, abs=1e-9)
    qtbot.waitUntil(lambda: window.get(EvaluatePanel).runs.rowCount() > 0, timeout=10_000)
    assert cells(window.get(EvaluatePanel).runs)[0][0] == "run"
    rows = evaluated_runs(tmp_path, stored.evaluation.scan)
    assert [row.folder for row in rows] == [tmp_path / "run"]
    assert evaluated_runs(tmp_path, "another scan") == ()
    assert {row.name for row in published_rows(3)} >= {"IDR v1", "H3D-Net v1"}
    assert published_rows(5) == published_rows(None) == ()


def test_an_evaluation_is_stopped_within_a_second_and_leaves_nothing(
    studio: Callable[..., Any], qtbot: Any, scan: Path, own_mesh: Path
) -> None:
    window = studio()
    opened(window, qtbot, scan, own_mesh)
    qtbot.keyClick(window, Key.Key_F9)
    assert window.get(EvaluatePanel).progress.text()
    qtbot.keyClick(window, Key.Key_F12)
    qtbot.waitUntil(lambda: window.get(EvaluationController).side_jobs.job is None, timeout=10_000)
    assert window.get(EvaluatePanel).progress.text() == ""
    assert window.context.page.view.errors(RECONSTRUCTION) is None
    assert not any(box.isVisible() for box in window.findChildren(QMessageBox))
    # The next one is done by a worker of its own.
    press(window, qtbot, Key.Key_F9)
    assert window.context.page.view.errors(RECONSTRUCTION) is not None


def test_landmarks_align_and_too_few_are_explained(
    studio: Callable[..., Any], qtbot: Any, scan: Path, own_mesh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from h3dstudio.geometry.surface_points import SurfacePoint

    told: list[str] = []
    monkeypatch.setattr(dialogs, "show_error", lambda window, title, error: told.append(str(error)))
    window = studio()
    opened(window, qtbot, scan, own_mesh)
    press(window, qtbot, Key.Key_F9, Ctrl)
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "fewer than 3" in told[0]
    marks, own = window.get(LandmarkController).landmarks, read_mesh(own_mesh)
    for layer, mesh in ((RECONSTRUCTION, own), (GROUND_TRUTH, HEAD)):
        for name, vertex in zip(marks.names[:4], (10, 500, 1100, 2000), strict=True):
            marks.place(layer, name, SurfacePoint.of_vertex(mesh, vertex))
    press(window, qtbot, Key.Key_F9, Ctrl)
    qtbot.waitUntil(lambda: window.get(EvaluationController).alignment.moved, timeout=20_000)
    shown = window.context.page.view.mesh(RECONSTRUCTION)
    np.testing.assert_allclose(shown.vertices, HEAD.vertices, atol=1e-2)
    assert "RMS" in window.get(EvaluatePanel).motion.text()
    qtbot.keyClick(window, Key.Key_F10, Ctrl)  # move back
    assert not window.get(EvaluationController).alignment.moved


def test_an_export_in_detail_is_the_commands(
    studio: Callable[..., Any], qtbot: Any, scan: Path, own_mesh: Path, tmp_path: Path
) -> None:
    window = studio()
    opened(window, qtbot, scan, own_mesh)
    qtbot.keyClick(window, Key.Key_E, Ctrl | Qt.KeyboardModifier.AltModifier)
    dialog = window.findChild(ExportDialog)
    dialog.format.setCurrentIndex(dialog.format.findData(".stl"))
    assert not dialog.heat_map.isEnabled()  # it has no colours
    dialog.format.setCurrentIndex(dialog.format.findData(".ply"))
    dialog.frame.setCurrentIndex(dialog.frame.findData("aligned"))
    assert dialog.transform.isChecked()
    dialog.region.setCurrentIndex(dialog.region.findData("face"))
    qtbot.mouseClick(dialog.heat_map, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    dialog.clamp.setValue(2.0)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    chooser = window.findChild(QFileDialog)
    with qtbot.waitSignal(window.get(EvaluationController).export.saved, timeout=60_000):
        chooser.fileSelected.emit(str(tmp_path / "window.ply"))
    chooser.close()
    wishes = ["--aligned-to", str(scan), "--region", "face", "--heat-map", "2"]
    assert main(["export", str(own_mesh), "--out", str(tmp_path / "command.ply"), *wishes]) == 0
    assert (tmp_path / "window.ply").read_bytes() == (tmp_path / "command.ply").read_bytes()
    by_window, by_command = (np.loadtxt(tmp_path / f"{who}-transform.txt") for who in ("window", "command"))
    np.testing.assert_array_equal(by_window, by_command)


def test_an_export_in_detail_closes_and_decimates_and_says_so(
    studio: Callable[..., Any], qtbot: Any, scan: Path, tmp_path: Path
) -> None:
    write_mesh(tmp_path / "open.ply", TriangleMesh(HEAD.vertices, HEAD.faces[:-40]))
    window = studio()
    opened(window, qtbot, scan, tmp_path / "open.ply")
    notes: list[str] = []
    window.get(EvaluationController).export.noted.connect(lambda note, _: notes.append(note))
    qtbot.keyClick(window, Key.Key_E, Ctrl | Qt.KeyboardModifier.AltModifier)
    dialog = window.findChild(ExportDialog)
    assert dialog.clean.isChecked()
    qtbot.mouseClick(dialog.watertight, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    dialog.smooth.setValue(2)
    dialog.faces.setValue(1000)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    chooser = window.findChild(QFileDialog)
    with qtbot.waitSignal(window.get(EvaluationController).export.saved, timeout=60_000):
        chooser.fileSelected.emit(str(tmp_path / "window.stl"))
    chooser.close()
    qtbot.waitUntil(lambda: any("as written" in note for note in notes), timeout=5_000)
    for words in ("closed", "smoothed in 2 steps", "to 1000 faces", "0 holes, genus 0"):
        assert any(words in note for note in notes), notes


def test_what_cannot_be_done_says_why_and_choices_are_remembered(
    studio: Callable[..., Any], qtbot: Any, tiny_scan: Path
) -> None:
    window = studio()
    action = window.context.actions["evaluate"]
    assert not action.isEnabled()
    (tiny_scan / "full_head.obj").unlink()
    window.open(tiny_scan)
    qtbot.waitUntil(
        lambda: window.get(ScanController).current is not None and not window.context.tasks.busy,
        timeout=20_000,
    )
    assert not action.isEnabled()
    assert "no ground truth" in action.toolTip()
    assert "no ground truth" in window.get(EvaluatePanel).empty.text()
    window.get(EvaluatePanel).fit.setCurrentIndex(1)
    window.get(EvaluatePanel).with_scale.setChecked(True)
    again = type(window.get(EvaluatePanel))(window.context.actions)
    assert again.fit.currentData() == "face"
    assert again.with_scale.isChecked()
    QSettings().setValue("evaluate/fit", "nonsense")
    assert type(window.get(EvaluatePanel))(window.context.actions).fit.currentData() == "head"


def drag(qtbot: Any, widget: Any, modifiers: Any, *way: tuple[float, float]) -> None:
    """Press at the first of `way`, move along it, let go at the last; positions in shares of the widget."""
    points = [QPoint(round(x * widget.width()), round(y * widget.height())) for x, y in way]
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(widget, left, modifiers, points[0])
    for point in points[1:]:
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            point.toPointF(),
            widget.mapToGlobal(point).toPointF(),
            left,
            left,
            modifiers,
        )
        QApplication.sendEvent(widget, move)
    QTest.mouseRelease(widget, left, modifiers, points[-1])


def test_a_region_is_painted_saved_and_scored(
    studio: Callable[..., Any], qtbot: Any, scan: Path, own_mesh: Path, tmp_path: Path
) -> None:
    window = studio()
    opened(window, qtbot, scan, own_mesh)
    window.context.actions["reconstruction"].setChecked(False)
    window.context.actions["region"].trigger()
    view, marking = window.context.page.view, window.get(EvaluationController).regions.marking
    qtbot.waitUntil(lambda: marking.mesh is not None, timeout=20_000)
    card, plotter, shift = window.get(EvaluatePanel).region, view.plotter, Qt.KeyboardModifier.ShiftModifier
    assert card.isVisibleTo(window.get(EvaluatePanel))
    before = np.array(plotter.camera.position)
    drag(qtbot, plotter, shift, (0.42, 0.5), (0.5, 0.5), (0.58, 0.5))
    painted = int(marking.mask.sum())
    assert painted > 5
    np.testing.assert_array_equal(plotter.camera.position, before)  # the camera stood still
    drag(qtbot, plotter, shift | Ctrl, (0.45, 0.5), (0.46, 0.5))
    assert 0 < marking.mask.sum() < painted
    qtbot.keyClick(window, Key.Key_Z, Ctrl)
    assert marking.mask.sum() == painted
    card.tool.setCurrentIndex(card.tool.findData("lasso"))
    drag(qtbot, plotter, shift, (0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6), (0.4, 0.41))
    assert marking.mask.sum() > painted
    qtbot.mouseClick(card.face, Qt.MouseButton.LeftButton)
    assert str(int(marking.mask.sum())) in card.count.text()
    window.get(EvaluationController).regions.save(tmp_path / "mine.txt")
    indices = np.loadtxt(tmp_path / "mine.txt", dtype=int)
    np.testing.assert_array_equal(indices, np.flatnonzero(marking.mask))
    drag(qtbot, plotter, Qt.KeyboardModifier.NoModifier, (0.5, 0.5), (0.6, 0.5), (0.7, 0.5))
    assert marking.mask.sum() == len(indices)  # a plain drag marks nothing
    press(window, qtbot, Key.Key_F9)
    panel = window.get(EvaluatePanel)
    titles = [
        panel.scores.horizontalHeaderItem(column).text() for column in range(panel.scores.columnCount())
    ]
    assert "mine" in titles
