"""Landmarks in the real window, by mouse and keys: place, drag, nudge, undo; mirror, suggestions, photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

from h3dstudio.data.landmark_clicks import read_clicks, triangulate_clicks
from h3dstudio.data.landmark_files import read_landmark_file
from h3dstudio.data.landmark_lists import MULTI_PIE
from h3dstudio.data.landmarks import H3DS_LANDMARKS, read_landmarks
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from h3dstudio.session.landmark_table import State
from tests.gui.fakes import bumpy_sphere
from tests.unit.data.tiny_scan import BALL_RADIUS, CENTER

Studio = Callable[..., Any]
KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
MESH = bumpy_sphere(2)
RIGHT_EYE, LEFT_EYE, NOSE_TIP, NOSE_BASE, RIGHT_LIPS, LEFT_LIPS = H3DS_LANDMARKS


@pytest.fixture
def window(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> Any:
    """The tiny scan is open, a bumpy ball shown as its reconstruction, the landmarks in front."""
    window = studio()
    with qtbot.waitSignal(window.scans.opened, timeout=10_000):
        window.open(tiny_scan)
    window.page.view.show_mesh(RECONSTRUCTION, MESH)
    window.page.view.reset_camera()
    window._docks.raise_("Landmarks")
    qtbot.waitUntil(lambda: window.landmarking.touch.on, timeout=5000)
    settled(window, qtbot)
    return window


def settled(window: Any, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.landmark_desk._soon.isActive(), timeout=5000)


def marks(window: Any) -> Any:
    return window.landmarking.landmarks


def middle(window: Any, right: int = 0, down: int = 0) -> QPoint:
    plotter = window.page.view.plotter
    return QPoint(plotter.width() // 2 + right, plotter.height() // 2 + down)


def click(window: Any, at: QPoint) -> None:
    QTest.mouseClick(window.page.view.plotter, LEFT, pos=at)


def drag(window: Any, begin: QPoint, end: QPoint) -> None:
    plotter = window.page.view.plotter
    QTest.mousePress(plotter, LEFT, pos=begin)
    for share in (0.05, 0.3, 0.6, 1.0):
        at = QPoint(
            *(round(a + share * (b - a)) for a, b in zip(begin.toTuple(), end.toTuple(), strict=True))
        )
        move(window, at, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(plotter, LEFT, pos=end)


def move(window: Any, at: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """A move as the window system sends it, with the buttons that are held."""
    plotter = window.page.view.plotter
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(plotter.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QCoreApplication.sendEvent(plotter, event)


def seen_at(window: Any, layer: str, name: str) -> QPoint:
    """The pixel under which the landmark lies."""
    points = window.landmarking.picker.to_screen(marks(window).points(layer)[name][None])
    return QPoint(*(round(value) for value in points[0]))


def key(window: Any, which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QCoreApplication.processEvents()  # What the last click made possible is so by now.
    QTest.keyClick(window.page.view.plotter, which, modifier)


def test_a_click_places_what_lies_under_the_cursor_and_undo_takes_it_back(window: Any) -> None:
    at = middle(window, 30, -20)
    ray = window.landmarking.picker.ray(at.x(), at.y())
    click(window, at)
    point = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    hit = RayCaster(MESH).cast(ray.origin, ray.direction[None])
    np.testing.assert_allclose(point, ray.origin + hit.depth[0] * ray.direction, atol=1e-3)
    assert np.linalg.norm(np.cross(point - ray.origin, ray.direction)) < 1e-3
    assert [one.name for one in window.page.view.landmarks.shown] == [RIGHT_EYE]
    undo = window.actions_by_name["undo"]
    assert undo.text() == "&Undo place right eye"
    QTest.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert marks(window).points(RECONSTRUCTION) == {}
    assert window.page.view.landmarks.shown == ()
    QTest.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    np.testing.assert_array_equal(marks(window).points(RECONSTRUCTION)[RIGHT_EYE], point)


def test_the_left_button_drags_the_view_and_places_nothing(window: Any) -> None:
    camera = window.page.view.plotter.camera
    before = np.array(camera.position)
    drag(window, middle(window, 10, 10), middle(window, 90, 40))
    assert np.linalg.norm(np.array(camera.position) - before) > 50
    assert marks(window).points(RECONSTRUCTION) == {}
    # A hand that trembles still clicks.
    after = np.array(camera.position)
    plotter = window.page.view.plotter
    QTest.mousePress(plotter, LEFT, pos=middle(window))
    move(window, middle(window, 1, 1), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(plotter, LEFT, pos=middle(window, 1, 1))
    np.testing.assert_array_equal(camera.position, after)
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE]


def test_beside_the_mesh_nothing_is_placed(window: Any) -> None:
    click(window, QPoint(3, 3))
    assert marks(window).points(RECONSTRUCTION) == {}
    window.actions_by_name["place_landmarks"].trigger()
    assert not window.landmarking.touch.on
    click(window, middle(window))
    assert marks(window).points(RECONSTRUCTION) == {}


def test_six_landmarks_by_mouse_and_one_key(window: Any, qtbot: QtBot) -> None:
    for place in range(6):
        click(window, middle(window, 25 * place - 60, 10 * place - 30))
        key(window, KEY.Key_N)
    assert tuple(marks(window).points(RECONSTRUCTION)) == H3DS_LANDMARKS
    settled(window, qtbot)
    assert window.landmark_panel.summary.text() == "6 of 6 placed"
    assert "All landmarks" in window._status.text()


def test_the_next_one_comes_by_itself_where_that_is_wanted(window: Any) -> None:
    box = window.landmark_panel.advance
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    click(window, middle(window, -20))
    click(window, middle(window, 20))
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE, LEFT_EYE]
    assert marks(window).current == NOSE_TIP


def test_a_landmark_is_dragged_along_the_surface_as_one_step(window: Any) -> None:
    click(window, middle(window, -40))
    key(window, KEY.Key_N)
    camera = np.array(window.page.view.plotter.camera.position)
    begin, end = seen_at(window, RECONSTRUCTION, RIGHT_EYE), middle(window, 35, 25)
    drag(window, begin, end)
    np.testing.assert_array_equal(window.page.view.plotter.camera.position, camera)
    pick = window.landmarking.picker.pick(end.x(), end.y())
    assert marks(window).surface_point(RECONSTRUCTION, RIGHT_EYE) == pick.point
    assert marks(window).current == RIGHT_EYE
    assert window.commands.undo_label == "move right eye"
    window.commands.undo()
    assert window.commands.undo_label == "place right eye"


def test_a_drag_can_be_let_go_of(window: Any) -> None:
    click(window, middle(window))
    before = marks(window).table
    plotter = window.page.view.plotter
    QTest.mousePress(plotter, LEFT, pos=middle(window))
    move(window, middle(window, 40, 0), Qt.MouseButton.LeftButton)
    assert window.page.view.landmarks.shown[0].point != tuple(marks(window).points(RECONSTRUCTION)[RIGHT_EYE])
    key(window, KEY.Key_Escape)
    QTest.mouseRelease(plotter, LEFT, pos=middle(window, 40, 0))
    assert marks(window).table == before
    assert window.page.view.landmarks.shown[0].point == tuple(marks(window).points(RECONSTRUCTION)[RIGHT_EYE])


def test_arrow_keys_nudge_along_the_surface_and_are_undone_together(window: Any) -> None:
    key(window, KEY.Key_Right)
    assert "not placed" in window._status.text()
    click(window, middle(window, 20, 10))
    begin = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    right, up = window.landmarking.picker.axes()
    for _ in range(4):
        key(window, KEY.Key_Right)
    moved = marks(window).points(RECONSTRUCTION)[RIGHT_EYE] - begin
    assert 0.5 < moved @ right < 1.1
    key(window, KEY.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    there = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    assert 1.0 < (there - begin - moved) @ up < 2.2
    assert RayCaster(MESH).closest(there[None]).distance[0] < 1e-6
    window.commands.undo()
    np.testing.assert_array_equal(marks(window).points(RECONSTRUCTION)[RIGHT_EYE], begin)


def test_clear_skip_and_lock(window: Any, qtbot: QtBot) -> None:
    click(window, middle(window))
    key(window, KEY.Key_O)
    assert marks(window).state_of(RECONSTRUCTION, RIGHT_EYE) is State.LOCKED
    settled(window, qtbot)
    assert not window.actions_by_name["clear_landmark"].isEnabled()
    click(window, middle(window, 40, 40))
    assert "locked" in window._status.text()
    begin = seen_at(window, RECONSTRUCTION, RIGHT_EYE)
    before = marks(window).table
    drag(window, begin, middle(window, 60, 0))
    assert marks(window).table == before
    key(window, KEY.Key_O)
    key(window, KEY.Key_Backspace)
    assert marks(window).state_of(RECONSTRUCTION, RIGHT_EYE) is State.MISSING
    window.commands.undo()
    settled(window, qtbot)
    key(window, KEY.Key_Delete)
    assert marks(window).state_of(RECONSTRUCTION, RIGHT_EYE) is State.MISSING
    key(window, KEY.Key_X, Qt.KeyboardModifier.ShiftModifier)
    assert marks(window).state_of(RECONSTRUCTION, RIGHT_EYE) is State.SKIPPED
    assert marks(window).current == LEFT_EYE
    settled(window, qtbot)
    assert window.landmark_panel.model.index(0, 1).data() == "skipped"


def test_the_cursor_says_what_a_click_would_do(window: Any) -> None:
    overlay, plotter = window.landmarking.scene.overlay, window.page.view.plotter
    move(window, middle(window))
    assert overlay.tag == "Place Right eye"
    assert plotter.cursor().shape() is Qt.CursorShape.CrossCursor
    click(window, middle(window))
    move(window, middle(window, 1, 0))
    assert overlay.tag == "Right eye: drag to move"
    assert plotter.cursor().shape() is Qt.CursorShape.OpenHandCursor
    move(window, middle(window, 60, 60))
    assert overlay.tag == "Move Right eye here"
    move(window, QPoint(2, 2))
    assert overlay.tag == ""
    assert plotter.cursor().shape() is Qt.CursorShape.ArrowCursor
    assert not overlay.isVisible()


def test_a_landmark_behind_the_head_is_not_taken_hold_of(window: Any) -> None:
    click(window, middle(window))
    camera = window.page.view.plotter.camera
    camera.position = tuple(2 * np.array(camera.focal_point) - np.array(camera.position))
    window.page.view.plotter.reset_camera_clipping_range()
    window.page.view.redraw()
    at = seen_at(window, RECONSTRUCTION, RIGHT_EYE)
    move(window, at)
    assert window.landmarking.scene.overlay.tag == "Move Right eye here"


def test_the_table_chooses_and_the_camera_flies_there(window: Any, qtbot: QtBot) -> None:
    click(window, middle(window, 70, -30))
    settled(window, qtbot)
    table = window.landmark_panel.table
    row = table.visualRect(window.landmark_panel.model.index(3, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=row)
    assert marks(window).current == NOSE_BASE
    settled(window, qtbot)
    assert window.landmark_panel.details.title.text() == "Nose base"
    assert not window.actions_by_name["jump_landmark"].isEnabled()
    QTest.mouseClick(
        table.viewport(), LEFT, pos=table.visualRect(window.landmark_panel.model.index(0, 0)).center()
    )
    settled(window, qtbot)
    with qtbot.waitSignal(window.landmarking.flight.landed, timeout=10_000):
        key(window, KEY.Key_J)
    point = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    camera = window.page.view.plotter.camera
    np.testing.assert_allclose(camera.focal_point, point, atol=1e-9)
    toward = np.array(camera.position) - point
    normal = MESH.face_normals()[marks(window).surface_point(RECONSTRUCTION, RIGHT_EYE).face]
    assert toward @ normal > 0.9 * np.linalg.norm(toward)
    assert window.landmarking.picker.sees(point)


def test_the_other_side_is_suggested_from_its_partner(window: Any, qtbot: QtBot) -> None:
    for name, right, down in ((RIGHT_EYE, -40, -30), (LEFT_EYE, 40, -30), (RIGHT_LIPS, -30, 40)):
        marks(window).choose(name)
        click(window, middle(window, right, down))
    key(window, KEY.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert marks(window).current == LEFT_LIPS
    suggested = window.landmarking.suggestions(RECONSTRUCTION)
    assert list(suggested) == [LEFT_LIPS]
    expected = middle(window, 30, 40)
    seen = window.landmarking.picker.to_screen(suggested[LEFT_LIPS][None])[0]
    assert np.hypot(*(seen - expected.toTuple())) < 8
    ghost = next(one for one in window.page.view.landmarks.shown if one.suggested)
    assert ghost.name == LEFT_LIPS
    settled(window, qtbot)
    key(window, KEY.Key_Y)
    assert window.commands.undo_label == "accept left lips"
    assert RayCaster(MESH).closest(marks(window).points(RECONSTRUCTION)[LEFT_LIPS][None]).distance[0] < 1e-6


def test_streamed_meshes_carry_the_landmarks_along(window: Any, qtbot: QtBot) -> None:
    click(window, middle(window, 10, 10))
    placed = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    qtbot.waitUntil(lambda: not window.tasks.busy, timeout=10_000)
    QTest.qWait(300)  # Thumbnails come to the cameras a little later.
    actors = window.page.view.actor_count
    for step in range(3, 23):
        mesh = bumpy_sphere(step)
        window.page.view.show_mesh(RECONSTRUCTION, mesh)
        qtbot.waitUntil(lambda m=mesh: marks(window).surface(RECONSTRUCTION).mesh is m, timeout=5000)
        there = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
        np.testing.assert_allclose(there, RayCaster(mesh).closest(placed[None]).point[0], atol=1e-6)
        assert window.page.view.actor_count == actors
    # Placed while its index is still being made: taken as it is, and put on the surface then.
    window.page.view.show_mesh(RECONSTRUCTION, bumpy_sphere(40))
    click(window, middle(window, -30, 5))
    qtbot.waitUntil(lambda: marks(window).surface_point(RECONSTRUCTION, RIGHT_EYE).face >= 0, timeout=5000)


def test_two_photos_give_a_point_and_say_how_far_they_are_off(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    scan = window.scans.current.scan
    point = CENTER + BALL_RADIUS * np.array([0.3, 0.5, 0.8]) / np.linalg.norm([0.3, 0.5, 0.8])
    overlay = window.landmarking.scene.overlay
    for count, view in enumerate((scan.views[0], scan.views[1]), 1):
        window.display.look_through(view.index)
        at = window.landmarking.scene.seen_at(view, point)
        move(window, QPoint(*map(round, at)))
        assert overlay.tag == "Mark Right eye in this photo"
        click(window, QPoint(*map(round, at)))
        assert window.display.photo == view.index  # A click does not leave the photo.
        assert len(marks(window).mark(RECONSTRUCTION, RIGHT_EYE).sightings) == count
        assert [spot.clicked for spot in overlay.spots] == [True]
        if count == 1:
            assert "another photo" in window._status.text()
            settled(window, qtbot)
            assert window.landmark_panel.model.index(0, 1).data() == "in one photo"
    found = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    assert np.linalg.norm(found - point) < 2.5  # Half a pixel of the screen, seen from 600 mm.
    errors = window.landmarking.photo_errors()
    assert set(errors) == {0, 1}
    assert max(errors.values()) < 0.5
    settled(window, qtbot)
    assert window.landmark_panel.details._grid.count() == 6
    # The clicks leave the window as the table that the command triangulates.
    table = tmp_path / "head.clicks.csv"
    window.landmarking.exchange.save(table)
    cameras = {view.index: view.camera for view in scan.views}
    again = triangulate_clicks(read_clicks(table), cameras, table)
    assert np.linalg.norm(again[RIGHT_EYE].point - found) < 0.01
    # The arrow keys correct the click, the landmark is seen in a third photo, Delete takes a click back.
    key(window, KEY.Key_Left)
    assert window.commands.undo_label == "nudge right eye in a photo"
    window.display.look_through(2)
    assert [spot.clicked for spot in overlay.spots] == [False]
    window.display.look_through(1)
    settled(window, qtbot)
    key(window, KEY.Key_Delete)
    assert marks(window).points(RECONSTRUCTION) == {}
    assert len(marks(window).mark(RECONSTRUCTION, RIGHT_EYE).sightings) == 1
    window.commands.undo()
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE]
    # Outside the photo there is nothing to mark; a drag leaves the photo as ever.
    click(window, QPoint(2, middle(window).y()))
    assert "inside the photo" in window._status.text()
    drag(window, middle(window, -60, 60), middle(window, 0, 0))
    assert window.display.photo is None
    assert overlay.spots == ()


def test_a_cross_in_a_photo_can_be_dragged(window: Any) -> None:
    window.display.look_through(0)
    click(window, middle(window, 10, 10))
    before = marks(window).mark(RECONSTRUCTION, RIGHT_EYE).sightings[0]
    drag(window, middle(window, 10, 10), middle(window, 40, 10))
    after = marks(window).mark(RECONSTRUCTION, RIGHT_EYE).sightings[0]
    assert window.display.photo == 0
    assert after.x > before.x + 1
    assert after.y == pytest.approx(before.y, abs=1e-6)


def test_two_meshes_side_by_side_have_residuals_that_live(window: Any, qtbot: QtBot) -> None:
    window.actions_by_name["ground_truth"].trigger()
    qtbot.waitUntil(lambda: window.page.view.is_shown(GROUND_TRUTH), timeout=10_000)
    settled(window, qtbot)
    window.actions_by_name["reconstruction"].trigger()
    key(window, KEY.Key_T)
    assert marks(window).layer == GROUND_TRUTH
    settled(window, qtbot)
    assert window.landmark_panel.layers[GROUND_TRUTH].isChecked()
    # The scan's own landmarks are suggested for its ground truth.
    key(window, KEY.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert tuple(marks(window).points(GROUND_TRUTH)) == H3DS_LANDMARKS
    mesh = window.page.view.mesh(GROUND_TRUTH)
    assert marks(window).vertices(GROUND_TRUTH, mesh) == dict(window.scans.current.scan.landmarks)
    window.actions_by_name["reconstruction"].trigger()
    window.actions_by_name["ground_truth"].trigger()
    key(window, KEY.Key_T)
    panel = window.landmark_panel
    for count, name in enumerate(H3DS_LANDMARKS[:4], 1):
        marks(window).choose(name)
        click(window, middle(window, 35 * count - 80, 20 * (-1) ** count))
        settled(window, qtbot)
        assert panel.table.isColumnHidden(2) is (count < 3)
    assert float(panel.model.index(0, 2).data()) > 0
    rigid = panel.summary.text()
    assert "RMS" in rigid
    for _ in range(4):
        key(window, KEY.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    settled(window, qtbot)
    truth = window.landmarking.suggested.points(GROUND_TRUTH)
    live = f"{marks(window).fit(truth=truth).residuals[NOSE_BASE]:.2f}"
    assert panel.model.index(3, 2).data() == live
    QTest.mouseClick(panel.fit, LEFT)
    settled(window, qtbot)
    assert panel.summary.text() != rigid


def test_a_click_on_the_other_mesh_marks_that_one(window: Any, qtbot: QtBot) -> None:
    window.actions_by_name["ground_truth"].trigger()
    qtbot.waitUntil(lambda: window.page.view.is_shown(GROUND_TRUTH), timeout=10_000)
    window.actions_by_name["reconstruction"].trigger()
    click(window, middle(window))
    assert marks(window).layer == GROUND_TRUTH
    assert list(marks(window).points(GROUND_TRUTH)) == [RIGHT_EYE]


def answer(window: Any, qtbot: QtBot, key: str) -> None:
    qtbot.waitUntil(lambda: open_box(window) is not None, timeout=5000)
    box = open_box(window)
    button = next(one for one in box.buttons() if one.objectName() == f"Answer_{key}")
    QTest.mouseClick(button, LEFT)


def open_box(window: Any) -> Any:
    return next((box for box in window.findChildren(QMessageBox) if box.isVisible()), None)


def test_every_format_goes_out_and_comes_back(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    for place, name in enumerate(H3DS_LANDMARKS[:5]):
        marks(window).choose(name)
        click(window, middle(window, 30 * place - 60, 8 * place))
    vertices = marks(window).vertices(RECONSTRUCTION, MESH)
    for name in ("a.txt", "a.mrk.json", "a.fcsv", "a.csv"):
        marks(window).skip(RECONSTRUCTION, LEFT_LIPS)
        before = marks(window).points(RECONSTRUCTION)
        with qtbot.waitSignal(window.landmarking.saved, timeout=5000):
            window.landmarking.exchange.save(tmp_path / name)
        marks(window).forget()
        window.landmarking.meshes.follow(RECONSTRUCTION)
        window.landmarking.exchange.read(tmp_path / name)
        qtbot.waitUntil(lambda: len(marks(window).points(RECONSTRUCTION)) == 5, timeout=5000)
        if name in ("a.txt", "a.csv"):
            assert marks(window).vertices(RECONSTRUCTION, MESH) == vertices
        else:
            for each, point in marks(window).points(RECONSTRUCTION).items():
                np.testing.assert_allclose(point, before[each], atol=1e-4)
        if name in ("a.mrk.json", "a.csv"):
            assert marks(window).state_of(RECONSTRUCTION, LEFT_LIPS) is State.SKIPPED
        assert "Imported" in window._status.text()
        window.commands.undo()
        assert marks(window).points(RECONSTRUCTION) == {}
        window.commands.redo()
    assert read_landmarks(tmp_path / "a.txt", len(MESH.vertices)) == vertices


def test_the_files_are_chosen_in_dialogs(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    click(window, middle(window))
    settled(window, qtbot)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, KEY.Key_E, both)
    chooser = window.findChild(QFileDialog)
    assert chooser.isVisible()
    with qtbot.waitSignal(window.landmarking.saved, timeout=5000):
        chooser.fileSelected.emit(str(tmp_path / "mine.csv"))
    chooser.close()
    chooser.setParent(None)
    (entry,) = read_landmark_file(tmp_path / "mine.csv")
    np.testing.assert_allclose(entry.position, marks(window).points(RECONSTRUCTION)[RIGHT_EYE], atol=1e-5)
    QTest.keyClick(window, KEY.Key_I, Qt.KeyboardModifier.ControlModifier)
    opener = next(one for one in window.findChildren(QFileDialog) if one.isVisible())
    opener.fileSelected.emit(str(tmp_path / "mine.csv"))
    opener.close()
    answer(window, qtbot, "import")  # Between two vertices of a coarse mesh.
    qtbot.waitUntil(lambda: "Imported 1" in window._status.text(), timeout=5000)


def test_a_wrong_unit_is_noticed_and_mended(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    off = MESH.with_vertices(MESH.vertices + np.array([150.0, 60, 40]))
    window.page.view.show_mesh(RECONSTRUCTION, off)
    rows = [
        f"{name},{','.join(map(str, off.vertices[90 * n] / 1000))}" for n, name in enumerate(H3DS_LANDMARKS)
    ]
    (tmp_path / "cad.csv").write_text("\n".join(rows))
    window.landmarking.exchange.read(tmp_path / "cad.csv")
    qtbot.waitUntil(lambda: open_box(window) is not None, timeout=5000)
    assert "look like m, not mm" in open_box(window).informativeText()
    answer(window, qtbot, "unit")
    qtbot.waitUntil(lambda: len(marks(window).points(RECONSTRUCTION)) == 6, timeout=5000)
    assert list(marks(window).vertices(RECONSTRUCTION, off).values()) == [90 * n for n in range(6)]


def test_unknown_names_are_asked_about(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    rows = [
        f"{name},{','.join(map(str, MESH.vertices[50 * n]))}" for n, name in enumerate(("nose_tip", "mole"))
    ]
    (tmp_path / "mine.csv").write_text("\n".join(rows))
    window.landmarking.exchange.read(tmp_path / "mine.csv")
    answer(window, qtbot, "leave")
    assert list(marks(window).points(RECONSTRUCTION)) == [NOSE_TIP]
    window.landmarking.exchange.read(tmp_path / "mine.csv")
    answer(window, qtbot, "list")
    assert marks(window).list_name == "mine"
    assert list(marks(window).points(RECONSTRUCTION)) == [NOSE_TIP, "mole"]
    (tmp_path / "chin.csv").write_text(f"chin,{','.join(map(str, MESH.vertices[8]))}")
    window.landmarking.exchange.read(tmp_path / "chin.csv")
    answer(window, qtbot, "list")
    assert marks(window).list_name == MULTI_PIE


def test_damaged_files_are_explained(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    before = marks(window).table
    for name, text, said in (
        ("a.mrk.json", '{"markups": [{"controlPoints"', "damaged or cut off"),
        ("a.txt", "nose_tip 99999999", "vertices"),
        ("a.csv", "nose_tip,nan,1,2", "three finite numbers"),
        ("a.csv", "1,2,3\n4,5,6", "2 points without names"),
    ):
        (tmp_path / name).write_text(text)
        window.open(tmp_path / name)  # As when it is dropped.
        qtbot.waitUntil(lambda: open_box(window) is not None, timeout=5000)
        box = open_box(window)
        assert said in box.informativeText()
        assert "What to do" in box.informativeText()
        with qtbot.waitSignal(box.finished):
            box.close()
        assert marks(window).table == before


def ask(window: Any, what: str, text: str) -> None:
    window.landmark_panel.edits[what].trigger()
    dialog = next(one for one in window.findChildren(QInputDialog) if one.isVisible())
    dialog.setTextValue(text)
    dialog.accept()


def test_lists_of_ones_own(window: Any, qtbot: QtBot) -> None:
    panel = window.landmark_panel
    assert not panel.edits["add_landmark"].isEnabled()
    ask(window, "new_list", "Ears")
    settled(window, qtbot)
    assert panel.lists.currentText() == "Ears"
    assert "empty" in panel.hint.text()
    ask(window, "add_landmark", "left ear")
    settled(window, qtbot)
    assert marks(window).names == ("left_ear",)
    click(window, middle(window))
    ask(window, "rename_landmark", "lobe")
    assert list(marks(window).points(RECONSTRUCTION)) == ["lobe"]
    ask(window, "add_landmark", "a#b")
    box = open_box(window)
    assert "cannot be the name" in box.informativeText()
    box.close()
    settled(window, qtbot)
    panel.edits["remove_landmark"].trigger()
    assert marks(window).names == ()
    panel.edits["remove_list"].trigger()
    assert marks(window).list_name == "H3DS"
    panel.lists.setCurrentText(MULTI_PIE)
    panel.lists.activated.emit(panel.lists.currentIndex())
    settled(window, qtbot)
    assert len(panel.model.rows) == 68


def test_a_note_and_a_colour(window: Any, qtbot: QtBot) -> None:
    click(window, middle(window))
    settled(window, qtbot)
    details = window.landmark_panel.details
    details.note.setFocus()
    QTest.keyClicks(details.note, "inner corner")
    QTest.keyClick(details.note, KEY.Key_Return)
    assert marks(window).about(RIGHT_EYE).note == "inner corner"
    details.color_changed.emit("#ff8800")
    assert window.page.view.landmarks.shown[0].color == "#ff8800"
    window.commands.undo()
    window.commands.undo()
    assert marks(window).about(RIGHT_EYE).note == ""


def test_they_can_be_hidden_and_the_project_keeps_them(window: Any) -> None:
    click(window, middle(window))
    QTest.keyClick(window, KEY.Key_L)
    assert window.page.view.landmarks.shown == ()
    move(window, middle(window))
    assert window.landmarking.scene.overlay.tag == "Move Right eye here"
    QTest.keyClick(window, KEY.Key_L)
    assert len(window.page.view.landmarks.shown) == 1
    kept = window.project.state()["landmarks"]
    point = marks(window).points(RECONSTRUCTION)[RIGHT_EYE]
    marks(window).forget()
    assert window.project.restore_sections({"landmarks": kept}) == []
    np.testing.assert_allclose(marks(window).points(RECONSTRUCTION)[RIGHT_EYE], point, atol=1e-9)


def test_clicks_mean_one_thing_at_a_time(window: Any, qtbot: QtBot) -> None:
    ruler, place = window.actions_by_name["ruler"], window.actions_by_name["place_landmarks"]
    ruler.trigger()
    assert not place.isChecked()
    click(window, middle(window))
    assert marks(window).points(RECONSTRUCTION) == {}
    place.trigger()
    assert not ruler.isChecked()
    click(window, middle(window))
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE]
    # Behind another panel they place nothing.
    window._docks.raise_("Reconstruct")
    qtbot.waitUntil(lambda: not window.landmarking.touch.on, timeout=5000)
    before = marks(window).table
    click(window, middle(window, 40))
    assert marks(window).table == before


def test_each_picture_has_its_own_mesh_and_landmarks(window: Any, qtbot: QtBot) -> None:
    window.actions_by_name["side_by_side"].trigger()
    qtbot.waitUntil(lambda: window.page.view.is_shown(GROUND_TRUTH), timeout=10_000)
    settled(window, qtbot)
    plotter = window.page.view.plotter
    left, right = (QPoint(plotter.width() * share // 4, plotter.height() // 2) for share in (1, 3))
    click(window, left)
    assert list(marks(window).points(RECONSTRUCTION)) == [RIGHT_EYE]
    click(window, right)
    assert marks(window).layer == GROUND_TRUTH
    assert list(marks(window).points(GROUND_TRUTH)) == [RIGHT_EYE]
    one, other = window.page.view.panes.renderers()
    balls = window.page.view.landmarks.actors
    assert one.HasViewProp(balls[f"landmarks {RECONSTRUCTION}"])
    assert other.HasViewProp(balls[f"landmarks {GROUND_TRUTH}"])
    assert not one.HasViewProp(balls[f"landmarks {GROUND_TRUTH}"])
    # Each is dragged where it is seen.
    begin = QPoint(
        *map(
            round,
            window.landmarking.picker.to_screen(
                marks(window).points(GROUND_TRUTH)[RIGHT_EYE][None], GROUND_TRUTH
            )[0],
        )
    )
    drag(window, begin, begin + QPoint(25, 10))
    assert window.commands.undo_label == "move right eye"
    assert marks(window).surface_point(GROUND_TRUTH, RIGHT_EYE).face >= 0
    window.actions_by_name["side_by_side"].trigger()
    assert plotter.renderer.HasViewProp(window.page.view.landmarks.actors[f"landmarks {GROUND_TRUTH}"])
