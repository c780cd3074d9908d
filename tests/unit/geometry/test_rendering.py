"""Pictures against what is known about a sphere, and against each other."""

from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.fragments import cast_fragments
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.rendering import (
    depth_and_normals,
    linear_light,
    orbit,
    preview_sheet,
    relative_azimuths,
    render_mesh,
    srgb,
)

RADIUS = 80.0
CENTER = np.array([12.0, -20.0, 5.0])
SIZE = (120, 90)


def sphere(subdivisions: int = 5) -> TriangleMesh:
    import trimesh

    ball = trimesh.creation.icosphere(subdivisions=subdivisions, radius=RADIUS)
    return TriangleMesh(np.asarray(ball.vertices) + CENTER, np.asarray(ball.faces))


def camera() -> Camera:
    """In front of the sphere, looking a little past it, so that its outline is a true ellipse."""
    intrinsics = np.array([[150.0, 0, 60.5], [0, 150.0, 44.0], [0, 0, 1]])
    front = Camera(intrinsics, np.diag([1.0, -1, -1]), np.array([10.0, 5, 520]))
    return orbit(front, np.add(CENTER, [15, 0, 40]), 25.0)


def analytic(view: Camera, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Distance of each pixel's ray from the centre (H, W), and the depth of its first hit (H, W)."""
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    origin, direction = view.rays(np.column_stack([x.ravel(), y.ravel()]))
    offset = CENTER - origin
    along = np.einsum("ij,ij->i", offset, direction)
    miss = np.sqrt(np.maximum((offset**2).sum(axis=1) - along**2, 0))
    hit = along - np.sqrt(np.maximum(RADIUS**2 - miss**2, 0))
    depth = hit * (direction @ view.forward)
    return miss.reshape(size[::-1]), depth.reshape(size[::-1])


def test_silhouette_is_the_analytic_ellipse() -> None:
    seen = depth_and_normals(sphere(), camera(), SIZE)
    miss, _ = analytic(camera(), SIZE)
    # The icosphere lies inside the sphere by at most 0.1 mm; a pixel spans 3.5 mm.
    assert seen.mask[miss < RADIUS - 0.15].all()
    assert not seen.mask[miss > RADIUS].any()
    assert 500 < seen.mask.sum() < seen.mask.size


def test_depth_and_normals_are_the_spheres() -> None:
    view = camera()
    seen = depth_and_normals(sphere(), view, SIZE)
    miss, depth = analytic(view, SIZE)
    inner = miss < 0.9 * RADIUS
    np.testing.assert_allclose(seen.depth[inner], depth[inner], atol=0.3)
    assert np.isinf(seen.depth[~seen.mask]).all()
    y, x = np.nonzero(inner)
    origin, direction = view.rays(np.column_stack([x, y]))
    point = origin + direction * (seen.depth[inner] / (direction @ view.forward))[:, None]
    expected = (point - CENTER) / np.linalg.norm(point - CENTER, axis=1, keepdims=True)
    cosine = np.einsum("ij,ij->i", expected, seen.normals[inner])
    assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 1.0


def test_fragments_project_onto_their_own_pixels() -> None:
    view, ball = camera(), sphere(3)
    seen = cast_fragments(ball, view, SIZE)
    pixel, depth = view.project(seen.position)
    expected = np.column_stack([seen.pixel % SIZE[0], seen.pixel // SIZE[0]])
    np.testing.assert_allclose(pixel, expected, atol=1e-3)
    np.testing.assert_allclose(depth, seen.depth, atol=1e-9)
    np.testing.assert_allclose(seen.interpolate(ball, ball.vertices), seen.position, atol=1e-9)
    np.testing.assert_allclose(seen.barycentric.sum(axis=1), 1, atol=1e-12)


def test_mesh_around_the_camera_is_seen_from_behind() -> None:
    inside = Camera(camera().intrinsics, np.eye(3), -CENTER)
    seen = cast_fragments(sphere(3), inside, SIZE)
    assert len(seen) == SIZE[0] * SIZE[1]
    assert seen.backside.all()
    assert (np.einsum("ij,ij->i", seen.normal, seen.view) > 0).all()


def test_mesh_outside_the_picture_leaves_the_background() -> None:
    turned = Camera(camera().intrinsics, np.eye(3), np.array([0.0, 0, -500]))  # the sphere is behind
    image = render_mesh(sphere(2), turned, (8, 6), background=(1, 2, 3))
    assert (image == [1, 2, 3]).all()
    aside = Camera(camera().intrinsics, np.eye(3), np.array([5000.0, 0, 500]))
    assert (render_mesh(sphere(2), aside, (8, 6), background=(1, 2, 3)) == [1, 2, 3]).all()


def test_vertex_colors_are_shown_as_they_are() -> None:
    ball = sphere(3)
    red = ball.with_colors(np.tile(np.array([200, 30, 10], np.uint8), (len(ball.vertices), 1)))
    image = render_mesh(red, camera(), SIZE, colors="vertex", background=(0, 0, 0))
    mask = depth_and_normals(red, camera(), SIZE).mask
    assert (image[mask] == [200, 30, 10]).all()
    assert (image[~mask] == 0).all()


def test_vertex_colors_interpolate_linearly() -> None:
    corners = np.array([[-50.0, -50, 300], [50, -50, 300], [50, 50, 300], [-50, 50, 300]])
    colors = np.array([[0, 0, 0], [200, 0, 0], [200, 100, 0], [0, 100, 0]], np.uint8)
    square = TriangleMesh(corners, np.array([[0, 2, 1], [0, 3, 2]]), colors)
    view = Camera(np.array([[300.0, 0, 50], [0, 300, 50], [0, 0, 1]]), np.eye(3), np.zeros(3))
    image = render_mesh(square, view, (101, 101), colors="vertex")
    assert np.abs(image[50, :, 0] - np.linspace(0, 200, 101)).max() <= 1
    assert np.abs(image[:, 50, 1] - np.linspace(0, 100, 101)).max() <= 1


def test_clay_is_lit_and_supersampling_smooths_only_edges() -> None:
    ball = sphere()
    plain = render_mesh(ball, camera(), SIZE).astype(int)
    smooth = render_mesh(ball, camera(), SIZE, supersample=3).astype(int)
    miss, _ = analytic(camera(), SIZE)
    inner = miss < 0.85 * RADIUS
    assert plain[inner].std() > 8
    assert np.abs(plain - smooth)[inner].max() <= 6
    edge = np.abs(miss - RADIUS) < 2
    assert np.abs(plain - smooth)[edge].max() > 20


def test_srgb_round_trip_and_known_values() -> None:
    values = np.linspace(0, 1, 101)
    np.testing.assert_allclose(linear_light(srgb(values)), values, atol=1e-12)
    assert srgb(np.array(0.2140)) == pytest.approx(0.5, abs=1e-3)


def test_orbit_turns_by_the_angle_and_keeps_the_distance() -> None:
    start = camera()
    turned = [orbit(start, CENTER, degrees) for degrees in (0.0, 30.0, -75.0, 180.0)]
    np.testing.assert_allclose(relative_azimuths(turned)[:3], [0, 30, -75], atol=1e-6)
    assert abs(relative_azimuths(turned)[3]) == pytest.approx(180)
    for view in turned:
        np.testing.assert_allclose(
            np.linalg.norm(view.center - CENTER), np.linalg.norm(start.center - CENTER)
        )
        np.testing.assert_allclose(view.rotation @ view.rotation.T, np.eye(3), atol=1e-12)


@pytest.mark.parametrize("photos", [1, 2, 3, 8])
@pytest.mark.parametrize("colored", [True, False])
def test_preview_sheet_has_three_columns_whatever_the_photos(photos: int, colored: bool) -> None:
    ball = sphere(2)
    if colored:
        ball = ball.with_colors(np.full(ball.vertices.shape, 90, np.uint8))
    photo = np.full((90, 120, 3), 40, np.uint8)
    views = [(photo, orbit(camera(), CENTER, 45.0 * k)) for k in range(photos)]
    sheet = preview_sheet(ball, views, cell=60)
    assert sheet.dtype == np.uint8
    rows = 3 if colored else 2
    assert sheet.shape[0] > rows * 60
    assert sheet.shape[1] > 3 * 80
    # As many photo cells as there are photos to show.
    shown = (sheet == 40).all(axis=2).sum()
    assert shown == pytest.approx(min(photos, 3) * 60 * 80, rel=0.02)


def test_preview_sheet_takes_front_three_quarter_and_profile() -> None:
    levels = {0: 10, 180: 250, 90: 30, 20: 240, 50: 20}
    views = [
        (np.full((60, 60, 3), level, np.uint8), orbit(camera(), CENTER, float(degrees)))
        for degrees, level in levels.items()
    ]
    sheet = preview_sheet(sphere(2), views, cell=60)
    columns = [int(np.argmax((sheet == level).all(axis=2).sum(axis=0))) for level in (10, 20, 30)]
    assert columns == sorted(columns)
    assert all((sheet == level).all(axis=2).sum() >= 3000 for level in (10, 20, 30))
    assert not (sheet == 250).all(axis=2).sum() >= 3000
