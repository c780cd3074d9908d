"""A head of the prior, placed in the scene: a latent code and the similarity from scene to canonical frame.

Phase A works in the canonical frame: there the prior's grid is the field, and it is the cameras that move.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.priors.head_prior import HeadPrior

POSE_SIZE = 7
"""Unknowns of a similarity: rotation vector, translation, log scale."""


@dataclass(frozen=True, eq=False)
class PosedHead:
    """Scene point x lies at y = pose(x) in the canonical frame, where F(y; latent) is the head."""

    latent: Tensor
    pose: Similarity

    @staticmethod
    def mean(prior: HeadPrior, pose: Similarity, device: torch.device | str = "cpu") -> PosedHead:
        return PosedHead(torch.zeros(prior.size, device=device), pose)

    def moved(self, step: Tensor) -> PosedHead:
        """After a step (POSE_SIZE + K,) of (w, t, s) and latent: y -> exp(s) exp([w]x) y + t."""
        change = step[:POSE_SIZE].double().cpu().numpy()
        grown = float(np.exp(change[6]))
        by = Similarity(grown, rotation_of(change[:3]), change[3:6])
        return replace(self, latent=self.latent + step[POSE_SIZE:], pose=by @ self.pose)


def within_reach(prior: HeadPrior, step: Tensor) -> Tensor:
    """A step (POSE_SIZE + K, and what moves along), shortened as a whole where the latent's is too long."""
    length = float(step[POSE_SIZE : POSE_SIZE + prior.size].norm())
    return step * min(1.0, prior.reach / max(length, 1e-9))


def moved_within(prior: HeadPrior, head: PosedHead, step: Tensor) -> PosedHead:
    """`head.moved(step)`, no further than the prior's reach."""
    return head.moved(within_reach(prior, step))


def rotation_of(vector: NDArray[np.floating]) -> NDArray[np.float64]:
    """Rotation vector (3,) in radians -> matrix (3, 3)."""
    from scipy.spatial.transform import Rotation

    return np.asarray(Rotation.from_rotvec(vector).as_matrix())


def field_jacobian(prior: HeadPrior, samples: Tensor, latent: Tensor, points: Tensor) -> Tensor:
    """dF at fixed scene points by the unknowns of `PosedHead.moved`; canonical points (M, 3) -> (M, 7 + K).

    With y = pose(x): dy = w x y + t + s y, so dF = (y x g) . w + g . t + (g . y) s + dF/dz . dz, g = grad F.
    """
    _, gradient = prior.grid.value_and_gradient(samples, points)
    turning = torch.linalg.cross(points, gradient)
    growing = (gradient * points).sum(dim=1, keepdim=True)
    return torch.cat([turning, gradient, growing, prior.jacobian(points, latent)], dim=1)
