"""The noise of photos: how much there is, and how well photos of the same surface agree for all of it."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

from h3dstudio.photometry.photos import PhotoSet

LEAST_ATTAINABLE = 0.05
"""Below, noise is all that photos show, and nothing follows from how little they correlate."""


def agreement(correlation: float, attainable: float) -> float:
    """Correlation as a share of what noise leaves attainable: 1 where photos show the same surface."""
    return correlation / max(attainable, LEAST_ATTAINABLE)


def signal_share(spread: Tensor, floor: float, noise: float) -> Tensor:
    """Share of `spread` ** 2 that is no noise; it is a patch's variance and the square of the floor."""
    return (1 - (floor**2 + noise**2) / spread**2).clamp(0, 1)


def image_noise(photos: PhotoSet) -> list[float]:
    """Standard deviation of the photos' noise at each pyramid level, log intensity.

    Source: Immerkaer, "Fast noise variance estimation", CVIU 1996, with the median for robustness.
    """
    kernel = torch.tensor([[1.0, -2, 1], [-2, 4, -2], [1, -2, 1]], device=photos.device)[None, None]
    mask = _well_inside(photos.masks, 4)
    out = []
    for level, image in enumerate(photos.pyramid):
        with torch.backends.cudnn.flags(enabled=False):  # it may round to TF32, which adds noise
            # One by one: a batch of single-channel images takes ten times as long on a processor.
            response = torch.cat([functional.conv2d(one[None, None], kernel, padding=1)[0] for one in image])
        response = response.abs()
        start = 2**level // 2
        inside = mask[:, start :: 2**level, start :: 2**level][:, : image.shape[1], : image.shape[2]]
        values = response[inside]
        out.append(float(values.median()) / 0.6745 / 6 if len(values) else 0.0)
    return out


def _well_inside(masks: Tensor, reach: int) -> Tensor:
    """Masks (N, H, W) without what lies within `reach` pixels of the background (square neighbourhood).

    Shifted by hand, as bytes: a fortieth of the time of pooling floats. The image border is no background.
    """
    outside = ~masks
    for axis in (2, 1):
        wide = outside.clone()
        for by in range(1, reach + 1):
            length = outside.shape[axis] - by
            if length > 0:
                wide.narrow(axis, by, length).logical_or_(outside.narrow(axis, 0, length))
                wide.narrow(axis, 0, length).logical_or_(outside.narrow(axis, by, length))
        outside = wide
    return ~outside
