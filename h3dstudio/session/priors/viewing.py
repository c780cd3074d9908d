"""Viewer job of a head prior: stays, and decodes one head after another as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.json_text import read_json
from h3dstudio.errors import PriorError
from h3dstudio.jobs.events import MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.inbox import current_inbox
from h3dstudio.jobs.job import JobStream, Request

if TYPE_CHECKING:
    from h3dstudio.geometry.mesh import TriangleMesh
    from h3dstudio.priors.head_prior import HeadPrior

PRELOAD = ("torch", "h3dstudio.priors.load", "h3dstudio.priors.linear.field", "skimage.measure")
"""For `ProcessEngine`: what a worker imports before its first job."""

COMPONENTS = "components"
"""The one metric, at step 0: the size of the latent code."""

MOST_COMPONENTS = 1024
_WAIT = 1.0


LICENCES = ("CC0 1.0", "MIT License", "Apache License", "CC BY 4.0", "CC BY-NC 4.0")
"""What licences of populations call themselves."""


@dataclass(frozen=True)
class AskedHead:
    """A head to decode: the mesh comes back with `number` as its step.

    Attributes:
        latent: standard deviations; shorter than the prior's code, the rest is 0, and longer, it is cut.
    """

    number: int
    latent: tuple[float, ...]


@dataclass(frozen=True)
class PriorViewingJob:
    """Reads the prior in `prior` (None: the bundled one), then answers every `AskedHead` until it is stopped.

    Meshes are at the prior's own resolution, canonical frame, mm.
    """

    prior: Path | None = None

    def events(self) -> JobStream:
        """Raises PriorError when the file is missing, damaged or too new."""
        from h3dstudio.priors.load import load_prior

        inbox = current_inbox()
        yield Progress(0, 1, "reading the prior")
        prior = load_prior(self.prior)
        decoder = _Decoder(prior)
        yield Metrics(0, {COMPONENTS: float(prior.size)})
        while (yield Progress(0, 0, "waiting")) is not Request.FINISH:
            asked = inbox.take(_WAIT)
            if isinstance(asked, AskedHead):
                yield MeshSnapshot(
                    asked.number, decoder.head(fitted_to_size(asked.latent, prior.size, prior.hair))
                )
        return None


class _Decoder:
    """Decodes at the grid's own resolution, quickly while only the first components change."""

    FIRST = 10

    def __init__(self, prior: HeadPrior) -> None:
        import torch

        self._prior = prior
        self._rest: NDArray[np.float32] | None = None
        self._rest_samples: Any = None
        self._columns: Any = None
        basis = getattr(prior, "basis", None)
        if prior.family == "linear" and isinstance(basis, torch.Tensor):
            # A product with ten columns that lie together takes a tenth of one with all of them.
            self._columns = basis[:, : self.FIRST].contiguous()

    def head(self, latent: NDArray[np.float32]) -> TriangleMesh:
        """The head of (K,), canonical frame. Raises MeshError when it has no surface."""
        from h3dstudio.geometry.isosurface import zero_level

        grid = self._prior.grid
        samples = self._samples(latent).reshape(grid.shape).cpu().numpy()
        return zero_level(samples, grid.origin, grid.spacing)

    def _samples(self, latent: NDArray[np.float32]) -> Any:
        import torch

        if self._columns is None:
            return self._prior.bake(torch.from_numpy(latent))
        rest = latent.copy()
        rest[: self.FIRST] = 0
        if self._rest is None or not np.array_equal(rest, self._rest):
            self._rest, self._rest_samples = rest, self._prior.bake(torch.from_numpy(rest))
        return torch.addmv(self._rest_samples, self._columns, torch.from_numpy(latent[: self.FIRST]))


def fitted_to_size(latent: tuple[float, ...], size: int, hair: int = 0) -> NDArray[np.float32]:
    """(size,) of a shorter or longer code; a longer one was drawn for any prior, and its head is bald."""
    out = np.zeros(size, dtype=np.float32)
    kept = size - hair if len(latent) > size else size
    values = np.asarray(latent[:kept], dtype=np.float32)
    out[: len(values)] = values
    return out


def random_latent(seed: int, head: int = 0, size: int = MOST_COMPONENTS) -> tuple[float, ...]:
    """The code of head number `head` of `h3dstudio prior sample --seed SEED`, longer than any prior's."""
    return tuple(float(value) for value in np.random.default_rng([seed, head]).standard_normal(size))


@dataclass(frozen=True)
class PriorFacts:
    """What a person wants to know about a prior's file.

    Attributes:
        components: size of the latent code, where the file tells.
        error: mm, mean over held-out heads, where it was measured; `face_error` within 95 mm of the nose.
        licence: its text; `provenance` the whole record.
    """

    path: Path
    family: str
    megabytes: float
    heads: int | None
    population: str
    components: int | None
    error: float | None
    face_error: float | None
    licence: str
    provenance: Mapping[str, Any]

    @property
    def licence_name(self) -> str:
        """The licences that its text names, where it names any; else its first line."""
        named = [name for name in LICENCES if name in self.licence]
        if named:
            return ", ".join(named)
        return next((line.strip() for line in self.licence.splitlines() if line.strip()), "unknown")


def read_facts(path: Path | None) -> PriorFacts:
    """Of the file in `path` (None: the bundled one); a few milliseconds, no torch. Raises PriorError."""
    from h3dstudio.data.resources import BUNDLED_PRIOR, resource
    from h3dstudio.priors.file_header import read_prior_file

    where = resource(BUNDLED_PRIOR) if path is None else path
    file = read_prior_file(where, header_only=True)
    provenance = file.provenance
    figures = provenance.get("figures")
    figures = figures if isinstance(figures, Mapping) else {}
    return PriorFacts(
        path=where,
        family=file.family,
        megabytes=where.stat().st_size / 1e6,
        heads=_whole(provenance.get("heads")),
        population=str(provenance.get("population") or "unknown"),
        components=None,
        error=_number(figures.get("held-out head mm")),
        face_error=_number(figures.get("held-out face mm")),
        licence=str(provenance.get("licence") or ""),
        provenance=provenance,
    )


def read_fitted_head(folder: Path) -> tuple[float, ...]:
    """The latent code that a reconstruction in the run folder `folder` found: `head.json`, or its checkpoint.

    Raises PriorError when there is none.
    """
    for name, read in (("head.json", _from_json), ("checkpoint.npz", _from_checkpoint)):
        if (folder / name).is_file():
            try:
                latent = np.asarray(read(folder / name), dtype=np.float64)
            except Exception as error:  # a damaged file raises almost anything
                raise PriorError("the fitted head cannot be read", where=folder / name) from error
            if latent.ndim == 1 and 0 < len(latent) <= MOST_COMPONENTS and np.isfinite(latent).all():
                return tuple(float(value) for value in latent)
    raise PriorError(
        "there is no fitted head in this folder",
        where=folder,
        remedy="Choose the folder of a run whose method starts from a prior, such as h3d-grid",
    )


def _from_json(path: Path) -> object:
    return read_json(path)["latent"]


def _from_checkpoint(path: Path) -> object:
    from h3dstudio.data.npz_files import npz_names, read_npz

    return read_npz(path, ["latent"])["latent"] if "latent" in npz_names(path) else ()


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
