"""Semi-global matching: a label for every pixel, smooth along straight paths in eight directions.

Source: Hirschmueller, "Stereo processing by semiglobal matching and mutual information", PAMI 2008,
equation 13.
"""

from __future__ import annotations

import torch
from torch import Tensor


def aggregate(cost: Tensor, small: float, large: float) -> Tensor:
    """Sum of the path costs of (D, H, W) label costs: a change by one label costs `small`, more `large`."""
    both = torch.stack([cost, cost.flip(1)])
    vertical = _paths(both, small, large, shifts=(-1, 0, 1))
    sideways = cost.transpose(1, 2)
    horizontal = _paths(torch.stack([sideways, sideways.flip(1)]), small, large, shifts=(0,))
    return vertical[0] + vertical[1].flip(1) + (horizontal[0] + horizontal[1].flip(1)).transpose(1, 2)


def _paths(cost: Tensor, small: float, large: float, shifts: tuple[int, ...]) -> Tensor:
    """(B, D, H, W) -> summed costs of the paths down the rows that move by each of `shifts` columns a row.

    All paths advance together, a row at a time: few large operations instead of many small ones.
    """
    rows = cost.permute(2, 0, 1, 3).contiguous()  # (H, B, D, W)
    total = torch.empty_like(rows)
    previous = torch.stack([rows[0]] * len(shifts))  # (S, B, D, W)
    total[0] = previous.sum(dim=0)
    for row in range(1, len(rows)):
        if len(shifts) > 1:
            previous = torch.stack([_moved(path, by) for path, by in zip(previous, shifts, strict=True)])
        least = previous.amin(dim=2, keepdim=True)
        best = torch.minimum(previous, least + large)
        best[:, :, 1:] = torch.minimum(best[:, :, 1:], previous[:, :, :-1] + small)
        best[:, :, :-1] = torch.minimum(best[:, :, :-1], previous[:, :, 1:] + small)
        previous = rows[row] + (best - least)
        total[row] = previous.sum(dim=0)
    return total.permute(1, 2, 0, 3)


def _moved(path: Tensor, columns: int) -> Tensor:
    """Path costs (B, D, W) carried sideways; a path that enters at the border has cost nothing yet."""
    out = torch.zeros_like(path)
    if columns > 0:
        out[..., columns:] = path[..., :-columns]
    elif columns < 0:
        out[..., :columns] = path[..., -columns:]
    else:
        out = path
    return out
