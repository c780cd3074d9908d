"""The linear prior's file: principal components of signed distances, 10 MB instead of 170.

Two tricks, neither of which a fit can feel. Only nodes where some head's surface comes near (the band) are
kept on the full grid; everywhere else the field is smooth, and every third node is enough. And each component
is stored as 8-bit steps of its own size; in the band, these count the difference to the coarse nodes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import PriorError
from h3dstudio.priors.file_header import Arrays, PriorFile, damaged, read_prior_file, write_prior_file

FAMILY = "linear"
LANDMARKS = 68
COARSE_STEP = 3
MOST_NODES = 40_000_000

F32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LinearPriorArrays:
    """A linear prior in plain arrays, as `fields.prior.linear.LinearPrior` wants it.

    Attributes:
        origin, spacing, shape: of the grid, mm; nodes are stored with the last axis fastest.
        mean: (nodes,) mm.
        basis: (nodes, K) mm per standard deviation.
        landmark_mean: (68, 3) mm.
        landmark_basis: (68, 3, K) mm per standard deviation.
        spectrum: (K,) share of the population's variance that each component explains; hair's of its own.
        band: (nodes,) bool, where the grid's full resolution matters.
        hair: how many of the components, the last ones, are hair.
        provenance: see `PriorFile`.
    """

    origin: tuple[float, float, float]
    spacing: float
    shape: tuple[int, int, int]
    mean: F32
    basis: F32
    landmark_mean: F32
    landmark_basis: F32
    spectrum: F32
    band: NDArray[np.bool_]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    hair: int = 0

    @property
    def size(self) -> int:
        """K, the number of components."""
        return int(self.basis.shape[1])


@dataclass(frozen=True, eq=False)
class LinearPriorFactors:
    """The same as the file keeps it: coarse nodes everywhere, and what the band's nodes add to them.

    Attributes:
        origin, spacing, shape, mean, landmark_mean, landmark_basis: as of `LinearPriorArrays`.
        steps: per axis, every how manieth node is a coarse one.
        coarse: (x, y, z, K) mm per standard deviation at the coarse nodes; linear in between.
        band: (B,) flat indices of the band's nodes; `fine` (B, K) is added there.
    """

    origin: tuple[float, float, float]
    spacing: float
    shape: tuple[int, int, int]
    steps: tuple[int, ...]
    mean: F32
    coarse: F32
    band: NDArray[np.int64]
    fine: F32
    landmark_mean: F32
    landmark_basis: F32


def write_linear_prior(path: str | os.PathLike[str], prior: LinearPriorArrays) -> None:
    """Write `prior` in its compact form, whole or not at all. Raises OutputError."""
    write_prior_file(path, PriorFile(FAMILY, pack_linear_prior(prior), prior.provenance, hair=prior.hair))


def read_linear_prior(path: str | os.PathLike[str]) -> LinearPriorArrays:
    """Read it back as dense arrays. Raises PriorError (missing, damaged, of another family)."""
    return unpack_linear_prior(read_prior_file(path), path)


def unpack_linear_prior(file: PriorFile, where: str | os.PathLike[str]) -> LinearPriorArrays:
    """The dense arrays of a file that has been read. Raises PriorError."""
    return _unpacked(unpack_factors(file, where), file)


def unpack_factors(file: PriorFile, where: str | os.PathLike[str]) -> LinearPriorFactors:
    """A file that has been read, not made dense: a quarter of the memory, and little to compute.

    Raises PriorError.
    """
    if file.family != FAMILY:
        raise PriorError(f"this is a head prior of family {file.family}, expected {FAMILY}", where=where)
    _check(file.arrays, where)
    arrays = file.arrays
    x, y, z = (int(count) for count in arrays["shape"])
    a, b, c = (float(value) for value in arrays["origin"])
    coarse = _by_node(arrays["coarse"], arrays["coarse_scale"])
    return LinearPriorFactors(
        origin=(a, b, c),
        spacing=float(arrays["spacing"]),
        shape=(x, y, z),
        steps=coarse_steps((x, y, z)),
        mean=arrays["mean"] * arrays["mean_scale"],
        coarse=coarse.reshape(*_coarse_shape((x, y, z)), -1),
        band=np.flatnonzero(_band(arrays)),
        fine=_by_node(arrays["fine"], arrays["fine_scale"]),
        landmark_mean=arrays["landmark_mean"],
        landmark_basis=arrays["landmark_basis"],
    )


def _by_node(steps: NDArray[np.int8], scale: F32) -> F32:
    """Steps (K, N) of size (K,) -> values (N, K), turned while small: fresh memory takes time."""
    return np.asarray(np.ascontiguousarray(steps.T) * scale)


def coarse_steps(shape: tuple[int, int, int]) -> tuple[int, ...]:
    """Per axis, every how manieth node is a coarse one: 3 where that meets both ends, else 2, else all."""
    return tuple(next(s for s in (COARSE_STEP, 2, 1) if (count - 1) % s == 0) for count in shape)


def interpolate(coarse: F32, steps: tuple[int, ...]) -> F32:
    """Linear interpolation of samples (x, y, z, K) to every node (X, Y, Z, K), axis by axis."""
    x, y, z = ((count - 1) * step + 1 for count, step in zip(coarse.shape, steps, strict=False))
    out = np.empty((x, y, z, coarse.shape[3]), dtype=np.float32)
    # Slab by slab: only the result is ever as large as the grid, and fresh memory is what takes the time.
    for at in range(x):
        low, part = divmod(at, steps[0])
        slab = coarse[low]
        if part:
            slab = slab + np.float32(part / steps[0]) * (coarse[low + 1] - slab)
        _stretched(_stretched(slab, steps[1]).swapaxes(0, 1), steps[2], out[at].swapaxes(0, 1))
    return out


def _stretched(coarse: F32, step: int, out: F32 | None = None) -> F32:
    """Linear interpolation along the first axis to step - 1 further samples between neighbours."""
    if out is None:
        out = np.empty(((len(coarse) - 1) * step + 1, *coarse.shape[1:]), dtype=np.float32)
    out[::step] = coarse
    rise = (coarse[1:] - coarse[:-1]) / np.float32(step)
    for k in range(1, step):
        np.add(out[k - 1 : -1 : step], rise, out=out[k::step])
    return out


def pack_linear_prior(prior: LinearPriorArrays) -> Arrays:
    """The file's arrays."""
    steps = coarse_steps(prior.shape)
    size = prior.size
    every = tuple(slice(None, None, step) for step in steps)
    basis = prior.basis.reshape(*prior.shape, size)
    coarse, coarse_scale = _quantized(basis[every].reshape(-1, size), np.int8)
    shape = basis[every].shape
    fine = prior.basis[prior.band] - _smooth(coarse, coarse_scale, shape, steps)[prior.band]
    fine_steps, fine_scale = _quantized(fine, np.int8)
    mean, mean_scale = _quantized(prior.mean[:, None], np.int16)
    return {
        "origin": np.asarray(prior.origin, dtype=np.float64),
        "spacing": np.float64(prior.spacing),  # type: ignore[dict-item]
        "shape": np.asarray(prior.shape, dtype=np.int64),
        "mean": mean[:, 0],
        "mean_scale": mean_scale,
        "band": np.packbits(prior.band),
        # Component by component: neighbours then look alike, and compress better.
        "coarse": np.ascontiguousarray(coarse.T),
        "coarse_scale": coarse_scale,
        "fine": np.ascontiguousarray(fine_steps.T),
        "fine_scale": fine_scale,
        "landmark_mean": prior.landmark_mean.astype(np.float32),
        "landmark_basis": prior.landmark_basis.astype(np.float32),
        "spectrum": prior.spectrum.astype(np.float32),
    }


