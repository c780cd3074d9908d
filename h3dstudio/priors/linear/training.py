"""Training of the linear family: sample, decompose, look at heads that were kept out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from h3dstudio.data.population.head import HeadPopulation
from h3dstudio.data.population.signed_distance import SampleGrid
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Checkpointed, Log, MeshSnapshot
from h3dstudio.priors.decode import decode
from h3dstudio.priors.linear.field import LinearPrior
from h3dstudio.priors.linear.file import FAMILY, LinearPriorArrays, pack_linear_prior
from h3dstudio.priors.training.components import Components, landmark_regression, principal_components
from h3dstudio.priors.training.heads import plan_heads
from h3dstudio.priors.training.held_out import HeldOutHeads
from h3dstudio.priors.training.result import PriorStream, TrainedPrior
from h3dstudio.priors.training.sample_store import REJECTED, SampleStore
from h3dstudio.priors.training.sampling import DistanceSampler, sample_heads
from h3dstudio.priors.training.settings import PriorSettings
from h3dstudio.surface.grid import Grid

COMPONENTS = 160
RARE = 0.02
"""Share of the heads that must come near a node for it to be kept at full resolution."""


def train_linear(
    population: HeadPopulation,
    settings: PriorSettings,
    *,
    work: Path,
    resume: bool = False,
    grid: SampleGrid | None = None,
) -> PriorStream:
    """Learn a linear prior from `population`.

    Args:
        work: a folder for the sampled heads, half a gigabyte for 800; may be removed afterwards.
        resume: go on with what `work` holds; the result is the same as without the interruption.
        grid: where signed distances are sampled.

    Asked to finish, it learns from the heads sampled so far. Raises PriorError when too few heads are usable,
    or when `work` holds another training; OutputError when it cannot be written.
    """
    grid = grid or SampleGrid()
    plan = plan_heads(population, settings)
    name = fingerprint(population, settings, grid)
    store = SampleStore(work, len(plan.training), grid.size, name, resume=resume)
    yield Checkpointed(0, store.done_path)
    early = yield from sample_heads(population, plan, settings, DistanceSampler(grid), store)
    rejected = int((store.status == REJECTED).sum())
    if rejected:
        yield Log(f"{rejected} of {len(store.kept) + rejected} heads were left out", "warning")
    found = yield from principal_components(store.samples, store.kept, settings.components or COMPONENTS)
    arrays = as_prior(found, store, grid)
    prior = in_memory(arrays)
    yield MeshSnapshot(len(store.kept), _mean_head(prior))
    figures = yield from HeldOutHeads(population, plan).evaluate(prior, len(store.kept))
    explained = {"explained variance": float(found.spectrum.sum())}
    return TrainedPrior(
        FAMILY,
        pack_linear_prior(arrays),
        heads=len(store.kept),
        rejected=rejected,
        figures={**explained, **figures.as_dict()},
        early=early,
    )


def as_prior(found: Components, store: SampleStore, grid: SampleGrid) -> LinearPriorArrays:
    """The components with their landmarks, ready for memory or a file."""
    mean, basis = landmark_regression(store.landmarks[store.kept], found.scores)
    return LinearPriorArrays(
        origin=grid.origin,
        spacing=grid.spacing,
        shape=grid.shape,
        mean=found.mean,
        basis=found.basis,
        landmark_mean=mean,
        landmark_basis=basis,
        spectrum=found.spectrum,
        band=found.near > RARE,
    )


def in_memory(arrays: LinearPriorArrays) -> LinearPrior:
    """For fits, without a file between."""
    tensors = (arrays.mean, arrays.basis, arrays.landmark_mean, arrays.landmark_basis)
    grid = Grid(arrays.origin, arrays.spacing, arrays.shape)
    return LinearPrior(grid, *(torch.from_numpy(np.ascontiguousarray(array)) for array in tensors))


def fingerprint(population: HeadPopulation, settings: PriorSettings, grid: SampleGrid) -> str:
    """Names what sampled heads depend on: the population, the plan and the grid, but not the components."""
    kept = {key: value for key, value in settings.as_dict().items() if key in SAMPLED}
    text = json.dumps([population.name, population.count, kept, repr(grid)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


SAMPLED = ("heads", "held_out", "seed", "augmentation")


def _mean_head(prior: LinearPrior) -> TriangleMesh:
    return decode(prior, torch.zeros(prior.size), None)
