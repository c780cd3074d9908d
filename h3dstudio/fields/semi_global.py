"""Semi-global matching: a label for every pixel, smooth along straight paths in eight directions.

Source: Hirschmueller, "Stereo processing by semiglobal matching and mutual information", PAMI 2008, equation 13.
"""

from __future__ import annotations

import torch
from torch import Tensor


def aggregate(cost: Tensor, small: float, large: float) -> Tensor:
    """Sum of the path costs of (D, H, W) label costs: a change by one label costs `small`, any other `large`."""
    sideways = cost.transpose(1, 2).contiguous()
    down = sum(_path(cost, small, large, shift) for shift in (-1, 0, 1))
    up = sum(_path(cost.flip(1), small, large, shift) for shift in (-1, 0, 1)).flip(1)
    right = _path(sideways, small, large, 0)
    left = _path(sideways.flip(1), small, large, 0).flip(1)
    return down + up + (right + left).transpose(1, 2)


def _path(cost: Tensor, small: float, large: float, shift: int) -> Tensor:
    """Costs along paths that go down the rows and move `shift` columns a row."""
    out = torch.empty_like(cost)
    previous = cost[:, 0]
    out[:, 0] = previous
    for row in range(1, cost.shape[1]):
        if shift:
            previous = torch.roll(previous, shift, dims=1)
        least = previous.min(dim=0).values
        best = torch.minimum(previous, least + large)
        best[1:] = torch.minimum(best[1:], previous[:-1] + small)
        best[:-1] = torch.minimum(best[:-1], previous[1:] + small)
        previous = cost[:, row] + best - least
        out[:, row] = previous
    return out
