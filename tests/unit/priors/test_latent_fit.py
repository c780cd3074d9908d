"""Phase A: the head whose photos these are is found again."""

from __future__ import annotations

import math
from copy import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photo_consistency import noise_levels
from h3dstudio.priors.fitting.latent_fit import (
    FitOptions,
    FitStep,
    LandmarkTargets,
    contour_rays,
    fit_photos,
    fit_silhouettes,
    outline_term,
    photo_agreement,
)
from h3dstudio.priors.latent_equations import LIKELY, Normals, likely_step, normal_equations, solve
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead, rotation_of
from tests.unit.methods.streams import ended
from tests.unit.priors.made_up_heads import (
    POSE,
    apart,
    head_photos,
    head_views,
    made_up_prior,
    true_head,
    true_mesh,
)
from tests.unit.surface.analytic import photos_of

OFF = Similarity(1.03, rotation_of(np.array([-0.05, 0.12, 0.06])), np.array([5.0, 4.0, -6.0]))


def fitted(
    landmarks: LandmarkTargets | None = None, options: FitOptions | None = None
) -> tuple[list[FitStep], PosedHead]:
    prior = made_up_prior()
    start = PosedHead.mean(prior, OFF @ POSE)
    rng = np.random.default_rng(3)
    return ended(fit_silhouettes(head_photos(), prior, start, landmarks, rng, options or FitOptions()))


def test_outlines_alone_tell_pose_and_shape() -> None:
    news, head = fitted()
    found, truth = true_mesh(head), true_mesh(true_head())
    assert apart(found, truth).mean() < 0.4  # pixels are 1.5 mm
    assert apart(found, truth).max() < 2.0
    assert len(news) == FitOptions().silhouette_steps
    assert news[-1].silhouette < 0.5
    assert news[-1].silhouette < 0.2 * news[0].silhouette
    turn = head.pose.rotation @ POSE.rotation.T
    assert np.degrees(np.arccos((np.trace(turn) - 1) / 2)) < 1.0
    assert head.pose.scale == pytest.approx(1, abs=0.03)


def test_photos_and_outlines_together_tell_it_from_nearby() -> None:
    options = FitOptions(photo_levels=((2, 4), (1, 4), (0, 4)), sources=2000)
    near = Similarity(1.01, rotation_of(np.array([0.02, 0.03, -0.02])), np.array([1.0, -2.0, 1.5]))
    start = PosedHead(0.5 * true_head().latent, near @ POSE)
    rng = np.random.default_rng(4)
    news, head = ended(fit_photos(head_photos(), made_up_prior(), start, None, rng, options))
    truth = true_mesh(true_head())
    assert apart(true_mesh(start), truth).mean() > 0.8
    assert apart(true_mesh(head), truth).mean() < 0.25
    assert len(news) == 12
    assert news[-1].correlation > 0.9
    assert news[-1].correlation > news[8].correlation


def test_landmarks_place_what_outlines_leave_open() -> None:
    prior, truth = made_up_prior(), true_head()
    index = torch.tensor([30, 33, 36, 39, 42, 45, 48, 54])
    points = POSE.inverse().apply(prior.landmarks(truth.latent)[0][index].numpy())
    marks = LandmarkTargets(index, torch.from_numpy(points).float())
    _, head = fitted(marks)
    assert apart(true_mesh(head), true_mesh(truth)).mean() < 0.4
    predicted = head.pose.inverse().apply(prior.landmarks(head.latent)[0][index].numpy())
    assert np.linalg.norm(predicted - points, axis=1).max() < 1.0


def test_the_right_head_is_the_one_that_photos_agree_on() -> None:
    photos, prior = head_photos(), made_up_prior()
    noise = noise_levels(photos, FitOptions().photo)

    def agreement(head: PosedHead) -> float:
        return photo_agreement(photos, prior, head, 1, noise, np.random.default_rng(0))

    right = agreement(true_head())
    turned = Similarity(1.0, rotation_of(np.array([0, 0.2, 0])), np.zeros(3)) @ POSE
    assert right > 0.75
    assert agreement(PosedHead(true_head().latent, turned)) < right - 0.2
    one = photos_of(head_views()[:1])
    assert photo_agreement(one, prior, true_head(), 1, noise, np.random.default_rng(0)) == 0.0


def with_more_on_top(mask: np.ndarray) -> np.ndarray:
    """A mask with hair: what lies above its middle is wider by 20 pixels (30 mm), and higher."""
    from scipy.ndimage import binary_dilation

    wide = binary_dilation(mask, iterations=20)
    wide[np.flatnonzero(mask.any(axis=1))[[0, -1]].mean().astype(int) :] = False
    return np.asarray(mask | wide)


def test_a_mask_that_holds_more_than_the_head_does_not_stretch_it() -> None:
    views = [replace(view, mask=with_more_on_top(view.mask)) for view in head_views()]
    prior, start = made_up_prior(), PosedHead.mean(made_up_prior(), POSE)
    truth = true_mesh(true_head())
    worst = {}
    for beyond in ((1.0, math.inf), FitOptions().beyond):
        options = FitOptions(beyond=beyond)
        _, head = ended(
            fit_silhouettes(photos_of(views), prior, start, None, np.random.default_rng(3), options)
        )
        worst[beyond] = apart(true_mesh(head), truth).mean()
    assert worst[FitOptions().beyond] < 0.8 * worst[1.0, math.inf]


def test_a_latent_stays_in_its_population() -> None:
    """Data that want it 50 long get the nearest likely one, and what is likely anyway is not touched."""
    size = 40
    wanted = torch.zeros(POSE_SIZE + size, dtype=torch.float64)
    wanted[POSE_SIZE:] = 50 / size**0.5
    strong = Normals(1e4 * torch.eye(POSE_SIZE + size, dtype=torch.float64), -1e4 * wanted)
    latent = torch.zeros(size)
    most = size + LIKELY * (2 * size) ** 0.5
    step = likely_step(strong, latent, size)
    assert float((step[POSE_SIZE:] ** 2).sum()) == pytest.approx(most, rel=1e-2)
    assert torch.allclose(
        step[POSE_SIZE:] / step[POSE_SIZE:].norm(), wanted[POSE_SIZE:].float() / 50, atol=1e-3
    )
    mild = Normals(strong.matrix, strong.gradient / 10)
    assert torch.equal(likely_step(mild, latent, size), solve(mild))


def test_hair_is_held_where_it_is_not_wanted() -> None:
    prior = copy(made_up_prior())
    prior.hair = 1
    head = PosedHead.mean(prior, POSE)
    samples = prior.bake(head.latent)
    rays = contour_rays(head_photos(), np.random.default_rng(0), FitOptions()).in_frame(POSE)
    term = outline_term(prior, samples, rays, 1.0, 200.0, 8.0)
    held, free = (solve(normal_equations(prior, head, samples, [term], hair=hair)) for hair in (False, True))
    assert abs(float(held[-1])) < 1e-3 < 0.02 < abs(float(free[-1]))
