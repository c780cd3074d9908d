"""What a family learns from the plan's heads, taken by worker threads, head by head into the store."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.head import Head, HeadPopulation
from h3dstudio.data.population.signed_distance import SampleGrid, signed_distance
from h3dstudio.errors import H3DError
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Event, Log, MeshSnapshot, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.priors.training.heads import HeadPlan, PlannedHead, training_head
from h3dstudio.priors.training.sample_store import TODO, SampleStore
from h3dstudio.priors.training.settings import PriorSettings

SNAPSHOT_SECONDS = 2.0
MOST_REASONS = 5


class HeadSampler(Protocol):
    """What a family keeps of a head."""

    def take(self, head: Head, rng: np.random.Generator) -> NDArray[np.float32]:
        """The head's row of the store, in any shape. Raises H3DError when the head is unusable."""
        ...

    def look(self, samples: NDArray[np.float32]) -> TriangleMesh | None:
        """What was taken as a surface, if that can be shown."""
        ...


@dataclass(frozen=True)
class DistanceSampler:
    """Signed distances (X, Y, Z) on a grid."""

    grid: SampleGrid

    def take(self, head: Head, rng: np.random.Generator) -> NDArray[np.float32]:
        """Nothing is random about it."""
        return signed_distance(head, self.grid, threads=1)

    def look(self, samples: NDArray[np.float32]) -> TriangleMesh | None:
        return zero_level(samples, self.grid.origin, self.grid.spacing)


@dataclass(frozen=True, eq=False)
class _Sampled:
    """A head's samples and landmarks (68, 3), or why it is unusable."""

    samples: NDArray[np.float32] | None = None
    landmarks: NDArray[np.float64] | None = None
    reason: str = ""


def sample_heads(
    population: HeadPopulation,
    plan: HeadPlan,
    settings: PriorSettings,
    sampler: HeadSampler,
    store: SampleStore,
    phase: str = "sampling heads",
) -> Generator[Event, Request | None, bool]:
    """Fill `store` with what it lacks. Returns whether it was asked to finish before all were sampled.

    The store's content does not depend on the number of threads or on interruptions. Unusable heads are
    noted and reported, the first few by name.
    """
    total, done = len(plan.training), int((store.status != TODO).sum())
    begun, resumed_at = time.monotonic(), done
    shown = begun
    asked = yield Progress(done, total, phase)
    with ThreadPoolExecutor(settings.threads, thread_name_prefix="sampling") as pool:
        running = _Running(pool, population, plan, settings, sampler, store)
        try:
            while asked is not Request.FINISH and running.refill():
                for row, head in running.finished():
                    done += 1
                    if head.samples is None or head.landmarks is None:
                        store.reject(row)
                        yield from _told(store, head.reason)
                        continue
                    store.put(row, head.samples, head.landmarks)
                    if time.monotonic() - shown > SNAPSHOT_SECONDS:
                        shown = time.monotonic()
                        mesh = sampler.look(head.samples)
                        if mesh is not None:
                            yield MeshSnapshot(done, mesh)
                store.save_now_and_then()
                spent = time.monotonic() - begun
                left = spent / max(done - resumed_at, 1) * (total - done)
                asked = yield Progress(done, total, phase, spent, left)
        finally:
            running.stop()
            store.save()
    return asked is Request.FINISH and done < total


def _told(store: SampleStore, reason: str) -> Iterator[Event]:
    if int((store.status > 1).sum()) <= MOST_REASONS:
        yield Log(f"Left out: {reason}", "warning")


class _Running:
    """The heads in the works: a few more than there are threads, so that none waits."""

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        population: HeadPopulation,
        plan: HeadPlan,
        settings: PriorSettings,
        sampler: HeadSampler,
        store: SampleStore,
    ) -> None:
        self._pool, self._population, self._plan = pool, population, plan
        self._settings, self._sampler = settings, sampler
        self._waiting = iter([int(row) for row in np.flatnonzero(store.status == TODO)])
        self._futures: dict[Future[_Sampled], int] = {}

    def refill(self) -> bool:
        """Start more; False when all is done."""
        while len(self._futures) < 2 * self._settings.threads:
            row = next(self._waiting, None)
            if row is None:
                break
            self._futures[self._pool.submit(self._sample, self._plan.training[row])] = row
        return bool(self._futures)

    def finished(self) -> list[tuple[int, _Sampled]]:
        """Wait for the next one, and take all that are done."""
        ready, _ = wait(self._futures, return_when=FIRST_COMPLETED)
        return [(self._futures.pop(future), future.result()) for future in ready]

    def stop(self) -> None:
        for future in self._futures:
            future.cancel()

    def _sample(self, planned: PlannedHead) -> _Sampled:
        name = f"head {planned.index}"
        try:
            head = training_head(self._population, planned, self._settings)
            name = head.name
            return _Sampled(self._sampler.take(head, planned.sampling_rng), head.landmarks)
        except H3DError as error:
            return _Sampled(reason=f"{name}: {error}")