def _quantized(values: F32, kind: type[np.integer[Any]]) -> tuple[NDArray[Any], F32]:
    """Values (N, K) as integers and the size (K,) of their step."""
    most = float(np.iinfo(kind).max)
    peak = np.abs(values).max(axis=0, initial=0.0)
    scale = np.where(peak > 0, peak / most, 1.0).astype(np.float32)
    return np.clip(np.rint(values / scale), -most, most).astype(kind), scale


def _smooth(coarse: NDArray[Any], scale: F32, shape: tuple[int, ...], steps: tuple[int, ...]) -> F32:
    """The basis (nodes, K) that coarse steps (n, K) make."""
    values = coarse.astype(np.float32) * scale
    return interpolate(values.reshape(shape), steps).reshape(-1, shape[-1])


def _unpacked(factors: LinearPriorFactors, file: PriorFile) -> LinearPriorArrays:
    basis = interpolate(factors.coarse, factors.steps).reshape(-1, factors.coarse.shape[-1])
    basis[factors.band] += factors.fine
    return LinearPriorArrays(
        origin=factors.origin,
        spacing=factors.spacing,
        shape=factors.shape,
        mean=factors.mean,
        basis=basis,
        landmark_mean=factors.landmark_mean,
        landmark_basis=factors.landmark_basis,
        spectrum=file.arrays["spectrum"],
        band=_band(file.arrays),
        provenance=file.provenance,
        hair=file.hair,
    )


