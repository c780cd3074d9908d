"""A population in, a head prior's file out: the job behind `h3dstudio prior train` and the Prior panel.

The file appears only when it is whole. Until then all work lies in a folder beside it, `<file>.training`,
from which `resume=True` goes on after anything, `kill -9` included; it is removed when the file is written.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h3dstudio
from h3dstudio.errors import OutputError, PriorError, UsageError
from h3dstudio.jobs.events import Event, Log, Progress
from h3dstudio.jobs.job import JobStream, Request
from h3dstudio.priors.training.settings import PriorSettings

if TYPE_CHECKING:
    from h3dstudio.data.population.head import HeadPopulation
    from h3dstudio.priors.training.result import PriorStream, TrainedPrior

PRELOAD = ("torch", "h3dstudio.session.priors.training", "h3dstudio.priors.linear.training")
"""For `ProcessEngine`: what a worker imports before its first job."""

WORK_SUFFIX = ".training"
LOCK = "training.lock"


@dataclass(frozen=True)
class PriorTrainingResult:
    """What a training left behind.

    Attributes:
        path: the prior's file.
        summary: for people: family, heads, components, size, seconds, held-out figures.
    """

    path: Path
    summary: dict[str, object]


@dataclass(frozen=True)
class PriorTrainingJob:
    """Train one prior.

    Attributes:
        population: see `data.population.open.open_population`.
        out: the file to write. An existing one is only replaced with `force`.
        resume: go on with an interrupted training of the same settings.
        command: how it was started, for the provenance.
        more: further populations, to be learned from together; each gives its share of the heads.
    """

    population: Path
    out: Path
    settings: PriorSettings = field(default_factory=PriorSettings)
    resume: bool = False
    force: bool = False
    command: str = ""
    more: tuple[Path, ...] = ()

    @property
    def work(self) -> Path:
        """Where checkpoints lie while it runs."""
        return self.out.with_name(self.out.name + WORK_SUFFIX)

    def events(self) -> JobStream:
        """Read, train, write. Returns a `PriorTrainingResult`.

        Raises PriorError and its kin for the population, OutputError for the output.
        """
        from h3dstudio.data.file_lock import held
        from h3dstudio.data.population.mixture import Mixture
        from h3dstudio.data.population.open import open_population
        from h3dstudio.data.remains import remove_remains
        from h3dstudio.priors.linear.mean_head import bundled_mean_head
        from h3dstudio.priors.training.landmarks import WithAllLandmarks

        begun = time.monotonic()
        self._check_out()
        yield Progress(0, 1, "reading")
        paths = (self.population, *self.more)
        opened = [WithAllLandmarks(open_population(path, bundled_mean_head)) for path in paths]
        population: HeadPopulation = opened[0] if len(opened) == 1 else Mixture(tuple(opened))
        for notice in population.notices:
            yield Log(notice, "warning")
        self._make_work()
        with held(self.work / LOCK, "this training"):
            remove_remains(self.out)
            yield Log(f"Learning from {population.name}; work in progress lies in {self.work}")
            trained = yield from _forward(_trainer(self.settings)(self, population))
            return self._write(trained, population, time.monotonic() - begun)

    def _check_out(self) -> None:
        if self.out.exists() and not self.force:
            raise OutputError(
                "there is a file of this name already",
                where=self.out,
                remedy="Choose another name, or replace it with --force",
            )
        if self.resume and not self.work.is_dir():
            raise PriorError(
                "there is no interrupted training to resume",
                where=self.work,
                remedy="Start it without --resume",
            )

    def _make_work(self) -> None:
        from h3dstudio.data.atomic import output_error

        try:
            self.work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(error, self.work) from error

    def _write(
        self, trained: TrainedPrior, population: HeadPopulation, seconds: float
    ) -> PriorTrainingResult:
        from h3dstudio.priors.file_header import PriorFile, write_prior_file

        provenance = {
            "population": population.name,
            "licence": population.licence,
            "heads": trained.heads,
            "rejected heads": trained.rejected,
            "hair components": trained.hair,
            "split": _split_in_words(population, self.settings),
            "settings": self.settings.as_dict(),
            "figures": dict(trained.figures),
            "finished early": trained.early,
            "seconds": round(seconds, 1),
            "command": self.command,
            "program": f"h3dstudio {h3dstudio.__version__}",
        }
        write_prior_file(self.out, PriorFile(trained.family, trained.arrays, provenance, hair=trained.hair))
        shutil.rmtree(self.work, ignore_errors=True)
        return PriorTrainingResult(self.out, summary_of(trained.family, provenance, self.out))


def summary_of(family: str, provenance: Mapping[str, Any], path: Path) -> dict[str, object]:
    """What a person wants to know first about a prior's file."""
    figures = provenance.get("figures")
    return {
        "family": family,
        "population": provenance.get("population", "unknown"),
        "heads": provenance.get("heads"),
        "size in MB": round(path.stat().st_size / 1e6, 2),
        "hair components": provenance.get("hair components", 0),
        "seconds": provenance.get("seconds"),
        **(dict(figures) if isinstance(figures, Mapping) else {}),
    }


def _trainer(settings: PriorSettings) -> Any:
    """The family's training, imported when it is wanted."""
    if settings.family == "linear":
        return _linear
    if settings.family == "autodecoder":
        return _autodecoder
    raise UsageError(f"unknown family {settings.family}")


def _linear(job: PriorTrainingJob, population: HeadPopulation) -> PriorStream:
    from h3dstudio.priors.linear.training import train_linear

    return train_linear(population, job.settings, work=job.work, resume=job.resume)


def _autodecoder(job: PriorTrainingJob, population: HeadPopulation) -> PriorStream:
    from h3dstudio.priors.autodecoder.training import train_autodecoder

    return train_autodecoder(population, job.settings, work=job.work, resume=job.resume)


def _forward(stream: PriorStream) -> Generator[Event, Request | None, TrainedPrior]:
    """Pass the trainer's events on, and close it however this ends."""
    try:
        return (yield from stream)
    finally:
        stream.close()


def _split_in_words(population: HeadPopulation, settings: PriorSettings) -> str:
    from h3dstudio.data.population.mixture import Mixture

    if not isinstance(population, Mixture):
        return _own_split(population, settings)
    heads, held_out = population.shares(settings.heads), population.shares(settings.held_out)
    return "; ".join(
        f"{member.name}: {_own_split(member, replace(settings, heads=max(one, 2), held_out=other))}"
        for member, one, other in zip(population.members, heads, held_out, strict=True)
    )


def _own_split(population: HeadPopulation, settings: PriorSettings) -> str:
    from h3dstudio.priors.training.heads import HELD_OUT_STREAM, TRAINING_STREAM

    trained, kept_out = (
        f"numpy.random.default_rng([{stream}, {settings.seed}, i])"
        for stream in (TRAINING_STREAM, HELD_OUT_STREAM)
    )
    if population.count is None:
        return (
            f"training head i is drawn from {trained}, i < {settings.heads}; "
            f"held-out head i from {kept_out}, i < {settings.held_out}"
        )
    return (
        f"the heads are shuffled by numpy.random.default_rng([{HELD_OUT_STREAM}, {settings.seed}]); "
        f"the first ones (at most {settings.held_out}, and a fifth) are held out"
    )
