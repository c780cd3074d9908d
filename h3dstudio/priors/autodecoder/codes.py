"""The codes of an autodecoder: where they start, and how they become a standard normal latent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.errors import PriorError
from h3dstudio.priors.autodecoder.decoder import Decoder

NEGLIGIBLE = 1e-8
"""Directions with less than this share of the largest variance of the codes are dropped."""


def first_codes(description: NDArray[np.floating], size: int, rng: np.random.Generator) -> Tensor:
    """Codes (N, size) of heads that are described by numbers (N, L), say their distances at a few places.

    DeepSDF begins with random codes of about unit length, N(0, 1 / size). Here the same length is shared out
    by the principal components of the descriptions: heads that are alike begin with codes that are alike, and
    nothing has to be unlearnt. Components count by the root of their deviation, so that small ones are heard;
    a little noise fills the rest.
    """
    heads = len(description)
    centered = np.asarray(description, np.float64) - description.mean(axis=0)
    values, vectors = np.linalg.eigh(centered @ centered.T)
    values, vectors = values[::-1].clip(min=0), vectors[:, ::-1]
    count = min(size, heads - 1)
    lead = vectors[:, :count]
    lead = lead * np.sign(lead[np.abs(lead).argmax(axis=0), np.arange(count)])
    share = (values[:count] / max(values[0], 1e-12)) ** 0.25
    codes = rng.standard_normal((heads, size)) * 0.1
    codes[:, :count] += lead * np.sqrt(heads) * share
    codes /= np.sqrt((codes**2).sum(axis=1).mean())
    return torch.from_numpy(codes.astype(np.float32))


@dataclass(frozen=True, eq=False)
class Whitening:
    """Codes as a standard normal latent w: z = mean + basis w.

    Attributes:
        mean: (K,).
        basis: (K, K'), columns by how much of the surface they move, most first.
        scores: (N, K') of the codes; mean 0, covariance 1.
        spectrum: (K',) share of the surface's variance that each number moves.
    """

    mean: Tensor
    basis: Tensor
    scores: NDArray[np.float64]
    spectrum: NDArray[np.float32]


def whiten(codes: Tensor, metric: Tensor) -> Whitening:
    """The latent of codes (N, K).

    Args:
        metric: (K, K) mean of J^T J over surface points, J = dF/dz: squared mm per squared unit of code.

    Covariance 1 leaves a rotation free; it is chosen so that the latent's numbers move the surface
    independently, the first ones most, as principal components do. Raises PriorError when the codes are all
    the same.
    """
    raw = codes.detach().double().cpu().numpy()
    mean = raw.mean(axis=0)
    values, vectors = np.linalg.eigh((raw - mean).T @ (raw - mean) / len(raw))
    keep = values > NEGLIGIBLE * max(values[-1], 1e-12)
    keep[: max(0, len(values) - len(raw) + 1)] = False  # N heads span N - 1 directions
    if not keep.any():
        raise PriorError("the codes of all heads are the same", remedy="Train longer, or on other heads")
    root, inverse = vectors[:, keep] * np.sqrt(values[keep]), vectors[:, keep] / np.sqrt(values[keep])
    moved, turn = np.linalg.eigh(root.T @ metric.double().cpu().numpy() @ root)
    moved, turn = moved[::-1].clip(min=0), turn[:, ::-1]
    basis = root @ turn
    sign = np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(basis.shape[1])])
    scores = (raw - mean) @ inverse @ turn * sign
    spectrum = (moved / max(moved.sum(), 1e-12)).astype(np.float32)

    def tensor(array: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(codes.device)

    return Whitening(tensor(mean), tensor(basis * sign), scores, spectrum)


def surface_metric(decoder: Decoder, codes: Tensor, points: Tensor) -> Tensor:
    """Mean of J^T J (K, K) over points (B, P, 3) mm of heads with codes (B, K)."""
    total = torch.zeros(codes.shape[1], codes.shape[1], dtype=torch.float64, device=codes.device)
    for code, at in zip(codes, points, strict=True):
        rows = decoder.code_jacobian(at, code.detach())
        total += (rows.T @ rows).double()
    return total / max(1, points.shape[0] * points.shape[1])
