"""From a prior's file to a `HeadPrior`, whatever its family."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.data.resources import BUNDLED_PRIOR, resource
from h3dstudio.errors import PriorError
from h3dstudio.priors.file_header import PriorFile, damaged, read_prior_file
from h3dstudio.priors.head_prior import HeadPrior

Loader = Callable[[PriorFile, Path, torch.device], HeadPrior]


def bundled_prior() -> Path:
    """The file that comes with the program. Raises H3DError when the installation lacks it."""
    return resource(BUNDLED_PRIOR)


def load_prior(path: Path | None = None, device: torch.device | str = "cpu") -> HeadPrior:
    """The prior in `path` (None: the bundled one), in memory on `device`.

    Raises PriorError when the file is missing, damaged, or of a family this version does not know.
    """
    where = bundled_prior() if path is None else Path(path)
    file = read_prior_file(where)
    loader = LOADERS.get(file.family)
    if loader is None:
        raise PriorError(
            f"the head prior is of family {file.family}, expected one of {', '.join(LOADERS)}",
            where=where,
            remedy="Update H3D Studio",
        )
    prior = loader(file, where, torch.device(device))
    prior.torso = file.torso
    prior.hair = _hair(file, prior, where)
    return prior


def _hair(file: PriorFile, prior: HeadPrior, where: Path) -> int:
    if file.hair > prior.size:
        raise damaged(where, f"{file.hair} of its {prior.size} components are to be hair")
    return file.hair


def _linear(file: PriorFile, where: Path, device: torch.device) -> HeadPrior:
    from h3dstudio.priors.linear.banded import BandedPrior
    from h3dstudio.priors.linear.file import unpack_factors
    from h3dstudio.surface.grid import Grid

    factors = unpack_factors(file, where)

    def tensor(array: NDArray[Any]) -> Tensor:
        return torch.from_numpy(array).to(device)

    return BandedPrior(
        Grid(factors.origin, factors.spacing, factors.shape),
        factors.steps,
        tensor(factors.mean),
        tensor(factors.coarse),
        tensor(factors.band),
        tensor(factors.fine),
        tensor(factors.landmark_mean),
        tensor(factors.landmark_basis),
    )


def _autodecoder(file: PriorFile, where: Path, device: torch.device) -> HeadPrior:
    from h3dstudio.priors.autodecoder.assemble import in_memory
    from h3dstudio.priors.autodecoder.file import unpack_autodecoder

    return in_memory(unpack_autodecoder(file, where), device)


LOADERS: dict[str, Loader] = {"linear": _linear, "autodecoder": _autodecoder}
