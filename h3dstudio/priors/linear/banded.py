"""The linear family as its file keeps it: fine where surfaces are, coarse elsewhere.

The same fields as `LinearPrior`'s, from a third of the numbers: most of a head's box is far from any head's
surface, where the components are smooth. Baking is what phase A does most, and its time is that of reading
the basis once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as functional
from torch import Tensor

from h3dstudio.priors.file_header import TORSO
from h3dstudio.surface.grid import Grid, corner_weights


class BandedPrior:
    """Holds the mean, the components at coarse nodes, and what they add at the nodes of a band.

    Args:
        steps: per axis, every how manieth node is a coarse one; both ends are.
        mean: (nodes,) mm.
        coarse: (x, y, z, K) mm per standard deviation, linear between coarse nodes.
        band: (B,) flat indices of nodes, ascending.
        fine: (B, K) what is added there.
        landmark_mean: (68, 3) mm.
        landmark_basis: (68, 3, K) mm per standard deviation.
    """

    family = "linear"
    reach = math.inf
    stiffness = 1.0
    hair = 0
    torso = TORSO

    def __init__(
        self,
        grid: Grid,
        steps: Sequence[int],
        mean: Tensor,
        coarse: Tensor,
        band: Tensor,
        fine: Tensor,
        landmark_mean: Tensor,
        landmark_basis: Tensor,
    ) -> None:
        self.grid = grid
        self.size = int(fine.shape[1])
        self.landmark_mean, self.landmark_basis = landmark_mean, landmark_basis
        self._mean, self._band = mean, band
        x, y, z = coarse.shape[:3]
        self._cells = Grid((0.0, 0.0, 0.0), 1.0, (x, y, z))
        self._steps = torch.tensor(steps, device=mean.device)
        self._coarse = coarse.reshape(-1, self.size)
        self._rows = fine.new_zeros(len(band) + 1, self.size)  # the last one stands for all others
        torch.add(self._at_nodes(band), fine, out=self._rows[:-1])
        self._place = torch.full((grid.size,), len(band), device=mean.device)
        self._place[band] = torch.arange(len(band), device=mean.device)

    def bake(self, latent: Tensor) -> Tensor:
        """Latent (K,) -> (nodes,) mm."""
        coarse = (self._coarse @ latent).reshape(1, 1, *self._cells.shape)
        smooth = functional.interpolate(coarse, self.grid.shape, mode="trilinear", align_corners=True)
        change = smooth.reshape(-1)
        change[self._band] = self._rows[:-1] @ latent
        return change.add_(self._mean)

    def jacobian(self, points: Tensor, latent: Tensor) -> Tensor:
        """The basis at points (M, 3) -> (M, K); the latent does not matter, F is linear in it."""
        node, share = self.grid.weights(points)
        place = self._place[node]
        out = _summed(self._rows, place, share)
        beyond = place == len(self._band)
        partly = torch.nonzero(beyond.any(dim=1))[:, 0]
        if len(partly):
            others, which = node[partly].unique(return_inverse=True)
            out[partly] += _summed(self._at_nodes(others), which, share[partly] * beyond[partly])
        return out

    def _at_nodes(self, nodes: Tensor) -> Tensor:
        """What the coarse nodes make of the components at nodes (M,) -> (M, K)."""
        _, y, z = self.grid.shape
        place = torch.stack([nodes // (y * z), nodes // z % y, nodes % z], dim=1)
        # The last nodes belong to the last cell; `Grid.weights` would stop a thousandth short of them.
        last = torch.tensor(self._cells.shape, device=nodes.device) - 2
        cell = torch.minimum(place // self._steps, last)
        stride = torch.tensor([self._cells.shape[1] * self._cells.shape[2], self._cells.shape[2], 1])
        first = (cell * stride.to(nodes.device)).sum(dim=1, keepdim=True)
        weights = corner_weights(place / self._steps - cell).to(self._coarse.dtype)
        return _summed(self._coarse, first + self._cells.corner_offsets(nodes.device), weights)

    def landmarks(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Points (68, 3) mm and their derivative (68, 3, K)."""
        return self.landmark_mean + self.landmark_basis @ latent, self.landmark_basis


def _summed(rows: Tensor, index: Tensor, weight: Tensor) -> Tensor:
    return functional.embedding_bag(index, rows, per_sample_weights=weight, mode="sum")
