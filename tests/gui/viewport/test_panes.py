"""Two pictures side by side, heavy meshes in motion, and pictures of it all."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.scan.thumbnails import pixels
from h3dstudio.gui.viewport.lod import HEAVY, MOST, stand_in
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.screenshot import picture
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from tests.gui.fakes import bumpy_sphere

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(view: MeshView) -> MeshView:
    view.resize(601, 400)
    return view


def drag(view: MeshView, start: QPoint, way: QPoint) -> None:
    """Press, move in steps, and stay pressed."""
    QTest.mousePress(view.plotter, LEFT, pos=start)
    for part in (1, 2, 3):
        QTest.mouseMove(view.plotter, start + way * part / 3)


def halves(view: MeshView) -> tuple[np.ndarray, np.ndarray]:
    view.redraw()
    image = pixels(view.grab().toImage()).astype(int)
    return image[:, :300], image[:, 301:]


def test_side_by_side_meshes_have_a_picture_each_and_turn_together(view: MeshView) -> None:
    ball = bumpy_sphere(0)
    view.show_mesh(RECONSTRUCTION, ball.with_colors(None))
    view.show_mesh(GROUND_TRUTH, TriangleMesh(0.5 * ball.vertices, ball.faces))
    actors = view.plotter.renderer.GetViewProps().GetNumberOfItems()
    view.set_side_by_side(True)
    left, right = halves(view)
    edge = np.abs(left[200, 60] - left[200, 5]).sum(), np.abs(right[200, 60] - right[200, 5]).sum()
    assert edge[0] > 40 > edge[1], "the small ball belongs to the right, the large one to the left"
    assert np.abs(right[200, 150] - right[200, 5]).sum() > 40
    drag(view, QPoint(450, 200), QPoint(60, 20))
    QTest.mouseRelease(view.plotter, LEFT, pos=QPoint(510, 220))
    turned_left, turned_right = halves(view)
    assert np.abs(turned_left - left).mean() > 0.5
    assert np.abs(turned_right - right).mean() > 0.2
    view.set_side_by_side(False)
    assert view.plotter.renderer.GetViewProps().GetNumberOfItems() == actors


def test_each_picture_is_picked_in_its_own_frame(view: MeshView) -> None:
    ball = bumpy_sphere(0)
    view.show_mesh(RECONSTRUCTION, ball)
    view.show_mesh(GROUND_TRUTH, TriangleMesh(0.9 * ball.vertices, ball.faces))
    view.set_side_by_side(True)
    picker = Picker(view)
    for layer, x in ((RECONSTRUCTION, 170.0), (GROUND_TRUTH, 470.0)):
        pick = picker.pick(x, 190.0)
        assert pick is not None
        assert pick.layer == layer
        np.testing.assert_allclose(picker.to_screen(pick.point.array[None], layer)[0], [x, 190.0], atol=1e-5)


def test_a_stand_in_keeps_the_shape_with_a_fraction_of_the_faces() -> None:
    ball = bumpy_sphere(0, 250)
    made = stand_in(ball)
    assert 0.5 * MOST < len(made.faces) <= MOST < 0.3 * len(ball.faces)
    normals = TriangleMesh(made.points, made.faces).face_normals()
    middle = made.points[made.faces].mean(axis=1)
    assert np.mean(np.einsum("ij,ij->i", normals, middle) > 0) > 0.999, "faces were turned over"
    alike = np.einsum("ij,ij->i", made.normals, ball.vertex_normals()[made.vertices])
    assert np.mean(alike > 0.95) > 0.999
    assert np.linalg.norm(ball.vertices[made.vertices] - made.points, axis=1).max() < 4
    flat = TriangleMesh(np.zeros((3, 3)), np.array([[0, 1, 2]], dtype=np.int32))
    assert len(stand_in(flat).faces) == 0


def test_a_heavy_mesh_is_coarse_only_while_it_is_dragged(view: MeshView, qtbot: QtBot) -> None:
    heavy, light = bumpy_sphere(0, 180), bumpy_sphere(0)
    assert len(heavy.faces) > HEAVY
    with qtbot.waitSignal(view.motion.wanted, timeout=5000) as asked:
        view.show_mesh(GROUND_TRUTH, light)
        view.show_mesh(RECONSTRUCTION, heavy)
    assert asked.args == [RECONSTRUCTION, heavy]
    view.motion.take(RECONSTRUCTION, heavy, stand_in(heavy))
    mapper = view._layers[RECONSTRUCTION].actor.mapper

    def drawn() -> int:
        return int(mapper.dataset.n_cells)

    drag(view, QPoint(300, 200), QPoint(40, 0))
    assert drawn() < 0.5 * len(heavy.faces)
    assert view.surfaces()[RECONSTRUCTION] is heavy, "picks are of the whole mesh"
    QTest.mouseRelease(view.plotter, LEFT, pos=QPoint(340, 200))
    qtbot.waitUntil(lambda: drawn() == len(heavy.faces))
    view.motion.take(RECONSTRUCTION, light, stand_in(light))  # It came too late.
    view.show_mesh(RECONSTRUCTION, light)
    drag(view, QPoint(300, 200), QPoint(40, 0))
    assert drawn() == len(light.faces)
    QTest.mouseRelease(view.plotter, LEFT, pos=QPoint(340, 200))


def test_a_picture_has_twice_the_pixels_and_the_same_content(view: MeshView) -> None:
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    screen = pixels(view.grab().toImage()).astype(int)
    fine = pixels(picture(view)).astype(int)
    assert fine.shape == (800, 1202, 3)
    assert np.abs(fine[::2, ::2] - screen)[50:350, 120:500].mean() < 4
