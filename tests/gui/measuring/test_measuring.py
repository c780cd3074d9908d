"""Section plane, ruler and pictures with real mouse and keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from h3dstudio.gui.features.export.pictures import PictureController
from h3dstudio.gui.features.measuring.controller import MeasuringController
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.viewport.cut import Facing, cut
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from tests.gui.conftest import in_place
from tests.unit.geometry.shapes import sphere

Studio = Callable[..., Any]
KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(studio: Studio, qtbot: QtBot, tiny_scan: Path) -> Any:
    """Two balls around the middle, seen from the front: the reconstruction of 100 mm, the truth of 80 mm."""
    window = studio()
    with qtbot.waitSignal(window.get(ScanController).opened, timeout=10_000):
        window.open(tiny_scan)
    in_place(window.context.page.view, qtbot)
    window.context.actions["cameras"].setChecked(False)
    window.context.page.view.show_mesh(RECONSTRUCTION, sphere(100.0))
    window.context.page.view.show_mesh(GROUND_TRUTH, sphere(80.0))
    window.context.page.view.reset_camera()
    return window


def pixel(place: Any) -> QPoint:
    return QPoint(round(float(place[0])), round(float(place[1])))


def drag(view: Any, start: Any, end: Any) -> None:
    start, end = np.asarray(start), np.asarray(end)
    QTest.mousePress(view.plotter, LEFT, pos=pixel(start))
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(view.plotter, pixel(start + share * (end - start)))
    QTest.mouseRelease(view.plotter, LEFT, pos=pixel(end))


def test_the_plane_cuts_both_meshes_and_is_dragged_by_its_handle(window: Any, qtbot: QtBot) -> None:
    view, section = window.context.page.view, window.get(MeasuringController).cut
    actors = view.actor_count
    QTest.keyClick(window, KEY.Key_X)
    qtbot.waitUntil(window.context.page.section_bar.isVisible)
    for name, radius in ((RECONSTRUCTION, 100), (GROUND_TRUTH, 80)):
        assert np.allclose(np.linalg.norm(section.contours()[name], axis=2), radius, rtol=0.01)
    picker = Picker(view)
    ends = np.array([section.cut.handle, section.cut.handle + 30 * section.cut.normal])
    drag(view, *picker.to_screen(ends))
    moved = section.cut.share * section.cut.reach
    assert moved == pytest.approx(30, abs=2)
    assert window.context.page.section_bar.slider.value() == pytest.approx(500 * section.cut.share, abs=1)
    radii = np.linalg.norm(section.contours()[RECONSTRUCTION] - section.cut.origin, axis=2)
    assert np.allclose(radii, math.sqrt(100**2 - moved**2), rtol=0.02)
    # With keys, to the end: nothing is left of the small ball.
    window.context.page.section_bar.slider.setFocus()
    QTest.keyClick(window.context.page.section_bar.slider, KEY.Key_End)
    assert section.cut.share == 1.0
    assert not len(section.contours()[GROUND_TRUTH])
    QTest.keyClick(window, KEY.Key_X)
    assert view.actor_count == actors
    assert view.cut is None


def test_the_handle_is_taken_hold_of_in_either_picture(window: Any, qtbot: QtBot) -> None:
    view, section, picker = (
        window.context.page.view,
        window.get(MeasuringController).cut,
        Picker(window.context.page.view),
    )
    QTest.keyClick(window, KEY.Key_X)
    qtbot.waitUntil(window.context.page.section_bar.isVisible)
    view.set_side_by_side(True)
    view.reset_camera()
    for layer, share in ((RECONSTRUCTION, 20), (GROUND_TRUTH, -40)):
        before = section.cut.share * section.cut.reach
        ends = np.array([section.cut.handle, section.cut.handle + share * section.cut.normal])
        drag(view, *picker.to_screen(ends, layer))
        assert section.cut.share * section.cut.reach - before == pytest.approx(share, abs=3)


def test_what_is_cut_away_is_not_picked(window: Any) -> None:
    view, picker = window.context.page.view, Picker(window.context.page.view)

    def picked() -> Any:
        return picker.pick(view.plotter.width() / 2, view.plotter.height() / 2)

    window.context.actions["section"].setChecked(True)
    window.context.page.section_bar.away.click()
    whole = picked().point.array
    assert picked().layer == RECONSTRUCTION
    window.context.page.section_bar.away.click()
    window.get(MeasuringController).cut.face(Facing.TO_ME)
    # The half towards the eye stays; turned round, the far half is seen from inside.
    assert np.allclose(picked().point.array, whole)
    window.get(MeasuringController).cut.flip()
    assert picked().layer == GROUND_TRUTH
    assert np.linalg.norm(picked().point.array - whole) == pytest.approx(180, abs=2)
    window.context.page.section_bar.away.click()
    assert np.allclose(picked().point.array, whole)


def test_the_plane_stays_while_meshes_come_and_sixty_of_them_leave_no_actor(window: Any) -> None:
    window.context.actions["section"].setChecked(True)
    window.get(MeasuringController).cut.put(0.5)
    view, place = window.context.page.view, window.get(MeasuringController).cut.cut.origin
    actors, props = view.actor_count, view.plotter.renderer.GetViewProps().GetNumberOfItems()
    for step in range(60):
        view.show_mesh(RECONSTRUCTION, sphere(100.0 + step % 3, 2 + step % 2))
    normal = window.get(MeasuringController).cut.cut.normal
    assert (window.get(MeasuringController).cut.cut.origin - place) @ normal == pytest.approx(0, abs=1e-6)
    assert view.actor_count == actors
    assert view.plotter.renderer.GetViewProps().GetNumberOfItems() == props


def test_the_ruler_measures_between_two_clicks_and_every_step_can_be_undone(window: Any) -> None:
    view, measures = window.context.page.view, window.get(MeasuringController).measures
    QTest.keyClick(window, KEY.Key_M)
    forward, up = view.camera_controller.forward_and_up
    for place in Picker(view).to_screen(np.array([60 * up - 80 * forward, -60 * up - 80 * forward])):
        QTest.mouseClick(view.plotter, LEFT, pos=pixel(place))
    (one,) = measures.items
    assert one.length == pytest.approx(120, abs=1.5)
    bar = window.context.page.ruler_bar
    assert bar.list.item(0).text().startswith("1: ")
    window.context.actions["place_landmarks"].setChecked(True)
    assert not window.context.actions["ruler"].isChecked()
    QTest.keyClick(window, KEY.Key_M)
    assert not window.context.actions["place_landmarks"].isChecked()
    # A drag turns and measures nothing; nor does a click beside the mesh.
    before = np.array(view.plotter.camera.position)
    drag(view, (300, 200), (340, 210))
    assert not np.allclose(view.plotter.camera.position, before)
    QTest.mouseClick(view.plotter, LEFT, pos=QPoint(3, 3))
    assert measures.items == (one,)
    bar.list.setFocus()
    bar.list.setCurrentRow(0)
    QTest.keyClick(bar.list, KEY.Key_Delete)
    assert measures.items == ()
    QTest.keyClick(window, KEY.Key_Z, CONTROL)
    assert measures.items == (one,)
    window.get(MeasuringController).forget()  # As opening another scan does.
    assert measures.items == ()
    measures.show((one,))
    QTest.keyClick(window, KEY.Key_Z, CONTROL)
    assert measures.items == ()


def test_a_picture_goes_to_a_file_and_to_the_clipboard(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    view = window.context.page.view
    QTest.keyClick(window, KEY.Key_P, CONTROL | SHIFT)
    chooser = window.findChild(QFileDialog)
    with qtbot.waitSignal(window.get(PictureController).saved, timeout=5000):
        chooser.fileSelected.emit(str(tmp_path / "head"))
    chooser.close()
    image = QImage(str(tmp_path / "head.png"))
    assert (image.width(), image.height()) == (2 * view.plotter.width(), 2 * view.plotter.height())
    window.context.actions["copy_picture"].trigger()
    assert QGuiApplication.clipboard().image().width() == image.width()


def test_a_picture_in_a_folder_that_is_not_there_is_explained(window: Any, tmp_path: Path) -> None:
    window.get(PictureController).save(QImage(4, 4, QImage.Format.Format_RGB32), tmp_path / "no" / "head.png")
    box = next(one for one in window.findChildren(QMessageBox) if one.isVisible())
    assert "folder" in box.informativeText()
    box.close()


def test_a_plane_is_moved_within_the_box_of_what_it_cuts() -> None:
    sideways, up = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
    plane = cut(np.array([[-10.0, -20, -30], [10, 20, 30]]), sideways, up)
    assert plane.reach == 10
    assert np.allclose(plane.moved(4).origin, [4, 0, 0])
    assert plane.moved(400).share == 1.0
    assert np.allclose(plane.moved(4).flipped().origin, [4, 0, 0])
    wider = plane.moved(4).around(np.array([[-40.0, 0, 0], [40, 1, 1]]))
    assert wider.origin @ sideways == pytest.approx(4)
    assert cut(np.zeros((3, 3)), sideways, up).moved(3).share == 0.0
