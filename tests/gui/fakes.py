"""Jobs that stand in for the trainer: quick, deterministic, and obedient like the real one."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from h3dstudio.data.atomic import atomic_path
from h3dstudio.data.run_folder import RunFolder
from h3dstudio.errors import InconsistentScan
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Checkpointed, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import JobStream, Request
from h3dstudio.session.priors.training import PriorTrainingJob
from h3dstudio.session.report.job import ReportJob
from h3dstudio.session.runs.history import EventLog, MetricsHistory, SnapshotHistory
from h3dstudio.session.runs.job import ReconstructionJob
from h3dstudio.session.runs.past_run import read_past_run


def bumpy_sphere(step: int, rings: int = 24) -> TriangleMesh:
    """A closed sphere of about 100 mm whose shape and topology both depend on `step`; outward, coloured."""
    rings += step % 7
    turn = 2 * rings
    polar = np.linspace(0, np.pi, rings + 2)[1:-1]
    azimuth = np.arange(turn) * 2 * np.pi / turn
    theta, phi = np.meshgrid(polar, azimuth, indexing="ij")
    body = np.stack([np.sin(theta) * np.cos(phi), np.cos(theta), np.sin(theta) * np.sin(phi)], axis=-1)
    directions = np.vstack([body.reshape(-1, 3), [[0, 1, 0], [0, -1, 0]]])
    radius = 100 + 6 * np.sin(5 * directions[:, 0] + 0.3 * step) * np.cos(4 * directions[:, 1])
    first = np.arange(rings * turn).reshape(rings, turn)
    a, b = first[:-1], np.roll(first, -1, axis=1)[:-1]
    c, d = np.roll(first, -1, axis=1)[1:], first[1:]
    top, bottom = rings * turn, rings * turn + 1
    faces = np.vstack(
        [
            np.stack([a, b, c], -1).reshape(-1, 3),
            np.stack([a, c, d], -1).reshape(-1, 3),
            np.stack([np.full(turn, top), np.roll(first[0], -1), first[0]], -1),
            np.stack([np.full(turn, bottom), first[-1], np.roll(first[-1], -1)], -1),
        ]
    )
    colors = np.clip(128 + 100 * directions, 0, 255).astype(np.uint8)
    return TriangleMesh(directions * radius[:, None], faces.astype(np.int32), colors)


@dataclass(frozen=True)
class FakeResult:
    """What the fake leaves: the mesh file, like the real `RunResult`."""

    folder: Path
    mesh: Path


@dataclass(frozen=True)
class FakeReconstruction(ReconstructionJob):
    """Streams spheres whose topology changes.

    Attributes:
        steps, delay: how many, and seconds each.
        first: the step at which it goes on when it is resumed.
        held: it does not come to its end as long as there is this file.
        die_at: the step at which the worker kills itself.
        fail_at: the step at which it raises.
        records: whether it keeps its way in the folder, like the real one.
        quality, landmarks: whether the result has them; `vertex` is the first landmark's.
    """

    steps: int = 60
    delay: float = 0.03
    first: int = 0
    held: Path | None = None
    die_at: int = -1
    fail_at: int = -1
    records: bool = False
    quality: bool = False
    landmarks: bool = False
    vertex: int = 0

    def events(self) -> JobStream:
        from h3dstudio.data.landmarks import H3DS_LANDMARKS, write_landmarks
        from h3dstudio.data.mesh_files import write_mesh

        self.out.mkdir(parents=True, exist_ok=True)
        checkpoint = self.out / "checkpoint.npz"
        folder = RunFolder(self.out)
        folder.snapshots.mkdir(exist_ok=True)
        history = MetricsHistory(folder, resumed=self.resume)
        event_log = EventLog(folder, read_past_run(self.out).seconds)
        kept = SnapshotHistory(folder, interval=10.0)
        if self.records:
            event_log.log("Recorded")
        yield Log(f"{'Going on' if self.resume else 'Writing'} in {self.out} from views {self.views}")
        begin = time.monotonic()
        step = first = self.first if self.resume else 0
        for step in range(first, self.steps):
            if step == self.die_at and not self.resume:
                os.kill(os.getpid(), signal.SIGKILL)
            if step == self.fail_at:
                raise ValueError("the fake was told to fail")
            time.sleep(self.delay)
            snapshot = MeshSnapshot(step, bumpy_sphere(step))
            losses = {"loss_color": 1 / (step + 1), "loss_mask": 0.5 / (step + 2), "psnr": 20 + step / 9}
            metrics = Metrics(step, losses)
            if self.records:
                history.add(metrics)
                if kept.add(snapshot, float(step)):
                    event_log.add_snapshot(step)
            yield snapshot
            yield metrics
            if step % 10 == 5:
                with atomic_path(checkpoint) as temporary, open(temporary, "wb") as file:
                    np.savez(file, step=step)
                yield Checkpointed(step, checkpoint)
            seconds = time.monotonic() - begin
            left = seconds / (step + 1) * (self.steps - step - 1)
            request = yield Progress(step + 1, self.steps, "refining", seconds, left)
            if request is Request.FINISH:
                break
        while self.held is not None and self.held.exists():
            time.sleep(0.02)
            yield Progress(step + 1, self.steps, "refining")
        mesh = self.out / "mesh.ply"
        result = bumpy_sphere(step)
        if self.quality:
            result = result.with_quality(0.5 + result.vertices[:, 1] / 220)
        write_mesh(mesh, result)
        if self.landmarks:
            write_landmarks(
                self.out / "landmarks.txt",
                {name: self.vertex + 3 * place for place, name in enumerate(H3DS_LANDMARKS)},
            )
        return FakeResult(self.out, mesh)


@dataclass(frozen=True)
class ContradictedReconstruction(FakeReconstruction):
    """Photos, masks and cameras contradict each other: it begins only where they are trusted."""

    def events(self) -> JobStream:
        if not self.trust_cameras:
            raise InconsistentScan("the cameras are exchanged", where=self.scan, remedy="Exchange them")
        return (yield from super().events())


@dataclass(frozen=True)
class FakePrior:
    """What a training leaves, like `PriorTrainingResult`."""

    path: Path


@dataclass(frozen=True)
class FakeTraining(PriorTrainingJob):
    """Streams spheres and an error that falls."""

    def events(self) -> JobStream:
        self.work.mkdir(exist_ok=True)
        yield Log("Going on" if self.resume else "Learning")
        for step in range(2000):
            time.sleep(0.02)
            yield MeshSnapshot(step, bumpy_sphere(step))
            if step % 5 == 0:
                yield Metrics(step, {"held-out head mm": 1 + 1 / (step + 1), "held-out face mm": 1.0})
            if (yield Progress(step + 1, 2000, "sampling heads")) is Request.FINISH:
                break
        self.out.write_bytes(b"prior")
        self.work.rmdir()
        return FakePrior(self.out)


@dataclass(frozen=True)
class SmallReport(ReportJob):
    """The real report, its pictures small: those of the usual size take longer than everything else."""

    def events(self) -> JobStream:
        from h3dstudio.evaluation.report import gallery

        gallery.SIZE, gallery.PHOTO = (30, 36), 30
        return (yield from super().events())
