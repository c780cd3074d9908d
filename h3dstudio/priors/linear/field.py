"""The linear family: principal components of the signed-distance grids of many heads.

F(y; z) = mean(y) + basis(y) z, trilinear between nodes. Source: Blanz & Vetter, "A Morphable Model for the
Synthesis of 3D Faces", SIGGRAPH 1999, with Leventon et al., CVPR 2000, for signed distances.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from h3dstudio.priors.file_header import TORSO
from h3dstudio.surface.grid import Grid


class LinearPrior:
    """Holds mean (nodes,) mm, basis (nodes, K) mm per standard deviation, and the landmarks' regression.

    Args:
        landmark_mean: (68, 3) mm.
        landmark_basis: (68, 3, K) mm per standard deviation.
    """

    family = "linear"
    reach = math.inf
    stiffness = 1.0
    hair = 0
    torso = TORSO

    def __init__(
        self, grid: Grid, mean: Tensor, basis: Tensor, landmark_mean: Tensor, landmark_basis: Tensor
    ) -> None:
        self.grid = grid
        self.mean, self.basis = mean, basis
        self.landmark_mean, self.landmark_basis = landmark_mean, landmark_basis
        self.size = int(basis.shape[1])

    def bake(self, latent: Tensor) -> Tensor:
        """Latent (K,) -> (nodes,) mm."""
        return torch.addmv(self.mean, self.basis, latent)

    def jacobian(self, points: Tensor, latent: Tensor) -> Tensor:
        """The basis at points (M, 3) -> (M, K); the latent does not matter, F is linear in it."""
        corners, weights = self.grid.weights(points)
        return torch.nn.functional.embedding_bag(corners, self.basis, per_sample_weights=weights, mode="sum")

    def landmarks(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Points (68, 3) mm and their derivative (68, 3, K)."""
        return self.landmark_mean + self.landmark_basis @ latent, self.landmark_basis
