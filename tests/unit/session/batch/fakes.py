"""A dataset of smooth heads, and a trainer whose heads grow with its steps and depend on all settings."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from h3dstudio.data.regions import face_sphere
from h3dstudio.data.scan import LoadedView
from h3dstudio.data.scan_writer import write_h3ds_scan
from h3dstudio.errors import OutOfMemory, ReconstructionError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.engines import Engine, InlineEngine
from h3dstudio.jobs.events import Checkpointed, Event, Failed, Finished, Log, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.methods.settings import MethodSettings
from h3dstudio.session.batch.cells import Recipe
from h3dstudio.session.batch.job import BatchJob, BatchResult
from h3dstudio.session.batch.manifest import Manifest
from h3dstudio.session.batch.plan import plan
from tests.unit.geometry.shapes import head
from tests.unit.session.runs.fake_training import STEPS, Result, put_in_place
from tests.unit.session.runs.tiny_scan import SIZE, ring_camera

INSTALL = ("tests.unit.session.batch.fakes:install",)
PAUSE, TROUBLE = "H3DSTUDIO_TEST_PAUSE", "H3DSTUDIO_TEST_TROUBLE"
HOLD = "H3DSTUDIO_TEST_HOLD"
"""A file: while it is there no run gets beyond its first checkpoint."""
BALL = head(2)
TROUBLE_AT = 17


def write_dataset(root: Path, scans: tuple[str, ...] = ("S1", "S2"), *, truth: bool = True) -> Path:
    """Scans of eight photos of a disc, each a little brighter than the one before."""
    y, x = np.mgrid[:SIZE, :SIZE] - (SIZE / 2 - 0.5)
    mask = np.hypot(x, y) < 20
    nose = int(BALL.vertices[:, 2].argmax())
    for number, name in enumerate(scans):
        image = np.where(mask[..., None], 150 + 10 * number, 30).astype(np.uint8).repeat(3, axis=2)
        write_h3ds_scan(
            root / name,
            images=[image + view for view in range(8)],
            masks=[mask] * 8,
            cameras=[ring_camera(45 * view) for view in range(8)],
            unit_sphere=Similarity(150.0, np.eye(3), np.zeros(3)),
            mesh=BALL if truth else None,
            landmarks={"nose_tip": nose} if truth else None,
            regions={
                "face": np.flatnonzero(BALL.vertices[:, 2] > 0),
                "face_sphere": face_sphere(BALL.vertices, nose),
            }
            if truth
            else None,
            view_lists={"3": [0, 1, 7]},
            image_suffix=".png",
        )
    return root


def reconstruct(
    views: Sequence[LoadedView],
    unit_sphere: Similarity,
    settings: MethodSettings,
    *,
    checkpoint: Path | None = None,
    resume: bool = False,
    **_: object,
) -> Generator[Event, Request | None, Result]:
    """A head whose size depends on photos, method, quality and seed."""
    brightness = float(np.mean([one.image.mean() for one in views]))
    # A few tenths of a millimetre each: registrations of larger differences take their time.
    parts = (len(views), len(settings.method), len(settings.quality) / 2, brightness / 50, settings.seed)
    first = 0
    if resume and checkpoint is not None:
        with load_checkpoint(checkpoint) as stored:
            first = int(stored["step"])
    step = first
    try:
        for step in range(first + 1, STEPS + 1):
            time.sleep(float(os.environ.get(PAUSE, "0")))
            if step == TROUBLE_AT:
                meet_trouble(settings.quality)
            if step % 5 == 0 and checkpoint:
                np.savez(checkpoint, step=step)
                yield Checkpointed(step, checkpoint)
            yield Progress(step, STEPS, "train")
            while step % 5 == 0 and held():
                time.sleep(0.05)
                yield Progress(step, STEPS, "train")  # so that it notices when nobody listens any more
    except GeneratorExit:
        np.savez(checkpoint, step=step - 1)
        raise
    return Result(TriangleMesh(BALL.vertices * (1 + sum(parts) / 2000), BALL.faces), step)


def load_checkpoint(path: Path) -> Any:
    try:
        return np.load(path, allow_pickle=False)
    except ValueError as error:
        raise ReconstructionError("the checkpoint cannot be read", where=path) from error


def held() -> bool:
    file = os.environ.get(HOLD)
    return bool(file) and Path(str(file)).is_file()


def meet_trouble(quality: str) -> None:
    """Do what the first file in the folder of troubles is named after; the file is then gone."""
    folder = os.environ.get(TROUBLE)
    for file in sorted(Path(folder).iterdir()) if folder else ():
        kind, _, only = file.stem.partition("@")
        if only and only != quality:
            continue
        file.unlink()
        if kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "hungry":
            eat()
        raise {"error": ValueError("told to fail"), "memory": OutOfMemory("the GPU's memory ran out")}[kind]


def eat() -> None:
    """Ask for more memory than `ulimit -v` leaves this process."""
    import resource

    import psutil

    limit = psutil.Process().memory_info().vms + (256 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    np.ones(1 << 30)


def install() -> None:
    """In a worker process: the fake in place of the trainer."""
    put_in_place(reconstruct)


@dataclass(frozen=True)
class InlineBatch(BatchJob):
    """A batch whose cells run in this process: quick, and the fake trainer is at hand."""

    slots: int = 2

    @contextmanager
    def _engine(self) -> Iterator[tuple[Engine, Any]]:
        engine = InlineEngine()
        yield engine, lambda: self.slots
        engine.close()


def wanted(dataset: Path, *, quality: str = "standard", seed: int = 0, **more: Any) -> Manifest:
    """A plan of all scans with three views, IDR alone, unless `more` says otherwise."""
    wanted = {"views": ("3",), "methods": ("hull-grid",), **more}
    given = {"quality": quality, "seed": seed, "device": "cpu"}
    recipe = Recipe.of(given, ("h3d-grid", "hull-grid"))
    return plan(dataset, recipe, **wanted)


def run(job: BatchJob) -> tuple[BatchResult, list[str]]:
    """Its result, and what it told."""
    handle = InlineEngine().submit(job)
    logs: list[str] = []
    while handle.alive:
        for event in handle.poll(0.2):
            if isinstance(event, Log):
                logs.append(event.message)
            if isinstance(event, Failed):
                raise event.error or AssertionError(event.details)
            if isinstance(event, Finished):
                assert isinstance(event.result, BatchResult)
                return event.result, logs
    raise AssertionError("it was cancelled")


def main(arguments: list[str]) -> int:
    """The command, with the fake trainer in its workers."""
    from h3dstudio import cli
    from h3dstudio.cli import batch

    make = batch.make_job
    batch.make_job = lambda parsed: replace(make(parsed), preload=INSTALL)  # type: ignore[assignment]
    return cli.main(arguments)
