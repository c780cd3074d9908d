"""Training of the autodecoder family: sample surfaces, learn decoder and codes, look at heads kept out.

Park et al., "DeepSDF", CVPR 2019, with the losses of Gropp et al., "IGR", ICML 2020: the prior of H3D-Net
(Ramon et al., ICCV 2021).
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from h3dstudio.data.population.head import HeadPopulation
from h3dstudio.errors import H3DError, PriorError
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Checkpointed, Event, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.priors.autodecoder.assemble import finished_prior, in_memory
from h3dstudio.priors.autodecoder.codes import first_codes
from h3dstudio.priors.autodecoder.decoder import Decoder, DecoderShape
from h3dstudio.priors.autodecoder.field import GRID, sample_decoder
from h3dstudio.priors.autodecoder.file import FAMILY, AutodecoderArrays, pack_autodecoder
from h3dstudio.priors.autodecoder.losses import Batch, igr_losses
from h3dstudio.priors.autodecoder.presets import DecoderPreset, preset_of
from h3dstudio.priors.autodecoder.state import DecoderState
from h3dstudio.priors.autodecoder.surface_samples import SurfaceSampler
from h3dstudio.priors.point_fit import PointFitOptions
from h3dstudio.priors.training.heads import HeadPlan, plan_heads
from h3dstudio.priors.training.held_out import HeldOutHeads
from h3dstudio.priors.training.result import PriorStream, TrainedPrior
from h3dstudio.priors.training.sample_store import REJECTED, SampleStore
from h3dstudio.priors.training.sampling import sample_heads
from h3dstudio.priors.training.settings import PriorSettings
from h3dstudio.surface.device import choose_device
from h3dstudio.surface.grid import Grid

CODE_STREAM, STEP_STREAM = 20261122, 20261123
PHASE = "training the decoder"
CHECKPOINT_SECONDS, SNAPSHOT_SECONDS = 15.0, 4.0
METRICS_EVERY = 25
EVALUATIONS, EVALUATED = 8, 2
"""How often held-out heads are looked at during the training, and how many: the last time it is all."""
QUICK_FIT = PointFitOptions(samples=2000, scales=(24.0, 8.0), steps=3)
LEAST_HEADS = 3
METRIC_HEADS, METRIC_POINTS = 48, 256
SAMPLED = ("family", "heads", "held_out", "seed", "augmentation")
TRAINED = (*SAMPLED, "preset", "components", "steps")


def train_autodecoder(
    population: HeadPopulation,
    settings: PriorSettings,
    *,
    work: Path,
    resume: bool = False,
    grid: Grid = GRID,
    preset: DecoderPreset | None = None,
) -> PriorStream:
    """Learn an autodecoder from `population`.

    Args:
        work: a folder for samples and checkpoint, 200 MB for 1000 heads; may be removed afterwards.
        resume: go on with what `work` holds; on one device and as many threads, the result is the same to
            the bit as without the interruption.
        grid: where heads are baked.
        preset: takes the place of the settings' own.

    Asked to finish, it takes the decoder as it is. Raises PriorError when too few heads are usable, when it
    is asked to finish before there is a decoder, or when `work` holds another training; OutputError when that
    cannot be written; ReconstructionError for a GPU that is not there.
    """
    device = choose_device(settings.device)
    preset = preset or preset_of(settings)
    plan = plan_heads(population, settings)
    sampler = _sampler(grid)
    sampled = _fingerprint(SAMPLED, population, settings, sampler)
    store = SampleStore(work, len(plan.training), sampler.size, sampled, resume=resume, kind=np.float32)
    yield Checkpointed(0, store.done_path)
    if (yield from sample_heads(population, plan, settings, sampler, store)):
        raise PriorError("asked to finish before anything was learned", remedy="Go on with --resume")
    rejected = _count_rejected(store)
    if rejected:
        yield Log(f"{rejected} of {len(store.kept) + rejected} heads were left out", "warning")
    training = _Training(settings.seed, preset, store, sampler, grid, device)
    training.fingerprint = _fingerprint(TRAINED, population, settings, (sampler, preset))
    path = work / "decoder.pt"
    if resume and path.exists():
        training.state.load(path, training.fingerprint)
    early = yield from training.run(path, HeldOutHeads(population, _few(plan)))
    shown = HeldOutHeads(population, _few(plan) if early else plan)
    return (yield from _result(training, shown, rejected, early))


def _sampler(grid: Grid) -> SurfaceSampler:
    x, y, z = (start + grid.spacing * (n - 1) for start, n in zip(grid.origin, grid.shape, strict=True))
    return SurfaceSampler(grid.origin, (x, y, z))


def _decoder_shape(preset: DecoderPreset, grid: Grid) -> DecoderShape:
    """Unit ball: about half as large as the box is long."""
    a, b, c = (float(value) for value in grid.center)
    scale = 0.5 * grid.spacing * (max(grid.shape) - 1)
    return DecoderShape(preset.latent, preset.width, preset.depth, (a, b, c), scale)


def _few(plan: HeadPlan) -> HeadPlan:
    return replace(plan, held_out=plan.held_out[:EVALUATED])


def _count_rejected(store: SampleStore) -> int:
    """How many heads were unusable. Raises PriorError when too few are left."""
    if len(store.kept) < LEAST_HEADS:
        raise PriorError(
            f"{len(store.kept)} usable heads are left, expected at least {LEAST_HEADS}",
            remedy="Give a population with more heads",
        )
    return int((store.status == REJECTED).sum())


def _fingerprint(
    names: tuple[str, ...], population: HeadPopulation, settings: PriorSettings, more: object
) -> str:
    """Names what samples, or the training, depend on."""
    kept = {name: settings.as_dict()[name] for name in names}
    text = json.dumps([population.name, population.count, kept, repr(more)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class _Training:
    """The steps, and what is told of them.

    Attributes:
        state: what is learned; consistent whenever an event is out.
        fingerprint: names the training in its checkpoint.
    """

    fingerprint = ""

    def __init__(
        self,
        seed: int,
        preset: DecoderPreset,
        store: SampleStore,
        sampler: SurfaceSampler,
        grid: Grid,
        device: torch.device,
    ) -> None:
        self.preset, self.store, self.sampler, self.grid = preset, store, sampler, grid
        self.seed, self.device, self.rows = seed, device, store.kept
        shape = _decoder_shape(preset, grid)
        decoder = Decoder(shape).initialize(torch.Generator().manual_seed(seed)).to(device)
        description = sampler.lattice_of(store.samples[self.rows])
        codes = first_codes(description, preset.latent, np.random.default_rng([CODE_STREAM, seed]))
        self.state = DecoderState.start(decoder, codes.to(device), preset.rates)

    def run(self, path: Path, held_out: HeldOutHeads) -> Generator[Event, Request | None, bool]:
        """All steps that are left. Returns whether it was asked to finish before the last one."""
        total, first, begun = self.preset.steps, self.state.step, time.monotonic()
        saved = shown = begun
        asked = yield Progress(first, total, PHASE)
        try:
            while self.state.step < total and asked is not Request.FINISH:
                losses = self._step()
                done, now = self.state.step, time.monotonic()
                due = done % max(1, total // EVALUATIONS) == 0 and done < total
                if due or done % METRICS_EVERY == 0 or done == total:
                    yield Metrics(done, _finite(losses))
                if now - shown > SNAPSHOT_SECONDS:
                    yield from self._show()
                    shown = time.monotonic()
                if now - saved > CHECKPOINT_SECONDS:
                    self.state.save(path, self.fingerprint)
                    saved = time.monotonic()
                    yield Checkpointed(done, path)
                if due:
                    yield from self._look_at(held_out, done)
                spent = time.monotonic() - begun
                left = spent / (done - first) * (total - done)
                asked = yield Progress(done, total, PHASE, spent, left)
        finally:
            self.state.save(path, self.fingerprint)
        return self.state.step < total

    def _step(self) -> dict[str, Tensor]:
        state = self.state
        batch = self._batch(np.random.default_rng([STEP_STREAM, self.seed, state.step]))
        factor = self.preset.rate_factor(state.step)
        for group, rate in zip(state.optimizer.param_groups, self.preset.rates, strict=True):
            group["lr"] = rate * factor
        losses = igr_losses(state.decoder, batch, self.preset.weights)
        state.optimizer.zero_grad(set_to_none=True)
        losses.total.backward()
        state.optimizer.step()
        state.step += 1
        return {"loss": losses.total.detach(), **losses.parts}

    def _batch(self, rng: np.random.Generator) -> Batch:
        preset, sampler = self.preset, self.sampler
        heads = rng.choice(len(self.rows), min(preset.heads, len(self.rows)), replace=False)
        rows = np.asarray(self.store.samples[self.rows[heads]])
        pick = np.arange(len(heads))[:, None]
        on = rng.integers(0, sampler.surface, (len(heads), preset.surface))
        around = rng.integers(0, sampler.near + sampler.far, (len(heads), preset.around))
        return Batch(
            torch.from_numpy(sampler.surface_of(rows)[pick, on]).to(self.device),
            torch.from_numpy(sampler.around_of(rows)[pick, around]).to(self.device),
            self.state.codes[torch.from_numpy(heads).to(self.device)],
        )

    def _look_at(self, held_out: HeldOutHeads, done: int) -> Generator[Event, object, None]:
        """A quick fit, where the decoder is: the plotted error is a little worse than the last one."""
        options = replace(QUICK_FIT, device=str(self.device))
        yield from held_out.evaluate(in_memory(self.prior(), self.device), done, options)

    def _show(self) -> Generator[Event, Request | None, None]:
        """One training head after the other, as the decoder has it now; none while it has no surface."""
        code = self.state.codes[self.state.step % len(self.rows)].detach()
        mesh = _surface(self.state.decoder, code, self.grid)
        if mesh is not None:
            yield MeshSnapshot(self.state.step, mesh)

    def prior(self) -> AutodecoderArrays:
        """What has been learned so far, as a prior. Raises PriorError when that is not finite."""
        learned = (self.state.codes, *self.state.decoder.parameters())
        if not all(bool(torch.isfinite(part).all()) for part in learned):
            raise _diverged()
        landmarks = self.store.landmarks[self.rows]
        rng = np.random.default_rng(0)
        some = np.sort(rng.choice(len(self.rows), min(METRIC_HEADS, len(self.rows)), replace=False))
        surface = self.sampler.surface_of(self.store.samples[self.rows[some]])[:, :METRIC_POINTS, :3]
        return finished_prior(
            self.state.decoder,
            self.state.codes.detach(),
            landmarks,
            (some, torch.from_numpy(np.ascontiguousarray(surface)).to(self.device)),
            self.grid,
        )


def _finite(losses: dict[str, Tensor]) -> dict[str, float]:
    """For plotting. Raises PriorError when the training has diverged: what follows would be in vain."""
    values = {name: float(value) for name, value in losses.items()}
    if not all(np.isfinite(value) for value in values.values()):
        raise _diverged()
    return values


def _diverged() -> PriorError:
    return PriorError("the training has diverged", remedy="Start it again with another --seed")


def _result(
    training: _Training, held_out: HeldOutHeads, rejected: int, early: bool
) -> Generator[Event, object, TrainedPrior]:
    arrays = training.prior()
    prior = in_memory(arrays, training.device)
    options = PointFitOptions(device=str(training.device))
    figures = yield from held_out.evaluate(prior, training.state.step, options)
    own = {
        "parameters": sum(part.size for part in (*arrays.weights, *arrays.biases)),
        "steps": training.state.step,
    }
    return TrainedPrior(
        FAMILY,
        pack_autodecoder(arrays),
        heads=len(training.rows),
        rejected=rejected,
        figures={**own, **figures.as_dict()},
        early=early,
    )


def _surface(decoder: Decoder, code: Tensor, grid: Grid) -> TriangleMesh | None:
    coarse = grid.coarser() if all(count % 2 for count in grid.shape) else grid
    samples = sample_decoder(decoder, code, coarse).reshape(coarse.shape)
    try:
        return zero_level(samples.cpu().numpy(), coarse.origin, coarse.spacing)
    except H3DError:
        return None
