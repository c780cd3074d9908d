"""The autodecoder family as a head prior: a network that gives the signed distance of every head.

The latent is standard normal: training folds the statistics of its codes into the network.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from h3dstudio.priors.autodecoder.decoder import Decoder
from h3dstudio.priors.file_header import TORSO
from h3dstudio.surface.grid import Grid, refined

GRID = Grid((-170.0, -240.0, -130.0), 5.0, (69, 85, 61))
"""Where heads are baked: it can be halved twice, and holds a head of any size down to the chest."""
CHUNK = 8192
"""Points at a time: their hidden units stay in the cache."""
NOISE_MM = 0.5
"""What fits take a point's error to be."""
REACH = 2.0
"""Nodes this many spacings from the surface are evaluated, the others are interpolated."""


class AutodecoderPrior:
    """Holds the decoder, the grid it is baked on, and the landmarks' regression.

    Args:
        landmark_mean: (68, 3) mm.
        landmark_basis: (68, 3, K) mm per standard deviation.
        misfit: mm, mean distance of the heads it was trained on to their decoded surfaces.
    """

    family = "autodecoder"
    hair = 0
    torso = TORSO

    def __init__(
        self,
        decoder: Decoder,
        grid: Grid,
        landmark_mean: Tensor,
        landmark_basis: Tensor,
        misfit: float = 0.0,
    ) -> None:
        self.decoder, self.grid = decoder.requires_grad_(False), grid
        self.landmark_mean, self.landmark_basis = landmark_mean, landmark_basis
        self.size = decoder.shape.latent
        self.reach = math.sqrt(self.size)
        self.stiffness = (1 + misfit / NOISE_MM) ** 2
        self._latest: tuple[Tensor, Tensor] | None = None

    def bake(self, latent: Tensor) -> Tensor:
        """Latent (K,) -> (nodes,) mm. Whoever asks for the same head again gets it at once."""
        if self._latest is None or not torch.equal(self._latest[0], latent):
            self._latest = (latent.clone(), sample_decoder(self.decoder, latent, self.grid))
        return self._latest[1].clone()

    def jacobian(self, points: Tensor, latent: Tensor) -> Tensor:
        """dF/dz at canonical points (M, 3) -> (M, K), mm per standard deviation; exact."""
        parts = [self.decoder.code_jacobian(part, latent) for part in points.split(CHUNK)]
        return torch.cat(parts) if parts else points.new_zeros(0, self.size)

    def landmarks(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Points (68, 3) mm and their derivative (68, 3, K)."""
        return self.landmark_mean + self.landmark_basis @ latent, self.landmark_basis


def sample_decoder(decoder: Decoder, code: Tensor, grid: Grid) -> Tensor:
    """The field of one code (K,) at a grid's nodes (nodes,) mm, coarse to fine.

    A grid that can be halved is first sampled on its halves; where these say that the surface is near, the
    network is asked again. Elsewhere the field is smooth enough to interpolate.
    """
    grids = [grid]
    while len(grids) < 3 and all(count % 2 for count in grids[-1].shape):
        grids.append(grids[-1].coarser())
    with torch.no_grad():
        shifts = decoder.shifts(code)
        coarsest = grids.pop()
        values = _evaluated(decoder, shifts, _nodes(coarsest, code)).reshape(coarsest.shape)
        while grids:
            finer = grids.pop()
            values = refined(values).reshape(-1)
            near = (values.abs() < REACH * finer.spacing).nonzero()[:, 0]
            values[near] = _evaluated(decoder, shifts, _places(finer, near))
            values = values.reshape(finer.shape)
    return values.reshape(-1)


def _nodes(grid: Grid, like: Tensor) -> Tensor:
    return torch.from_numpy(grid.nodes()).to(like)


def _places(grid: Grid, index: Tensor) -> Tensor:
    """Positions (M, 3) mm of nodes given by flat index (M,)."""
    _, y, z = grid.shape
    place = torch.stack([index // (y * z), index // z % y, index % z], dim=1).to(torch.float32)
    return place * grid.spacing + torch.tensor(grid.origin, device=index.device)


def _evaluated(decoder: Decoder, shifts: tuple[Tensor, Tensor], points: Tensor) -> Tensor:
    parts = [decoder(part, shifts) for part in points.split(CHUNK)]
    return torch.cat(parts) if parts else points.new_zeros(0)
