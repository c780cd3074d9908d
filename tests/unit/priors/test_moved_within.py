from __future__ import annotations

import math

import torch

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.priors.linear.field import LinearPrior
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead, moved_within
from h3dstudio.surface.grid import Grid

GRID = Grid((0.0, 0.0, 0.0), 1.0, (2, 2, 2))


def step() -> torch.Tensor:
    change = torch.zeros(POSE_SIZE + 2)
    change[3], change[POSE_SIZE:] = 10.0, torch.tensor([30.0, 40.0])
    return change


def prior() -> LinearPrior:
    return LinearPrior(GRID, torch.zeros(8), torch.zeros(8, 2), torch.zeros(68, 3), torch.zeros(68, 3, 2))


def test_a_linear_prior_takes_whole_steps() -> None:
    linear = prior()
    head = moved_within(linear, PosedHead.mean(linear, Similarity.identity()), step())
    assert math.isinf(linear.reach)
    assert linear.stiffness == 1
    torch.testing.assert_close(head.latent, torch.tensor([30.0, 40.0]))


def test_a_long_step_is_shortened_as_a_whole() -> None:
    near = prior()
    near.reach = 5.0
    head = moved_within(near, PosedHead.mean(near, Similarity.identity()), step())
    torch.testing.assert_close(head.latent, torch.tensor([3.0, 4.0]))
    assert abs(head.pose.translation[0] - 1.0) < 1e-6
    still = moved_within(near, head, torch.zeros(POSE_SIZE + 2))
    torch.testing.assert_close(still.latent, head.latent)
