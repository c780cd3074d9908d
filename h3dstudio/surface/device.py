"""The torch device that a setting means."""

from __future__ import annotations

import torch

from h3dstudio.errors import ReconstructionError


def choose_device(wanted: str) -> torch.device:
    """The torch device of a setting. Raises ReconstructionError when a GPU is asked for and there is none."""
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if wanted.startswith("cuda") and not torch.cuda.is_available():
        raise ReconstructionError(
            "a GPU was asked for, but torch sees none",
            remedy="Use --device cpu, or install a CUDA build of torch",
        )
    device = torch.device(wanted)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ReconstructionError(
            f"the GPU {wanted} was asked for, but there are {torch.cuda.device_count()}",
            remedy="Use --device cuda:0 or --device cpu",
        )
    return device
