"""The autodecoder prior's file: the decoder's weights as they are, with the landmarks' regression."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import PriorError
from h3dstudio.priors.file_header import Arrays, PriorFile, damaged

FAMILY = "autodecoder"
LANDMARKS = 68
MOST_NODES = 40_000_000
MOST_LAYERS, MOST_UNITS = 32, 8192

F32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class AutodecoderArrays:
    """A decoder in plain arrays, as `fields.prior.decoder.Decoder` wants it; its latent is standard normal.

    Attributes:
        origin, spacing, shape: of the grid that heads are baked on, mm.
        center, scale: mm, origin and unit inside the network.
        weights, biases: per layer (outputs, inputs) and (outputs,), the last one with a single output.
        landmark_mean: (68, 3) mm.
        landmark_basis: (68, 3, K) mm per standard deviation.
        spectrum: (K,) share of the surface's variance that each number of the latent moves.
        misfit: mm, mean distance of the heads it was trained on to their decoded surfaces.
    """

    origin: tuple[float, float, float]
    spacing: float
    shape: tuple[int, int, int]
    center: tuple[float, float, float]
    scale: float
    weights: tuple[F32, ...]
    biases: tuple[F32, ...]
    landmark_mean: F32
    landmark_basis: F32
    spectrum: F32
    misfit: float

    @property
    def size(self) -> int:
        """K, the size of the latent."""
        return len(self.spectrum)

    @property
    def depth(self) -> int:
        """Number of hidden layers."""
        return len(self.weights) - 1

    @property
    def width(self) -> int:
        """Units of a hidden layer."""
        return len(self.weights[-2])


def pack_autodecoder(prior: AutodecoderArrays) -> Arrays:
    """The file's arrays."""
    layers: dict[str, NDArray[Any]] = {}
    for number, (weight, bias) in enumerate(zip(prior.weights, prior.biases, strict=True)):
        layers[f"weight_{number}"] = weight.astype(np.float32)
        layers[f"bias_{number}"] = bias.astype(np.float32)
    return {
        "origin": np.asarray(prior.origin, dtype=np.float64),
        "spacing": np.asarray(prior.spacing, dtype=np.float64),
        "shape": np.asarray(prior.shape, dtype=np.int64),
        "center": np.asarray(prior.center, dtype=np.float64),
        "scale": np.asarray(prior.scale, dtype=np.float64),
        **layers,
        "landmark_mean": prior.landmark_mean.astype(np.float32),
        "landmark_basis": prior.landmark_basis.astype(np.float32),
        "spectrum": prior.spectrum.astype(np.float32),
        "misfit": np.asarray(prior.misfit, dtype=np.float64),
    }


def unpack_autodecoder(file: PriorFile, where: str | os.PathLike[str]) -> AutodecoderArrays:
    """The prior of a file that has been read. Raises PriorError (another family, damaged)."""
    if file.family != FAMILY:
        raise PriorError(f"this is a head prior of family {file.family}, expected {FAMILY}", where=where)
    arrays = file.arrays
    layers = sum(name.startswith("weight_") for name in arrays)
    _check_types(arrays, layers, where)
    _check_grid(arrays, where)
    _check_layers(arrays, layers, where)
    x, y, z = (int(count) for count in arrays["shape"])
    a, b, c = (float(value) for value in arrays["origin"])
    p, q, r = (float(value) for value in arrays["center"])
    return AutodecoderArrays(
        origin=(a, b, c),
        spacing=float(arrays["spacing"]),
        shape=(x, y, z),
        center=(p, q, r),
        scale=float(arrays["scale"]),
        weights=tuple(arrays[f"weight_{k}"] for k in range(layers)),
        biases=tuple(arrays[f"bias_{k}"] for k in range(layers)),
        landmark_mean=arrays["landmark_mean"],
        landmark_basis=arrays["landmark_basis"],
        spectrum=arrays["spectrum"],
        misfit=float(arrays["misfit"]),
    )


KINDS: Mapping[str, tuple[type[np.generic], int]] = {
    "origin": (np.float64, 1),
    "spacing": (np.float64, 0),
    "shape": (np.int64, 1),
    "center": (np.float64, 1),
    "scale": (np.float64, 0),
    "landmark_mean": (np.float32, 2),
    "landmark_basis": (np.float32, 3),
    "spectrum": (np.float32, 1),
    "misfit": (np.float64, 0),
}


def _check_types(arrays: Arrays, layers: int, where: str | os.PathLike[str]) -> None:
    """Raise PriorError unless all arrays are there, of their type and number of axes, and finite."""
    if not 3 <= layers <= MOST_LAYERS:
        raise damaged(where, f"{layers} layers")
    wanted = dict(KINDS)
    for number in range(layers):
        wanted[f"weight_{number}"] = (np.float32, 2)
        wanted[f"bias_{number}"] = (np.float32, 1)
    missing = [name for name in wanted if name not in arrays]
    if missing:
        raise damaged(where, f"it lacks {', '.join(missing)}")
    for name, (kind, axes) in wanted.items():
        array = arrays[name]
        if array.dtype != np.dtype(kind) or array.ndim != axes:
            raise damaged(where, f"'{name}' is {array.dtype} of shape {array.shape}")
        if not np.isfinite(array).all():
            raise damaged(where, f"'{name}' holds NaN or infinite values")


def _check_grid(arrays: Arrays, where: str | os.PathLike[str]) -> None:
    for name in ("origin", "shape", "center"):
        if arrays[name].shape != (3,):
            raise damaged(where, f"'{name}' has shape {arrays[name].shape}, expected (3,)")
    shape = arrays["shape"]
    if not ((shape >= 2) & (shape <= 4096)).all() or int(np.prod(shape)) > MOST_NODES:
        raise damaged(where, f"a grid of {tuple(int(n) for n in shape)} nodes")
    for name in ("spacing", "scale"):
        if not 0 < float(arrays[name]) < 10_000:
            raise damaged(where, f"a {name} of {float(arrays[name]):g} mm")
    if not 0 <= float(arrays["misfit"]) < 1000:
        raise damaged(where, f"a misfit of {float(arrays['misfit']):g} mm")


def _check_layers(arrays: Arrays, layers: int, where: str | os.PathLike[str]) -> None:
    """The input is (point, latent), and again in the middle layer beside the hidden units."""
    size = len(arrays["spectrum"])
    skip = (layers - 1) // 2
    before = 0
    for number in range(layers):
        inputs = before + (3 + size if number in (0, skip) else 0)
        outputs = 1 if number == layers - 1 else len(arrays[f"bias_{number}"])
        found = (arrays[f"weight_{number}"].shape, arrays[f"bias_{number}"].shape)
        if found != ((outputs, inputs), (outputs,)) or not 0 < outputs <= MOST_UNITS:
            raise damaged(where, f"layer {number} has shapes {found}, expected {inputs} inputs")
        before = outputs
    for name, expected in (("landmark_mean", (LANDMARKS, 3)), ("landmark_basis", (LANDMARKS, 3, size))):
        if arrays[name].shape != expected:
            raise damaged(where, f"'{name}' has shape {arrays[name].shape}, expected {expected}")
