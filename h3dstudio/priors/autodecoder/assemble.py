"""From a trained decoder and its codes to a head prior, and from a prior's arrays to memory."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.priors.autodecoder.codes import surface_metric, whiten
from h3dstudio.priors.autodecoder.decoder import Decoder, DecoderShape
from h3dstudio.priors.autodecoder.field import AutodecoderPrior
from h3dstudio.priors.autodecoder.file import AutodecoderArrays
from h3dstudio.priors.training.components import landmark_regression
from h3dstudio.surface.grid import Grid


def finished_prior(
    decoder: Decoder,
    codes: Tensor,
    landmarks: NDArray[np.floating],
    surface: tuple[NDArray[np.integer], Tensor],
    grid: Grid,
) -> AutodecoderArrays:
    """The prior that a decoder and its codes (N, K) make.

    Args:
        landmarks: (N, 68, 3) mm of the heads, NaN where unknown.
        surface: some of the heads (H,), and points on them (H, P, 3) mm: what the latent's axes go by.

    Raises PriorError when the codes are all the same, or a landmark is unknown of every head.
    """
    heads, points = surface
    some = codes[torch.from_numpy(heads).to(codes.device)]
    metric = surface_metric(decoder, some, points)
    with torch.no_grad():
        first, second = decoder.shifts(some)
        misfit = float(decoder(points, (first[:, None], second[:, None])).abs().mean())
    white = whiten(codes, metric)
    mean, basis = landmark_regression(landmarks, white.scores)
    shown = decoder.reparametrized(white.mean, white.basis)
    layers = [(layer.weight, layer.bias) for layer in shown.layers]
    return AutodecoderArrays(
        origin=grid.origin,
        spacing=grid.spacing,
        shape=grid.shape,
        center=decoder.shape.center,
        scale=decoder.shape.scale,
        weights=tuple(_array(weight) for weight, _ in layers),
        biases=tuple(_array(bias) for _, bias in layers),
        landmark_mean=mean,
        landmark_basis=basis,
        spectrum=white.spectrum,
        misfit=misfit,
    )


def in_memory(arrays: AutodecoderArrays, device: torch.device | str = "cpu") -> AutodecoderPrior:
    """For fits and reconstructions."""
    state: dict[str, Tensor] = {}
    for number, (weight, bias) in enumerate(zip(arrays.weights, arrays.biases, strict=True)):
        state[f"layers.{number}.weight"] = _tensor(weight, device)
        state[f"layers.{number}.bias"] = _tensor(bias, device)
    shape = DecoderShape(arrays.size, arrays.width, arrays.depth, arrays.center, arrays.scale)
    return AutodecoderPrior(
        Decoder.of_state(shape, state),
        Grid(arrays.origin, arrays.spacing, arrays.shape),
        _tensor(arrays.landmark_mean, device),
        _tensor(arrays.landmark_basis, device),
        arrays.misfit,
    )


def _array(parameter: object) -> NDArray[np.float32]:
    assert isinstance(parameter, Tensor)
    return parameter.detach().cpu().numpy().copy()


def _tensor(array: NDArray[np.float32], device: torch.device | str) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array)).to(device)