def _coarse_shape(shape: tuple[int, int, int]) -> tuple[int, ...]:
    return tuple((count - 1) // step + 1 for count, step in zip(shape, coarse_steps(shape), strict=True))


def _band(arrays: Arrays) -> NDArray[np.bool_]:
    nodes = int(np.prod(arrays["shape"]))
    return np.unpackbits(arrays["band"], count=nodes).astype(np.bool_)


KINDS: dict[str, type[np.generic]] = {
    "origin": np.float64,
    "spacing": np.float64,
    "shape": np.int64,
    "mean": np.int16,
    "mean_scale": np.float32,
    "band": np.uint8,
    "coarse": np.int8,
    "coarse_scale": np.float32,
    "fine": np.int8,
    "fine_scale": np.float32,
    "landmark_mean": np.float32,
    "landmark_basis": np.float32,
    "spectrum": np.float32,
}


def _check(arrays: Arrays, where: str | os.PathLike[str]) -> None:
    """Raise PriorError unless the arrays are there, of their types, finite, and fit together."""
    missing = [name for name in KINDS if name not in arrays]
    if missing:
        raise damaged(where, f"it lacks {', '.join(missing)}")
    for name, kind in KINDS.items():
        if arrays[name].dtype != np.dtype(kind):
            raise damaged(where, f"'{name}' is of type {arrays[name].dtype}")
        if np.issubdtype(kind, np.floating) and not np.isfinite(arrays[name]).all():
            raise damaged(where, f"'{name}' holds NaN or infinite values")
    _check_grid(arrays, where)
    shape = (int(arrays["shape"][0]), int(arrays["shape"][1]), int(arrays["shape"][2]))
    nodes, size = int(np.prod(shape)), len(np.atleast_1d(arrays["fine_scale"]))
    wanted = {
        "mean": (nodes,),
        "mean_scale": (1,),
        "band": ((nodes + 7) // 8,),
        "coarse": (size, int(np.prod(_coarse_shape(shape)))),
        "coarse_scale": (size,),
        "fine_scale": (size,),
        "landmark_mean": (LANDMARKS, 3),
        "landmark_basis": (LANDMARKS, 3, size),
        "spectrum": (size,),
    }
    for name, expected in wanted.items():
        if arrays[name].shape != expected:
            raise damaged(where, f"'{name}' has shape {arrays[name].shape}, expected {expected}")
    if arrays["fine"].shape != (size, int(_band(arrays).sum())):
        raise damaged(where, "the band and its values differ in size")


def _check_grid(arrays: Arrays, where: str | os.PathLike[str]) -> None:
    shape, origin = arrays["shape"], arrays["origin"]
    if shape.shape != (3,) or origin.shape != (3,) or arrays["spacing"].shape != ():
        raise damaged(where, "the grid is not described by three numbers each")
    if not ((shape >= 2) & (shape <= 4096)).all() or int(np.prod(shape)) > MOST_NODES:
        raise damaged(where, f"a grid of {tuple(int(n) for n in shape)} nodes")
    if not 0 < float(arrays["spacing"]) < 1000:
        raise damaged(where, f"nodes {float(arrays['spacing']):g} mm apart")


def mean_of(path: str | os.PathLike[str]) -> tuple[F32, tuple[float, float, float], float]:
    """The mean alone (X, Y, Z) mm, with the grid's origin and spacing, without unpacking the basis."""
    file = read_prior_file(path)
    if file.family != FAMILY:
        raise PriorError(f"this is a head prior of family {file.family}, expected {FAMILY}", where=path)
    _check(file.arrays, path)
    a, b, c = (float(value) for value in file.arrays["origin"])
    samples = (file.arrays["mean"] * file.arrays["mean_scale"]).astype(np.float32)
    return samples.reshape(file.arrays["shape"]), (a, b, c), float(file.arrays["spacing"])
