"""LPIPS: how different two pictures look to a network, from weights that are on this machine already.

Source: Zhang et al., "The unreasonable effectiveness of deep features as a perceptual metric", CVPR 2018;
version 0.1 with AlexNet (Krizhevsky, "One weird trick", 2014). Nothing is ever downloaded. The weights are

- the file that the environment variable `H3DSTUDIO_LPIPS` names: the state of `lpips.LPIPS(net="alex")`, as
  `torch.save(lpips.LPIPS(net="alex").state_dict(), FILE)` writes it; or
- those of an installed `lpips` package, with torchvision's AlexNet in torch's cache of downloads.
"""

from __future__ import annotations

import importlib.util
import os
import pickle
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from h3dstudio.errors import ReconstructionError

VARIABLE = "H3DSTUDIO_LPIPS"
BACKBONES = ("alexnet-owt-7be5be79.pth", "alexnet-owt-4df8aa71.pth")
SLICES = ("slice1.0", "slice2.3", "slice3.6", "slice4.8", "slice5.10")
"""The five convolutions as the lpips package names them; torchvision says features.0, features.3, ..."""
SHAPES = ((64, 3, 11, 11), (192, 64, 5, 5), (384, 192, 3, 3), (256, 384, 3, 3), (256, 256, 3, 3))
STRIDE_AND_PADDING = ((4, 2), (1, 2), (1, 1), (1, 1), (1, 1))
POOLED = (False, True, True, False, False)
"""Whether a 3x3 maximum of stride 2 stands before the convolution."""
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
SMALLEST = 64
"""Pixels: below, the last layers have nothing left to see."""


class Lpips:
    """The metric. `convolutions`: (weight, bias) of the five; `linear`: (C,) weights of their channels."""

    def __init__(self, convolutions: list[tuple[Tensor, Tensor]], linear: list[Tensor]) -> None:
        self._convolutions, self._linear = convolutions, linear

    @torch.no_grad()
    def distance(
        self, first: NDArray[np.uint8], second: NDArray[np.uint8], mask: NDArray[np.bool_]
    ) -> float | None:
        """Of pictures (H, W, 3) uint8, the mean over mask (H, W); 0 for equal ones. None where too small.

        Outside the mask both are black, as for the other image metrics.
        """
        if min(mask.shape) < SMALLEST:
            return None
        total = torch.zeros(mask.shape, dtype=torch.float32)
        for one, other, weights in zip(
            self._features(first, mask), self._features(second, mask), self._linear, strict=True
        ):
            differences = ((one - other) ** 2 * weights[:, None, None]).sum(dim=0)
            total += functional.interpolate(
                differences[None, None], size=mask.shape, mode="bilinear", align_corners=False
            )[0, 0]
        return float(total[torch.from_numpy(mask)].mean())

    def _features(self, image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> list[Tensor]:
        """(C, h, w) of every layer, of length 1 over the channels."""
        black = np.where(mask[..., None], image, 0).astype(np.float32)
        x = torch.from_numpy(black).permute(2, 0, 1)[None] / 127.5 - 1
        x = (x - torch.tensor(SHIFT)[:, None, None]) / torch.tensor(SCALE)[:, None, None]
        out = []
        for (weight, bias), (stride, padding), pooled in zip(
            self._convolutions, STRIDE_AND_PADDING, POOLED, strict=True
        ):
            if pooled:
                x = functional.max_pool2d(x, 3, 2)
            x = functional.relu(functional.conv2d(x, weight, bias, stride, padding))
            out.append((x / (x.pow(2).sum(dim=1, keepdim=True).sqrt() + 1e-10))[0])
        return out


def find_lpips() -> Lpips | None:
    """The metric, where its weights are; None where they are not.

    Raises ReconstructionError when the file that `H3DSTUDIO_LPIPS` names is missing or holds something else.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return load_lpips([Path(named)])
    files = _installed()
    return load_lpips(files) if files else None


def load_lpips(files: list[Path]) -> Lpips:
    """From files that together hold all weights. Raises ReconstructionError; nothing in them is run."""
    state: dict[str, Tensor] = {}
    for file in files:
        state |= _read(file)
    convolutions = []
    for name, shape in zip(SLICES, SHAPES, strict=True):
        other = f"features.{name.partition('.')[2]}"
        weight = _tensor(state, (f"net.{name}.weight", f"{other}.weight"), shape, files[0])
        bias = _tensor(state, (f"net.{name}.bias", f"{other}.bias"), shape[:1], files[0])
        convolutions.append((weight, bias))
    linear = [
        _tensor(state, (f"lin{at}.model.1.weight",), (1, shape[0], 1, 1), files[0]).reshape(-1)
        for at, shape in enumerate(SHAPES)
    ]
    return Lpips(convolutions, linear)


def _installed() -> list[Path]:
    """Linear weights of the lpips package and AlexNet in torch's cache; [] unless both are there."""
    try:
        found = importlib.util.find_spec("lpips")
    except (ImportError, ValueError):
        return []
    places = list(found.submodule_search_locations or ()) if found else []
    cache = Path(torch.hub.get_dir()) / "checkpoints"
    linear = [Path(place) / "weights" / "v0.1" / "alex.pth" for place in places]
    files = [
        next((file for file in group if file.is_file()), None)
        for group in (linear, [cache / name for name in BACKBONES])
    ]
    present = [file for file in files if file is not None]
    return present if len(present) == len(files) else []


def _read(file: Path) -> Mapping[str, Tensor]:
    remedy = f"Set {VARIABLE} to a file of LPIPS weights, or to nothing"
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise ReconstructionError("there are no LPIPS weights", where=file, remedy=remedy) from None
    except (OSError, RuntimeError, ValueError, EOFError, KeyError, pickle.UnpicklingError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
        raise ReconstructionError(
            f"the LPIPS weights are unreadable ({reason})", where=file, remedy=remedy
        ) from error
    if not isinstance(state, dict):
        raise ReconstructionError("this file holds no LPIPS weights", where=file, remedy=remedy)
    return state


def _tensor(
    state: Mapping[str, object], names: tuple[str, ...], shape: tuple[int, ...], file: Path
) -> Tensor:
    found = next((state[name] for name in names if name in state), None)
    if not isinstance(found, Tensor) or tuple(found.shape) != shape or not found.is_floating_point():
        raise ReconstructionError(
            f"the LPIPS weights lack {names[0]} of shape {shape}",
            where=file,
            remedy='Save the state of lpips.LPIPS(net="alex") again',
        )
    return found.to(torch.float32)
