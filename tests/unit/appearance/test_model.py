from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from h3dstudio.appearance.model import Appearance, fit_appearance, restore
from h3dstudio.geometry.image_metrics import compare_images
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.methods.textured_ball import CENTER
from tests.unit.photometry.lit_ball import (
    RADIUS,
    SIZE,
    albedo,
    ball,
    photo_set_of,
    photograph,
    ring,
    sun_from,
    turning_with,
)

SUN = sun_from([0.7, 0.5, 0.5])
AROUND = tuple(range(0, 360, 45))


def views_of(azimuths: tuple[int, ...], moving: bool) -> list:
    return [photograph(camera, turning_with(camera, SUN) if moving else SUN) for camera in ring(azimuths)]


@cache
def fitted(azimuths: tuple[int, ...] = AROUND, moving: bool = False) -> Appearance:
    return fit_appearance(photo_set_of(views_of(azimuths, moving)), ball())


def true_albedo(mesh: TriangleMesh) -> np.ndarray:
    local = mesh.vertices - CENTER
    return albedo(RADIUS * local / np.linalg.norm(local, axis=1, keepdims=True))


@pytest.mark.parametrize("moving", [False, True])
def test_albedo_is_recovered_up_to_a_common_scale(moving: bool) -> None:
    appearance = fitted(moving=moving)
    seen = appearance.seen & (np.abs(appearance.normals[:, 1]) < 0.8)
    ratio = appearance.vertex_colors()[seen] / 255 / true_albedo(appearance.mesh)[seen]
    ratio /= np.median(ratio, axis=0)
    assert np.percentile(np.abs(ratio - 1), 90) < (0.04 if moving else 0.12)


@pytest.mark.parametrize("moving", [False, True])
def test_what_the_light_does_is_found_out(moving: bool) -> None:
    assert fitted(moving=moving).surface.lights.with_camera is moving


@pytest.mark.parametrize("moving", [False, True])
def test_a_view_in_between_is_drawn_again(moving: bool) -> None:
    appearance = fitted(moving=moving)
    camera = ring([22])[0]
    truth = photograph(camera, turning_with(camera, SUN) if moving else SUN)
    score = compare_images(appearance.render(camera, SIZE), truth.image, truth.mask)
    assert score.psnr > 31
    assert score.ssim > 0.95


def test_photos_add_detail_that_vertices_cannot_hold() -> None:
    photos = photo_set_of(views_of((0, 20, 40, 60), False))
    coarse = fit_appearance(photos, ball(3))
    camera = ring([30])[0]
    truth = photograph(camera, SUN)
    plain = compare_images(coarse.render(camera, SIZE, detail=False), truth.image, truth.mask)
    detailed = compare_images(coarse.render(camera, SIZE), truth.image, truth.mask)
    assert detailed.psnr > plain.psnr + 1


def test_the_background_never_reaches_the_surface() -> None:
    colors = fitted().vertex_colors().astype(int)
    assert (colors[:, 1] <= colors[:, 0] + 8).all()


def test_unseen_vertices_are_filled_smoothly() -> None:
    appearance = fitted((0, 30))
    hidden = ~appearance.seen
    assert 0.3 < hidden.mean() < 0.8
    colors = appearance.vertex_colors().astype(float)
    typical = np.median(colors[appearance.seen], axis=0)
    assert np.abs(colors[hidden] - typical).max() < 60
    faces = appearance.mesh.faces[hidden[appearance.mesh.faces].all(axis=1)]
    assert np.abs(colors[faces[:, 0]] - colors[faces[:, 1]]).max() < 12


def test_a_left_out_photo_lends_no_pixel() -> None:
    views = views_of((0, 25, 50), False)
    views[1].image[views[1].mask] = (255, 0, 255)
    photos = photo_set_of(views)
    appearance = fit_appearance(photos, ball(4))
    own = appearance.render(photos.cameras[1], SIZE)
    others = appearance.render(photos.cameras[1], SIZE, without=1, light=0)
    middle = (SIZE[1] // 2, SIZE[0] // 2)
    assert own[middle][2] > 200
    assert others[middle][2] < 200


def test_the_background_is_the_one_asked_for() -> None:
    picture = fitted().render(ring([0])[0], SIZE, background=(1, 2, 3))
    assert picture.shape == (SIZE[1], SIZE[0], 3)
    assert picture.dtype == np.uint8
    assert (picture[0, 0] == (1, 2, 3)).all()


def test_twice_the_same() -> None:
    again = fit_appearance(photo_set_of(views_of(AROUND, False)), ball())
    assert (again.vertex_colors() == fitted().vertex_colors()).all()
    camera = ring([10])[0]
    assert (again.render(camera, SIZE) == fitted().render(camera, SIZE)).all()


def test_state_restores_the_same_pictures() -> None:
    appearance = fitted()
    photos = photo_set_of(views_of(AROUND, False))
    back = restore(appearance.state(), photos, ball())
    camera = ring([10])[0]
    assert (back.render(camera, SIZE) == appearance.render(camera, SIZE)).all()
    assert (back.vertex_colors() == appearance.vertex_colors()).all()
    with pytest.raises(ValueError, match="vertices"):
        restore(appearance.state(), photos, ball(3))


def test_one_photo_is_enough_for_colours() -> None:
    appearance = fitted((0,))
    truth = views_of((0,), False)[0]
    picture = appearance.render(truth.view.camera, SIZE, light=0)
    assert compare_images(picture, truth.image, truth.mask).psnr > 28


def test_a_photo_that_misses_the_mesh_does_no_harm() -> None:
    views = views_of((0, 30, 60), False)
    views[2].mask[:] = False
    views[2].mask[0, 0] = True
    appearance = fit_appearance(photo_set_of(views), ball(4))
    assert np.isfinite(appearance.state()["lights"]).all()
    picture = appearance.render(views[0].view.camera, SIZE)
    assert compare_images(picture, views[0].image, views[0].mask).psnr > 25


def test_no_photo_sees_anything() -> None:
    views = views_of((0, 30), False)
    for view in views:
        view.mask[:] = False
    appearance = fit_appearance(photo_set_of(views), ball(3))
    assert (np.abs(appearance.vertex_colors().astype(int) - 128) <= 60).all()
    assert np.isfinite(appearance.render(views[0].view.camera, SIZE)).all()
