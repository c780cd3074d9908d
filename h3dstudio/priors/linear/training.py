"""Training of the linear family: sample, decompose, look at heads that were kept out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from h3dstudio.data.atomic import output_error
from h3dstudio.data.population.head import HeadPopulation
from h3dstudio.data.population.signed_distance import SampleGrid
from h3dstudio.errors import UsageError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Checkpointed, Event, Log, MeshSnapshot
from h3dstudio.jobs.job import Request
from h3dstudio.priors.decode import decode
from h3dstudio.priors.linear.field import LinearPrior
from h3dstudio.priors.linear.file import FAMILY, LinearPriorArrays, pack_linear_prior
from h3dstudio.priors.training.components import (
    FLOOR,
    REACH_MM,
    Components,
    landmark_regression,
    moment_components,
    principal_components,
    with_mirror_images,
)
from h3dstudio.priors.training.hair import HairSampler, off_the_face
from h3dstudio.priors.training.heads import HeadPlan, bare, hairy_rows, plan_heads
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

    The heads' own components are those of bald heads, so that the mean head is bald; what hair adds to them
    is learned apart, from heads sampled with it and without.

    Args:
        work: a folder for the sampled heads, 0.7 gigabytes for 800; may be removed afterwards.
        resume: go on with what `work` holds; the result is the same as without the interruption.
        grid: where signed distances are sampled.

    Asked to finish, it learns from the heads sampled so far. Raises PriorError when too few heads are usable,
    or when `work` holds another training; OutputError when it cannot be written.
    """
    grid = grid or SampleGrid()
    plan = plan_heads(population, settings)
    bald = bare(settings)
    name = fingerprint(population, settings, grid)
    store = SampleStore(work, len(plan.training), grid.size, name, resume=resume)
    yield Checkpointed(0, store.done_path)
    early = yield from sample_heads(population, plan, bald, DistanceSampler(grid), store)
    rejected = int((store.status == REJECTED).sum())
    if rejected:
        yield Log(f"{rejected} of {len(store.kept) + rejected} heads were left out", "warning")
    mirror = grid.shape if settings.augmentation.mirror and symmetric(grid) else None
    count = settings.components or COMPONENTS
    shares = _shares(plan, store, settings.weights)
    found = yield from principal_components(store.samples, store.kept, count, shares=shares, mirror=mirror)
    hair = None
    if not early:
        hair = yield from _hair(population, plan, settings, store, work, resume, grid, mirror)
    arrays = as_prior(found, store, grid, hair)
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
        hair=arrays.hair,
    )


def _shares(plan: HeadPlan, store: SampleStore, weights: Sequence[float] = ()) -> NDArray[np.float64]:
    """How much each kept head counts: by its population's weight, however many heads that gave.

    Raises UsageError unless there is a weight for each population, or none.
    """
    member = np.array([plan.training[row].member for row in store.kept], dtype=np.intp)
    count = 1 + max((planned.member for planned in plan.training), default=0)
    if weights and len(weights) != count:
        raise UsageError(f"there are {len(weights)} weights, expected one for each of {count} populations")
    own = np.array(weights or [1.0] * count)
    return np.asarray(own[member] / np.maximum(np.bincount(member, minlength=count), 1)[member])


def _hair(
    population: HeadPopulation,
    plan: HeadPlan,
    settings: PriorSettings,
    heads: SampleStore,
    work: Path,
    resume: bool,
    grid: SampleGrid,
    mirror: tuple[int, int, int] | None,
) -> Generator[Event, Request | None, Components | None]:
    """The components of what hair changes; None where none is wanted, or no head could wear any."""
    rows = hairy_rows(plan, settings.augmentation.hair)
    if not rows or not settings.hair_components:
        return None
    folder = work / "hair"
    going_on = resume and folder.is_dir()
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise output_error(error, folder) from error
    store = SampleStore(folder, len(rows), grid.size, heads.fingerprint, resume=going_on)
    own = HeadPlan(tuple(plan.training[row] for row in rows), ())
    sampler = HairSampler(grid, settings.augmentation.hair_mm)
    yield from sample_heads(population, own, bare(settings), sampler, store, "sampling hair")
    if not len(store.kept):
        return None
    bald_rows = np.array(rows)[store.kept]
    return (
        yield from moment_components(
            store.samples,
            store.kept,
            settings.hair_components,
            _weights_of_hair(heads, bald_rows, store),
            shares=_shares(own, store),
            mirror=mirror,
        )
    )


def _weights_of_hair(
    heads: SampleStore, bald_rows: NDArray[np.intp], hair: SampleStore
) -> NDArray[np.float32]:
    """(nodes,) how much a node counts for hair: what lies near the surface of some head with hair does."""
    total = np.zeros(hair.samples.shape[1], np.float32)
    for bald, row in zip(bald_rows, hair.kept, strict=True):
        surface = heads.samples[bald].astype(np.float32) + hair.samples[row]
        total += np.exp(-np.abs(surface) / REACH_MM)
    return np.asarray(total / max(len(bald_rows), 1) + FLOOR, dtype=np.float32)


def symmetric(grid: SampleGrid) -> bool:
    """Whether the mirror image of the grid is the grid."""
    return abs(2 * grid.origin[0] + grid.spacing * (grid.shape[0] - 1)) < 1e-6


def as_prior(
    found: Components, store: SampleStore, grid: SampleGrid, hair: Components | None = None
) -> LinearPriorArrays:
    """The components with their landmarks, ready for memory or a file; those of hair come last."""
    known, scores = store.landmarks[store.kept], found.scores
    if found.odd.any():
        known, scores = with_mirror_images(known, scores, found.odd)
    mean, basis = landmark_regression(known, scores)
    prior = LinearPriorArrays(
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
    if hair is None:
        return prior
    size = hair.basis.shape[1]
    nodes = Grid(grid.origin, grid.spacing, grid.shape).nodes()
    worn = hair.basis * off_the_face(nodes)[:, None]
    return replace(
        prior,
        basis=np.concatenate([prior.basis, worn], axis=1),
        landmark_basis=np.concatenate([basis, np.zeros((*basis.shape[:2], size), np.float32)], axis=2),
        spectrum=np.concatenate([prior.spectrum, hair.spectrum]),
        hair=size,
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
