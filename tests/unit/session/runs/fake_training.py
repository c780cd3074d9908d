"""A trainer that counts instead of training: same seam, same events, checkpoints that really resume."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np

from h3dstudio.data.atomic import atomic_path
from h3dstudio.data.scan import LoadedView
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import Checkpointed, Event, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import JobStream, Request
from h3dstudio.methods.settings import MethodSettings
from h3dstudio.session.runs import job as reconstruction
from h3dstudio.session.runs.job import ReconstructionJob

MODULE = "h3dstudio.methods.run"
STEPS = 30
SMALL = 24
"""Pixels: the height of preview pictures, which take longer than everything else here."""


GoesOn = Literal["until done", "until asked", "until closed"]
"""Past the last step, for tests that interrupt it however late they come to it: waits to be finished, or does
not even hear that."""


@dataclass(frozen=True)
class Result:
    mesh: TriangleMesh
    iterations: int
    image_metrics: dict[str, float] = field(default_factory=lambda: {"psnr_held_out": 25.0})
    timings: dict[str, float] = field(default_factory=lambda: {"training": 1.0})
    latent: object = None
    pose: object = None
    landmarks68: object = None
    caveats: tuple[str, ...] = ()
    cameras: object = None


def head(step: int) -> TriangleMesh:
    """A tetrahedron that grows with `step`, mm."""
    corners = np.array([[1.0, 1, 1], [-1, -1, 1], [-1, 1, -1], [1, -1, -1]]) * (50 + step)
    faces = np.array([[0, 1, 3], [0, 2, 1], [0, 3, 2], [1, 2, 3]], dtype=np.int32)
    return TriangleMesh(corners, faces, np.full((4, 3), 128, np.uint8))


def put_in_place(reconstruct: Callable[..., Any]) -> None:
    """In a process of its own: `reconstruct` instead of the trainer, and small previews."""
    sys.modules[MODULE] = module_with(reconstruct)
    reconstruction.PREVIEW_HEIGHT = SMALL


def module_with(reconstruct: Callable[..., Any]) -> ModuleType:
    """What is imported as the trainer's module."""
    module = ModuleType(MODULE)
    module.reconstruct = reconstruct  # type: ignore[attr-defined]
    return module


class FakeTraining:
    """Install as the module `h3dstudio.methods.run`; notes what it was given."""

    def __init__(self, pause: float = 0.0, fail_at: int = -1, goes_on: GoesOn = "until done") -> None:
        self.pause, self.fail_at, self.goes_on = pause, fail_at, goes_on
        self.calls: list[dict[str, Any]] = []
        self.closed = False

    def module(self) -> ModuleType:
        return module_with(self.reconstruct)

    def reconstruct(
        self,
        views: Sequence[LoadedView],
        unit_sphere: Similarity,
        settings: MethodSettings,
        *,
        held_out: Sequence[LoadedView] = (),
        landmarks: object = None,
        checkpoint: Path | None = None,
        resume: bool = False,
    ) -> Generator[Event, Request | None, Result]:
        given = {"views": views, "held_out": held_out, "landmarks": landmarks}
        self.calls.append({**given, "resume": resume, "settings": settings})
        first = 0
        if resume:
            with np.load(checkpoint, allow_pickle=False) as stored:
                first = int(stored["step"])
        step, steps = first, range(first + 1, STEPS + 1)
        try:
            for step in steps if self.goes_on == "until done" else chain(steps, repeat(STEPS)):
                if step == self.fail_at:
                    raise RuntimeError("CUDA out of memory")
                time.sleep(self.pause)
                yield MeshSnapshot(step, head(step))
                yield Metrics(step, {"loss": 1 / step})
                if step % 5 == 0 and checkpoint:
                    with atomic_path(checkpoint) as temporary, open(temporary, "wb") as file:
                        np.savez(file, step=step)
                    yield Checkpointed(step, checkpoint)
                request = yield Progress(step, STEPS, "train")
                if request is Request.FINISH and self.goes_on != "until closed":
                    break
            return Result(head(step), step)
        finally:
            self.closed = True


@dataclass(frozen=True)
class FakeTrained:
    """The job with the fake trainer, for a worker process."""

    job: ReconstructionJob
    pause: float
    goes_on: GoesOn = "until done"

    def events(self) -> JobStream:
        put_in_place(FakeTraining(self.pause, goes_on=self.goes_on).reconstruct)
        return (yield from self.job.events())
