"""The derivatives by which cameras are corrected, against cameras that really are moved."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest
import torch

from h3dstudio.data.synthesis.noise import disturb_camera
from h3dstudio.geometry.camera import Camera
from h3dstudio.photometry.photo_motion import PatchMotion, pixel_by_point
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.priors.fitting import camera_fit
from h3dstudio.priors.fitting.camera_fit import CAMERA_SIZE, fit_cameras
from h3dstudio.priors.fitting.latent_fit import FitOptions, FitStep, fit_photos
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead
from h3dstudio.surface.normal_equations import Quadratic
from tests.unit.methods.streams import ended
from tests.unit.priors.made_up_heads import (
    POSE,
    SIZE,
    apart,
    head_photos,
    made_up_prior,
    true_head,
    true_mesh,
)

HEAD = POSE_SIZE + SIZE
SOURCE, OTHER = 0, 1
PIXEL = np.array([80.0, 76.0])
"""Of the source photo: on the face."""


def moved(camera: Camera, column: int, owner: int, view: int, size: float) -> Camera:
    """The camera of photo `view` after a step of `size` along unknown `column` of photo `owner`."""
    motion = np.zeros(CAMERA_SIZE)
    motion[column] = size * (owner == view)
    return camera_fit._moved(camera, motion, POSE)


def surface_point(head: PosedHead, camera: Camera) -> np.ndarray:
    """Scene point (3,) where the ray of PIXEL meets the head, by bisection in double precision."""
    prior = made_up_prior()
    samples = prior.mean.double() + prior.basis.double() @ head.latent.double()
    (origin,), (direction,) = camera.rays(PIXEL[None])
    near, far = 450.0, 600.0

    def value(depth: float) -> float:
        point = torch.from_numpy(head.pose.apply((origin + depth * direction)[None]))
        return float(prior.grid.value(samples, point))

    assert value(near) > 0 > value(far)
    for _ in range(60):
        middle = 0.5 * (near + far)
        near, far = (middle, far) if value(middle) > 0 else (near, middle)
    return np.asarray(origin + near * direction)


def warped(head: PosedHead, source: Camera, other: Camera) -> np.ndarray:
    """Where the other photo shows what PIXEL of the source does, (2,)."""
    return np.asarray(other.project(surface_point(head, source)[None])[0][0])


@pytest.mark.parametrize("column", range(HEAD + 2 * CAMERA_SIZE))
def test_the_warped_patch_moves_as_the_rows_say(column: int) -> None:
    head, prior, photos = true_head(), made_up_prior(), head_photos()
    cameras = photos.cameras
    samples = prior.bake(head.latent)
    there = photos.in_frame(head.pose)
    point = torch.from_numpy(POSE.apply(surface_point(head, cameras[SOURCE])[None])).float()
    direction = torch.from_numpy(POSE.rotation @ cameras[SOURCE].rays(PIXEL[None])[1][0]).float()[None]
    _, gradient = prior.grid.value_and_gradient(samples, point)
    slope = (gradient * direction).sum(dim=1)
    source, other = torch.tensor([SOURCE]), torch.tensor([OTHER])
    told = []
    for axis in range(2):
        pull = torch.eye(2)[axis][None]
        motion = PatchMotion(
            point, direction, slope, source, other, pixel_by_point(there, other, point),
            torch.eye(2)[None], pull, 0.0, 0.0,
        )  # fmt: skip
        options = FitOptions(photo_weight=1.0)
        told.append(float(camera_fit._photo_normals(prior, head, samples, motion, 2, options)[1][column]))

    size = 1e-3 if column in (3, 4, 5) or POSE_SIZE <= column < HEAD else 1e-5
    ends = []
    for sign in (1, -1):
        step = torch.zeros(HEAD, dtype=torch.float64)
        if column < HEAD:
            step[column] = sign * size
            now = PosedHead(head.latent.double(), head.pose).moved(step)
            ends.append(warped(PosedHead(now.latent, now.pose), cameras[SOURCE], cameras[OTHER]))
        else:
            owner, place = divmod(column - HEAD, CAMERA_SIZE)
            one, two = (moved(cameras[v], place, owner, v, sign * size) for v in (SOURCE, OTHER))
            ends.append(warped(head, one, two))
    difference = (ends[0] - ends[1]) / (2 * size)
    np.testing.assert_allclose(told, difference, rtol=0.01, atol=0.02)


@pytest.mark.parametrize("column", range(CAMERA_SIZE))
def test_an_outline_moves_with_its_camera_as_the_rows_say(column: int) -> None:
    head, prior, photos = true_head(), made_up_prior(), head_photos()
    camera = photos.cameras[OTHER]
    samples = prior.bake(head.latent)
    scene = surface_point(head, camera)
    point = torch.from_numpy(POSE.apply(scene[None])).float()
    term = Quadratic(point[:, None], torch.ones(1, 1, 1), torch.ones(1, 1))
    owner = torch.tensor([OTHER])
    normals = camera_fit._outline_normals(prior, head, samples, term, owner, 2)
    told = normals.gradient[HEAD:].reshape(2, CAMERA_SIZE)
    assert not told[SOURCE].any()
    (pixel,), (depth,) = camera.project(scene[None])
    size = 1e-2 if column >= 3 else 1e-4

    def value(step: float) -> float:
        """Of the field where the moved camera sees what it saw."""
        now = moved(camera, column, OTHER, OTHER, step)
        local = depth * np.linalg.solve(now.intrinsics, [*pixel, 1.0])
        at = torch.from_numpy(POSE.apply((now.rotation.T @ (local - now.translation))[None]))
        return float(prior.grid.value(samples.double(), at))

    difference = (value(size) - value(-size)) / (2 * size)
    assert float(told[OTHER, column]) == pytest.approx(difference, rel=0.01, abs=0.02)


@pytest.mark.parametrize("column", range(CAMERA_SIZE))
def test_how_far_a_camera_is_off_changes_as_the_rows_say(column: int) -> None:
    given = head_photos().cameras[OTHER].in_frame(POSE)
    now = moved(given.in_frame(POSE.inverse()), 1, 0, 0, 0.002).in_frame(POSE)
    rows, off = camera_fit._deviation(given, now, camera_fit.SHIFT)
    assert np.linalg.norm(off[:3]) == pytest.approx(0.002 / camera_fit.TURN, rel=1e-6)
    size = 1e-3 if column >= 3 else 1e-6
    ends = [
        camera_fit._deviation(
            given,
            moved(now.in_frame(POSE.inverse()), column, 0, 0, sign * size).in_frame(POSE),
            camera_fit.SHIFT,
        )[1]
        for sign in (1, -1)
    ]
    difference = (ends[0] - ends[1]) / (2 * size)
    np.testing.assert_allclose(rows[:, column], difference, rtol=0.01, atol=0.01 * np.abs(rows).max())


def test_cameras_from_all_sides_say_where_the_head_is() -> None:
    """Each is off by .5 degrees, which puts the head 5 mm beside its axis; together they place it well."""
    photos, truth = head_photos(), true_head()
    rng = np.random.default_rng(4)
    off = [disturb_camera(camera, 0.5, 2.0, rng) for camera in photos.cameras]
    options = FitOptions(sources=1500)
    _, found = ended(
        fit_cameras(photos.with_cameras(off), made_up_prior(), truth, None, options, ((2, 4), (1, 4), (0, 4)))
    )
    assert found is not None
    assert found.agreement > 0.8
    points = true_mesh(truth).vertices[::50]
    moved_by = found.head.pose.inverse().apply(truth.pose.apply(points)) - points
    assert np.linalg.norm(moved_by, axis=1).mean() < 2.0
    for before, after in zip(photos.cameras, found.photos.cameras, strict=True):
        turn = before.rotation.T @ after.rotation
        assert np.degrees(np.arccos((np.trace(turn) - 1) / 2)) < 0.4


def test_a_camera_that_is_off_is_put_right() -> None:
    photos, truth = head_photos(), true_head()
    rng = np.random.default_rng(1)
    off = []
    for camera in photos.cameras:
        turn, shift = rng.normal(size=(2, 3))
        motion = np.concatenate([0.006 * turn / np.linalg.norm(turn), 1.5 * shift / np.linalg.norm(shift)])
        off.append(camera_fit._moved(camera, motion, POSE))
    options = FitOptions(sources=1500)
    steps = fit_cameras(
        photos.with_cameras(off), made_up_prior(), truth, None, options, ((2, 4), (1, 4), (0, 4))
    )
    news, found = ended(steps)
    assert found is not None
    assert news[-1].correlation > news[0].correlation + 0.1
    assert found.agreement > 0.8
    mesh = true_mesh(found.head)
    points = true_mesh(truth).vertices[::50]

    def seen_apart(cameras: list[Camera], places: np.ndarray) -> float:
        """Mean pixels between a surface's own points in these cameras and the true ones in the true ones."""
        pairs = zip(cameras, photos.cameras, strict=True)
        return float(np.mean([np.abs(a.project(places)[0] - b.project(points)[0]) for a, b in pairs]))

    # The world as a whole may have moved: compare the cameras about the head that was found with them.
    follow = found.head.pose.inverse() @ truth.pose
    assert seen_apart(list(found.photos.cameras), follow.apply(points)) < 0.5 * seen_apart(off, points)
    assert apart(mesh.with_vertices(follow.inverse().apply(mesh.vertices)), true_mesh(truth)).mean() < 0.5


def test_cameras_that_are_right_are_let_be_before_the_costly_end() -> None:
    photos, truth, levels = head_photos(), true_head(), ((2, 2), (1, 2), (0, 2))
    options = FitOptions(sources=800)

    def checked(given_agree: dict[int, float]) -> tuple[list[int], bool]:
        steps = fit_cameras(photos, made_up_prior(), truth, None, options, levels, given_agree)
        news, found = ended(steps)
        return [one.level for one in news], found is not None

    agree = {one.level: one.agreement for one in ended(fit_photos_of(photos, truth, options))[0]}
    assert checked(agree) == ([2, 2, 1, 1], False)
    assert checked({level: 0.5 * one for level, one in agree.items()}) == ([2, 2, 1, 1, 0, 0], True)
    assert checked({}) == ([2, 2, 1, 1, 0, 0], True)


def fit_photos_of(
    photos: PhotoSet, head: PosedHead, options: FitOptions
) -> Generator[FitStep, None, PosedHead]:
    short = replace(options, photo_levels=((2, 2), (1, 2), (0, 2)))
    return fit_photos(photos, made_up_prior(), head, None, np.random.default_rng(0), short)
