"""Phase A: the head whose photos these are is found again."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photo_consistency import noise_levels
from h3dstudio.priors.fitting.latent_fit import (
    FitOptions,
    FitStep,
    LandmarkTargets,
    fit_photos,
    fit_silhouettes,
    photo_agreement,
)
from h3dstudio.priors.posed_head import PosedHead, rotation_of
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
