from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.scan.thumbnails import pixels
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.photo import Photo
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION, DisplayMode
from tests.gui.fakes import bumpy_sphere
from tests.unit.data.tiny_scan import CENTER, HEIGHT, WIDTH, world_mat


def picture(view: MeshView) -> np.ndarray:
    view.redraw()
    return pixels(view.grab().toImage()).astype(int)


def test_a_mesh_is_seen_in_the_middle_in_front_of_the_gradient(view: MeshView) -> None:
    empty = picture(view)
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    shown = picture(view)
    changed = np.abs(shown - empty).sum(axis=2) > 30
    assert changed[180:220, 230:270].all()
    assert not changed[:, -30:].any()  # (The axes turn in the lower left.)
    # Framed: it fills most of the height, and is not cut off.
    rows = np.flatnonzero(changed[:, 100:400].any(axis=1))
    assert 0.75 * 400 < np.ptp(rows) < 399


def test_sixty_meshes_of_changing_topology_keep_one_actor(view: MeshView) -> None:
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    actors, props = view.actor_count, view.plotter.renderer.GetViewProps().GetNumberOfItems()
    counts = set()
    for step in range(1, 61):
        mesh = bumpy_sphere(step)
        counts.add(len(mesh.faces))
        view.show_mesh(RECONSTRUCTION, mesh)
        assert view.mesh(RECONSTRUCTION) is mesh
    assert len(counts) > 3
    assert view.actor_count == actors
    assert view.plotter.renderer.GetViewProps().GetNumberOfItems() == props


def test_the_camera_stays_while_meshes_change_and_steps_back_only_when_one_outgrows_it(
    view: MeshView,
) -> None:
    mesh = bumpy_sphere(0)
    view.show_mesh(RECONSTRUCTION, mesh)
    framed = np.array(view.plotter.camera.position)
    for step in range(1, 6):
        view.show_mesh(RECONSTRUCTION, bumpy_sphere(step))
        assert np.array_equal(view.plotter.camera.position, framed)
    view.show_mesh(RECONSTRUCTION, TriangleMesh(1.5 * mesh.vertices, mesh.faces))
    rows = np.flatnonzero(np.abs(np.diff(picture(view)[:, 250], axis=0)).max(axis=1) > 8)
    assert rows.min() > 2  # All of it is seen again,
    assert rows.max() < 396
    view.plotter.camera.Azimuth(20)
    turned = np.array(view.plotter.camera.position)
    view.show_mesh(RECONSTRUCTION, TriangleMesh(3 * mesh.vertices, mesh.faces))
    assert np.array_equal(view.plotter.camera.position, turned)  # but what the user turned stays.


def test_modes_look_different_and_come_back(view: MeshView) -> None:
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    looks = {}
    for mode in DisplayMode:
        view.set_mode(mode)
        looks[mode] = picture(view)
    for one, other in (
        (DisplayMode.COLOURED, DisplayMode.SHADED),
        (DisplayMode.SHADED, DisplayMode.WIREFRAME),
    ):
        assert np.abs(looks[one] - looks[other]).mean() > 3
    view.set_mode(DisplayMode.COLOURED)
    assert np.abs(picture(view) - looks[DisplayMode.COLOURED]).mean() < 0.5


def test_meshes_are_shown_and_hidden_by_name(view: MeshView) -> None:
    small = bumpy_sphere(0)
    view.show_mesh(RECONSTRUCTION, small)
    only = picture(view)
    big = TriangleMesh(1.03 * small.vertices, small.faces)
    view.show_mesh(GROUND_TRUTH, big)
    both = picture(view)
    assert np.abs(both - only).mean() > 3
    view.set_visible(GROUND_TRUTH, False)
    assert np.abs(picture(view) - only).mean() < 0.5


def test_a_mesh_without_faces_is_shown_as_nothing(view: MeshView) -> None:
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    view.show_mesh(RECONSTRUCTION, TriangleMesh(np.zeros((3, 3)), np.zeros((0, 3), dtype=np.int32)))
    view.reset_camera()
    picture(view)


@pytest.mark.parametrize("size", [(500, 400), (300, 420)])
def test_looking_through_a_photo_projects_as_its_camera_does(
    view: MeshView, qtbot: QtBot, size: tuple[int, int]
) -> None:
    camera = Camera.from_projection(world_mat(45.0))
    shifted = camera.intrinsics + np.array([[0, 0, 5.0], [0, 0, -3.0], [0, 0, 0]])
    camera = Camera(shifted, camera.rotation, camera.translation)
    view.resize(*size)
    qtbot.wait(30)
    view.set_home(camera.forward, -camera.rotation[1], CENTER, 120.0)
    view.look_through(camera, (WIDTH, HEIGHT), None)
    points = CENTER + np.random.default_rng(0).uniform(-70, 70, (50, 3))
    expected, _ = camera.project(points)
    renderer = view.plotter.renderer
    wide, high = view.plotter.width(), view.plotter.height()
    scale = min(wide / WIDTH, high / HEIGHT)
    for point, pixel in zip(points, expected, strict=True):
        renderer.SetWorldPoint(*point, 1.0)
        renderer.WorldToView()
        x, y, _ = renderer.GetViewPoint()
        seen = np.array([x * wide / 2, -y * high / 2]) / scale + [(WIDTH - 1) / 2, (HEIGHT - 1) / 2]
        assert np.allclose(seen, pixel, atol=1e-3)


def test_the_photo_is_blended_over_the_mesh_and_goes_again(view: MeshView, qtbot: QtBot) -> None:
    camera = Camera.from_projection(world_mat(0.0))
    view.set_home(camera.forward, -camera.rotation[1], CENTER, 120.0)
    image = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    image[..., 0] = 255
    before = view.actor_count
    view.look_through(camera, (WIDTH, HEIGHT), image)
    view.set_photo_opacity(1.0)
    red = picture(view)[200, 250]
    assert red[0] > 200
    assert red[1] < 60
    with qtbot.waitSignal(view.photo_left):
        view.leave_photo()
    assert view.actor_count == before
    assert view.plotter.camera.GetWindowCenter() == (0.0, 0.0)


def test_photos_standing_in_space_are_replaced_and_removed(view: MeshView) -> None:
    before = view.actor_count
    image = np.full((HEIGHT, WIDTH, 3), 128, dtype=np.uint8)
    photos = [
        Photo(Camera.from_projection(world_mat(angle)), (WIDTH, HEIGHT), image) for angle in (0.0, 45.0, 90.0)
    ]
    view.show_photos(photos)
    shown = view.actor_count
    assert shown > before
    view.show_photos(photos)
    assert view.actor_count == shown
    view.show_photos([])
    assert view.actor_count == before


def test_another_size_is_one_more_picture(view: MeshView, qtbot: QtBot) -> None:
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(0))
    qtbot.waitUntil(lambda: view.paint_seconds > 0)
    qtbot.wait(100)
    drawn: list[int] = []
    view.plotter.render_window.AddObserver("EndEvent", lambda *_: drawn.append(1))
    view.resize(420, 360)
    qtbot.waitUntil(lambda: bool(drawn))
    qtbot.wait(100)
    assert len(drawn) == 1
    image = view.window().screen().grabWindow(view.winId()).toImage()
    seen = pixels(image).astype(int)
    assert seen.shape[:2] == (360, 420)
    assert np.abs(seen[180, 210] - seen[5, 5]).sum() > 60, "the window shows nothing where the mesh is"


def test_after_closing_nothing_is_drawn_and_nothing_fails(view: MeshView) -> None:
    view.close_view()
    view.show_photos([])
    view.redraw()
    view.close_view()
