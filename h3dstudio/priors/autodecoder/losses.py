"""What the autodecoder minimises, in units of the decoder (its scale is 1, some 210 mm).

Gropp et al., "Implicit Geometric Regularization for Learning Shapes", ICML 2020, equation 7 with latents:

    |f| + tau |grad f - n|  on the surface,  lambda (|grad f| - 1)^2  around it,  mu |z|

and distances around the surface, with their side where it is known, else without (SAL).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from h3dstudio.priors.autodecoder.decoder import Decoder


@dataclass(frozen=True)
class LossWeights:
    """What each part counts; the defaults are IGR's, but for `distance`, which it does not have.

    Attributes:
        surface: |f| on the surface.
        normal: tau.
        eikonal: lambda.
        distance: | f - d | around the surface, or | |f| - d | where the side is unknown.
        latent: mu.
    """

    surface: float = 1.0
    normal: float = 1.0
    eikonal: float = 0.1
    distance: float = 0.1
    latent: float = 1e-3


@dataclass(frozen=True, eq=False)
class Batch:
    """Samples of B heads, on the decoder's device.

    Attributes:
        surface: (B, S, 6) points mm and unit normals.
        around: (B, O, 5) points mm, distance mm, side (1, -1, 0).
        codes: (B, K).
    """

    surface: Tensor
    around: Tensor
    codes: Tensor


@dataclass(frozen=True, eq=False)
class Losses:
    """The sum that is minimised, and its parts, unweighted: distances in mm, the others without unit."""

    total: Tensor
    parts: dict[str, Tensor]


def igr_losses(decoder: Decoder, batch: Batch, weights: LossWeights) -> Losses:
    """All parts for one batch, with the graph to differentiate them."""
    on, around = batch.surface.shape[1], batch.around.shape[1]
    points = torch.cat([batch.surface[..., :3], batch.around[..., :3]], dim=1).requires_grad_()
    first, second = decoder.shifts(batch.codes)
    value = decoder(points, (first[:, None], second[:, None]))
    (gradient,) = torch.autograd.grad(value.sum(), points, create_graph=True)
    scale = decoder.shape.scale
    found, (wanted, side) = value[:, on:], batch.around[..., 3:].unbind(dim=2)
    signed = torch.where(side == 0, found.abs(), side * found)
    parts = {
        "surface": value[:, :on].abs().mean(),
        "normal": (gradient[:, :on] - batch.surface[..., 3:]).norm(dim=2).mean(),
        "eikonal": (gradient[:, on:].norm(dim=2) - 1).square().sum() / max(1, len(points) * around),
        "distance": (signed - wanted).abs().sum() / max(1, len(points) * around),
        "latent": batch.codes.norm(dim=1).mean(),
    }
    total = (
        weights.surface / scale * parts["surface"]
        + weights.normal * parts["normal"]
        + weights.eikonal * parts["eikonal"]
        + weights.distance / scale * parts["distance"]
        + weights.latent * parts["latent"]
    )
    return Losses(total, {name: part.detach() for name, part in parts.items()})
